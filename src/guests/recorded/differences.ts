import type { Compared, Difference } from "./report.js";
import type { Step } from "./step.js";
import { type StepTaken, stepInWords } from "./step-in-words.js";

/** How many steps before a difference are shown. */
const BEFORE = 8;

/** Compares steps with what the recording says of them, and keeps what is needed to explain the first difference. */
export class Differences {
  readonly #rules: Readonly<Record<string, string>>;
  /** The last steps, as a ring. */
  readonly #recent: StepTaken[] = [];
  #next = 0;
  /** By region of the chart: the last step in which it moved. */
  readonly #moved = new Map<string, StepTaken>();
  readonly #reads = { compared: 0, different: 0 };
  readonly #triggers = { compared: 0, different: 0, recorded: 0 };
  #firstRead: Difference | undefined;
  #firstTriggers: Difference | undefined;

  /** @param rules - the chart's rules, by id. */
  constructor(rules: Readonly<Record<string, string>>) {
    this.#rules = rules;
  }

  /** Takes a step that has just been replayed. */
  add(step: StepTaken, expected: Step["expected"]): void {
    if (expected?.value !== undefined && step.value !== undefined) {
      this.#reads.compared++;
      if (expected.value !== step.value) {
        this.#reads.different++;
        this.#firstRead ??= this.#difference("read", expected.value, step.value, step);
      }
    }
    if (expected?.interrupts !== undefined) {
      this.#triggers.compared++;
      this.#triggers.recorded += expected.interrupts;
      if (expected.interrupts !== step.interrupts.length) {
        this.#triggers.different++;
        this.#firstTriggers ??= this.#difference(
          "triggers",
          expected.interrupts,
          step.interrupts.length,
          step,
        );
      }
    }
    this.#remember(step);
  }

  /** What was compared, and the first differences. */
  result(): { reads: Compared; triggers: Compared & { recorded: number }; first?: Difference } {
    const read = this.#firstRead;
    const triggers = this.#firstTriggers;
    const first =
      read && triggers ? (triggers.step.line < read.step.line ? triggers : read) : (read ?? triggers);
    return {
      reads: { ...this.#reads, ...(read ? { first: read } : {}) },
      triggers: { ...this.#triggers, ...(triggers ? { first: triggers } : {}) },
      ...(first ? { first } : {}),
    };
  }

  #remember(step: StepTaken): void {
    for (const { source, target } of step.taken)
      if (target !== undefined) this.#moved.set(regionOf(source), step);
    this.#recent[this.#next] = step;
    this.#next = (this.#next + 1) % BEFORE;
  }

  #difference(kind: Difference["kind"], recorded: number, ours: number, step: StepTaken): Difference {
    const before = [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)].map(stepInWords);
    const movers = step.taken.map(({ source }) => this.#moved.get(regionOf(source)));
    const since = [...new Set(movers.filter((mover) => mover !== undefined))].map(stepInWords);
    const inWords = stepInWords(step);
    const ids = [...since, inWords].flatMap(({ rules }) => rules);
    const rules = Object.fromEntries(ids.map((id) => [id, this.#rules[id] ?? ""]));
    return { kind, recorded, ours, step: inWords, before, since, rules };
  }
}

/** A state's outermost part: of a parallel chart, its region. */
const regionOf = (state: string): string => state.split(".", 1)[0] ?? state;
