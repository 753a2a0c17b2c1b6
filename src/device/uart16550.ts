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
import type { Character, JournalView } from "../journal/index.js";
import { formatValue, withKnownNames } from "../journal/internal.js";
import { ChartDevice, type DeviceOrigin } from "./chart-device.js";
import type { ChartEmission, RestoreOptions, Saved } from "./device.js";
import { checkBytes, checkCallback } from "./input.js";
import { HIGH_LINES, type InterruptLine, type InterruptLineChange, LOW_LINE } from "./interrupt-line.js";
import {
  checkChartId,
  checkJournal,
  checkSaved,
  checkUntil,
  journalWarnings,
  savedWarnings,
  withPresentOptions,
} from "./saved.js";
import type { SerialSink } from "./serial.js";
import { SerialError } from "./serial-error.js";
import { ObserverList } from "./streams.js";
import { uart16550Chart } from "./uart16550-chart.js";
import type { Uart16550State } from "./uart16550-state.js";
import type {
  FromUart16550JournalOptions,
  ModemInputs,
  ModemOutputs,
  SerialOutputChange,
  Uart16550DeviceOptions,
} from "./uart16550-types.js";

const OPTIONS: readonly (keyof Uart16550DeviceOptions)[] = [
  "preset",
  "machine",
  "out",
  "interrupt",
  "journal",
  "engine",
  "unmapped",
];
const NO_SINK: SerialSink = { write: () => {} };
const MODEM_OUTPUT_FIELDS = { DTR: "dtr", RTS: "rts", OUT1: "out1", OUT2: "out2" } as const;

/** Checks modem inputs. @throws TypeError unless it is an object that names some. */
function checkModemInputs(inputs: unknown): void {
  if (typeof inputs !== "object" || inputs === null) {
    throw new TypeError(`inputs: expected an object of cts, dsr, ri, dcd, got ${formatValue(inputs)}`);
  }
  const unknownInput = Object.keys(inputs).find(
    (callbackName) => !["cts", "dsr", "ri", "dcd"].includes(callbackName),
  );
  if (unknownInput !== undefined)
    throw new TypeError(`inputs: expected cts, dsr, ri, dcd, got ${formatValue(unknownInput)}`);
}

/**
 * The whole 16550: the PC16550D, or by its options an 8250, 16450, TL16C550C, TL16C750 or QEMU's.
 *
 * Time passes only by {@link advance}: a character takes its time on the line, unless the option `transmitterIsTimed` is false. Effects are performed
 * after the input that caused them is taken to its end, in order.
 *
 * @example
 * const uart = new Uart16550({ out: { write: (byte) => process.stdout.write(String.fromCharCode(byte)) } });
 * uart.write(3, 0x03); // 8 data bits, 1 stop bit
 * uart.write(0, 0x41);
 * uart.advance(uart.chart.clock / 100); // a hundredth of a second: prints A
 */
export class Uart16550 extends ChartDevice<Uart16550Context, Uart16550State> {
  readonly #sink: SerialSink;
  readonly #driveInterruptLine: (line: InterruptLine) => unknown;
  readonly #lineObservers = new ObserverList<InterruptLineChange>();
  readonly #modemObservers = new ObserverList<ModemOutputs>();
  readonly #serialOutputObservers = new ObserverList<SerialOutputChange>();
  /** Each change of the interrupt line, with the cause that IIR reports. */
  readonly interruptLine$: Observable<InterruptLineChange> = this.#lineObservers.stream$;
  /** The modem outputs, after each change of one. */
  readonly modemOutputs$: Observable<ModemOutputs> = this.#modemObservers.stream$;
  /** Each change of level at SOUT. */
  readonly serialOutput$: Observable<SerialOutputChange> = this.#serialOutputObservers.stream$;
  /** The last cause that IIR reported, as far as effects have been performed. */
  #reportedCause: Uart16550Cause | "none" = "none";
  /** The last levels that observers have seen: of the interrupt line, the modem outputs and SOUT. */
  #drivenLevel: 0 | 1 = 0;
  #publishedOutputs: ModemOutputs;
  #publishedSerialOutput: 0 | 1 = 1;

