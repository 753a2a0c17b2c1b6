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
import { type Device, Serial, Uart16550, uart16550Options } from "../device/index.js";

/** Which device a driver is tested on. */
export interface SubjectOptions {
  /** vm-superio's console, or the whole 16550. */
  readonly device: "serial" | "uart16550";
  /** Of `serial`: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /** Of `uart16550`: a preset's name or options; "pc16550d" by default. */
  readonly preset?: Uart16550Preset | Partial<Uart16550Options>;
  /** The chart to run in place of the device's own: its `machine` option. To see what a driver does on a device with a fault. */
  readonly machine?: SerialMachine | Uart16550Machine;
}

/** What hears a device. */
export interface Surroundings {
  /** A byte left. */
  output(byte: number): void;
  /** The interrupt line pulsed. */
  pulse(): void;
  /** The interrupt line has a level; it may be the same as before. */
  level(level: 0 | 1): void;
  /** Whether the journal is to be kept. */
  readonly keepsJournal: boolean;
}

/** How long half a character is. */
export interface Pace {
  /** Ticks of half a character, at the present format and divisor; at least 1. */
  halfTicks(): number;
}

/** What a character that arrived met. */
export type Arrival = "accepted" | "overrun" | "replaced" | "ignored";

/** A device under a driver: what both kinds have for a test. */
export interface Subject extends Pace {
  readonly device: Device;
  /** The same part, new. */
  fresh(): Device;
  /** In words: "serial 0.8.1". */
  readonly name: string;
  /** Whether it has time of its own, errors and breaks. */
  readonly timed: boolean;
  /** Whether a break shows in LSR before its character is the next to be read. */
  readonly breaksEarly: boolean;
  /** Bits of IER, MCR and FCR that the part reserves. */
  readonly reserved: Readonly<Record<"IER" | "MCR" | "FCR", number>>;
  /** Bytes arrive together: what became of each. */
  arrive(bytes: readonly number[]): readonly Arrival[];
  /** A byte with a framing error, or a break, arrives; only where `timed`. */
  fault(byte: number | "break"): Arrival;
  /** The host takes output, or not; only where `timed`. */
  hold(on: boolean): void;
  /** Whether THR has room. */
  hasRoom(): boolean;
}

class SerialSubject implements Subject {
  readonly device: Serial;
  readonly name: string;
  readonly timed = false;
  readonly breaksEarly = false;
  readonly reserved = { IER: 0xf0, MCR: 0xe0, FCR: 0x30 };
  readonly #revision: SerialRevision;

  constructor(
    { revision = "0.8.2", machine }: SubjectOptions,
    { output, pulse, keepsJournal }: Surroundings,
  ) {
    this.device = new Serial({
      revision,
      ...(machine === undefined ? {} : { machine: machine as SerialMachine }),
      out: { write: (byte) => output(byte) },
      trigger: pulse,
      journal: keepsJournal ? "all" : false,
    });
    this.name = `serial ${revision}`;
    this.#revision = revision;
  }

  fresh(): Serial {
    return new Serial({ revision: this.#revision, journal: false });
  }

  halfTicks(): number {
    return 1;
  }

  arrive(bytes: readonly number[]): readonly Arrival[] {
    const room = this.device.fifoCapacity();
    const taken = room === 0 ? 0 : this.device.enqueueRawBytes(bytes);
    // What is not taken stays with the host, which is told so: nothing was lost by anyone.
    return bytes.map((_, i) => (i < taken ? "accepted" : "ignored"));
  }

  fault(): Arrival {
    return "ignored";
  }

  hold(): void {}

  hasRoom(): boolean {
    return true;
  }
}

class UartSubject implements Subject {
  readonly device: Uart16550;
  readonly name: string;
  readonly timed = true;
  readonly breaksEarly: boolean;
  readonly reserved: Subject["reserved"];
  readonly #options: Uart16550Options;

  constructor({ preset, machine }: SubjectOptions, { output, level, keepsJournal }: Surroundings) {
    this.device = new Uart16550({
      ...(preset === undefined ? {} : { preset }),
      ...(machine === undefined ? {} : { machine: machine as Uart16550Machine }),
      out: { write: (byte) => output(byte) },
      interrupt: (line) => level(line.level),
      journal: keepsJournal ? "all" : false,
    });
    this.#options = uart16550Options(preset);
    const { sleepModes, autoFlow, fifoSize, breakInFifo } = this.#options;
    this.breaksEarly = !breakInFifo;
    this.reserved = {
      IER: sleepModes ? 0xc0 : 0xf0,
      MCR: autoFlow ? 0xc0 : 0xe0,
      FCR: fifoSize === 64 ? 0x10 : 0x30,
    };
    this.name = `uart16550 ${presetInWords(preset)}`;
  }

  fresh(): Uart16550 {
    return new Uart16550({ preset: this.#options, journal: false });
  }

  /** How many characters each FIFO holds at present. */
  get #size(): number {
    return fifoSizeOf({ ...this.device.state(), options: this.#options } as unknown as Uart16550Context);
  }

  halfTicks(): number {
    // With the baud clock stopped a character never ends; time passes all the same, as at 115,200 baud.
    const ticks = this.device.state().characterTicks || this.device.chart.clock / 11_520;
    return Math.max(1, Math.floor(ticks / 2));
  }

  arrive(bytes: readonly number[]): readonly Arrival[] {
    return bytes.map((byte) => this.#receive(() => this.device.receive([byte])));
  }

  fault(byte: number | "break"): Arrival {
    if (byte !== "break") {
      return this.#receive(() => this.device.receive([{ value: byte, framing: true }]));
    }
    return this.#receive(() => {
      this.device.breakCondition(true);
      this.device.breakCondition(false);
      return this.#deaf ? 0 : 1;
    });
  }

  /** Whether loopback disconnects SIN. */
  get #deaf(): boolean {
    return (this.device.peek(4) & MCR.LOOP) !== 0 && this.#options.loopNoExtRx;
  }

  #receive(take: () => number): Arrival {
    const full = this.device.fifoCapacity() === 0;
    const single = this.#size === 1;
    if (take() === 0) return "ignored";
    if (!full) return "accepted";
    return single ? "replaced" : "overrun";
  }

  hold(on: boolean): void {
    if (on) this.device.holdOutput();
    else this.device.releaseOutput();
  }

  hasRoom(): boolean {
    if ((this.device.peek(5) & LSR.THRE) !== 0) return true;
    return this.device.state().transmitFifo.length < this.#size;
  }
}

/** A preset by its name; options by those in which they differ from `pc16550d`'s. */
function presetInWords(preset: SubjectOptions["preset"] = "pc16550d"): string {
  if (typeof preset === "string") return preset;
  const usual: Partial<Record<string, unknown>> = { ...UART16550_PRESETS.pc16550d };
  const others = Object.entries(preset).filter(([name, value]) => usual[name] !== value);
  return `pc16550d${others.map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`).join("")}`;
}

/**
 * A fresh device.
 *
 * @throws RangeError or TypeError if there is no such device, revision, preset or option.
 */
export function subjectOf(options: SubjectOptions, surroundings: Surroundings): Subject {
  const { device } = options;
  if (device === "serial") return new SerialSubject(options, surroundings);
  if (device === "uart16550") return new UartSubject(options, surroundings);
  throw new RangeError(`device: expected "serial" or "uart16550", got ${JSON.stringify(device)}`);
}
