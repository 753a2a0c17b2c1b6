import type { Uart16550Machine, Uart16550Options, Uart16550Preset } from "../../machines/index.js";
import type { DeviceOptions } from "./device-options.js";
import type { InterruptLine } from "./interrupt-line.js";
import type { SerialSink } from "./serial.js";

/** The levels of the modem inputs; true is asserted. */
export interface ModemInputs {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

/** The levels of the modem outputs; true is asserted. */
export interface ModemOutputs {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly out1: boolean;
  readonly out2: boolean;
}

/** A change of level at SOUT, with its position in the journal. */
export interface SerialOutputChange {
  /** 1 is marking. */
  readonly level: 0 | 1;
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
}

/** A change of RXRDY or TXRDY, with its position in the journal. */
export interface ReadyChange {
  /** True: a DMA controller may read characters (RXRDY), or write them (TXRDY). */
  readonly ready: boolean;
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
}

/** A host at the other end of the line: it takes the output, and says when it cannot. */
export interface OutputHost {
  /** True while it takes no more: the device then holds what it has, and THR stays full. */
  readonly isFull: boolean;
}

/** A host that is attached to a device. */
export interface OutputAttachment {
  /** Tells the device that `isFull` has changed. */
  update(): void;
  /** Takes the host away. Output goes on, unless somebody else holds it. */
  detach(): void;
}

/** Options of a {@link Uart16550}, all optional. */
export interface Uart16550DeviceOptions extends DeviceOptions {
  /** The part: a preset's name, or options of which those left out are `pc16550d`'s. "pc16550d" by default. */
  readonly preset?: Uart16550Preset | Partial<Uart16550Options>;
  /**
   * The chart to run in place of `uart16550Machine`: one with other implementations under its names
   * (`uart16550Machine.provide(...)`), or with another arrow. It has to have the same states. For experiments, as no code has
   * been generated for it.
   */
  readonly machine?: Uart16550Machine;
  /** Takes each character that is transmitted, when its last stop bit is over; without it, they are lost. */
  readonly out?: SerialSink;
  /** Drives the processor's interrupt line, at each change. It fails by throwing. */
  readonly interrupt?: (line: InterruptLine) => unknown;
  /** An access at an offset of 8 and above: by default "error", a RangeError that names the offset. "zero" reads 0, as `Serial` does. */
  readonly unmapped?: "zero" | "error";
}

/** Options of {@link Uart16550.fromJournal}. */
export interface FromUart16550JournalOptions extends Uart16550DeviceOptions {
  /** The absolute index before which to stop: all entries by default. */
  readonly until?: number;
  /** Called with one sentence if the replay may differ. */
  readonly warn?: (message: string) => void;
}
