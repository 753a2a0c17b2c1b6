import type { Observable } from "rxjs";
import type { SnapshotFrom } from "xstate";
import {
  causeOf,
  fifoSizeOf,
  MSR,
  type Uart16550Cause,
  type Uart16550Context,
  type Uart16550Machine,
  uart16550StateValue,
} from "../../machines/index.js";
import { type Character, type JournalView, shown } from "../journal/index.js";
import { type Beginning, ChartDevice } from "./chart-device.js";
import type { ChartEmission, Saved } from "./device.js";
import { checkBytes } from "./input.js";
import { checkChartId, checkJournal, checkSaved, checkUntil } from "./saved.js";
import type { SerialSink } from "./serial.js";
import { SerialError } from "./serial-error.js";
import { Listeners } from "./streams.js";
import { uart16550Chart } from "./uart16550-chart.js";
import type {
  FromUart16550JournalOptions,
  InterruptLine,
  InterruptLineChange,
  ModemInputs,
  ModemOutputs,
  SerialOutputChange,
  Uart16550DeviceOptions,
} from "./uart16550-face.js";
import type { Uart16550State } from "./uart16550-state.js";

const NO_SINK: SerialSink = { write: () => {} };
/** The line as it is told, one object for each cause. */
const LOW: InterruptLine = Object.freeze({ level: 0 });
const high = (cause: Uart16550Cause): InterruptLine => Object.freeze({ level: 1, cause });
const HIGH: Readonly<Record<Uart16550Cause | "none", InterruptLine>> = {
  none: Object.freeze({ level: 1 }),
  RLS: high("RLS"),
  RDA: high("RDA"),
  CTI: high("CTI"),
  THRE: high("THRE"),
  MS: high("MS"),
};
const PINS = { DTR: "dtr", RTS: "rts", OUT1: "out1", OUT2: "out2" } as const;

/** @throws TypeError unless it is a function, or is left out where it may be. */
function checkCallback(callback: unknown, name: string, needed = callback !== undefined): void {
  if (!needed || typeof callback === "function") return;
  throw new TypeError(`${name}: expected a function, got ${shown(callback)}`);
}

/** @throws TypeError unless it is an object that names modem inputs. */
function checkModemInputs(inputs: unknown): void {
  if (typeof inputs !== "object" || inputs === null) {
    throw new TypeError(`inputs: expected an object of cts, dsr, ri, dcd, got ${shown(inputs)}`);
  }
  const unknown = Object.keys(inputs).find((name) => !["cts", "dsr", "ri", "dcd"].includes(name));
  if (unknown !== undefined) throw new TypeError(`inputs: expected cts, dsr, ri, dcd, got ${shown(unknown)}`);
}

/**
 * The whole 16550: the PC16550D, or by its options an 8250, 16450, TL16C550C, TL16C750 or QEMU's.
 *
 * Time is what {@link advance} says: a character takes its time on the line, unless the option `txTimed` is false. Effects are performed
 * after the input that caused them is taken to its end, in order.
 *
 * @example
 * const uart = new Uart16550({ out: { write: (byte) => process.stdout.write(String.fromCharCode(byte)) } });
 * uart.write(3, 0x03); // 8 data bits, 1 stop bit
 * uart.write(0, 0x41);
 * uart.advance(uart.chart.clock / 100); // a hundredth of a second: prints A
 */
export class Uart16550 extends ChartDevice<Uart16550Context, Uart16550State> {
  readonly #out: SerialSink;
  readonly #drive: (line: InterruptLine) => unknown;
  readonly #line = new Listeners<InterruptLineChange>();
  readonly #modem = new Listeners<ModemOutputs>();
  readonly #sout = new Listeners<SerialOutputChange>();
  /** Each change of the interrupt line, with what IIR reports. */
  readonly interruptLine$: Observable<InterruptLineChange> = this.#line.stream$;
  /** The modem outputs, after each change of one. */
  readonly modemOutputs$: Observable<ModemOutputs> = this.#modem.stream$;
  /** Each change of level at SOUT. */
  readonly serialOutput$: Observable<SerialOutputChange> = this.#sout.stream$;
  /** What IIR reported last, as far as effects have been performed. */
  #cause: Uart16550Cause | "none" = "none";
  /** What was told last of the interrupt line, the modem outputs and SOUT. */
  #level: 0 | 1 = 0;
  #outputs: ModemOutputs;
  #sent: 0 | 1 = 1;

