/** The registers, and what every right driver of this folder does in the same words: its set-up. */
import type { Bus, CheckOptions, MakeDriver } from "../../../src/testing/index.js";

export const [DATA, IER, IIR, FCR, LCR, MCR, LSR, MSR] = [0, 1, 2, 2, 3, 4, 5, 6] as const;
export const [DR, BI, THRE, TEMT] = [0x01, 0x10, 0x20, 0x40] as const;
export const [ERBFI, ETBEI, ELSI, EDSSI] = [0x01, 0x02, 0x04, 0x08] as const;

/** Sets 8N1, the speed and the FIFOs. */
export function setUp(bus: Bus, { divisor = 1, fifos = 0x07 } = {}): void {
  bus.write(LCR, 0x83);
  bus.write(DATA, divisor & 0xff);
  bus.write(IER, divisor >> 8);
  bus.write(LCR, 0x03);
  bus.write(FCR, fifos);
  bus.write(MCR, 0x0b);
}

/** Returns how many bytes an empty transmitter takes: those of a FIFO that IIR shows whole, or one. */
export const loadSize = (bus: Bus): number => ((bus.read(IIR) & 0xc0) === 0xc0 ? 16 : 1);

/** Takes what has arrived, without the zero of a break. */
export function receiveAll(bus: Bus, received: number[]): void {
  for (let lsr = bus.read(LSR); lsr & DR; lsr = bus.read(LSR)) {
    const byte = bus.read(DATA);
    if ((lsr & BI) === 0) received.push(byte);
  }
}

/** A right driver, its style, and where that is found. */
export interface RightDriver {
  readonly name: string;
  /** The published driver whose way of working it follows; none for a textbook's. */
  readonly after?: string;
  readonly makeDriver: MakeDriver;
  readonly on: readonly CheckOptions[];
}

export const PRESETS = [
  "pc16550d",
  "ins8250",
  "ns16450",
  "ns16550",
  "tl16c550c",
  "tl16c750",
  "qemu",
] as const;

/** Every part with the first kind of interrupts, and three that differ most with the others. */
export const onParts = (...modes: readonly ("edge" | "level" | "plic")[]): CheckOptions[] =>
  modes.flatMap((pic, index) => {
    const presets = index === 0 ? PRESETS : (["pc16550d", "ns16450", "qemu"] as const);
    return presets.map((preset) => ({ device: "uart16550" as const, preset, pic }));
  });

export const onSerial: readonly CheckOptions[] = [{ device: "serial" }];
