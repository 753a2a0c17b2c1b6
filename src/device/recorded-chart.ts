import type { AnyStateMachine } from "xstate";
import { READ_NAMES } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
import {
  definitionHash,
  type Input,
  type JournalView,
  openJournal,
  type Recorder,
} from "../journal/index.js";
import { VERSION } from "../version.js";
import type { Chart, Emission } from "./device.js";
import { type DeviceOptions, type DeviceOrigin, mappedOffsetsOf } from "./device-options.js";
import { EffectQueue } from "./effect-queue.js";
import { acceptedCount, acceptedInList, EMISSION_KIND, emissionAt, isData, readByte } from "./effects.js";
import { engineFor } from "./engines.js";
import { type AccessPort, type EmissionCollector, Fold, isInput } from "./fold.js";
import { checkedInput } from "./input.js";
import { hex } from "./input-format.js";
import { reserveStack } from "./reserve-stack.js";
import { describeTransition } from "./transition-description.js";

/**
 * A chart whose inputs are recorded in a journal and taken to their end before their emissions are performed.
 *
 * @internal
 */
export abstract class RecordedChart<TContext, TState> extends EffectQueue {
  readonly chart: Chart<AnyStateMachine, TState>;
  protected readonly engine: Engine<AnyStateMachine>;
  protected readonly fold: Fold;
  // Fields that an access uses are private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  protected readonly recorder: Recorder;
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
    this.engine = engineFor(chart, options.engine);
    this.mappedOffsets = mappedOffsetsOf(options.unmapped);
    this.fold = new Fold(chart, this.engine, origin.state);
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

  /** Turns calls of {@link afterInput} on or off. */
  protected observeInputs(isObserved: boolean): void {
    this.afterInputWanted = isObserved;
    this.updatePlainOffsets();
  }

  protected updatePlainOffsets(): void {
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

  /** The chart's registers, to be read at once: the next input may change the object. */
  protected get context(): TContext {
    return this.fold.context;
  }

  /** Returns a copy of the chart's state, as JSON. */
  state(): TState {
    return this.chart.stateOf(this.fold.context);
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
  protected checkMapped(offset: number): void {
    // What is no byte at all is the journal's to refuse.
    if (typeof offset !== "number" || offset < this.mappedOffsets || (offset & 0xff) !== offset) return;
    throw new RangeError(
      `offset: expected a register of ${this.chart.id}, 0 to ${READ_NAMES.length - 1}, got ${hex(offset)}; registers that lie apart need a BusWindow (vm-superio/bus)`,
    );
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
      this.fold.apply(input, emissions, transitions, delays);
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    } finally {
      if (this.readPort !== this.fold.readPort) this.#usePorts();
    }
    this.recorder.commitEntry(staged);
  }

  /** Takes characters as {@link #foldInput} does, without a list for the emissions. */
  #foldCharacters(characters: Extract<Input, { type: "receive" }>["characters"]) {
    const staged = this.recorder.stageReceive(characters);
    try {
      const result = this.fold.receive(characters);
      this.recorder.commitEntry(staged);
      return result;
    } catch (error) {
      this.recorder.takeBack();
      throw error;
    }
  }

  #usePorts(): void {
    this.readPort = this.fold.readPort;
    this.writePort = this.fold.writePort;
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
    const port = this.fold.receivePort;
    if (kind === EMISSION_KIND.ACCEPTED) {
      const count = port.given as number;
      if (port.rest.length > 0) this.performRest(port.rest, recorder.last, recorder.tick);
      return count;
    }
    const emissions = this.collect(port, kind);
    const count = acceptedInList(emissions);
    this.performAll(emissions, recorder.last, recorder.tick);
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
  protected applyChecked(
    input: Input,
    emissions: Emission[] | undefined = this.transitionsObserved ? [] : undefined,
  ): void {
    const { next: index, tick } = this.recorder;
    const queued = this.newList();
    const delays: number[] = [];
    const transitions: ChartTransition[] | undefined = this.transitionsObserved ? [] : undefined;
    if (input.type !== "advance") reserveStack();
    else this.fold.bitsObserved = emissions !== undefined || this.bitsObserved;
    this.#foldInput(input, queued, transitions, delays);
    if (emissions) {
      for (let i = 0; i < queued.length; i++)
        emissions.push(emissionAt(queued, i, index, tick + (delays[i] ?? 0)));
      if (transitions) {
        const { value } = this.fold;
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
      this.performAll(queued, index, tick, undefined, delays);
    } finally {
      this.inputApplied(input);
      if (this.inputsObserved) this.endInput(index, input.type);
    }
  }

  /** Called when an input that is no short access has been applied, and its effects performed. */
  protected inputApplied(_input: Input): void {}

  /** Applies an input as {@link applyChecked} does, and returns its emissions. */
  protected emissionsOf(input: Input): readonly Emission[] {
    const emissions: Emission[] = [];
    this.applyChecked(input, emissions);
    return emissions;
  }

  /** Performs what a read has emitted where its byte did not come first, and returns the byte. */
  private performRead(port: AccessPort, emissionKind: number): number {
    const emissions = this.collect(port, emissionKind);
    const value = readByte(emissions);
    this.performAll(emissions, this.recorder.last, this.recorder.tick);
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
    this.fold.bitsObserved = false;
    for (const { entry } of journal.entries({ from: this.recorder.next, until })) {
      const input = isInput(entry) ? checkedInput(this.chart, entry) : undefined;
      if (input) this.#foldInput(input, emissions);
      else this.recorder.append(entry);
      emissions.length = 0;
    }
  }
}
