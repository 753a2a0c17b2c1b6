import type { RegisterName } from "../../../machines/index.js";
import type { Coverage } from "./coverage.js";
import type { StepInWords } from "./step-in-words.js";

/** A place where the recorded device and ours did not do the same. */
export interface Difference {
  /** What differs: the value of a read, or how often the step triggered an interrupt. */
  readonly kind: "read" | "triggers";
  /** What the recording says: the byte read, 0 to 255, or the number of triggers. */
  readonly recorded: number;
  /** What our device did, in the same unit. */
  readonly ours: number;
  /** The step in which it shows. */
  readonly step: StepInWords;
  /** The steps before it, oldest first, 8 at most. */
  readonly before: readonly StepInWords[];
  /**
   * The last steps that moved the regions of our chart which took part in this one: what put there what the step
   * found. Empty where nothing had moved yet, and where coverage is off.
   */
  readonly since: readonly StepInWords[];
  /** The rules of all these steps, id and text. */
  readonly rules: Readonly<Record<string, string>>;
}

/** What was compared in one respect, and how it came out. */
export interface Compared {
  /** In how many steps the recording says something to compare with. */
  readonly compared: number;
  /** In how many of them ours is something else. */
  readonly different: number;
  /** The first of these. */
  readonly first?: Difference;
}

/** What a replay found. All counts are from its start. */
export interface Report {
  /** The chart's id. */
  readonly chart: string;
  /** The chart's options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How many steps were replayed. */
  readonly steps: number;
  /** The line of the recording on which the last of them started; 0 before the first. */
  readonly lastLine: number;
  /** The processor's accesses, and how many reached each register. */
  readonly accesses: {
    readonly reads: number;
    readonly writes: number;
    readonly registers: Readonly<
      Partial<Record<RegisterName | "unmapped", { readonly reads: number; readonly writes: number }>>
    >;
  };
  /** Interrupts of our device, and how many had each cause. */
  readonly interrupts: { readonly total: number; readonly causes: Readonly<Record<string, number>> };
  /** Characters: offered by the host, taken by our device, and transmitted by it. */
  readonly bytes: { readonly offered: number; readonly in: number; readonly out: number };
  /** Values read. */
  readonly reads: Compared;
  /** Triggers; `recorded` is how many the recording has in all. */
  readonly triggers: Compared & { readonly recorded: number };
  /** Whichever difference comes first. */
  readonly first?: Difference;
  /** Which states and transitions of the chart were used; absent where it was not asked for. */
  readonly coverage?: Coverage;
}

/** Whether the recorded device and ours did the same, as far as the recording says. */
export const isSame = ({ reads, triggers }: Pick<Report, "reads" | "triggers">): boolean =>
  reads.different === 0 && triggers.different === 0;
