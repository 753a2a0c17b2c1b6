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

/** The number of steps shown before a difference. */
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

  readonly #onDifference: DifferenceListener | undefined;

  /**
   * @param chartInfo - what the device runs.
   * @param onDifference - hears of each difference.
   */
  constructor(chartInfo: Pick<Chart, "rules" | "registers">, onDifference?: DifferenceListener) {
    this.#chart = chartInfo;
    this.#onDifference = onDifference;
  }

  /**
   * Takes a step that has just been replayed.
   *
   * @param counted - false if it is not to be counted among those compared.
   */
  add(replayedStep: StepTaken, expected: Step["expected"], counted = true): void {
    if (expected)
      for (const counting of this.#counts) this.#compare(counting, replayedStep, expected, Number(counted));
    this.#recordedTriggers += expected?.interrupts ?? 0;
    this.#remember(replayedStep);
  }

  /** Returns the counts of comparisons, and the first differences. */
  result(): Comparisons {
    const compared = ({ compared, different, first }: Counting): Compared => ({
      compared,
      different,
      ...(first ? { first } : {}),
    });
    const all = Object.fromEntries(this.#counts.map((counting) => [counting.respect, compared(counting)]));
    const { triggers, ...others } = all as Record<Respect, Compared>;
    const incomparable = this.#counts.filter(({ notCompared }) => notCompared > 0);
    return {
      ...others,
      triggers: { ...triggers, recorded: this.#recordedTriggers },
      notCompared: Object.fromEntries(incomparable.map(({ respect, notCompared }) => [respect, notCompared])),
      ...(this.#first ? { first: this.#first } : {}),
    };
  }

  #compare(counting: Counting, replayedStep: StepTaken, expected: Expected, increment: number): void {
    const { kind, recorded: recordedField, ours: ownField } = ANSWERS[counting.respect];
    const recorded = expected[recordedField];
    if (recorded === undefined) return;
    const ownAnswer = replayedStep.observed[ownField] as Answer | undefined;
    if (ownAnswer === undefined) {
      counting.notCompared += increment;
      return;
    }
    counting.compared += increment;
    if (isEqual(recorded, ownAnswer)) return;
    counting.different++;
    this.#onDifference?.({ kind, recorded, ours: ownAnswer });
    counting.first ??= this.#difference(kind, recorded, ownAnswer, replayedStep);
    this.#first ??= counting.first;
  }

  #remember(replayedStep: StepTaken): void {
    for (const { source, target } of replayedStep.taken)
      if (target !== undefined) this.#moved.set(regionOf(source), replayedStep);
    this.#recent[this.#next] = replayedStep;
    this.#next = (this.#next + 1) % BEFORE;
  }

  #difference(
    kind: Difference["kind"],
    recorded: Answer,
    ownAnswer: Answer,
    replayedStep: StepTaken,
  ): Difference {
    const inFull = (taken: StepTaken) => stepInWords(taken, this.#chart);
    const previous = [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)].map(inFull);
    const movers = replayedStep.taken.map(({ source }) => this.#moved.get(regionOf(source)));
    const since = [...new Set(movers.filter((mover) => mover !== undefined))].map(inFull);
    const inWords = inFull(replayedStep);
    const idList = [...since, inWords].flatMap(({ rules }) => rules);
    const ruleTexts = Object.fromEntries(idList.map((id) => [id, this.#chart.rules[id] ?? ""]));
    const { register } = inWords;
    const recordedBits =
      kind === "read" && typeof recorded === "number" && register !== undefined && register !== "unmapped"
        ? { recordedBits: bitsInWords(register, recorded, this.#chart) }
        : {};
    return {
      kind,
      recorded,
      ours: ownAnswer,
      ...recordedBits,
      step: inWords,
      before: previous,
      since,
      rules: ruleTexts,
    };
  }
}

function isEqual(recorded: Answer, ownAnswer: Answer): boolean {
  if (typeof recorded === "number" || typeof ownAnswer === "number") return recorded === ownAnswer;
  return (
    recorded.length === ownAnswer.length &&
    recorded.every((element, loopIndex) => element === ownAnswer[loopIndex])
  );
}

/** A state's outermost part: of a parallel chart, its region. */
const regionOf = (stateName: string): string => stateName.split(".", 1)[0] ?? stateName;
