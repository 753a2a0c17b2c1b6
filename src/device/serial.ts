import type { Observable } from "rxjs";
import type { SnapshotFrom } from "xstate";
import {
  FIFO_SIZE,
  type SerialContext,
  type SerialMachine,
  type SerialRevision,
  serialInterruptCause,
  serialStateValue,
} from "../../machines/index.js";
import type { Input, JournalView } from "../journal/index.js";
import { checkCallback, checkCallbacks, withKnownNames } from "../journal/internal.js";
import { ChartDevice } from "./chart-device.js";
import type { RestoreOptions, Saved } from "./device.js";
import type { DeviceOptions, DeviceOrigin } from "./device-options.js";
import { EMISSION_KIND } from "./effects.js";
import { checkBytes } from "./input.js";
import { HIGH_LINES, type InterruptLine, type InterruptLineChange, LOW_LINE } from "./interrupt-line.js";
import { checkedReplay, checkedRestore, journalWarnings, savedWarnings } from "./saved.js";
import { serialChart } from "./serial-chart.js";
import { SerialError } from "./serial-error.js";
import type { SerialState } from "./serial-state.js";
import { ObserverList } from "./streams.js";

/** A sink for the bytes that a device transmits. */
export interface SerialSink {
  /**
   * Takes one byte, 0 to 255. It fails by throwing, or by returning 0: nothing was taken.
   * Any other result counts as taken; a promise is not awaited.
   */
  write(byte: number): unknown;
  /** Called after every byte that was taken. It fails by throwing. */
  flush?(): unknown;
}

/** The events that a `Serial` reports: vm-superio's `SerialEvents`. None of them can fail in vm-superio. */
export interface SerialEvents {
  /** RBR was read. */
  bufferRead?(): void;
  /** The sink took a byte. */
  outByte?(): void;
  /** The sink failed, and a byte was lost. */
  txLostByte?(): void;
  /** An RBR read left the receive FIFO empty. */
  inBufferEmpty?(): void;
}

/** Options of a `Serial`, all optional. */
export interface SerialOptions extends DeviceOptions {
  /** Takes each byte that is transmitted; without it, bytes are lost. */
  readonly out?: SerialSink;
  /** Interrupts the processor: a pulse, as vm-superio has it. It fails by throwing. */
  readonly trigger?: () => unknown;
  /**
   * Drives the processor's interrupt line with the level that vm-superio's state implies, at each change: for controllers that are
   * level-triggered. See {@link Serial.interruptLine}. It fails by throwing. Such a device is slower.
   */
  readonly interrupt?: (line: InterruptLine) => unknown;
  /** An access at an offset of 8 and above: by default "zero", which is vm-superio's behaviour; "error" is a RangeError that names the offset. */
  readonly unmapped?: "zero" | "error";
  /** Callbacks for events. */
  readonly events?: SerialEvents;
  /** The revision of vm-superio whose behaviour it has: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /**
   * The chart to run in place of that revision's: one with other implementations under its names
   * (`serialMachine.provide(...)`), or with another arrow. It has to have the same states. For experiments, as no code has
   * been generated for it.
   */
  readonly machine?: SerialMachine;
}

/** Options of {@link Serial.fromJournal}. */
export interface FromJournalOptions extends SerialOptions {
  /** The absolute index before which to stop: all entries by default. */
  readonly until?: number;
  /** Called with one sentence if the replay may differ. */
  readonly warn?: (message: string) => void;
}

const OPTIONS: readonly (keyof SerialOptions)[] = [
  "out",
  "trigger",
  "interrupt",
  "events",
  "revision",
  "machine",
  "journal",
  "engine",
  "room",
  "unmapped",
];

const EVENTS: readonly (keyof SerialEvents)[] = ["bufferRead", "outByte", "txLostByte", "inBufferEmpty"];

const NO_SINK: SerialSink = { write: () => {} };

/**
 * vm-superio's serial console: a 16550 as a virtual machine needs it, with a receive FIFO of 64 bytes.
 *
 * Side effects come in vm-superio's order, after the chart's transition is whole (S45): a callback may call
 * the device, and sees it as the access left it.
 *
 * @example
 * const serial = new Serial({ out: { write: (byte) => process.stdout.write(String.fromCharCode(byte)) } });
 * serial.write(0, 0x41); // prints A
 */
