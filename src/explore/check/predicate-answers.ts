import { LazyReachedState } from "../space/reached-state.js";
import type { AnswerSheet, DeviceState, ReachedState } from "../space/types.js";
import type { Formula, Predicate } from "./claims.js";

/** Stands for a device that is not in this thread. @throws Error always. */
const absentDevice = (): never => {
  throw new Error("expected an answer that was recorded, got a question about the state itself");
};

/** The answers of the predicates of some formulas, and the formulas with predicates that record them and read them. */
export class PredicateAnswers<TState> implements AnswerSheet {
  /** The formulas: they answer as those that they were made of. */
  readonly formulas: readonly Formula<TState>[];
  readonly recordedState: ReachedState<never> = new LazyReachedState(
    new Proxy({} as DeviceState<never>, { get: absentDevice }),
    absentDevice,
  );
  isIncomplete = false;
  #predicateCount = 0;
  #words: Uint32Array = new Uint32Array(0);
  #isRecording = false;
  #offset = 0;

  constructor(formulas: readonly Formula<TState>[]) {
    this.formulas = formulas.map((formula) => this.#answering(formula));
  }

  get wordCount(): number {
    return Math.ceil(this.#predicateCount / 32);
  }

  recordTo(words: Uint32Array, offset: number): void {
    this.#words = words;
    this.#offset = offset;
    this.#isRecording = true;
    this.isIncomplete = false;
  }

  readFrom(words: Uint32Array, offset: number): void {
    this.#words = words;
    this.#offset = offset;
  }

  #answering(formula: Formula<TState>): Formula<TState> {
    // The checker asks a state at which such a promise begins for more than its predicates.
    const isTimed = formula.kind === "within" && formula.unit === "characters";
    const parts = Object.entries(formula).map(([part, value]) => {
      if (part === "fairly")
        return [
          part,
          formula.kind === "leadsTo" || formula.kind === "until"
            ? formula.fairly.map(({ name, is }) => ({ name, is: this.#ask(is) }))
            : value,
        ];
      return [part, typeof value === "function" ? this.#ask(value, isTimed && part === "from") : value];
    });
    return Object.fromEntries(parts) as Formula<TState>;
  }

  #ask(predicate: Predicate<TState>, isMoreAsked = false): Predicate<TState> {
    const bit = this.#predicateCount++;
    const mask = 1 << (bit & 31);
    return (reached) => {
      const words = this.#words;
      const index = this.#offset + (bit >>> 5);
      if (reached === this.recordedState) return ((words[index] as number) & mask) !== 0;
      const answer = predicate(reached);
      if (answer && this.#isRecording) words[index] = (words[index] as number) | mask;
      if (answer && isMoreAsked) this.isIncomplete = true;
      return answer;
    };
  }
}
