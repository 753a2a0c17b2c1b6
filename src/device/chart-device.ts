import type { Observable } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { LSR, READ_NAMES, type RegisterName } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
import {
  definitionHash,
  type Input,
  type JournalOption,
  type JournalView,
  openJournal,
  type Recorder,
} from "../journal/index.js";
import { checkCallback, formatValue } from "../journal/internal.js";
import { VERSION } from "../version.js";
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
import { EffectQueue } from "./effect-queue.js";
import { acceptedCount, acceptedInList, EMISSION_KIND, emissionAt, isData, readByte } from "./effects.js";
import { type EngineOption, engineFor } from "./engines.js";
import { explain } from "./explain.js";
import { type AccessPort, type EmissionCollector, Fold, isInput } from "./fold.js";
import { checkBytes, checkedInput, checkOffset, checkTick } from "./input.js";
import { hex } from "./input-format.js";
import { reserveStack } from "./reserve-stack.js";
import { SAVED_VERSION } from "./saved.js";
import { type JournalPosition, ObserverList } from "./streams.js";
import { describeTransition } from "./transition-description.js";

/** Options of every device. */
export interface DeviceOptions {
  /** The entries that the journal keeps: by default the last million, in some 16 MB at most. */
  readonly journal?: JournalOption;
  /** The engine that runs the chart: "compiled" by default; "xstate" is XState's interpreter, which does the same, slowly. */
  readonly engine?: EngineOption;
  /** Called with the device's capacity each time that has grown: there is room for more bytes from outside. See `Device.room$`. */
  readonly room?: (capacity: number) => unknown;
  /**
   * An access at an offset of 8 and above, where there is no register: "zero" reads 0 and ignores writes, "error" throws a RangeError that
   * names the offset. A recorded or restored journal may hold such accesses in any case.
   */
  readonly unmapped?: "zero" | "error";
}

/** Returns the number of offsets that may be accessed. @throws RangeError if the option has a wrong value. */
function mappedOffsetsOf(unmapped: DeviceOptions["unmapped"]): number {
  if (unmapped === "error") return READ_NAMES.length;
  if (unmapped === "zero") return 256;
  throw new RangeError(`unmapped: expected one of "zero", "error", got ${formatValue(unmapped)}`);
}

/**
 * Characters that wait to arrive on the line of a device, each at its tick.
 *
 * @internal
 */
export interface LineSource {
  /** The tick at which the next one arrives; undefined if none can. */
  readonly nextDue: number | undefined;
  /** Called at that tick: afterwards {@link nextDue} is later, or undefined. */
  deliver(): void;
}

/** The state, index and tick from which a device starts. */
export interface DeviceOrigin {
  readonly state?: unknown;
  readonly first?: number;
  readonly tick?: number;
}

/**
 * A device that runs a chart: everything of {@link Device} that is the same for every chart.
 *
 * An input is recorded in the journal and taken by the chart to its end; then the chart's emissions are performed in order. So a
 * callback sees the state after the whole transition, and a callback that fails changes nothing in the chart.
 */
export abstract class ChartDevice<TContext, TState> extends EffectQueue implements Device {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly #engine: Engine<AnyStateMachine>;
  readonly #fold: Fold;
  readonly #lineStatus: RegisterView | undefined;
  // Fields that an access uses are private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  private readonly recorder: Recorder;
  private readPort!: AccessPort;
  private writePort!: AccessPort;
  /** True if transitions have an observer. */
  private transitionsObserved = false;
  /** True if the end of each input is to be noted: {@link afterInput}, or a listener, is to be called. */
  private inputsObserved = false;
  /** True if {@link afterInput} is to be called. */
  private afterInputWanted = false;
  /** Called at the end of each input but a read elsewhere than at offset 0, which makes no room. */
  private inputEndListeners: readonly (() => void)[] = [];
  /** The offsets from which an access needs more than its register: those of no register, or 0 if it is observed. */
  private plainOffsets = 0;
  private readonly mappedOffsets: number;
  readonly #roomObservers = new ObserverList<number>(() => this.#observeRoom());
  #unobserveRoom: (() => void) | undefined;
  /**
   * The characters that arrive as time passes by {@link advance}.
   *
   * @internal
   */
  lineSource: LineSource | undefined;
  readonly output$: Observable<number> = this.streams.output.stream$;
  readonly interrupt$: Observable<InterruptEdge> = this.streams.interrupt.stream$;
  readonly transition$: Observable<Transition> = this.streams.transition.stream$;
  readonly room$: Observable<number> = this.#roomObservers.stream$;

