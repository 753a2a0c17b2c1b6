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
import type { Character, Input, JournalView } from "../journal/index.js";
import {
  checkCallback,
  checkCallbacks,
  checkReadable,
  formatValue,
  isRecord,
  withKnownNames,
} from "../journal/internal.js";
import { ChartDevice } from "./chart-device.js";
import type { ChartEmission, RestoreOptions, Saved } from "./device.js";
import type { DeviceOrigin } from "./device-options.js";
import { EMISSION_KIND } from "./effects.js";
import { checkBytes } from "./input.js";
import { HIGH_LINES, type InterruptLine, type InterruptLineChange, LOW_LINE } from "./interrupt-line.js";
import {
  checkedReplay,
  checkedRestore,
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
  OutputAttachment,
  OutputHost,
  ReadyChange,
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
  "room",
  "unmapped",
];
const NO_SINK: SerialSink = { write: () => {} };
const MODEM_OUTPUT_FIELDS = { DTR: "dtr", RTS: "rts", OUT1: "out1", OUT2: "out2" } as const;

const MODEM_INPUTS = ["cts", "dsr", "ri", "dcd"];

/** Checks modem inputs. @throws TypeError unless it is an object that names some. */
function checkModemInputs(inputs: unknown): void {
  const inputNames = MODEM_INPUTS.join(", ");
  const names = checkReadable(inputs, "inputs", `an object of ${inputNames}`, () => {
    if (isRecord(inputs)) return Reflect.ownKeys(inputs);
    throw new TypeError();
  });
  for (const name of names)
    if (!MODEM_INPUTS.includes(name as string))
      throw new TypeError(`inputs: expected ${inputNames}, got ${formatValue(name)}`);
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
  readonly #holdObservers = new ObserverList<boolean>();
  readonly #receiveReadyObservers = new ObserverList<ReadyChange>();
  readonly #transmitReadyObservers = new ObserverList<ReadyChange>();
  /** Each change of the interrupt line, with the cause that IIR reports. */
  readonly interruptLine$: Observable<InterruptLineChange> = this.#lineObservers.stream$;
  /** The modem outputs, after each change of one. */
  readonly modemOutputs$: Observable<ModemOutputs> = this.#modemObservers.stream$;
  /** Each change of level at SOUT. */
  readonly serialOutput$: Observable<SerialOutputChange> = this.#serialOutputObservers.stream$;
  /** True each time output begins to be held, false each time it goes on. */
  readonly outputHeld$: Observable<boolean> = this.#holdObservers.stream$;
  /** Each change of RXRDY: characters may be read by DMA. */
  readonly receiveReady$: Observable<ReadyChange> = this.#receiveReadyObservers.stream$;
  /** Each change of TXRDY: characters may be written by DMA. */
  readonly transmitReady$: Observable<ReadyChange> = this.#transmitReadyObservers.stream$;
  /** The hosts that are attached, besides `out`. */
  readonly #hosts = new Set<OutputHost>();
  /** True if there is an `out`, which takes all output unless it is held by {@link holdOutput}. */
  readonly #hasSink: boolean;
  /** True from {@link holdOutput} to {@link releaseOutput}. */
  #isHeldByHand = false;
  #publishedHold = false;
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
    const { out, interrupt, unmapped = "error", ...rest } = withKnownNames(options, OPTIONS, "Uart16550");
    if (out !== undefined) checkCallbacks(out, "out", ["write"], ["flush"]);
    checkCallback(interrupt, "interrupt");
    super(uart16550Chart(rest.preset, rest.machine), { ...rest, unmapped }, origin);
    this.#sink = out ?? NO_SINK;
    this.#hasSink = out !== undefined;
    this.#driveInterruptLine = interrupt ?? (() => {});
    this.#publishedOutputs = this.modemOutputs;
    this.#readPinLevels();
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
    this.#publishedHold = this.outputHeld;
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
  static fromSaved(saved: Saved, options: Uart16550DeviceOptions & RestoreOptions = {}): Uart16550 {
    const checked = checkedRestore(saved, "uart16550", options, OPTIONS, "Uart16550.fromSaved");
    const { warn, deviceOptions } = checked;
    const present = withPresentOptions(saved);
    const preset = deviceOptions.preset ?? present.options;
    const uart = new Uart16550({ ...deviceOptions, preset }, { tick: saved.now });
    uart.apply({ type: "restore", state: saved.state });
    for (const warning of savedWarnings(present, uart)) warn(warning);
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
    const checked = checkedReplay(journal, "uart16550", options, OPTIONS, "Uart16550.fromJournal");
    const { until, warn, deviceOptions, origin } = checked;
    const preset = deviceOptions.preset ?? journal.header.options;
    const uart = new Uart16550({ ...deviceOptions, preset }, origin);
    for (const warning of journalWarnings(journal, uart)) warn(warning);
    uart.foldJournal(journal, until);
    uart.#readPinLevels();
    uart.#agreeOnHold();
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
    checkReadable(characters, "characters", "an array", () => {
      if (ArrayBuffer.isView(characters)) checkBytes(characters, "characters");
      else if (!Array.isArray(characters))
        throw new TypeError(`characters: expected an array, got ${formatValue(characters)}`);
    });
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
    const arriving = bytes.length <= freePlaces ? bytes : bytes.slice(0, freePlaces);
    const count = this.capacity === 0 ? 0 : arriving.length;
    this.receiveCharacters(arriving);
    return count;
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

  /** Resumes output, beginning with the character that waits; a host that is attached and full still holds it. */
  releaseOutput(): void {
    this.#isHeldByHand = false;
    if (!this.#isHeldByHost) this.enter({ type: "release" });
  }

  /** True while output is held: characters that are sent wait. */
  get outputHeld(): boolean {
    return this.context.outputHeld;
  }

  /**
   * Attaches a host that may be full. From here on output is held while any attached host is, or after {@link holdOutput}; a hold that comes
   * from elsewhere, from a saved state or a journal, ends now.
   *
   * A part with an `out` has a host already, which holds by `holdOutput` alone.
   *
   * @throws whatever the device's callbacks throw at the output that goes on.
   */
  attachHost(host: OutputHost): OutputAttachment {
    if (typeof host?.isFull !== "boolean")
      throw new TypeError(`host.isFull: expected true or false, got ${formatValue(host?.isFull)}`);
    this.#hosts.add(host);
    this.#agreeOnHold();
    return {
      update: () => {
        if (this.#hosts.has(host)) this.#agreeOnHold();
      },
      detach: () => {
        if (this.#hosts.delete(host) && this.outputHeld && !this.#isHeld) this.enter({ type: "release" });
      },
    };
  }

  get #isHeldByHost(): boolean {
    return [...this.#hosts].some(({ isFull }) => isFull);
  }

  get #isHeld(): boolean {
    return this.#isHeldByHand || this.#isHeldByHost;
  }

  /** Holds or releases output as the hosts want it; without any host the device's state decides. */
  #agreeOnHold(): void {
    if (this.#hosts.size === 0 && !this.#hasSink) return;
    const isHeld = this.#isHeld;
    if (isHeld === this.outputHeld) return;
    const wasHeldByHand = this.#isHeldByHand;
    try {
      this.enter({ type: isHeld ? "hold" : "release" });
    } finally {
      this.#isHeldByHand = wasHeldByHand;
    }
  }

  /**
   * Drives every output again at its present level: the interrupt line, the modem outputs, SOUT, RXRDY and TXRDY. The hosts and the device agree on
   * the hold. For those who attach late; the device's state does not change, but for the hold.
   *
   * @throws SerialError of kind Trigger if the interrupt callback fails, of kind IOError if `out` does at output that goes on.
   */
  syncOutputs(): void {
    const { last: index, tick } = this.recorder;
    this.#reportedCause = causeOf(this.context);
    try {
      this.#driveLine(this.interruptLine, index, tick);
    } finally {
      this.#publishedOutputs = this.modemOutputs;
      this.#modemObservers.next(this.#publishedOutputs);
      this.#publishedSerialOutput = this.serialOutput;
      this.#serialOutputObservers.next({ level: this.#publishedSerialOutput, index, tick });
      this.#receiveReadyObservers.next({ ready: this.receiveReady, index, tick });
      this.#transmitReadyObservers.next({ ready: this.transmitReady, index, tick });
      this.#agreeOnHold();
      this.#publishedHold = this.outputHeld;
      this.#holdObservers.next(this.#publishedHold);
    }
  }

  protected override get bitsObserved(): boolean {
    return this.#serialOutputObservers.observed;
  }

  protected override inputApplied({ type }: Input): void {
    if (type !== "hold" && type !== "release" && type !== "restore") return;
    if (type !== "restore") this.#isHeldByHand = type === "hold";
    if (type !== "hold") this.#agreeOnHold();
    if (this.outputHeld === this.#publishedHold) return;
    this.#publishedHold = this.outputHeld;
    this.#holdObservers.next(this.#publishedHold);
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

  /** True if RXRDY is asserted: characters may be read by DMA. */
  get receiveReady(): boolean {
    return this.context.receiveReady;
  }

  /** True if TXRDY is asserted: characters may be written by DMA. */
  get transmitReady(): boolean {
    return this.context.transmitReady;
  }

  /** The present snapshot of `uart16550Machine`: `createActor` goes on from it. */
  override get snapshot(): SnapshotFrom<Uart16550Machine> {
    return super.snapshot as SnapshotFrom<Uart16550Machine>;
  }

  override close(): void {
    super.close();
    for (const observers of [
      this.#lineObservers,
      this.#modemObservers,
      this.#serialOutputObservers,
      this.#holdObservers,
      this.#receiveReadyObservers,
      this.#transmitReadyObservers,
    ])
      observers.complete();
  }

  protected override perform(emissionKind: number, payload: unknown, inputIndex: number, tick: number): void {
    switch (emissionKind) {
      case EMISSION_KIND.TRANSMIT:
        this.#performTransmit(payload as number, inputIndex);
        break;
      case EMISSION_KIND.IDENTIFIED:
        this.#reportedCause = payload as Uart16550Cause | "none";
        break;
      case EMISSION_KIND.INTERRUPT_LINE:
        this.#performInterruptLine(payload as 0 | 1, inputIndex, tick);
        break;
      case EMISSION_KIND.SERIAL_OUTPUT:
        this.#performSerialOutput(payload as 0 | 1, inputIndex, tick);
        break;
      case EMISSION_KIND.WHOLE:
        this.#performWhole(payload as ChartEmission, inputIndex, tick);
    }
  }

  /** Performs an emission that is an object, as it has two keys. */
  #performWhole({ type, pin, level }: ChartEmission, inputIndex: number, tick: number): void {
    if (type === "modemOutput")
      this.#performModemOutput(pin as keyof typeof MODEM_OUTPUT_FIELDS, level === 1, inputIndex);
    else if (type === "dmaReady") {
      const observers = pin === "RXRDY" ? this.#receiveReadyObservers : this.#transmitReadyObservers;
      if (observers.observed) observers.next({ ready: level === 1, index: inputIndex, tick });
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
    if (isLatest || line.level !== this.#drivenLevel) this.#driveLine(line, inputIndex, tick);
  }

  #driveLine(line: InterruptLine, inputIndex: number, tick: number): void {
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