export class Serial extends ChartDevice<SerialContext, SerialState> {
  private readonly sink: SerialSink;
  private readonly trigger: () => unknown;
  private readonly events: SerialEvents;
  readonly #driveInterruptLine: ((line: InterruptLine) => unknown) | undefined;
  readonly #lineObservers = new ObserverList<InterruptLineChange>(() => this.#lineObserversChanged());
  /** Each change of {@link interruptLine}. */
  readonly interruptLine$: Observable<InterruptLineChange> = this.#lineObservers.stream$;
  /** The last level that observers have seen. */
  #drivenLevel: 0 | 1 = 0;
  #lineObserved = false;

  /** @throws RangeError if there is no such revision or engine, TypeError if the journal option is none. */
  constructor(options?: SerialOptions);
  /** @internal Starts from a recorded or saved position. */
  constructor(options: SerialOptions, origin: DeviceOrigin);
  constructor(options: SerialOptions = {}, origin: DeviceOrigin = {}) {
    const {
      out,
      trigger,
      events,
      interrupt,
      unmapped = "zero",
      ...rest
    } = withKnownNames(options, OPTIONS, "Serial");
    if (out !== undefined) checkCallbacks(out, "out", ["write"], ["flush"]);
    checkCallback(trigger, "trigger");
    checkCallback(interrupt, "interrupt");
    if (events !== undefined) checkCallbacks(events, "events", [], EVENTS);
    super(serialChart(rest.revision, rest.machine), { ...rest, unmapped }, origin);
    this.#driveInterruptLine = interrupt;
    this.#lineObserversChanged();
    this.sink = out ?? NO_SINK;
    this.trigger = trigger ?? (() => {});
    this.events = events ?? {};
  }

  /**
   * Creates a device in a state. Interrupts that are pending and enabled in it are raised again (S39).
   *
   * @throws TypeError if a field is missing or of another type, RangeError if it is no byte; both name it.
   * @throws SerialError of kind FullFifo if more than 64 bytes are queued, of kind Trigger if the trigger fails.
   */
  static fromState(state: SerialState, options: SerialOptions = {}): Serial {
    const serial = new Serial(options);
    serial.apply({ type: "restore", state });
    return serial;
  }

  /**
   * Creates a device from a saved one, in its revision and at its tick. It interrupts again as {@link fromState} does.
   *
   * @throws TypeError if it is no saved serial, or of a version that this package cannot read.
   * @throws whatever {@link fromState} throws.
   */
  static fromSaved(saved: Saved, options: SerialOptions & RestoreOptions = {}): Serial {
    const { warn, deviceOptions } = checkedRestore(saved, "serial", options, OPTIONS, "Serial.fromSaved");
    const revision = deviceOptions.revision ?? revisionOf(saved.options);
    const serial = new Serial({ ...deviceOptions, revision }, { tick: saved.now });
    serial.apply({ type: "restore", state: saved.state });
    for (const warning of savedWarnings(saved, serial)) warn(warning);
    return serial;
  }

  /**
   * Folds a device from a journal: it is as the recorded one was before its entry `until`. No effect is performed again, but it interrupts
   * if an interrupt is pending and enabled in the end. It goes on from there, with a journal of its own.
   *
   * @param options - `until` is an absolute index, from the journal's first to its next (the default); `revision` is the
   *   journal's unless given; `warn` is called when the chart has changed since the recording, by default the console's.
   * @throws TypeError if it is the journal of another chart, RangeError if `until` lies outside it.
   */
  static fromJournal(journal: JournalView, options: FromJournalOptions = {}): Serial {
    const checked = checkedReplay(journal, "serial", options, OPTIONS, "Serial.fromJournal");
    const { until, warn, deviceOptions, origin } = checked;
    const revision = deviceOptions.revision ?? revisionOf(journal.header.options);
    const serial = new Serial({ ...deviceOptions, revision }, origin);
    for (const warning of journalWarnings(journal, serial)) warn(warning);
    serial.foldJournal(journal, until);
    serial.#tellInterruptLine();
    return serial;
  }

  /**
   * Receives bytes from outside.
   *
   * @param bytes - 0 to 255 each. As many as fit are taken, from the front; in loopback none (S25).
   * @returns how many were taken.
   * @throws SerialError of kind FullFifo if there was no room for any, of kind Trigger if the trigger failed: then they
   *   are queued all the same (S27).
   * @throws TypeError if it is no list, RangeError if an item is no byte; nothing has changed then.
   */
  enqueueRawBytes(bytes: Uint8Array | readonly number[]): number {
    checkBytes(bytes, "bytes");
    const count = this.receiveCharacters(bytes);
    if (count < 0) throw new SerialError("FullFifo");
    return count;
  }