  /**
   * @param chart - the chart to run.
   * @param origin - the position from which to start: by default the chart's initial state, at tick 0.
   */
  protected constructor(
    chart: Chart<AnyStateMachine, TState>,
    options: DeviceOptions,
    origin: DeviceOrigin = {},
  ) {
    super(chart.kinds);
    this.chart = chart;
    this.#lineStatus = chart.registers.find(({ name }) => name === "LSR");
    this.#engine = engineFor(chart, options.engine);
    this.mappedOffsets = mappedOffsetsOf(options.unmapped);
    this.#fold = new Fold(chart, this.#engine, origin.state);
    this.#usePorts();
    const header = {
      chart: chart.id,
      options: chart.options,
      definition: definitionHash(chart.machine),
      package: VERSION,
      first: origin.first ?? 0,
      tick: origin.tick ?? 0,
      state: this.state(),
    };
    this.recorder = openJournal(header, options.journal === undefined ? {} : options.journal, () =>
      this.state(),
    );
    this.updatePlainOffsets();
    checkCallback(options.room, "room");
    if (options.room) this.room$.subscribe(options.room);
  }

  protected override observersChanged(): void {
    super.observersChanged();
    this.transitionsObserved = this.streams.transition.observed;
    this.updatePlainOffsets();
  }

  /** Notes the end of an input, if its entry has the index. */
  private endInput(inputIndex: number, type: Input["type"], offset = 0): void {
    if (this.recorder.next === inputIndex) return;
    try {
      if (this.afterInputWanted) this.afterInput(inputIndex, type);
    } finally {
      if (type !== "read" || offset === 0) {
        const { inputEndListeners } = this;
        for (let i = 0; i < inputEndListeners.length; i++) (inputEndListeners[i] as () => void)();
      }
    }
  }

