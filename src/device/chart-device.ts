import type { Observable } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { LSR, type RegisterName } from "../../machines/index.js";
import { definitionHash, type Input, type JournalView } from "../journal/index.js";
import { checkCallback, formatValue } from "../journal/internal.js";
import { VERSION } from "../version.js";
import { type ArrivalSource, advanceWithLine } from "./arrival-source.js";
import type {
  Chart,
  Device,
  Emission,
  Explanation,
  InterruptEdge,
  RegisterView,
  Saved,
  Transition,
} from "./device.js";
import type { DeviceOptions, DeviceOrigin } from "./device-options.js";
import { isData } from "./effects.js";
import { explain } from "./explain.js";
import { checkBytes, checkedInput, checkOffset, checkTick } from "./input.js";
import { RecordedChart } from "./recorded-chart.js";
import { SAVED_VERSION } from "./saved.js";
import { ObserverList } from "./streams.js";

/**
 * A device that runs a chart: everything of {@link Device} that is the same for every chart.
 *
 * An input is recorded in the journal and taken by the chart to its end; then the chart's emissions are performed in order. So a
 * callback sees the state after the whole transition, and a callback that fails changes nothing in the chart.
 */
export abstract class ChartDevice<TContext, TState>
  extends RecordedChart<TContext, TState>
  implements Device
{
  readonly #lineStatus: RegisterView | undefined;
  readonly #roomObservers = new ObserverList<number>(() => this.#observeRoom());
  #unobserveRoom: (() => void) | undefined;
  /**
   * The characters that arrive as time passes by {@link advance}.
   *
   * @internal
   */
  arrivalSource: ArrivalSource | undefined;
  readonly output$: Observable<number> = this.streams.output.stream$;
  readonly interrupt$: Observable<InterruptEdge> = this.streams.interrupt.stream$;
  readonly transition$: Observable<Transition> = this.streams.transition.stream$;
  readonly room$: Observable<number> = this.#roomObservers.stream$;

  protected constructor(
    chart: Chart<AnyStateMachine, TState>,
    options: DeviceOptions,
    origin: DeviceOrigin = {},
  ) {
    super(chart, options, origin);
    this.#lineStatus = chart.registers.find(({ name }) => name === "LSR");
    checkCallback(options.room, "room");
    if (options.room) this.room$.subscribe(options.room);
  }

  #observeRoom(): void {
    if (this.#roomObservers.observed === (this.#unobserveRoom !== undefined)) return;
    this.#unobserveRoom?.();
    let lastCapacity = this.capacity;
    this.#unobserveRoom = this.#roomObservers.observed
      ? this.onInputEnd(() => {
          const { capacity } = this;
          const hasGrown = capacity > lastCapacity;
          lastCapacity = capacity;
          if (hasGrown) this.#roomObservers.next(capacity);
        })
      : undefined;
  }

  /** The chart's present snapshot, as XState has it. */
  get snapshot(): AnyMachineSnapshot {
    return this.fold.snapshot;
  }

  get journal(): JournalView {
    return this.recorder;
  }

  get now(): number {
    return this.recorder.tick;
  }

  save(): Saved {
    const { id, options } = this.chart;
    const definition = definitionHash(this.chart.machine);
    return {
      version: SAVED_VERSION,
      chart: id,
      options,
      now: this.now,
      state: this.state(),
      definition,
      package: VERSION,
    };
  }

  peek(offset: number): number {
    checkOffset(offset);
    this.checkMapped(offset);
    return this.fold.peek(offset).find(isData)?.value ?? 0;
  }

  advance(ticks: number): void {
    if (
      this.arrivalSource &&
      Number.isSafeInteger(ticks) &&
      ticks >= 0 &&
      Number.isSafeInteger(this.now + ticks)
    )
      advanceWithLine(this, this.now + ticks, (passed) => this.enter({ type: "advance", ticks: passed }));
    else this.enter({ type: "advance", ticks });
  }

  advanceTo(tick: number): void {
    checkTick(tick, this.now);
    this.advance(tick - this.now);
  }

  toTicks(seconds: number): number {
    const ticks =
      typeof seconds === "number" && seconds >= 0 ? Math.round(seconds * this.chart.clock) : Number.NaN;
    if (Number.isSafeInteger(ticks)) return ticks;
    const greatest = Number.MAX_SAFE_INTEGER / this.chart.clock;
    throw new RangeError(`seconds: expected a number from 0 to ${greatest}, got ${formatValue(seconds)}`);
  }

  toSeconds(ticks: number): number {
    checkTick(ticks, 0, "ticks");
    return ticks / this.chart.clock;
  }

  /**
   * True if no received character waits to be read.
   *
   * @internal
   */
  get isReceiveEmpty(): boolean {
    return ((this.#lineStatus?.value(this.fold.context) ?? 0) & LSR.DR) === 0;
  }

  get capacity(): number {
    return this.chart.capacityOf?.(this.fold.context) ?? 0;
  }

  offer(bytes: Uint8Array | readonly number[], onFailure: (error: unknown) => void = () => {}): number {
    checkBytes(bytes, "bytes");
    const count = Math.min(bytes.length, this.capacity);
    if (count === 0) return 0;
    const { next } = this.recorder;
    try {
      this.receiveCharacters(count === bytes.length ? bytes : bytes.slice(0, count));
    } catch (error) {
      onFailure(error);
      // Without an entry the journal has refused the bytes; with one they have arrived, and a callback has failed.
      if (this.recorder.next === next) return 0;
    }
    return count;
  }

  apply(input: Input): readonly Emission[] {
    const checked = checkedInput(this.chart, input);
    if (checked.type === "read" || checked.type === "write") this.checkMapped(checked.offset);
    return this.emissionsOf(checked);
  }

  /** The tick at which the device next does something by itself; undefined if it will not. */
  get nextDue(): number | undefined {
    const ticks = this.chart.ticksUntilDue?.(this.fold.context);
    const own = ticks === undefined ? undefined : this.now + ticks;
    const arriving = this.arrivalSource?.nextDue;
    return own === undefined || arriving === undefined ? (own ?? arriving) : Math.min(own, arriving);
  }

  /** Ticks that a character takes on the line at present; 0 where characters take no time. */
  get characterTicks(): number {
    if (this.chart.options["transmitterIsTimed"] !== true) return 0;
    return this.chart.characterTicks?.(this.fold.context) ?? 0;
  }

  abstract syncOutputs(): void;

  /** Performs the effects by which the chart tells its outputs after a restore. */
  protected repeatOutputs(): void {
    const emissions = this.newList();
    this.fold.repeatOutputs(emissions);
    this.performAll(emissions, this.recorder.last, this.recorder.tick);
  }

  mark(text: string): void {
    this.recorder.append({ type: "mark", text });
  }

  explain(subject: RegisterName | "interrupt"): Explanation {
    return explain(this.chart, this.engine, this.recorder, this.fold.context, subject);
  }

  close(): void {
    this.streams.complete();
    this.#roomObservers.complete();
    try {
      this.recorder.close();
    } finally {
      this.updatePlainOffsets();
    }
  }
}