  /** @throws RangeError or TypeError if there is no such preset, option or engine, or the journal option is none. */
  constructor(options?: Uart16550DeviceOptions);
  /** @internal Begins elsewhere than anew. */
  constructor(options: Uart16550DeviceOptions, beginning: Beginning);
  constructor(options: Uart16550DeviceOptions = {}, beginning: Beginning = {}) {
    super(uart16550Chart(options.preset, options.machine), options, beginning);
    this.#out = options.out ?? NO_SINK;
    this.#drive = options.interrupt ?? (() => {});
    this.#outputs = this.modemOutputs;
    this.#begin();
    checkCallback(options.interrupt, "interrupt");
    checkCallback(options.out?.write, "out.write", options.out !== undefined);
  }

  /** What is so before anything has been told. */
  #begin(): void {
    this.#cause = causeOf(this.context);
    this.#level = this.interruptLine.level;
    this.#outputs = this.modemOutputs;
    this.#sent = this.serialOutput;
  }

  /**
   * A part in a state. Its pins and its interrupt line are told anew (I17).
   *
   * @throws TypeError if a field is missing or of another type, RangeError if its value is out of range; both name it.
   */
  static fromState(state: Uart16550State, options: Uart16550DeviceOptions = {}): Uart16550 {
    const uart = new Uart16550(options);
    uart.apply({ type: "restore", state });
    return uart;
  }

  /**
   * A part as {@link save} kept one, with its options and at its time, in the middle of characters. Its pins and its interrupt
   * line are told anew.
   *
   * @throws TypeError if it is no saved 16550, or of a version that this package cannot read.
   * @throws whatever {@link fromState} throws.
   */
  static fromSaved(saved: Saved, options: Uart16550DeviceOptions = {}): Uart16550 {
    checkSaved(saved, "uart16550");
    const uart = new Uart16550({ ...options, preset: options.preset ?? saved.options }, { tick: saved.now });
    uart.apply({ type: "restore", state: saved.state });
    return uart;
  }

  /**
   * A part folded from a journal: as the recorded one was before its entry `until`. What the recorded one did to its surroundings is not
   * done again. It goes on from there, with a journal of its own.
   *
   * @param options - `until` is an absolute index, from the journal's first to its next (the default); `preset` is the journal's
   *   unless given; `warn` hears when the chart has changed since the recording, by default on the console.
   * @throws TypeError if it is the journal of another chart, RangeError if `until` lies outside it.
   */
  static fromJournal(journal: JournalView, options: FromUart16550JournalOptions = {}): Uart16550 {
    checkJournal(journal);
    const { until = journal.next, warn = console.warn, ...rest } = options;
    checkChartId(journal.header.chart, "uart16550");
    checkUntil(until, journal);
    const { index, tick, state } = journal.checkpoint(until);
    const preset = rest.preset ?? journal.header.options;
    const uart = new Uart16550({ ...rest, preset }, { state, first: index, tick });
    if (uart.journal.header.definition !== journal.header.definition) {
      warn("the journal was recorded with another definition of this chart: its replay may differ");
    }
    uart.foldIn(journal, until);
    uart.#begin();
    return uart;
  }

  /**
   * Characters arrive from outside, complete at this instant, one after the other; they overrun as they would on the line (I8).
   *
   * @param characters - bytes, or characters with errors.
   * @returns how many were received, those lost to an overrun included: none in loopback or while the line is in a break.
   * @throws TypeError or RangeError if an item is no character; nothing has changed then.
   */
  receive(characters: readonly Character[] | Uint8Array): number {
    const emitted = this.apply({ type: "receive", characters });
    return emitted.filter(({ type }) => type === "accepted").length;
  }

  /**
   * Bytes arrive from outside: as many as fit, from the front, so that none is lost.
   *
   * @param bytes - 0 to 255 each.
   * @returns how many were taken; if there is room, none in loopback or while the line is in a break.
   * @throws SerialError of kind FullFifo if there was no room for any, in loopback too.
   * @throws TypeError if it is no list, RangeError if an item is no byte; nothing has changed then.
   */
  enqueueRawBytes(bytes: Uint8Array | readonly number[]): number {
    checkBytes(bytes, "bytes");
    if (bytes.length === 0) return 0;
    const room = this.fifoCapacity();
    if (room === 0) throw new SerialError("FullFifo");
    return this.receive(bytes.slice(0, room));
  }

  /** How many more characters can be received before one is lost: 0 to 1, 16 or 64. */
  fifoCapacity(): number {
    return fifoSizeOf(this.context) - this.context.receiveFifo.length;
  }

  /** The other end holds the line in a break, or ends it: one character 0x00 with BI, and nothing more until it ends (I19). */
  breakCondition(on: boolean): void {
    this.enter({ type: "break", on });
  }

  /** SIN changes level: 1 is marking. For two devices that are connected by their lines; see {@link connect}. */
  setSerialInput(level: 0 | 1): void {
    this.enter({ type: "line", level });
  }

  /**
   * The modem inputs are at these levels; those left out stay as they are. At the start CTS, DSR and DCD are asserted.
   *
   * @throws TypeError if it is no object, names no input, or a level is not true or false; nothing has changed then.
   */
  setModemInputs(inputs: Partial<ModemInputs>): void {
    checkModemInputs(inputs);
    this.enter({ type: "modem", ...this.modemInputs, ...inputs });
  }

  /** Master reset (PC16550D, Table I). */
  reset(): void {
    this.enter({ type: "reset" });
  }

  /** The host takes no more output: a character that is sent stays in the shift register. */
  holdOutput(): void {
    this.enter({ type: "hold" });
  }

  /** The host takes output again, beginning with the character that waits. */
  releaseOutput(): void {
    this.enter({ type: "release" });
  }

  /** The interrupt line now. */
  get interruptLine(): InterruptLine {
    const cause = causeOf(this.context);
    return uart16550StateValue(this.context).interruptLine === "high" && cause !== "none"
      ? { level: 1, cause }
      : { level: 0 };
  }

  /** The modem inputs now. */
  get modemInputs(): ModemInputs {
    const { modemInputs } = this.context;
    const is = (line: number) => (modemInputs & line) !== 0;
    return { cts: is(MSR.CTS), dsr: is(MSR.DSR), ri: is(MSR.RI), dcd: is(MSR.DCD) };
  }

  /** The modem outputs now. */
  get modemOutputs(): ModemOutputs {
    const { DTR, RTS, OUT1, OUT2 } = uart16550StateValue(this.context);
    const is = (state: string) => state === "asserted";
    return { dtr: is(DTR), rts: is(RTS), out1: is(OUT1), out2: is(OUT2) };
  }

  /** The level at SOUT now: 1 is marking. */
  get serialOutput(): 0 | 1 {
    return uart16550StateValue(this.context).serialOutput === "marking" ? 1 : 0;
  }

  /** The present snapshot of `uart16550Machine`: `createActor` goes on from it. */
  override get snapshot(): SnapshotFrom<Uart16550Machine> {
    return super.snapshot as SnapshotFrom<Uart16550Machine>;
  }

  override close(): void {
    super.close();
    for (const listeners of [this.#line, this.#modem, this.#sout]) listeners.complete();
  }

  protected override perform(_kind: number, payload: unknown, index: number, tick: number): void {
    const emission = payload as ChartEmission;
    switch (emission.type) {
      case "transmit":
        this.#transmit(emission.value as number, index);
        break;
      case "identified":
        this.#cause = emission.cause as Uart16550Cause | "none";
        break;
      case "interruptLine":
        this.#interrupt(emission.level as 0 | 1, index, tick);
        break;
      case "modemOutput":
        this.#modemOutput(emission.pin as keyof typeof PINS, emission.level === 1, index);
        break;
      case "serialOutput":
        this.#serialOutput(emission.level as 0 | 1, index, tick);
        break;
    }
  }

  #transmit(byte: number, index: number): void {
    try {
      if (this.#out.write(byte) === 0) throw new Error("failed to write whole buffer");
      this.#out.flush?.();
    } catch (cause) {
      this.noteFailure("out", index);
      throw new SerialError("IOError", cause);
    }
  }

  /**
   * Tells the interrupt line's change. After an access from within a callback the rest of the changes are those of before it:
   * then what the line is now is told, unless it has been.
   */
  #interrupt(level: 0 | 1, index: number, tick: number): void {
    const latest = this.isLatest(index);
    const line = latest ? (level === 0 ? LOW : HIGH[this.#cause]) : this.interruptLine;
    if (!latest && line.level === this.#level) return;
    this.#level = line.level;
    try {
      this.#drive(line);
    } catch (cause) {
      this.noteFailure("trigger", index);
      throw new SerialError("Trigger", cause);
    } finally {
      if (this.#line.any) this.#line.next({ ...line, index, tick });
      if (line.cause && this.streams.interrupt.any) {
        this.streams.interrupt.next({ index, tick, cause: line.cause });
      }
    }
  }

  #modemOutput(pin: keyof typeof PINS, level: boolean, index: number): void {
    const outputs = this.isLatest(index) ? { ...this.#outputs, [PINS[pin]]: level } : this.modemOutputs;
    if (isEqual(outputs, this.#outputs)) return;
    this.#outputs = outputs;
    this.#modem.next(outputs);
  }

  #serialOutput(told: 0 | 1, index: number, tick: number): void {
    const level = this.isLatest(index) ? told : this.serialOutput;
    if (level === this.#sent) return;
    this.#sent = level;
    if (this.#sout.any) this.#sout.next({ level, index, tick });
  }
}

const isEqual = (a: ModemOutputs, b: ModemOutputs): boolean =>
  a.dtr === b.dtr && a.rts === b.rts && a.out1 === b.out1 && a.out2 === b.out2;