  /** @throws RangeError or TypeError if there is no such preset, option or engine, or the journal option is none. */
  constructor(options?: Uart16550DeviceOptions);
  /** @internal Starts from a recorded or saved position. */
  constructor(options: Uart16550DeviceOptions, origin: DeviceOrigin);
  constructor(options: Uart16550DeviceOptions = {}, origin: DeviceOrigin = {}) {
    super(
      uart16550Chart(options.preset, options.machine),
      { ...withKnownNames(options, OPTIONS, "Uart16550"), unmapped: options.unmapped ?? "error" },
      origin,
    );
    this.#sink = options.out ?? NO_SINK;
    this.#driveInterruptLine = options.interrupt ?? (() => {});
    this.#publishedOutputs = this.modemOutputs;
    this.#readPinLevels();
    checkCallback(options.interrupt, "interrupt");
    checkCallback(options.out?.write, "out.write", options.out !== undefined);
  }

  /** Drives the interrupt line, if it is high at the start (I17). @throws SerialError of kind Trigger if that fails. */
  #tellInterruptLine(): void {
    const line = this.interruptLine;
    if (line.level === 0) return;
    try {
      this.#driveInterruptLine(line);
    } catch (cause) {
      throw new SerialError("Trigger", cause);
    }
  }

  /** Reads the initial pin levels. */
  #readPinLevels(): void {
    this.#reportedCause = causeOf(this.context);
    this.#drivenLevel = this.interruptLine.level;
    this.#publishedOutputs = this.modemOutputs;
    this.#publishedSerialOutput = this.serialOutput;
  }

  /**
   * Creates a part in a state. Observers receive the levels of its pins and its interrupt line (I17).
   *
   * @throws TypeError if a field is missing or of another type, RangeError if its value is out of range; both name it.
   */
  static fromState(state: Uart16550State, options: Uart16550DeviceOptions = {}): Uart16550 {
    const uart = new Uart16550(options);
    uart.apply({ type: "restore", state });
    return uart;
  }

  /**
   * Creates a part from a saved one, with its options and at its tick, in the middle of characters. Observers receive the levels of
   * its pins and its interrupt line.
   *
   * @throws TypeError if it is no saved 16550, or of a version that this package cannot read.
   * @throws whatever {@link fromState} throws.
   */
  static fromSaved(
    saved: Saved,
    { warn = console.warn, ...options }: Uart16550DeviceOptions & RestoreOptions = {},
  ): Uart16550 {
    checkSaved(saved, "uart16550");
    const preset = options.preset ?? withPresentOptions(saved).options;
    const uart = new Uart16550({ ...options, preset }, { tick: saved.now });
    uart.apply({ type: "restore", state: saved.state });
    for (const warning of savedWarnings(saved, uart)) warn(warning);
    return uart;
  }

  /**
   * Folds a part from a journal: it is as the recorded one was before its entry `until`. No effect is performed again, but the interrupt line
   * is driven high if it is so in the end. It goes on from there, with a journal of its own.
   *
   * @param options - `until` is an absolute index, from the journal's first to its next (the default); `preset` is the journal's
   *   unless given; `warn` is called when the chart has changed since the recording, by default the console's.
   * @throws TypeError if it is the journal of another chart, RangeError if `until` lies outside it.
   */
  static fromJournal(journal: JournalView, options: FromUart16550JournalOptions = {}): Uart16550 {
    checkJournal(journal);
    const { until = journal.next, warn = console.warn, ...deviceOptions } = options;
    checkChartId(journal.header.chart, "uart16550");
    checkUntil(until, journal);
    const { index, tick, state } = journal.checkpoint(until);
    const preset = deviceOptions.preset ?? journal.header.options;
    const uart = new Uart16550({ ...deviceOptions, preset }, { state, first: index, tick });
    for (const warning of journalWarnings(journal, uart)) warn(warning);
    uart.foldJournal(journal, until);
    uart.#readPinLevels();
    uart.#tellInterruptLine();
    return uart;
  }

  /**
   * Receives characters from outside, complete at this instant, one after the other; they overrun as they would on the line (I8).
   *
   * @param characters - bytes, or characters with errors.
   * @returns how many were received, those lost to an overrun included: none in loopback or while the line is in a break.
   * @throws TypeError or RangeError if an item is no character; nothing has changed then.
   */
  receive(characters: readonly Character[] | Uint8Array): number {
    return this.receiveCharacters(characters);
  }

  /**
   * Receives bytes from outside: as many as fit, from the front, so that none is lost.
   *
   * @param bytes - 0 to 255 each.
   * @returns how many were taken; if there is room, none in loopback or while the line is in a break.
   * @throws SerialError of kind FullFifo if there was no room for any, in loopback too.
   * @throws TypeError if it is no list, RangeError if an item is no byte; nothing has changed then.
   */
  enqueueRawBytes(bytes: Uint8Array | readonly number[]): number {
    checkBytes(bytes, "bytes");
    if (bytes.length === 0) return 0;
    const freePlaces = this.fifoCapacity();
    if (freePlaces === 0) throw new SerialError("FullFifo");
    return this.receive(bytes.slice(0, freePlaces));
  }

  /** Returns how many more characters can be received before one is lost: 0 to 1, 16 or 64. */
  fifoCapacity(): number {
    return fifoSizeOf(this.context) - this.context.receiveFifo.length;
  }

  /** Begins or ends a break at the line's other end: one character 0x00 with BI, and nothing more until it ends (I19). */
  breakCondition(on: boolean): void {
    this.enter({ type: "break", on });
  }

  /** Sets the level of SIN: 1 is marking. For two devices that are connected by their lines; see {@link connect}. */
  setSerialInput(level: 0 | 1): void {
    this.enter({ type: "line", level });
  }

  /**
   * Sets the levels of modem inputs; those left out do not change. At the start CTS, DSR and DCD are asserted.
   *
   * @throws TypeError if it is no object, names no input, or a level is not true or false; nothing has changed then.
   */
  setModemInputs(inputs: Partial<ModemInputs>): void {
    checkModemInputs(inputs);
    this.enter({ type: "modem", ...this.modemInputs, ...inputs });
  }

  /** Performs a master reset (PC16550D, Table I). */
  reset(): void {
    this.enter({ type: "reset" });
  }

  /** Stops output: the host takes no more of it, and a character that is sent stays in the shift register. */
  holdOutput(): void {
    this.enter({ type: "hold" });
  }

  /** Resumes output, beginning with the character that waits. */
  releaseOutput(): void {
    this.enter({ type: "release" });
  }

  /** The present interrupt line. */
  get interruptLine(): InterruptLine {
    const cause = causeOf(this.context);
    return uart16550StateValue(this.context).interruptLine === "high" && cause !== "none"
      ? { level: 1, cause }
      : { level: 0 };
  }

  /** The present modem inputs. */
  get modemInputs(): ModemInputs {
    const { modemInputs } = this.context;
    const isAsserted = (line: number) => (modemInputs & line) !== 0;
    return {
      cts: isAsserted(MSR.CTS),
      dsr: isAsserted(MSR.DSR),
      ri: isAsserted(MSR.RI),
      dcd: isAsserted(MSR.DCD),
    };
  }

  /** The present modem outputs. */
  get modemOutputs(): ModemOutputs {
    const { DTR, RTS, OUT1, OUT2 } = uart16550StateValue(this.context);
    const isAsserted = (state: string) => state === "asserted";
    return { dtr: isAsserted(DTR), rts: isAsserted(RTS), out1: isAsserted(OUT1), out2: isAsserted(OUT2) };
  }

  /** The present level at SOUT: 1 is marking. */
  get serialOutput(): 0 | 1 {
    return uart16550StateValue(this.context).serialOutput === "marking" ? 1 : 0;
  }

  /** The present snapshot of `uart16550Machine`: `createActor` goes on from it. */
  override get snapshot(): SnapshotFrom<Uart16550Machine> {
    return super.snapshot as SnapshotFrom<Uart16550Machine>;
  }

  override close(): void {
    super.close();
    for (const observers of [this.#lineObservers, this.#modemObservers, this.#serialOutputObservers])
      observers.complete();
  }

  protected override perform(
    _emissionKind: number,
    payload: unknown,
    inputIndex: number,
    tick: number,
  ): void {
    const emission = payload as ChartEmission;
    switch (emission.type) {
      case "transmit":
        this.#performTransmit(emission.value as number, inputIndex);
        break;
      case "identified":
        this.#reportedCause = emission.cause as Uart16550Cause | "none";
        break;
      case "interruptLine":
        this.#performInterruptLine(emission.level as 0 | 1, inputIndex, tick);
        break;
      case "modemOutput":
        this.#performModemOutput(
          emission.pin as keyof typeof MODEM_OUTPUT_FIELDS,
          emission.level === 1,
          inputIndex,
        );
        break;
      case "serialOutput":
        this.#performSerialOutput(emission.level as 0 | 1, inputIndex, tick);
        break;
    }
  }

  #performTransmit(byte: number, inputIndex: number): void {
    try {
      if (this.#sink.write(byte) === 0) throw new Error("failed to write whole buffer");
      this.#sink.flush?.();
    } catch (cause) {
      this.recordFailure("out", inputIndex);
      throw new SerialError("IOError", cause);
    }
  }

  /**
   * Drives the interrupt line. After a nested access the remaining changes are out of date: then the present level is driven, unless
   * it has been.
   */
  #performInterruptLine(level: 0 | 1, inputIndex: number, tick: number): void {
    const isLatest = this.isLatest(inputIndex);
    const line = isLatest ? (level === 0 ? LOW_LINE : HIGH_LINES[this.#reportedCause]) : this.interruptLine;
    if (!isLatest && line.level === this.#drivenLevel) return;
    this.#drivenLevel = line.level;
    try {
      this.#driveInterruptLine(line);
    } catch (cause) {
      this.recordFailure("trigger", inputIndex);
      throw new SerialError("Trigger", cause);
    } finally {
      if (this.#lineObservers.observed) this.#lineObservers.next({ ...line, index: inputIndex, tick });
      if (line.cause && this.streams.interrupt.observed) {
        this.streams.interrupt.next({ index: inputIndex, tick, cause: line.cause });
      }
    }
  }

  #performModemOutput(pin: keyof typeof MODEM_OUTPUT_FIELDS, level: boolean, inputIndex: number): void {
    const outputs = this.isLatest(inputIndex)
      ? { ...this.#publishedOutputs, [MODEM_OUTPUT_FIELDS[pin]]: level }
      : this.modemOutputs;
    if (isSameOutputs(outputs, this.#publishedOutputs)) return;
    this.#publishedOutputs = outputs;
    this.#modemObservers.next(outputs);
  }

  #performSerialOutput(emittedLevel: 0 | 1, inputIndex: number, tick: number): void {
    const level = this.isLatest(inputIndex) ? emittedLevel : this.serialOutput;
    if (level === this.#publishedSerialOutput) return;
    this.#publishedSerialOutput = level;
    if (this.#serialOutputObservers.observed)
      this.#serialOutputObservers.next({ level, index: inputIndex, tick });
  }
}

const isSameOutputs = (a: ModemOutputs, b: ModemOutputs): boolean =>
  a.dtr === b.dtr && a.rts === b.rts && a.out1 === b.out1 && a.out2 === b.out2;
