import type { RegisterName } from "../../../machines/index.js";
import type { Coverage } from "./coverage.js";
import type { StepInWords } from "./step-in-words.js";

/** An answer of a device: a number, or in order several. */
export type Answer = number | readonly number[];

/** In which respects a recorded device and ours may be compared; a step's answers are told of in this order. */
export const RESPECTS = ["reads", "triggers", "levels", "edges", "output", "modemOutputs", "breaks"] as const;

/** One of the respects in which a recorded device and ours are compared. */
export type Respect = (typeof RESPECTS)[number];

/** A place where the recorded device and ours did not do the same. */
export interface Difference {
  /**
   * The kind of difference: the value of a read; how often the step triggered an interrupt; the interrupt line's level after it; the edges of that line
   * in it; the bytes that it transmitted; the modem outputs after it; how often SOUT left marking in it.
   */
  readonly kind: "read" | "triggers" | "level" | "edges" | "output" | "modemOutputs" | "breaks";
  /**
   * The recorded answer: the byte read, 0 to 255; the number of triggers; the level, 0 or 1; the levels to which the line changed, in
   * order; the bytes, in order; MCR's bits DTR and RTS, set where the pin is asserted; the number of breaks.
   */
  readonly recorded: Answer;
  /** Our device's answer, in the same unit. */
  readonly ours: Answer;
  /** Of a read: the bits of `recorded` by name, as our chart reads them; ours are the step's. */
  readonly recordedBits?: string;
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

/** The result of the comparison in one respect. */
export interface Compared {
  /** In how many steps the recording says something to compare with. */
  readonly compared: number;
  /** In how many of them ours is something else. */
  readonly different: number;
  /** The first of these. */
  readonly first?: Difference;
}

/** The comparison of a recorded device with ours, as far as the recording says. */
export interface Comparisons {
  /** Values read. */
  readonly reads: Compared;
  /** Triggers, where our interrupt line pulses; `recorded` is how many the recording has in all. */
  readonly triggers: Compared & { readonly recorded: number };
  /** The interrupt line's level after each step, where ours has a level. */
  readonly levels: Compared;
  /** The edges of the interrupt line in each step, where ours has a level. */
  readonly edges: Compared;
  /** The bytes that each step transmitted. */
  readonly output: Compared;
  /** The modem outputs DTR and RTS after each step. */
  readonly modemOutputs: Compared;
  /** The number of times SOUT left marking in each step. */
  readonly breaks: Compared;
  /**
   * By respect: in how many steps the recording says something with which our device has nothing to compare, as triggers where its interrupt
   * line has a level.
   */
  readonly notCompared: Readonly<Partial<Record<Respect, number>>>;
  /** Whichever difference comes first. */
  readonly first?: Difference;
}

/** The report of a replay. All counts are from its start. */
export interface Report extends Comparisons {
  /** The chart's id. */
  readonly chart: string;
  /** The chart's options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The number of steps replayed. */
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
  /** Interrupts of our device, triggers or rises of its line, and how many had each cause. */
  readonly interrupts: { readonly total: number; readonly causes: Readonly<Record<string, number>> };
  /** Characters: offered by the host, taken by our device, and transmitted by it. */
  readonly bytes: { readonly offered: number; readonly in: number; readonly out: number };
  /** Which states and transitions of the chart were used; absent where it was not asked for. */
  readonly coverage?: Coverage;
}

/** True if the recorded device and ours did the same, as far as they can be compared. */
export const isSame = (report: Readonly<Record<Respect, Pick<Compared, "different">>>): boolean =>
  RESPECTS.every((respect) => report[respect].different === 0);
