import { LCR, REGISTERS } from "../../../../machines/index.js";
import { type Chart, inputInWords } from "../../../device/index.js";
import type { Input } from "../../../journal/index.js";
import type { Composition } from "./compose.js";
import { ENVIRONMENT_BYTES } from "./environment.js";
import type { ComposedStep, StepListener } from "./parts.js";

/** One event in a run of a composition. */
export interface ComposedHappening {
  /** The step that it belongs to, from 1. */
  readonly step: number;
  /** The actor. */
  readonly by: "driver" | "processor" | "environment" | "user";
  /** The event in words: "IER <- 0x00", "'b' arrives". */
  readonly text: string;
  /** Its effects: "IRQ", "'0' leaves", "'b' is delivered". */
  readonly effects: readonly string[];
  /** True if it belongs to the driver's start-up. */
  readonly start: boolean;
  /** True if it happened in the interrupt handler. */
  readonly handler: boolean;
  /** The number of the device's inputs before it: of an access, the index of its own. */
  readonly index: number;
}

/** A run of a composition in words, with the inputs of the device. */
export interface ComposedRun {
  /** The events, in order. */
  readonly happenings: readonly ComposedHappening[];
  /** The inputs of the device alone. */
  readonly inputs: readonly Input[];
  /** The index in `inputs` at which the cycle of a lasso begins; absent if the run is none. */
  readonly repeats?: number;
}

const byteInWords = (byte: number): string => `'${String.fromCharCode(byte)}'`;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] } & { effects: string[] };

/** Records a run step by step. */
class HappeningRecorder implements StepListener {
  readonly happenings: Mutable<ComposedHappening>[] = [];
  readonly inputs: Input[] = [];
  readonly #chart: Chart;
  #isDivisorLatchOpen = false;
  #isInHandler = false;
  step = 0;
  start = true;

  constructor(chart: Chart) {
    this.#chart = chart;
  }

  input(input: Input, value: number | undefined): void {
    if (input.type === "receive")
      this.record("environment", `${byteInWords(input.characters[0] as number)} arrives`);
    else this.record("driver", inputInWords(input, this.#isDivisorLatchOpen, value, this.#chart));
    this.inputs.push(input);
    if (input.type === "write" && input.offset === REGISTERS.LCR.offset)
      this.#isDivisorLatchOpen = (input.value & LCR.DLAB) !== 0;
  }

  effect(kind: Parameters<StepListener["effect"]>[0], value: number): void {
    if (kind === "taken") {
      this.record("processor", "takes the interrupt");
      this.#isInHandler = true;
    } else if (kind === "ended") {
      this.#isInHandler = false;
      this.record("processor", "goes on");
    } else if (kind === "called")
      this.record(
        "user",
        `${value === ENVIRONMENT_BYTES.printed ? "prints" : "sends"} ${byteInWords(value)}`,
      );
    else this.happenings.at(-1)?.effects.push(EFFECTS[kind](value));
  }

  record(actor: ComposedHappening["by"], text: string): void {
    const { step, start } = this;
    const handler = this.#isInHandler && (actor === "driver" || actor === "processor");
    this.happenings.push({ step, by: actor, text, effects: [], start, handler, index: this.inputs.length });
  }
}

const EFFECTS = {
  leaves: (value: number) => `${byteInWords(value)} leaves`,
  delivered: (value: number) => `${byteInWords(value)} is delivered`,
  IRQ: () => "IRQ",
  INTR: (value: number) => `INTR ${value}`,
} as const;

/**
 * Replays the steps of a composition, and describes them in words.
 *
 * @param repeats - the index of the step at which the cycle of a lasso begins.
 */
export function showComposedRun(
  { createParts: begin, device }: Composition,
  steps: readonly Input[],
  repeats?: number,
): ComposedRun {
  const recorder = new HappeningRecorder(device);
  let parts = begin();
  let repeatIndex: number | undefined;
  for (const [stepIndex, { type }] of steps.entries()) {
    if (stepIndex === repeats) repeatIndex = recorder.inputs.length;
    recorder.step = stepIndex + 1;
    recorder.start = (parts.state.environment.value as { line: string }).line === "quiet";
    const step = type as string as ComposedStep;
    if (!parts.canTake(step)) continue;
    const nextParts = parts.fork(recorder);
    if (step === "proceed") nextParts.proceed();
    else if (step === "timer") nextParts.fireTimer();
    else nextParts.actEnvironment(step);
    parts = nextParts;
  }
  return {
    happenings: recorder.happenings,
    inputs: recorder.inputs,
    ...(repeatIndex === undefined ? {} : { repeats: repeatIndex }),
  };
}

/** Returns a run as numbered lines; the driver's start-up is one line. */
export function composedRunInWords({ happenings }: Pick<ComposedRun, "happenings">): string {
  const startUpLength = happenings.filter((happening) => happening.start).length;
  const lines = happenings.slice(startUpLength).map(({ step, by, text, effects }) => {
    const line = `${String(step).padStart(6)}  ${by.padEnd(11)}  ${text.padEnd(38)}  ${effects.join(", ")}`;
    return line.trimEnd();
  });
  return [`${"1".padStart(6)}  driver       starts, in ${startUpLength} steps`, ...lines].join("\n");
}
