import { bitsInWords, type Chart } from "../../device/index.js";
import type { Observed } from "./observer.js";
import {
  type Answer,
  type Compared,
  type Comparisons,
  type Difference,
  RESPECTS,
  type Respect,
} from "./report.js";
import type { Expected, Step } from "./step.js";
import { type StepTaken, stepInWords } from "./step-in-words.js";

/** How many steps before a difference are shown. */
const BEFORE = 8;

/** Where a recording has its answer in a respect, where our device has its own, and what a difference in it is called. */
const ANSWERS: Readonly<
  Record<
    Respect,
    { readonly kind: Difference["kind"]; readonly recorded: keyof Expected; readonly ours: keyof Observed }
  >
> = {
  reads: { kind: "read", recorded: "value", ours: "value" },
  triggers: { kind: "triggers", recorded: "interrupts", ours: "triggers" },
  levels: { kind: "level", recorded: "level", ours: "level" },
  edges: { kind: "edges", recorded: "edges", ours: "edges" },
  output: { kind: "output", recorded: "output", ours: "output" },
  modemOutputs: { kind: "modemOutputs", recorded: "modemOutputs", ours: "modemOutputs" },
  breaks: { kind: "breaks", recorded: "breaks", ours: "breaks" },
};

/** Hears of each difference, just after the step in which it shows was taken. */
export type DifferenceListener = (difference: Pick<Difference, "kind" | "recorded" | "ours">) => void;

/** Counts of one respect, as they grow. */
interface Counting {
  readonly respect: Respect;
  compared: number;
  different: number;
  notCompared: number;
  first?: Difference;
}

/** Compares steps with what the recording says of them, and keeps what is needed to explain the first difference. */
export class Differences {
  readonly #chart: Pick<Chart, "rules" | "registers">;
  /** The last steps, as a ring. */
  readonly #recent: StepTaken[] = [];
  #next = 0;
  /** By region of the chart: the last step in which it moved. */
  readonly #moved = new Map<string, StepTaken>();
  readonly #counts = RESPECTS.map(
    (respect): Counting => ({ respect, compared: 0, different: 0, notCompared: 0 }),
  );
  #recordedTriggers = 0;
  #first: Difference | undefined;

  readonly #found: DifferenceListener | undefined;

  /**
   * @param chart - what the device runs.
   * @param found - hears of each difference.
   */
  constructor(chart: Pick<Chart, "rules" | "registers">, found?: DifferenceListener) {
    this.#chart = chart;
    this.#found = found;
  }

  /**
   * Takes a step that has just been replayed.
   *
   * @param counted - false if it is not to be counted among those compared.
   */
  add(step: StepTaken, expected: Step["expected"], counted = true): void {
    if (expected) for (const count of this.#counts) this.#compare(count, step, expected, Number(counted));
    this.#recordedTriggers += expected?.interrupts ?? 0;
    this.#remember(step);
  }

  /** What was compared, and the first differences. */
  result(): Comparisons {
    const compared = ({ compared, different, first }: Counting): Compared => ({
      compared,
      different,
      ...(first ? { first } : {}),
    });
    const all = Object.fromEntries(this.#counts.map((count) => [count.respect, compared(count)]));
    const { triggers, ...others } = all as Record<Respect, Compared>;
    const left = this.#counts.filter(({ notCompared }) => notCompared > 0);
    return {
      ...others,
      triggers: { ...triggers, recorded: this.#recordedTriggers },
      notCompared: Object.fromEntries(left.map(({ respect, notCompared }) => [respect, notCompared])),
      ...(this.#first ? { first: this.#first } : {}),
    };
  }

  #compare(count: Counting, step: StepTaken, expected: Expected, one: number): void {
    const { kind, recorded: field, ours: own } = ANSWERS[count.respect];
    const recorded = expected[field];
    if (recorded === undefined) return;
    const ours = step.observed[own] as Answer | undefined;
    if (ours === undefined) {
      count.notCompared += one;
      return;
    }
    count.compared += one;
    if (isEqual(recorded, ours)) return;
    count.different++;
    this.#found?.({ kind, recorded, ours });
    count.first ??= this.#difference(kind, recorded, ours, step);
    this.#first ??= count.first;
  }

  #remember(step: StepTaken): void {
    for (const { source, target } of step.taken)
      if (target !== undefined) this.#moved.set(regionOf(source), step);
    this.#recent[this.#next] = step;
    this.#next = (this.#next + 1) % BEFORE;
  }

  #difference(kind: Difference["kind"], recorded: Answer, ours: Answer, step: StepTaken): Difference {
    const inFull = (taken: StepTaken) => stepInWords(taken, this.#chart);
    const before = [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)].map(inFull);
    const movers = step.taken.map(({ source }) => this.#moved.get(regionOf(source)));
    const since = [...new Set(movers.filter((mover) => mover !== undefined))].map(inFull);
    const inWords = inFull(step);
    const ids = [...since, inWords].flatMap(({ rules }) => rules);
    const rules = Object.fromEntries(ids.map((id) => [id, this.#chart.rules[id] ?? ""]));
    const { register } = inWords;
    const bits =
      kind === "read" && typeof recorded === "number" && register !== undefined && register !== "unmapped"
        ? { recordedBits: bitsInWords(register, recorded, this.#chart) }
        : {};
    return { kind, recorded, ours, ...bits, step: inWords, before, since, rules };
  }
}

function isEqual(recorded: Answer, ours: Answer): boolean {
  if (typeof recorded === "number" || typeof ours === "number") return recorded === ours;
  return recorded.length === ours.length && recorded.every((each, i) => each === ours[i]);
}

/** A state's outermost part: of a parallel chart, its region. */
const regionOf = (state: string): string => state.split(".", 1)[0] ?? state;
