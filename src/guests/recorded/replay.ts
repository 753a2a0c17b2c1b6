import { LCR, REGISTERS, type RegisterName } from "../../../machines/index.js";
import type { Device, Transition, TransitionInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { applyRecorded } from "./apply.js";
import { ClockChange } from "./clock-change.js";
import { CoverageCount } from "./coverage.js";
import { type DifferenceListener, Differences } from "./differences.js";
import { leftOut } from "./left-out.js";
import { type Observed, Observer } from "./observer.js";
import type { Report } from "./report.js";
import type { Step } from "./step.js";
import { accessedRegister } from "./step-in-words.js";

/** The address of LCR, whose DLAB bit says what stands at offsets 0 and 1. */
const LCR_OFFSET = REGISTERS.LCR.offset;
/** How many steps go by between two reports of progress. */
const PROGRESS_EVERY = 256;
/** How many transmitted bytes are held before they are given away. */
const OUTPUT_CHUNK = 4096;

/** What a replay gives away while it runs. */
export interface ReplayOptions {
  /**
   * Takes what the guest transmitted, in order, some 4096 bytes at a time. A promise is awaited, so that a slow reader slows the replay down and nothing piles up.
   */
  readonly output?: (bytes: Uint8Array) => void | Promise<void>;
  /** Called every 256 steps with how many there were, and how many of them were accesses. A promise is awaited. */
  readonly progress?: (done: { readonly steps: number; readonly accesses: number }) => void | Promise<void>;
  /**
   * Whether to count the chart's states and transitions, and to say by which rules a difference came about. Default true.
   */
  readonly coverage?: boolean;
  /**
   * How many ticks a second the recording's `advance` steps count, a whole number from 1: see `Recording.clock`. Default the device's clock, so
   * that they are taken as they are.
   */
  readonly clock?: number | undefined;
  /** Hears of each difference, just after the step in which it shows was taken; the report tells of the first alone. */
  readonly difference?: DifferenceListener | undefined;
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
   * @param device - where the recording starts: fresh, or restored.
   * @throws RangeError if the clock is no whole number from 1.
   */
  constructor(
    device: Device,
    { coverage = true, clock, difference }: Pick<ReplayOptions, "coverage" | "clock" | "difference"> = {},
  ) {
    const { chart } = device;
    this.#device = device;
    this.#dlab = this.#readDlab();
    this.#differences = new Differences(chart, difference);
    this.#observer = new Observer(device);
    if (clock !== undefined) this.#clock = new ClockChange(clock, chart.clock);
    if (!coverage) return;
    const start = chart.snapshotOf(device.save().state).value;
    this.#coverage = new CoverageCount(chart.machine, start, leftOut(chart));
    this.#subscription = device.transition$.subscribe((transition) => this.#took(transition));
  }

  /** How many steps there were. */
  get steps(): number {
    return this.#steps;
  }

  /** How many of them were reads and writes. */
  get accesses(): number {
    return this.#reads + this.#writes;
  }

  /** How many transmitted bytes wait for {@link takeOutput}. */
  get waiting(): number {
    return this.#output.length;
  }

  /** The bytes transmitted since the last call. */
  takeOutput(): Uint8Array {
    const bytes = Uint8Array.from(this.#output);
    this.#output = [];
    return bytes;
  }

  /**
   * Replays one step.
   *
   * @throws RecordingError for an input that the device does not take, and what the device's surroundings throw.
   */
  step({ line, index, counts, input: recorded, expected }: Step): void {
    this.#taken = NONE;
    const dlab = this.#dlab;
    const input = recorded.type === "advance" ? this.#inOurTicks(recorded) : recorded;
    const observed = this.#observer.observe(applyRecorded(this.#device, input, { line, index }));
    if (counts !== false) this.#steps++;
    this.#line = line;
    if (input.type === "read" || input.type === "write") this.#countAccess(input.type, input.offset, dlab);
    else if (input.type === "receive") this.#bytes.offered += input.characters.length;
    this.#count(observed);
    const taken = { line, index, input, dlab, observed, taken: this.#taken };
    this.#differences.add(taken, expected, counts !== false);
    const mayMoveDlab = input.type === "write" ? input.offset === LCR_OFFSET : input.type !== "read";
    if (mayMoveDlab) this.#dlab = this.#readDlab();
  }

  /** What was found so far. */
  report(): Report {
    const { chart } = this.#device;
    return {
      chart: chart.id,
      options: chart.options,
      steps: this.#steps,
      lastLine: this.#line,
      accesses: { reads: this.#reads, writes: this.#writes, registers: Object.fromEntries(this.#registers) },
      interrupts: {
        total: [...this.#causes.values()].reduce((sum, count) => sum + count, 0),
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

  #countAccess(direction: "read" | "write", offset: number, dlab: boolean): void {
    const name = accessedRegister(direction, offset, dlab);
    const register = this.#registers.get(name) ?? { reads: 0, writes: 0 };
    this.#registers.set(name, register);
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
    for (const byte of output) this.#output.push(byte);
    this.#bytes.out += output.length;
    this.#bytes.in += accepted;
    for (const cause of interrupts) this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
  }
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
  const { output, progress } = options;
  const run = new Replay(device, options);
  const give = async () => {
    const bytes = run.takeOutput();
    if (bytes.length > 0) await output?.(bytes);
  };
  try {
    for await (const step of steps) {
      run.step(step);
      if (run.waiting >= OUTPUT_CHUNK) await give();
      if (run.steps % PROGRESS_EVERY === 0) await progress?.({ steps: run.steps, accesses: run.accesses });
    }
    return run.report();
  } finally {
    run.close();
    await give();
  }
}
