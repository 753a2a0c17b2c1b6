import { LCR, REGISTERS, type RegisterName } from "../../../machines/index.js";
import type { Chart, Device, Transition, TransitionInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { checkCallback, checkReadable, formatValue, withKnownNames } from "../../journal/internal.js";
import { applyRecorded } from "./apply-recorded.js";
import { ClockChange, checkClock } from "./clock-change.js";
import { CoverageCount } from "./coverage.js";
import { type DifferenceListener, Differences } from "./differences.js";
import { leftOut } from "./excluded-parts.js";
import { type Observed, Observer } from "./observer.js";
import type { Report } from "./report.js";
import type { Step } from "./step.js";
import { accessedRegister } from "./step-in-words.js";

/** The address of LCR, whose DLAB bit says what stands at offsets 0 and 1. */
const LCR_OFFSET = REGISTERS.LCR.offset;
/** The number of steps between two reports of progress. */
const PROGRESS_EVERY = 256;
/** The number of transmitted bytes that are gathered before they are passed on. */
const OUTPUT_CHUNK = 4096;

/** The options of a replay. */
export interface ReplayOptions {
  /**
   * Takes what the guest transmitted, in order, some 4096 bytes at a time. A promise is awaited, so that a slow reader slows the replay down and nothing piles up.
   */
  readonly output?: (dataBytes: Uint8Array) => void | Promise<void>;
  /** Called every 256 steps with how many there were, and how many of them were accesses. A promise is awaited. */
  readonly progress?: (done: { readonly steps: number; readonly accesses: number }) => void | Promise<void>;
  /**
   * True to count the chart's states and transitions, and to name the rules by which a difference came about. Default true.
   */
  readonly coverage?: boolean;
  /**
   * The ticks a second of the recording's `advance` steps, a whole number from 1: see `Recording.clock`. Default the device's clock, so
   * that they are taken as they are.
   */
  readonly clock?: number | undefined;
  /** Hears of each difference, just after the step in which it shows was taken; the report tells of the first alone. */
  readonly difference?: DifferenceListener | undefined;
}

const OPTIONS: readonly (keyof ReplayOptions)[] = ["output", "progress", "coverage", "clock", "difference"];

/**
 * Returns the options of a replay, checked.
 *
 * @internal
 * @throws TypeError or RangeError for an unknown option, or a wrong value; it names the option.
 */
export function checkedReplayOptions(options: ReplayOptions): ReplayOptions {
  const known = withKnownNames(options, OPTIONS, "replay");
  for (const name of ["output", "progress", "difference"] as const) checkCallback(known[name], name);
  if (known.coverage !== undefined && typeof known.coverage !== "boolean")
    throw new TypeError(`coverage: expected true or false, got ${formatValue(known.coverage)}`);
  if (known.clock !== undefined) checkClock(known.clock);
  return known;
}

/**
 * Checks what is to be iterated.
 *
 * @internal
 * @throws TypeError unless it is an iterable of objects; a text is none.
 */
export function checkIterable(value: unknown, name: string): void {
  checkReadable(value, name, "an iterable", () => {
    const isIterable =
      typeof value === "object" &&
      value !== null &&
      !ArrayBuffer.isView(value) &&
      (Symbol.iterator in value || Symbol.asyncIterator in value);
    if (!isIterable) throw new TypeError(`${name}: expected an iterable, got ${formatValue(value)}`);
  });
}

function checkDevice(device: Device): void {
  checkReadable(device, "device", "a device", () => {
    if (typeof device?.peek !== "function" || typeof device.apply !== "function")
      throw new TypeError(`device: expected a device, got ${formatValue(device)}`);
  });
}

const NONE: readonly TransitionInWords[] = [];

/** Drives one device with steps and keeps count. {@link replay} is the short way to use it. */
export class Replay {
  readonly #device: Device;
  readonly #differences: Differences;
  readonly #observer: Observer;
  readonly #clock: ClockChange | undefined;
  readonly #coverage: CoverageCount | undefined;
  readonly #subscription: { unsubscribe(): void } | undefined;
  readonly #registers = new Map<RegisterName | "unmapped", { reads: number; writes: number }>();
  readonly #causes = new Map<string, number>();
  readonly #bytes = { offered: 0, in: 0, out: 0 };
  #output: number[] = [];
  #steps = 0;
  #line = 0;
  #reads = 0;
  #writes = 0;
  #dlab: boolean;
  #taken = NONE;

  /**
   * @param uartDevice - where the recording starts: fresh, or restored.
   * @throws RangeError if the clock is no whole number from 1, TypeError for no device, an unknown option or a wrong value.
   */
  constructor(uartDevice: Device, options: Pick<ReplayOptions, "coverage" | "clock" | "difference"> = {}) {
    checkDevice(uartDevice);
    const { coverage = true, clock, difference } = checkedReplayOptions(options);
    const { chart } = uartDevice;
    this.#device = uartDevice;
    this.#dlab = this.#readDlab();
    this.#differences = new Differences(chart, difference);
    this.#observer = new Observer(uartDevice);
    if (clock !== undefined) this.#clock = new ClockChange(clock, chart.clock);
    if (!coverage) return;
    const initialSnapshot = chart.snapshotOf(uartDevice.save().state).value;
    this.#coverage = new CoverageCount(chart.machine, initialSnapshot, leftOut(chart));
    this.#subscription = uartDevice.transition$.subscribe((transition) => this.#took(transition));
  }

  /** The number of steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The number of reads and writes among them. */
  get accesses(): number {
    return this.#reads + this.#writes;
  }

  /** The number of transmitted bytes that wait for {@link takeOutput}. */
  get waiting(): number {
    return this.#output.length;
  }

  /** The bytes transmitted since the last call. */
  takeOutput(): Uint8Array {
    const dataBytes = Uint8Array.from(this.#output);
    this.#output = [];
    return dataBytes;
  }

  /**
   * Replays one step.
   *
   * @throws RecordingError for an input that the device does not take, and what the device's surroundings throw.
   */
  step(recordedStep: Step): void {
    if (typeof recordedStep?.input !== "object")
      throw new TypeError(`step: expected one with an input, got ${formatValue(recordedStep)}`);
    const { line, index, counts, inferred, input: recorded, expected } = recordedStep;
    const accepted = inferred ? inferredInput(recorded, this.#device.chart) : recorded;
    if (!accepted) return;
    this.#taken = NONE;
    const latchOpen = this.#dlab;
    const input = accepted.type === "advance" ? this.#inOurTicks(accepted) : accepted;
    const observed = this.#observer.observe(applyRecorded(this.#device, input, { line, index }));
    if (counts !== false) this.#steps++;
    this.#line = line;
    if (input.type === "read" || input.type === "write")
      this.#countAccess(input.type, input.offset, latchOpen);
    else if (input.type === "receive") this.#bytes.offered += input.characters.length;
    this.#count(observed);
    const stepTaken = { line, index, input, dlab: latchOpen, observed, taken: this.#taken };
    this.#differences.add(stepTaken, expected, counts !== false);
    const mayMoveDlab = input.type === "write" ? input.offset === LCR_OFFSET : input.type !== "read";
    if (mayMoveDlab) this.#dlab = this.#readDlab();
  }

  /** Returns the report so far. */
  report(): Report {
    const { chart } = this.#device;
    return {
      chart: chart.id,
      options: chart.options,
      steps: this.#steps,
      lastLine: this.#line,
      accesses: { reads: this.#reads, writes: this.#writes, registers: Object.fromEntries(this.#registers) },
      interrupts: {
        total: [...this.#causes.values()].reduce((totalTicks, count) => totalTicks + count, 0),
        causes: Object.fromEntries(this.#causes),
      },
      bytes: { ...this.#bytes },
      ...this.#differences.result(),
      ...(this.#coverage ? { coverage: this.#coverage.result() } : {}),
    };
  }

  /** Stops listening to the device. */
  close(): void {
    this.#subscription?.unsubscribe();
  }

  #took(transition: Transition): void {
    this.#taken = transition.taken;
    this.#coverage?.add(transition);
  }

  #readDlab(): boolean {
    return (this.#device.peek(LCR_OFFSET) & LCR.DLAB) !== 0;
  }

  #countAccess(direction: "read" | "write", registerOffset: number, latchOpen: boolean): void {
    const registerName = accessedRegister(direction, registerOffset, latchOpen);
    const register = this.#registers.get(registerName) ?? { reads: 0, writes: 0 };
    this.#registers.set(registerName, register);
    if (direction === "read") {
      register.reads++;
      this.#reads++;
    } else {
      register.writes++;
      this.#writes++;
    }
  }

  #inOurTicks(advance: Extract<Input, { type: "advance" }>): Input {
    return this.#clock ? { type: "advance", ticks: this.#clock.ticks(advance.ticks) } : advance;
  }

  #count({ interrupts, output, accepted }: Observed): void {
    for (const dataByte of output) this.#output.push(dataByte);
    this.#bytes.out += output.length;
    this.#bytes.in += accepted;
    for (const cause of interrupts) this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
  }
}

/**
 * Returns an inferred input as a chart takes it: without the errors of characters where it takes bytes alone; undefined if it takes no such
 * input.
 */
export function inferredInput(input: Input, { inputs, characters }: Chart): Input | undefined {
  if (!inputs.includes(input.type)) return undefined;
  if (input.type !== "receive" || characters === "marked") return input;
  const bytes = Array.from(input.characters, (character) =>
    typeof character === "number" ? character : character.value,
  );
  return { type: "receive", characters: bytes };
}

/**
 * Drives a device with a recording and compares the two. It goes on after a difference: those that follow are counted.
 *
 * @param device - in the state in which the recording starts; it is left where the recording ends.
 * @param steps - the recording.
 * @returns what was found.
 * @throws RecordingError for an input that the device does not take, RangeError for a clock that is none, what `steps` throws for a
 *   broken line, and what the device's surroundings throw.
 */
export async function replay(
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  options: ReplayOptions = {},
): Promise<Report> {
  const { output, progress, ...replayOptions } = checkedReplayOptions(options);
  checkIterable(steps, "steps");
  const replaySession = new Replay(device, replayOptions);
  const give = async () => {
    const dataBytes = replaySession.takeOutput();
    if (dataBytes.length > 0) await output?.(dataBytes);
  };
  try {
    for await (const recordedStep of steps) {
      replaySession.step(recordedStep);
      if (replaySession.waiting >= OUTPUT_CHUNK) await give();
      if (replaySession.steps % PROGRESS_EVERY === 0)
        await progress?.({ steps: replaySession.steps, accesses: replaySession.accesses });
    }
    return replaySession.report();
  } finally {
    replaySession.close();
    await give();
  }
}
