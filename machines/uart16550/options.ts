/**
 * What may differ between two parts, or between a part and its emulation: one option a behaviour. A name that begins with
 * a letter and a number in its docstring (A1) is that of the question where the datasheet is silent or ambiguous.
 *
 * Each says its value in the presets `pc16550d` and `qemu`, and why.
 */
export interface Uart16550Options {
  /**
   * How many characters each FIFO holds; 1 is a part without FIFOs, whose FCR does nothing (A13). 64 is reached by FCR
   * bit 5, while DLAB is set, and is 16 until then.
   * `pc16550d`: 16, as its datasheet says. `qemu`: 16.
   */
  readonly fifoSize: 1 | 16 | 64;
  /**
   * What IIR bits 7 and 6 read while the FIFOs are on: 0x80 on the first 16550, whose FIFOs drivers must not use (A14).
   * `pc16550d`: 0xC0, as its datasheet says. `qemu`: 0xC0.
   */
  readonly iirFifoBits: 0xc0 | 0x80;
  /**
   * Whether there is a scratch register; without one SCR reads 0xFF, as nothing drives the bus (A13). `pc16550d`: true.
   * `qemu`: true; both have one.
   */
  readonly scratchRegister: boolean;
  /**
   * Whether the interrupt line drops for a moment when the source that it reports is served while another is pending, as an
   * 8250's does (A13). `pc16550d`: false, as INTR is a level. `qemu`: false.
   */
  readonly intrPulses: boolean;
  /**
   * Whether MCR bit 5 turns automatic flow control on (TL16C550C). CTS is looked at when a character is over, not half a stop
   * bit before; RTS falls for the sixteenth character in the middle of its start bit. `pc16550d`: false, as it has none and
   * the bit reads 0. `qemu`: false.
   */
  readonly autoFlow: boolean;
  /**
   * Whether IER bits 4 and 5 are kept: sleep and low power (TL16C750), which change nothing here. `pc16550d`: false. `qemu`:
   * false; neither has them.
   */
  readonly sleepModes: boolean;
  /**
   * Whether auto-RTS works with the FIFOs off, as if the trigger level were 1: the TL16C550C's text is silent. `pc16550d`:
   * false. `qemu`: false; the level is the FIFO's.
   */
  readonly autoRtsWithoutFifo: boolean;
  /**
   * When auto-RTS asserts again under the trigger levels 16, 32 and 56, where the TL16C750's text is silent: as under 1, 4 and 8
   * when the FIFO is empty, or as soon as there are fewer than the trigger level. `pc16550d`: "whenEmpty", as the shorter
   * levels do. `qemu`: "whenEmpty".
   */
  readonly autoRts64: "whenEmpty" | "belowTrigger";

  /**
   * Ticks a second: what `advance` counts, from 1 to 1e12. A bit takes at least one tick: with fewer than two a bit,
   * characters take longer. `pc16550d`: 1,843,200, one a period of the input clock. `qemu`: 1e9, as some of its traces turn on
   * one nanosecond.
   */
  readonly clock: number;
  /** The frequency at XIN in Hz, from 1 to 1e9. `pc16550d`: 1,843,200, a PC's. `qemu`: 1,843,200. */
  readonly inputClock: number;
  /**
   * How long a character is: the sum of its bits, each 16 × divisor periods of the input clock, rounded down to whole ticks (I20);
   * or QEMU's formula in 32-bit floats. `pc16550d`: "exact", by the text. `qemu`: "qemu", as it was recorded, and 1,041,660 ns
   * until LCR or the divisor is written.
   */
  readonly characterTime: "exact" | "qemu";
  /**
   * Whether a character takes its time on the line. If not, it leaves, or comes back in loopback, within the write: for virtual machines
   * that have no time. `pc16550d`: true, as on a line. `qemu`: false, as its host takes bytes at once.
   */
  readonly txTimed: boolean;
  /**
   * What the THRE delay holds back, if the transmitter is timed: LSR bit 5 and the interrupt, or the interrupt alone. The text can be read
   * either way. `pc16550d`: "both", as other models have it. `qemu`: "none".
   */
  readonly threDelay: "both" | "interrupt" | "none";
  /**
   * What a divisor of 0 gives: no baud clock, division by 65,536, or QEMU's 3500 baud (A9). `pc16550d`: "stopped", as the text
   * does not recommend it and promises nothing. `qemu`: "3500baud", as it was recorded.
   */
  readonly divisor0: "stopped" | "65536" | "3500baud";
  /**
   * Which words of 5 bits have one and a half stop bits: those with STB set, none (they have two), or those with STB clear
   * (A15). `pc16550d`: "stb", by the text. `qemu`: "never", which counts two.
   */
  readonly stop15: "stb" | "never" | "noStb";
  /**
   * What a write to LCR or to the divisor latch does to the characters queued (A18). `pc16550d`: "nothing", as the text says
   * of none. `qemu`: "nothing".
   */
  readonly formatChange: "nothing" | "flushReceive" | "flushTransmit";