  /** The present snapshot of `serialMachine`, or of the machine of 0.8.1: `createActor` goes on from it. */
  override get snapshot(): SnapshotFrom<SerialMachine> {
    return super.snapshot as SnapshotFrom<SerialMachine>;
  }

  /** How many more bytes the receive FIFO can take: 0 to 64. */
  fifoCapacity(): number {
    return FIFO_SIZE - this.context.receiveFifo.length;
  }

  /**
   * The level of the interrupt line that vm-superio's state implies: high while IIR has a source pending that IER enables, which is while a
   * restored state would trigger again (S39). A read of IIR lowers it (S1). vm-superio itself only triggers.
   */
  get interruptLine(): InterruptLine {
    const cause = serialInterruptCause(serialStateValue(this.context));
    return cause === "none" ? LOW_LINE : HIGH_LINES[cause];
  }

  override close(): void {
    super.close();
    this.#lineObservers.complete();
  }

  #lineObserversChanged(): void {
    const isObserved = this.#driveInterruptLine !== undefined || this.#lineObservers.observed;
    if (isObserved && !this.#lineObserved) this.#drivenLevel = this.interruptLine.level;
    this.#lineObserved = isObserved;
    this.observeInputs(isObserved);
  }

  protected override afterInput(inputIndex: number, input: Input["type"]): void {
    const line = this.interruptLine;
    if (line.level === this.#drivenLevel && input !== "restore") return;
    this.#drivenLevel = line.level;
    try {
      this.#driveInterruptLine?.(line);
    } catch (cause) {
      this.recordFailure("trigger", inputIndex);
      throw new SerialError("Trigger", cause);
    } finally {
      if (this.#lineObservers.observed)
        this.#lineObservers.next({ ...line, index: inputIndex, tick: this.now });
    }
  }

  /**
   * Raises the interrupts again that are pending and enabled, as {@link fromState} does (S39), and drives the line again at its level.
   *
   * @throws SerialError of kind Trigger if a callback fails.
   */
  syncOutputs(): void {
    try {
      this.repeatOutputs();
    } finally {
      if (this.#lineObserved) this.afterInput(this.recorder.last, "restore");
    }
  }

  protected override perform(emissionKind: number, payload: unknown, inputIndex: number): void {
    if (emissionKind === EMISSION_KIND.TRANSMIT) this.performTransmit(payload as number, inputIndex);
    else this.performReport(emissionKind, inputIndex);
  }

  private performReport(emissionKind: number, inputIndex: number): void {
    switch (emissionKind) {
      case EMISSION_KIND.BUFFER_READ:
        this.events.bufferRead?.();
        break;
      case EMISSION_KIND.INTERRUPT:
        this.performInterrupt(inputIndex);
        break;
      case EMISSION_KIND.BUFFER_EMPTY:
        this.events.inBufferEmpty?.();
        break;
    }
  }

  private performTransmit(byte: number, inputIndex: number): void {
    try {
      if (this.sink.write(byte) === 0) throwNothingWritten();
      this.sink.flush?.();
    } catch (cause) {
      this.failTransmit(cause, inputIndex);
    }
    this.events.outByte?.();
  }

  private failTransmit(cause: unknown, inputIndex: number): never {
    this.recordFailure("out", inputIndex);
    this.events.txLostByte?.();
    throw new SerialError("IOError", cause);
  }

  /** Interrupts, and drives the line high, where an interrupt is pending and enabled at the start. @throws SerialError of kind Trigger. */
  #tellInterruptLine(): void {
    const line = this.interruptLine;
    this.#drivenLevel = line.level;
    if (line.level === 0) return;
    try {
      this.trigger();
      this.#driveInterruptLine?.(line);
    } catch (cause) {
      throw new SerialError("Trigger", cause);
    }
  }

  private performInterrupt(inputIndex: number): void {
    try {
      this.trigger();
    } catch (cause) {
      this.recordFailure("trigger", inputIndex);
      throw new SerialError("Trigger", cause);
    }
  }
}

const throwNothingWritten = (): never => {
  throw new Error("failed to write whole buffer");
};

/** Returns the revision among a chart's options; {@link serialChart} checks it. */
const revisionOf = (options: Readonly<Record<string, unknown>>): SerialRevision =>
  (options["revision"] ?? "none") as SerialRevision;
