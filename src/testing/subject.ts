import {
  fifoSizeOf,
  LSR,
  MCR,
  type SerialMachine,
  type SerialRevision,
  UART16550_PRESETS,
  type Uart16550Context,
  type Uart16550Machine,
  type Uart16550Options,
  type Uart16550Preset,
} from "../../machines/index.js";
import { frameBits } from "../../machines/internal.js";
import { type Device, type ModemInputs, Serial, Uart16550, uart16550Options } from "../device/index.js";
import { FarEnd, type LineOptions, type LineSetting, type ReceivedCharacter } from "./far-end.js";

/** The device on which a driver is tested. */
export interface SubjectOptions {
  /** "serial" is vm-superio's console, "uart16550" the whole 16550, "absent" a port where there is nothing. */
  readonly device: "serial" | "uart16550" | "absent";
  /** What a port reads where there is nothing: 0xff by default. */
  readonly absentReads?: 0x00 | 0xff;
  /** The other end of the line of `uart16550`: 8N1 at the driver's own speed by default. */
  readonly line?: LineOptions;
  /** The revision of `serial`: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /** The part of `uart16550`, a preset's name or options: "pc16550d" by default. */
  readonly preset?: Uart16550Preset | Partial<Uart16550Options>;
  /** A chart that replaces the device's own (its `machine` option), to test a driver on a faulty device. */
  readonly machine?: SerialMachine | Uart16550Machine;
}

/** An observer of a device's outputs. */
interface DeviceObserver {
  /** Called with a byte that left, as the other end receives it. */
  output(character: ReceivedCharacter): void;
  /** Called when the interrupt line pulsed. */
  pulse(): void;
  /** Called with the level of the interrupt line, which may be the same as before. */
  level(level: 0 | 1): void;
  /** True if a device that has pulses and levels drives levels. */
  readonly isLevelUsed: boolean;
  /** True if the journal is kept. */
  readonly isJournalKept: boolean;
}

/** A clock that knows the duration of a character. */
export interface CharacterClock {
  /** Returns the ticks of half a character, at the present format and divisor; at least 1. */
  halfCharacterTicks(): number;
}

/** The fate of a character that arrived. */
export type Arrival = "accepted" | "overrun" | "replaced" | "ignored";

/** A device under a driver, with an interface for tests that both kinds share. */
export interface Subject extends CharacterClock {
  readonly device: Device;
  /** Creates a fresh device of the same part. */
  createFreshDevice(): Device;
  /** The device in words: "serial 0.8.1". */
  readonly description: string;
  /** True if it has its own time, errors and breaks. */
  readonly isTimed: boolean;
  /** True if a break shows in LSR before its character is the next to be read. */
  readonly isBreakReportedEarly: boolean;
  /** Bits of IER, MCR and FCR that the part reserves. */
  readonly reservedBits: Readonly<Record<"IER" | "MCR" | "FCR", number>>;
  /** Receives bytes together. Returns the fate of each. */
  receiveBytes(bytes: readonly number[]): readonly Arrival[];
  /** Receives a byte with a framing error, or a break; only if `isTimed`. */
  receiveFault(byte: number | "break"): Arrival;
  /** What every register reads, if nothing is there. */
  readonly absentReads?: number | undefined;
  /** Sets modem inputs; only if `isTimed`. */
  setModemInputs(inputs: Partial<ModemInputs>): void;
  /** Takes the part's power away and gives it back: registers and FIFOs are those after a reset. */
  losePower(): void;
  /** After how many ticks a part that samples its modem inputs sees a change; 0 of one that sees it at once. */
  readonly modemSampleTicks: number;
  /** The present capacity of each FIFO, or 1. */
  readonly fifoSize: number;
  /** True if the part itself waits for CTS. */
  readonly waitsForCts: boolean;
  /** True if RTS is on, so that the other end may send. */
  readonly isRtsOn: boolean;
  /** Makes the host hold output, or take it again; only if `isTimed`. */
  setOutputHeld(isHeld: boolean): void;
  /** True if LSR may show errors that belong to no character that is still there: without a FIFO, or if breaks are reported early. */
  showsErrorsEarly(): boolean;
  /** True if THR has room. */
  hasRoom(): boolean;
  /** True if a byte can arrive without an overrun. */
  hasReceiveRoom(): boolean;
}