  /**
   * Whether MCR is 0x00 after a reset, and not 0x08. `pc16550d`: true, by Table I. `qemu`: false, as a PC's firmware leaves
   * it.
   */
  readonly mcrReset0: boolean;
  /** MSR bits 3 to 0 after a reset: 0x00, or 0x0F as with floating inputs (A20). `pc16550d`: 0x00, by Table I. `qemu`: 0x00. */
  readonly msrDeltasAtReset: 0x00 | 0x0f;
  /**
   * Whether a master reset clears SCR. `pc16550d`: true, by the pin's description. `qemu`: true. `tl16c550c`: false, by its
   * table.
   */
  readonly resetClearsScr: boolean;
  /**
   * Whether a master reset clears FCR and keeps the divisor. If not, the FIFOs stay on with their trigger level though IIR does not
   * show it, and the divisor is 12. `pc16550d`: true, by Table I. `qemu`: false, as it was recorded.
   */
  readonly warmReset: boolean;
  /**
   * Whether what is written to LSR bits 4 to 1 and MSR bits 3 to 0 is stored, as for the factory's test (A16). `pc16550d`:
   * false, as drivers must not rely on it. `qemu`: false.
   */
  readonly factoryTest: boolean;

  /**
   * Whether FCR bits 7 to 1 do nothing unless bit 0 is 1 in the same byte (A7). `pc16550d`: true, by the text. `qemu`: false,
   * which obeys them.
   */
  readonly fcrNeedsFe: boolean;
  /**
   * Whether resetting the transmit FIFO while THRE is 1 makes no new THR empty interrupt (A2). `pc16550d`: true, as the text
   * tells of none. `qemu`: false, at every such write.
   */
  readonly fcrXfrNoThri: boolean;
  /**
   * Whether changing FCR bit 0 while THRE is 1 makes no new THR empty interrupt. `pc16550d`: true, as the text can be read
   * either way. `qemu`: false.
   */
  readonly fcrFeNoThri: boolean;
  /**
   * Which writes to IER with ETBEI set, while THRE is 1, make a THR empty interrupt: those that change it from 0, all, or none
   * (A1). `pc16550d`: "rising", by 8.4. `qemu`: "rising", as Windows relies on it.
   */
  readonly etbeiRearms: "rising" | "anyWrite" | "never";
  /**
   * What becomes of a character written to a full transmit FIFO (A8): it is lost, the oldest is, the last is overwritten, or a
   * ring wraps and holds it alone. `pc16550d`: "dropNewest", as chips do. `qemu`: "dropOldest", as it was recorded.
   */
  readonly ovrStall: "dropNewest" | "dropOldest" | "overwriteLast" | "wrap";
  /**
   * Whether bits above the word length are neither sent nor received. `pc16550d`: true, by 8.1. `qemu`: false, which passes
   * all eight.
   */
  readonly wordMask: boolean;
  /**
   * Whether no character leaves while LCR bit 6 holds SOUT low: looked at as its last stop bit ends. `pc16550d`: true, as SOUT
   * carries none. `qemu`: false, whose bytes go another way.
   */
  readonly lcrBreakTx: boolean;

