import type { ChartEmission, TransitionInWords } from "../device/index.js";
import { inWords } from "../device/words.js";
import type { ChartTransition } from "../engine/index.js";
import type { Input } from "../journal/index.js";
import type { Moment, Situation, StepTaken } from "./graph.js";

/** A moment: a situation, and the step that led there. */
export class MomentOf<TState> implements Moment<TState> {
  readonly #at: Situation<TState>;
  readonly #restored: () => Situation<TState>;
  readonly step?: StepTaken<TState>;

  constructor(at: Situation<TState>, restored: () => Situation<TState>, step?: StepTaken<TState>) {
    this.#at = at;
    this.#restored = restored;
    if (step) this.step = step;
  }

  get state(): TState {
    return this.#at.state;
  }

  get value(): unknown {
    return this.#at.value;
  }

  get registers(): Situation["registers"] {
    return this.#at.registers;
  }

  get divisorLatchOpen(): boolean {
    return this.#at.divisorLatchOpen;
  }

  get characterTicks(): number {
    return this.#at.characterTicks;
  }

  get restored(): Situation<TState> {
    return this.#restored();
  }
}

/** A step, whose transitions are put into words when they are asked for. */
export class StepOf<TState> implements StepTaken<TState> {
  readonly before: Situation<TState>;
  readonly input: Input;
  readonly emissions: readonly ChartEmission[];
  readonly #taken: readonly ChartTransition[];

  constructor(
    before: Situation<TState>,
    input: Input,
    emissions: readonly ChartEmission[],
    taken: readonly ChartTransition[],
  ) {
    this.before = before;
    this.input = input;
    this.emissions = emissions;
    this.#taken = taken;
  }

  get taken(): readonly TransitionInWords[] {
    return this.#taken.map(inWords);
  }
}