/** How often a part samples its modem inputs that does so: every 10 ms (`modemInputsAreLive`). */
const MODEM_SAMPLES_PER_SECOND = 100;

class SerialSubject implements Subject {
  readonly device: Serial;
  readonly description: string;
  readonly isTimed = false;
  readonly isBreakReportedEarly = false;
  readonly reservedBits = { IER: 0xf0, MCR: 0xe0, FCR: 0x30 };
  readonly #revision: SerialRevision;

  constructor(
    { revision = "0.8.2", machine }: SubjectOptions,
    { output, pulse, level, isLevelUsed, isJournalKept: keepsJournal }: DeviceObserver,
  ) {
    this.device = new Serial({
      revision,
      ...(machine === undefined ? {} : { machine: machine as SerialMachine }),
      out: { write: (value) => output({ value }) },
      ...(isLevelUsed ? { interrupt: (line) => level(line.level) } : { trigger: pulse }),
      journal: keepsJournal ? "all" : false,
    });
    this.description = `serial ${revision}`;
    this.#revision = revision;
  }

  createFreshDevice(): Serial {
    return new Serial({ revision: this.#revision, journal: false });
  }

  halfCharacterTicks(): number {
    return 1;
  }

  receiveBytes(bytes: readonly number[]): readonly Arrival[] {
    const freeSlots = this.device.fifoCapacity();
    const acceptedCount = freeSlots === 0 ? 0 : this.device.enqueueRawBytes(bytes);
    // Bytes that are not accepted stay with the host, which knows the count: nothing is lost.
    return bytes.map((_, i) => (i < acceptedCount ? "accepted" : "ignored"));
  }

  receiveFault(): Arrival {
    return "ignored";
  }

  setOutputHeld(): void {}

  setModemInputs(): void {}

  losePower(): void {
    this.device.apply({ type: "restore", state: this.createFreshDevice().save().state });
  }

  readonly modemSampleTicks = 0;
  readonly waitsForCts = false;
  readonly isRtsOn = true;
  readonly fifoSize = 64;

  showsErrorsEarly(): boolean {
    return false;
  }

  hasRoom(): boolean {
    return true;
  }

  hasReceiveRoom(): boolean {
    return this.device.fifoCapacity() > 0;
  }
}

class UartSubject implements Subject {
  readonly device: Uart16550;
  readonly description: string;
  readonly isTimed = true;
  readonly isBreakReportedEarly: boolean;
  readonly reservedBits: Subject["reservedBits"];
  readonly #options: Uart16550Options;
  readonly #farEnd: FarEnd;
  readonly absentReads: number | undefined;

  constructor(
    { device, absentReads = 0xff, preset, machine, line }: SubjectOptions,
    { output, level, isJournalKept: keepsJournal }: DeviceObserver,
  ) {
    this.#farEnd = new FarEnd(line);
    this.absentReads = device === "absent" ? absentReads : undefined;
    this.device = new Uart16550({
      ...(preset === undefined ? {} : { preset }),
      ...(machine === undefined ? {} : { machine: machine as Uart16550Machine }),
      out: {
        write: (value) =>
          output(this.#isFormatKept ? this.#farEnd.receive(value, this.#lineSetting) : { value }),
      },
      interrupt: (line) => level(line.level),
      journal: keepsJournal ? "all" : false,
    });
    this.#options = uart16550Options(preset);
    const { sleepModes, autoFlow, fifoSize, breakWaitsInFifo } = this.#options;
    this.isBreakReportedEarly = !breakWaitsInFifo;
    this.reservedBits = {
      IER: sleepModes ? 0xc0 : 0xf0,
      MCR: autoFlow ? 0xc0 : 0xe0,
      FCR: fifoSize === 64 ? 0x10 : 0x30,
    };
    this.description =
      device === "absent"
        ? `a port where every register reads ${absentReads === 0 ? "0x00" : "0xFF"}`
        : `uart16550 ${presetInWords(preset)}`;
  }

  createFreshDevice(): Uart16550 {
    return new Uart16550({ preset: this.#options, journal: false });
  }

  get fifoSize(): number {
    return fifoSizeOf({ ...this.device.state(), options: this.#options } as unknown as Uart16550Context);
  }

  halfCharacterTicks(): number {
    // With the baud clock stopped a character never ends: time passes as at 115,200 baud.
    const characterTicks = this.device.state().characterTicks || this.device.chart.clock / 11_520;
    return Math.max(1, Math.floor(characterTicks / 2));
  }

  /** False for a part that lets all eight bits pass, whatever LCR says. */
  get #isFormatKept(): boolean {
    return this.#options.wordLengthMasksCharacters;
  }

  get #lineSetting(): LineSetting {
    const lineControl = this.device.peek(3);
    const { characterTicks } = this.device.state();
    const bitTicks = characterTicks / frameBits(this.#options, lineControl);
    return { lineControl, baud: bitTicks > 0 ? this.device.chart.clock / bitTicks : undefined };
  }

  setModemInputs(inputs: Partial<ModemInputs>): void {
    this.device.setModemInputs(inputs);
  }

  losePower(): void {
    this.device.reset();
  }

  get modemSampleTicks(): number {
    return this.#options.modemInputsAreLive
      ? 0
      : Math.ceil(this.device.chart.clock / MODEM_SAMPLES_PER_SECOND);
  }

  get waitsForCts(): boolean {
    return this.#options.autoFlow && (this.device.peek(4) & MCR.AFE) !== 0;
  }

  get isRtsOn(): boolean {
    const modemControl = this.device.peek(4);
    if ((modemControl & MCR.RTS) === 0 || (modemControl & MCR.LOOP) !== 0) return false;
    return !this.device.state().rtsHeldBack;
  }

  receiveBytes(bytes: readonly number[]): readonly Arrival[] {
    return bytes.map((byte) => {
      const character = this.#isFormatKept ? this.#farEnd.transmit(byte, this.#lineSetting) : byte;
      return this.#classifyArrival(() => this.device.receive([character]));
    });
  }

  receiveFault(byte: number | "break"): Arrival {
    if (byte !== "break") {
      return this.#classifyArrival(() => this.device.receive([{ value: byte, framing: true }]));
    }
    return this.#classifyArrival(() => {
      this.device.breakCondition(true);
      this.device.breakCondition(false);
      return this.#isInputDisconnected ? 0 : 1;
    });
  }

  /** True if loopback disconnects SIN. */
  get #isInputDisconnected(): boolean {
    return (this.device.peek(4) & MCR.LOOP) !== 0 && this.#options.loopbackDisconnectsSIN;
  }

  #classifyArrival(receiveCharacter: () => number): Arrival {
    const wasFull = this.device.fifoCapacity() === 0;
    const isSingleRegister = this.fifoSize === 1;
    if (receiveCharacter() === 0) return "ignored";
    if (!wasFull) return "accepted";
    return isSingleRegister ? "replaced" : "overrun";
  }

  setOutputHeld(isHeld: boolean): void {
    if (isHeld) this.device.holdOutput();
    else this.device.releaseOutput();
  }

  showsErrorsEarly(): boolean {
    return this.isBreakReportedEarly || this.fifoSize === 1;
  }

  hasReceiveRoom(): boolean {
    return this.device.fifoCapacity() > 0;
  }

  hasRoom(): boolean {
    if ((this.device.peek(5) & LSR.THRE) !== 0) return true;
    return this.device.state().transmitFifo.length < this.fifoSize;
  }
}

/** Describes a preset by its name, options by their differences from `pc16550d`. */
function presetInWords(preset: SubjectOptions["preset"] = "pc16550d"): string {
  if (typeof preset === "string") return preset;
  const defaultOptions: Partial<Record<string, unknown>> = { ...UART16550_PRESETS.pc16550d };
  const changedOptions = Object.entries(preset).filter(([name, value]) => defaultOptions[name] !== value);
  return `pc16550d${changedOptions.map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`).join("")}`;
}

/**
 * Creates a fresh device to test on.
 *
 * @throws RangeError or TypeError if there is no such device, revision, preset or option.
 */
export function createSubject(options: SubjectOptions, observer: DeviceObserver): Subject {
  const { device } = options;
  return device === "serial" ? new SerialSubject(options, observer) : new UartSubject(options, observer);
}