  /**
   * Calls a listener at the end of each input that may have made room, when its effects have been performed.
   *
   * @returns a function that ends that.
   * @internal
   */
  onInputEnd(listener: () => void): () => void {
    this.inputEndListeners = [...this.inputEndListeners, listener];
    this.updatePlainOffsets();
    return () => {
      this.inputEndListeners = this.inputEndListeners.filter((other) => other !== listener);
      this.updatePlainOffsets();
    };
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

  /** Turns calls of {@link afterInput} on or off. */
  protected observeInputs(isObserved: boolean): void {
    this.afterInputWanted = isObserved;
    this.updatePlainOffsets();
  }

  private updatePlainOffsets(): void {
    this.inputsObserved = this.afterInputWanted || this.inputEndListeners.length > 0;
    const isPlain = !this.transitionsObserved && !this.inputsObserved && !this.recorder.hasSink;
    this.plainOffsets = isPlain ? this.mappedOffsets : 0;
  }

  /**
   * Called after an input has been taken and its effects have been performed, where {@link observeInputs} has asked for it.
   *
   * @param inputIndex - index of the input.
   */
  protected afterInput(_inputIndex: number, _input: Input["type"]): void {}

  /** The chart's present snapshot, as XState has it. */
  get snapshot(): AnyMachineSnapshot {
    return this.#fold.snapshot;
  }

  get journal(): JournalView {
    return this.recorder;
  }

  get now(): number {
    return this.recorder.tick;
  }

  /** The chart's registers, to be read at once: the next input may change the object. */
  protected get context(): TContext {
    return this.#fold.context;
  }

  /** Returns a copy of the chart's state, as JSON. */
  state(): TState {
    return this.chart.stateOf(this.#fold.context);
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

  read(offset: number): number {
    return typeof offset === "number" && offset < this.plainOffsets
      ? this.readPlain(offset)
      : this.readChecked(offset);
  }

  private readPlain(offset: number): number {
    const { recorder, readPort } = this;
    const staged = recorder.stageRead(offset);
    const emissionKind = readPort.take(offset < 8 ? offset : 8);
    recorder.commitAccess(staged);
    if (emissionKind !== EMISSION_KIND.DATA) return this.performRead(readPort, emissionKind);
    const value = readPort.given as number;
    const { rest } = readPort;
    if (rest.length > 0) this.performRest(rest, recorder.last, recorder.tick);
    return value;
  }

  write(offset: number, value: number): void {
    if (typeof offset === "number" && offset < this.plainOffsets) this.writePlain(offset, value);
    else this.writeChecked(offset, value);
  }

  private writePlain(offset: number, value: number): void {
    const { recorder, writePort } = this;
    const staged = recorder.stageWrite(offset, value);
    const emissionKind = writePort.take(offset < 8 ? offset : 8, value);
    recorder.commitAccess(staged);
    if (emissionKind < 0 || writePort.rest.length > 0 || this.effectsObserved) {
      this.performAccess(writePort, emissionKind, recorder.last, recorder.tick);
    } else this.perform(emissionKind, writePort.given, recorder.last, recorder.tick);
  }

  // Apart, so that the short ways are short for V8, too.
  private readChecked(offset: number): number {
    this.checkMapped(offset);
    if (this.transitionsObserved) return this.emissionsOf({ type: "read", offset }).find(isData)?.value ?? 0;
    if (!this.inputsObserved) return this.readRecorded(offset);
    const inputIndex = this.recorder.next;
    try {
      return this.readRecorded(offset);
    } finally {
      this.endInput(inputIndex, "read", offset);
    }
  }

  private writeChecked(offset: number, value: number): void {
    this.checkMapped(offset);
    if (this.transitionsObserved) this.applyChecked({ type: "write", offset, value });
    else if (!this.inputsObserved) this.writeRecorded(offset, value);
    else {
      const inputIndex = this.recorder.next;
      try {
        this.writeRecorded(offset, value);
      } finally {
        this.endInput(inputIndex, "write");
      }
    }
  }

  /** Reads as {@link readPlain} does. The journal's sink does not keep what the chart could not take. */
  private readRecorded(offset: number): number {
    try {
      return this.readPlain(offset);
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    }
  }

  private writeRecorded(offset: number, value: number): void {
    try {
      this.writePlain(offset, value);
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    }
  }

  /** Checks that there is a register at an offset, where the option `unmapped` wants one. */
  private checkMapped(offset: number): void {
    // What is no byte at all is the journal's to refuse.
    if (typeof offset !== "number" || offset < this.mappedOffsets || (offset & 0xff) !== offset) return;
    throw new RangeError(
      `offset: expected a register of ${this.chart.id}, 0 to ${READ_NAMES.length - 1}, got ${hex(offset)}; registers that lie apart need a BusWindow (vm-superio/bus)`,
    );
  }

  peek(offset: number): number {
    checkOffset(offset);
    this.checkMapped(offset);
    return this.#fold.peek(offset).find(isData)?.value ?? 0;
  }

  advance(ticks: number): void {
    if (
      this.lineSource &&
      Number.isSafeInteger(ticks) &&
      ticks >= 0 &&
      Number.isSafeInteger(this.now + ticks)
    )
      this.#advanceWithLine(this.now + ticks);
    else this.enter({ type: "advance", ticks });
  }

  advanceTo(tick: number): void {
    checkTick(tick, this.now);
    this.advance(tick - this.now);
  }

  /**
   * Lets time pass up to a tick, and characters arrive at theirs. All of it passes, whatever callbacks throw.
   *
   * @throws the first error that a callback has thrown.
   */
  #advanceWithLine(end: number): void {
    const failures: unknown[] = [];
    const enterUntil = (tick: number) => {
      try {
        if (tick >= this.now) this.enter({ type: "advance", ticks: tick - this.now });
      } catch (error) {
        failures.push(error);
      }
    };
    for (;;) {
      const due = this.lineSource?.nextDue;
      if (due === undefined || due > end) break;
      if (due > this.now) enterUntil(due);
      this.lineSource?.deliver();
    }
    if (this.now < end || failures.length === 0) enterUntil(end);
    if (failures.length > 0) throw failures[0];
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
    return ((this.#lineStatus?.value(this.#fold.context) ?? 0) & LSR.DR) === 0;
  }

  get capacity(): number {
    return this.chart.capacityOf?.(this.#fold.context) ?? 0;
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
    const ticks = this.chart.ticksUntilDue?.(this.#fold.context);
    const own = ticks === undefined ? undefined : this.now + ticks;
    const arriving = this.lineSource?.nextDue;
    return own === undefined || arriving === undefined ? (own ?? arriving) : Math.min(own, arriving);
  }

  /** Ticks that a character takes on the line at present; 0 where characters take no time. */
  get characterTicks(): number {
    if (this.chart.options["transmitterIsTimed"] !== true) return 0;
    return this.chart.characterTicks?.(this.#fold.context) ?? 0;
  }

  abstract syncOutputs(): void;

  /** Performs the effects by which the chart tells its outputs after a restore. */
  protected repeatOutputs(): void {
    const emissions = this.newList();
    this.#fold.repeatOutputs(emissions);
    this.performAll(emissions, this.lastPosition);
  }

  mark(text: string): void {
    this.recorder.append({ type: "mark", text });
  }

  explain(subject: RegisterName | "interrupt"): Explanation {
    return explain(this.chart, this.#engine, this.recorder, this.#fold.context, subject);
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

  /** Records an input and lets the chart take it: both, or neither if a guard or action of the chart throws. */
  #foldInput(
    input: Input,
    emissions: EmissionCollector,
    transitions?: ChartTransition[],
    delays?: number[],
  ): void {
    const staged = this.recorder.stage(input);
    try {
      this.#fold.apply(input, emissions, transitions, delays);
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    } finally {
      if (this.readPort !== this.#fold.readPort) this.#usePorts();
    }
    this.recorder.commitEntry(staged);
  }

  /** Takes characters as {@link #foldInput} does, without a list for the emissions. */
  #foldCharacters(characters: Extract<Input, { type: "receive" }>["characters"]) {
    const staged = this.recorder.stageReceive(characters);
    try {
      const result = this.#fold.receive(characters);
      this.recorder.commitEntry(staged);
      return result;
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    }
  }

  #usePorts(): void {
    this.readPort = this.#fold.readPort;
    this.writePort = this.#fold.writePort;
  }

  /** The position of the last input recorded. */
  protected get lastPosition(): JournalPosition {
    return { index: this.recorder.last, tick: this.recorder.tick };
  }

  /**
   * Takes characters that arrive, and performs what follows.
   *
   * @returns how many of them the chart has accepted; -1 where it has refused them. Each emission of a chart that takes them one by one
   *   stands for one.
   */
  protected receiveCharacters(characters: Extract<Input, { type: "receive" }>["characters"]): number {
    if (this.transitionsObserved) return acceptedCount(this.emissionsOf({ type: "receive", characters }));
    if (!this.inputsObserved) return this.takeCharacters(characters);
    const inputIndex = this.recorder.next;
    try {
      return this.takeCharacters(characters);
    } finally {
      this.endInput(inputIndex, "receive");
    }
  }

  private takeCharacters(characters: Extract<Input, { type: "receive" }>["characters"]): number {
    const { recorder } = this;
    const kind = this.#foldCharacters(characters);
    const port = this.#fold.receivePort;
    if (kind === EMISSION_KIND.ACCEPTED) {
      const count = port.given as number;
      if (port.rest.length > 0) this.performRest(port.rest, recorder.last, recorder.tick);
      return count;
    }
    const emissions = this.collect(port, kind);
    const count = acceptedInList(emissions);
    this.performAll(emissions, this.lastPosition);
    return count;
  }

  /** Checks an input, applies it and performs what follows. @throws as {@link apply} does. */
  protected enter(input: Input): void {
    this.applyChecked(checkedInput(this.chart, input));
  }

  /**
   * Applies an input that {@link checkedInput} has checked, and performs what follows.
   *
   * @param emissions - receives the emissions before they are performed.
   */
  private applyChecked(
    input: Input,
    emissions: Emission[] | undefined = this.transitionsObserved ? [] : undefined,
  ): void {
    const position: JournalPosition = { index: this.recorder.next, tick: this.recorder.tick };
    const queued = this.newList();
    const delays: number[] = [];
    const transitions: ChartTransition[] | undefined = this.transitionsObserved ? [] : undefined;
    if (input.type !== "advance") reserveStack();
    else this.#fold.bitsObserved = emissions !== undefined || this.bitsObserved;
    this.#foldInput(input, queued, transitions, delays);
    if (emissions) {
      const { index, tick } = position;
      for (let i = 0; i < queued.length; i++)
        emissions.push(emissionAt(queued, i, index, tick + (delays[i] ?? 0)));
      if (transitions) {
        const { value } = this.#fold;
        this.streams.transition.next({
          index,
          tick,
          input,
          taken: transitions.map(describeTransition),
          value,
          emissions,
        });
      }
    }
    try {
      this.performAll(queued, position, undefined, delays);
    } finally {
      this.inputApplied(input);
      if (this.inputsObserved) this.endInput(position.index, input.type);
    }
  }

  /** Called when an input that is no short access has been applied, and its effects performed. */
  protected inputApplied(_input: Input): void {}

  /** Applies an input as {@link applyChecked} does, and returns its emissions. */
  private emissionsOf(input: Input): readonly Emission[] {
    const emissions: Emission[] = [];
    this.applyChecked(input, emissions);
    return emissions;
  }

  /** Performs what a read has emitted where its byte did not come first, and returns the byte. */
  private performRead(port: AccessPort, emissionKind: number): number {
    const emissions = this.collect(port, emissionKind);
    const value = readByte(emissions);
    this.performAll(emissions, this.lastPosition);
    return value;
  }

  /** Returns true if no entry follows the input at `inputIndex`: a callback may have accessed the device. */
  protected isLatest(inputIndex: number): boolean {
    return this.recorder.last === inputIndex;
  }

  /** Records in the journal that an effect of the input at `inputIndex` has failed. */
  protected recordFailure(callback: "out" | "trigger", inputIndex: number): void {
    if (inputIndex < 0) return;
    this.recorder.append({ type: "failed", what: callback, index: inputIndex });
  }

  /** True if somebody observes each bit that is sent. */
  protected get bitsObserved(): boolean {
    return false;
  }

  /** Folds a journal's entries into this device, from its next index up to `until`, and performs no effect. */
  protected foldJournal(journal: JournalView, until: number): void {
    const emissions = this.newList();
    this.#fold.bitsObserved = false;
    for (const { entry } of journal.entries({ from: this.recorder.next, until })) {
      const input = isInput(entry) ? checkedInput(this.chart, entry) : undefined;
      if (input) this.#foldInput(input, emissions);
      else this.recorder.append(entry);
      emissions.length = 0;
    }
  }
}