  /**
   * What RBR reads when nothing is received (A6): the last character, 0x00 (in FIFO mode; without FIFOs it is the register's
   * last one), or 0xFF. `pc16550d`: "last", as a register keeps it. `qemu`: "zero".
   */
  readonly rbrEmptyStale: "last" | "zero" | "ones";
  /**
   * Whether IIR shows received data rather than the character timeout when both are pending (A3). `pc16550d`: true, as the
   * table lists it first. `qemu`: false.
   */
  readonly rdaOverCti: boolean;
  /**
   * When LSR bit 7 is cleared (A4): by reading LSR while no later error is queued, or as soon as no character with an error is
   * queued. `pc16550d`: "lsrRead", by the text. `qemu`: "lsrRead", of no effect, as it never sets the bit.
   */
  readonly lsr7Clears: "lsrRead" | "noErrorsLeft";
  /**
   * Whether an overrun sets LSR bit 7 too (A5); with `lsr7Clears` "noErrorsLeft" it is cleared at once. `pc16550d`: false, as
   * the text names PE, FE and BI alone. `qemu`: false.
   */
  readonly overrunSetsLsr7: boolean;
  /**
   * Whether reading LSR alone clears BI. If not, so do an RBR read that leaves nothing and a reset of the receive FIFO.
   * `pc16550d`: true, by the text. `qemu`: false, as it was recorded.
   */
  readonly biByLsrOnly: boolean;
  /**
   * Whether an RBR read clears OE, PE, FE and BI as well (A11), whatever `biByLsrOnly` says. `pc16550d`: false, by the text.
   * `qemu`: false.
   */
  readonly rbrReadClearsErrors: boolean;
  /**
   * Whether a break is a framing error too, and a parity error where the parity bit would be 1 (A12). `pc16550d`: true, as its
   * stop bit is 0. `qemu`: false, whose host tells of a break alone.
   */
  readonly breakErrors: boolean;
  /**
   * Whether, with the FIFOs on, BI shows when its character is the next to be read, and LSR bit 7 until then. If not, BI shows
   * at once and LSR bit 7 never. `pc16550d`: true, by the text. `qemu`: false.
   */
  readonly breakInFifo: boolean;
  /**
   * Whether a break that comes while DR is 1 and the FIFOs are off sets OE. `pc16550d`: true, as it is a character. `qemu`:
   * false.
   */
  readonly breakOverrun: boolean;
  /** Whether a break restarts the character timeout. `pc16550d`: true, as it is a character. `qemu`: false. */
  readonly breakArmsCti: boolean;

  /**
   * Whether, in loopback, changing MCR bits 3 to 0 sets MSR bits 3 to 0. `pc16550d`: true, by 8.8. `qemu`: false, never in
   * loopback.
   */
  readonly loopDeltas: boolean;
  /**
   * Whether leaving or entering loopback sets MSR bits 3 to 0 for the inputs that then look different (A19). `pc16550d`: true,
   * as the text excepts none. `qemu`: false.
   */
  readonly loopChangeDeltas: boolean;
  /** Whether SIN is disconnected in loopback. `pc16550d`: true, by 8.8. `qemu`: false. */
  readonly loopNoExtRx: boolean;
  /**
   * Whether a modem input acts at once. If not, they are sampled when MSR is read, when EDSSI becomes 1, every 10 ms while it
   * is, and one character after a change of MCR. `pc16550d`: true, by 8.8. `qemu`: false, which asks its host.
   */
  readonly msrLive: boolean;
  /**
   * Whether TERI stays until MSR is read. If not, it is lost when a pin changes while RI was not asserted. `pc16550d`: true,
   * by 8.8. `qemu`: false, as it was recorded.
   */
  readonly teriSticky: boolean;

  /**
   * Whether the interrupt line is the chip's INTR, or a PC's, which OUT2 lets through and loopback does not (A17). `pc16550d`:
   * "chip", as the gate is a board's. `qemu`: "chip", as it is not gated.
   */
  readonly board: "chip" | "pc";
}
