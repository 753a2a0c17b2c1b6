import { LCR, REGISTERS } from "../../../machines/index.js";
import { type Chart, inputInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { Composition } from "./compose.js";
import { BYTES } from "./environment.js";
import type { ComposedStep, Heard } from "./parts.js";

/** One thing that happens in a run of a composition. */
export interface ComposedHappening {
  /** The step that it belongs to, from 1. */
  readonly step: number;
  /** Who does it. */
  readonly by: "driver" | "processor" | "environment" | "user";
  /** What it is: "IER <- 0x00", "'b' arrives". */
  readonly text: string;
  /** What comes of it: "IRQ", "'0' leaves", "'b' is delivered". */
  readonly effects: readonly string[];
  /** Whether it belongs to the driver's start-up. */
  readonly start: boolean;
}

/** A run of a composition in words, and what the device sees of it. */
export interface ComposedRun {
  /** What happens, in order. */
  readonly happenings: readonly ComposedHappening[];
  /** The inputs of the device alone. */
  readonly inputs: readonly Input[];
  /** Of a run that goes round: how many inputs the device has had before that. */
  readonly repeats?: number;
}

const named = (byte: number): string => `'${String.fromCharCode(byte)}'`;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] } & { effects: string[] };

/** Tells a run step by step. */
class Teller implements Heard {
  readonly happenings: Mutable<ComposedHappening>[] = [];
  readonly inputs: Input[] = [];
  readonly #chart: Chart;
  #open = false;
  step = 0;
  start = true;

  constructor(chart: Chart) {
    this.#chart = chart;
  }

  input(input: Input, value: number | undefined): void {
    this.inputs.push(input);
    if (input.type === "receive") {
      this.say("environment", `${named(input.characters[0] as number)} arrives`);
      return;
    }
    this.say("driver", inputInWords(input, this.#open, value, this.#chart));
    if (input.type === "write" && input.offset === REGISTERS.LCR.offset)
      this.#open = (input.value & LCR.DLAB) !== 0;
  }

  effect(kind: Parameters<Heard["effect"]>[0], value: number): void {
    if (kind === "taken") this.say("processor", "takes the interrupt");
    else if (kind === "ended") this.say("processor", "goes on");
    else if (kind === "called")
      this.say("user", `${value === BYTES.printed ? "prints" : "sends"} ${named(value)}`);
    else this.happenings.at(-1)?.effects.push(EFFECTS[kind](value));
  }

  say(by: ComposedHappening["by"], text: string): void {
    const { step, start } = this;
    this.happenings.push({ step, by, text, effects: [], start });
  }
}

const EFFECTS = {
  leaves: (value: number) => `${named(value)} leaves`,
  delivered: (value: number) => `${named(value)} is delivered`,
  IRQ: () => "IRQ",
  INTR: (value: number) => `INTR ${value}`,
} as const;

/**
 * Replays the steps of a composition, and says what happens.
 *
 * @param repeats - where among the steps the part begins that repeats for ever.
 */
export function showComposedRun(
  { begin, device }: Composition,
  steps: readonly Input[],
  repeats?: number,
): ComposedRun {
  const teller = new Teller(device);
  let parts = begin();
  let round: number | undefined;
  for (const [at, { type }] of steps.entries()) {
    if (at === repeats) round = teller.inputs.length;
    teller.step = at + 1;
    teller.start = (parts.state.environment.value as { line: string }).line === "quiet";
    const step = type as string as ComposedStep;
    if (!parts.allows(step)) continue;
    const next = parts.fork(teller);
    if (step === "proceed") next.proceed();
    else if (step === "timer") next.timer();
    else next.environment(step);
    parts = next;
  }
  return {
    happenings: teller.happenings,
    inputs: teller.inputs,
    ...(round === undefined ? {} : { repeats: round }),
  };
}

/** Happenings as numbered lines; the driver's start-up is one line. */
export function composedRunInWords({ happenings }: Pick<ComposedRun, "happenings">): string {
  const start = happenings.filter((it) => it.start).length;
  const lines = happenings.slice(start).map(({ step, by, text, effects }) => {
    const line = `${String(step).padStart(6)}  ${by.padEnd(11)}  ${text.padEnd(38)}  ${effects.join(", ")}`;
    return line.trimEnd();
  });
  return [`${"1".padStart(6)}  driver       starts, in ${start} steps`, ...lines].join("\n");
}
