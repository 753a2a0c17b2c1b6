import type { SnapshotFrom } from "xstate";
import {
  FIFO_SIZE,
  type SerialContext,
  type SerialMachine,
  type SerialRevision,
} from "../../machines/index.js";
import type { JournalView } from "../journal/index.js";
import { type Beginning, ChartDevice, type DeviceOptions } from "./chart-device.js";
import type { Saved } from "./device.js";
import { KIND } from "./effects.js";
import { checkBytes } from "./input.js";
import { checkChartId, checkJournal, checkSaved, checkUntil } from "./saved.js";
import { serialChart } from "./serial-chart.js";
import { SerialError } from "./serial-error.js";
import type { SerialState } from "./serial-state.js";

/** Where a `Serial` writes what it transmits. */
export interface SerialSink {
  /**
   * Takes one byte, 0 to 255. It fails by throwing, or by returning 0: nothing was taken.
   * Whatever else it returns counts as taken; a promise is not waited for.
   */
  write(byte: number): unknown;
  /** Called after every byte that was taken. It fails by throwing. */
  flush?(): unknown;
}

/** What a `Serial` reports as it works: vm-superio's `SerialEvents`. None of them can fail in vm-superio. */
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

/** How a `Serial` is made. Everything may be left out. */
export interface SerialOptions extends DeviceOptions {
  /** Takes what is transmitted; without it, it is gone. */
  readonly out?: SerialSink;
  /** Interrupts the processor. It fails by throwing. */
  readonly trigger?: () => unknown;
  /** Hears what happens. */
  readonly events?: SerialEvents;
  /** Whose behaviour: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /**
   * The chart to run in place of that revision's: one with other implementations under its names
   * (`serialMachine.provide(...)`), or with another arrow. It has to have the same states. For experiments, as no code has
   * been generated for it.
   */
  readonly machine?: SerialMachine;
}

/** How {@link Serial.fromJournal} folds. */
export interface FromJournalOptions extends SerialOptions {
  /** The absolute index before which to stop: all entries by default. */
  readonly until?: number;
  /** Hears in one sentence what may make the replay differ. */
  readonly warn?: (message: string) => void;
}

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
  private readonly out: SerialSink;
  private readonly trigger: () => unknown;
  private readonly events: SerialEvents;

  /** @throws RangeError if there is no such revision or engine, TypeError if the journal option is none. */
  constructor(options?: SerialOptions);
  /** @internal Begins elsewhere than anew. */
  constructor(options: SerialOptions, beginning: Beginning);
  constructor(options: SerialOptions = {}, beginning: Beginning = {}) {
    super(serialChart(options.revision, options.machine), options, beginning);
    this.out = options.out ?? NO_SINK;
    this.trigger = options.trigger ?? (() => {});
    this.events = options.events ?? {};
  }

  /**
   * A device in a state. What is pending and enabled in it interrupts again (S39).
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
   * A device as {@link save} kept one, in the revision that was saved and at the time at which it was. It interrupts
   * again as {@link fromState} does.
   *
   * @throws TypeError if it is no saved serial, or of a version that this package cannot read.
   * @throws whatever {@link fromState} throws.
   */
  static fromSaved(saved: Saved, options: SerialOptions = {}): Serial {
    checkSaved(saved, "serial");
    const revision = options.revision ?? revisionOf(saved.options);
    const serial = new Serial({ ...options, revision }, { tick: saved.now });
    serial.apply({ type: "restore", state: saved.state });
    return serial;
  }

  /**
   * A device folded from a journal: as the recorded one was before its entry `until`. What the recorded one did to its
   * surroundings is not done again. It goes on from there, with a journal of its own.
   *
   * @param options - `until` is an absolute index, from the journal's first to its next (the default); `revision` is the
   *   journal's unless given; `warn` hears when the chart has changed since the recording, by default on the console.
   * @throws TypeError if it is the journal of another chart, RangeError if `until` lies outside it.
   */
  static fromJournal(journal: JournalView, options: FromJournalOptions = {}): Serial {
    checkJournal(journal);
    const { until = journal.next, warn = console.warn, ...rest } = options;
    checkChartId(journal.header.chart, "serial");
    checkUntil(until, journal);
    const { index, tick, state } = journal.checkpoint(until);
    const revision = rest.revision ?? revisionOf(journal.header.options);
    const serial = new Serial({ ...rest, revision }, { state, first: index, tick });
    if (serial.journal.header.definition !== journal.header.definition) {
      warn("the journal was recorded with another definition of this chart: its replay may differ");
    }
    serial.foldIn(journal, until);
    return serial;
  }

  /**
   * Bytes arrive from outside.
   *
   * @param bytes - 0 to 255 each. As many as fit are taken, from the front; in loopback none (S25).
   * @returns how many were taken.
   * @throws SerialError of kind FullFifo if there was no room for any, of kind Trigger if the trigger failed: then they
   *   are queued all the same (S27).
   * @throws TypeError if it is no list, RangeError if an item is no byte; nothing has changed then.
   */
  enqueueRawBytes(bytes: Uint8Array | readonly number[]): number {
    checkBytes(bytes, "bytes");
    const count = this.takeCharacters(bytes);
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

  protected override perform(kind: number, payload: unknown, index: number): void {
    if (kind === KIND.TRANSMIT) this.transmit(payload as number, index);
    else this.report(kind, index);
  }

  private report(kind: number, index: number): void {
    switch (kind) {
      case KIND.BUFFER_READ:
        this.events.bufferRead?.();
        break;
      case KIND.INTERRUPT:
        this.interrupt(index);
        break;
      case KIND.BUFFER_EMPTY:
        this.events.inBufferEmpty?.();
        break;
    }
  }

  private transmit(byte: number, index: number): void {
    try {
      if (this.out.write(byte) === 0) nothingTaken();
      this.out.flush?.();
    } catch (cause) {
      this.lose(cause, index);
    }
    this.events.outByte?.();
  }

  private lose(cause: unknown, index: number): never {
    this.noteFailure("out", index);
    this.events.txLostByte?.();
    throw new SerialError("IOError", cause);
  }

  private interrupt(index: number): void {
    try {
      this.trigger();
    } catch (cause) {
      this.noteFailure("trigger", index);
      throw new SerialError("Trigger", cause);
    }
  }
}

const nothingTaken = (): never => {
  throw new Error("failed to write whole buffer");
};

/** The revision under which something was kept; whether it is one is checked where it is used. */
const revisionOf = (options: Readonly<Record<string, unknown>>): SerialRevision =>
  (options["revision"] ?? "none") as SerialRevision;
