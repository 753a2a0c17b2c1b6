/**
 * The differences between two parts, or between a part and its emulation: one option a behaviour. A letter and a number in a docstring
 * (A1) name the rule of `UART16550_RULES` for a point where the datasheet is silent or ambiguous.
 *
 * Each docstring names the values of the presets `pc16550d` and `qemu`, and why they are so.
 */
export interface Uart16550Options {
  /**
   * The number of characters that each FIFO holds; 1 is a part without FIFOs, whose FCR does nothing (A13). 64 is reached by FCR
   * bit 5, while DLAB is set, and is 16 until then.
   * `pc16550d`: 16, as its datasheet says. `qemu`: 16.
   */
  readonly fifoSize: 1 | 16 | 64;
  /**
   * IIR bits 7 and 6 while the FIFOs are on: 0x80 on the first 16550, whose FIFOs drivers must not use (A14).
   * `pc16550d`: 0xC0, as its datasheet says. `qemu`: 0xC0.
   */
  readonly iirFifoBits: 0xc0 | 0x80;
  /**
   * True if there is a scratch register; without one SCR reads 0xFF, as nothing drives the bus (A13). `pc16550d`: true.
   * `qemu`: true; both have one.
   */
  readonly scratchRegister: boolean;
  /**
   * True if the interrupt line drops for a moment when the source that it reports is served while another is pending, as an
   * 8250's does (A13). `pc16550d`: false, as INTR is a level. `qemu`: false.
   */
  readonly interruptLinePulses: boolean;
  /**
   * True if MCR bit 5 turns automatic flow control on (TL16C550C). CTS is looked at when a character is over, not half a stop
   * bit before; RTS falls for the sixteenth character in the middle of its start bit. `pc16550d`: false, as it has none and
   * the bit reads 0. `qemu`: false.
   */
  readonly autoFlow: boolean;
  /**
   * True if IER bits 4 and 5 are kept: sleep and low power (TL16C750), which change nothing here. `pc16550d`: false. `qemu`:
   * false; neither has them.
   */
  readonly sleepModes: boolean;
  /**
   * True if auto-RTS works with the FIFOs off, as if the trigger level were 1: the TL16C550C's text is silent. `pc16550d`:
   * false. `qemu`: false; the level is the FIFO's.
   */
  readonly autoRtsWorksWithoutFifo: boolean;
  /**
   * The point at which auto-RTS asserts again with the trigger levels 16, 32 and 56, where the TL16C750's text is silent: as under 1, 4 and 8
   * when the FIFO is empty, or as soon as there are fewer than the trigger level. `pc16550d`: "whenEmpty", as the shorter
   * levels do. `qemu`: "whenEmpty".
   */
  readonly autoRts64Resumes: "whenEmpty" | "belowTrigger";

  /**
   * Ticks a second: what `advance` counts, from 1 to 1e12. A bit takes at least one tick: with fewer than two a bit,
   * characters take longer. `pc16550d`: 1,843,200, one a period of the input clock. `qemu`: 1e9, as some of its traces turn on
   * one nanosecond.
   */
  readonly clock: number;
  /** The frequency at XIN in Hz, from 1 to 1e9. `pc16550d`: 1,843,200, a PC's. `qemu`: 1,843,200. */
  readonly inputClock: number;
  /**
   * The length of a character: the sum of its bits, each 16 × divisor periods of the input clock, rounded down to whole ticks (I20);
   * or QEMU's formula in 32-bit floats. `pc16550d`: "exact", by the text. `qemu`: "qemu", as it was recorded, and 1,041,660 ns
   * until LCR or the divisor is written.
   */
  readonly characterTime: "exact" | "qemu";
  /**
   * True if a character takes its time on the line. If not, it leaves, or comes back in loopback, within the write: for virtual machines
   * that have no time. `pc16550d`: true, as on a line. `qemu`: false, as its host takes bytes at once.
   */
  readonly transmitterIsTimed: boolean;
  /**
   * The signals that the THRE delay holds back, if the transmitter is timed: LSR bit 5 and the interrupt, or the interrupt alone. The text can be read
   * either way. `pc16550d`: "both", as other models have it. `qemu`: "none".
   */
  readonly threDelay: "both" | "interrupt" | "none";
  /**
   * The effect of a divisor of 0: no baud clock, division by 65,536, or QEMU's 3500 baud (A9). `pc16550d`: "stopped", as the text
   * does not recommend it and promises nothing. `qemu`: "3500baud", as it was recorded.
   */
  readonly zeroDivisor: "stopped" | "65536" | "3500baud";
  /**
   * The words of 5 bits that have one and a half stop bits: those with STB set, none (they have two), or those with STB clear
   * (A15). `pc16550d`: "withSTB", by the text. `qemu`: "never", which counts two.
   */
  readonly oneAndAHalfStopBits: "withSTB" | "never" | "withoutSTB";
  /**
   * The effect of a write to LCR or to the divisor latch on the characters queued (A18). `pc16550d`: "nothing", as the text says
   * of none. `qemu`: "nothing".
   */
  readonly formatChange: "nothing" | "flushReceive" | "flushTransmit";

  /**
   * True if MCR is 0x00 after a reset, and not 0x08. `pc16550d`: true, by Table I. `qemu`: false, as a PC's firmware leaves
   * it.
   */
  readonly resetClearsOUT2: boolean;
  /** MSR bits 3 to 0 after a reset: 0x00, or 0x0F as with floating inputs (A20). `pc16550d`: 0x00, by Table I. `qemu`: 0x00. */
  readonly msrDeltasAtReset: 0x00 | 0x0f;
  /**
   * True if a master reset clears SCR. `pc16550d`: true, by the pin's description. `qemu`: true. `tl16c550c`: false, by its
   * table.
   */
  readonly resetClearsScratch: boolean;
  /**
   * True if a master reset clears FCR and keeps the divisor. If not, the FIFOs stay on with their trigger level though IIR does not
   * show it, and the divisor is 12. `pc16550d`: true, by Table I. `qemu`: false, as it was recorded.
   */
  readonly resetClearsFcr: boolean;
  /**
   * True if what is written to LSR bits 4 to 1 and MSR bits 3 to 0 is stored, as for the factory's test (A16). `pc16550d`:
   * false, as drivers must not rely on it. `qemu`: false.
   */
  readonly factoryTestWrites: boolean;

  /**
   * True if FCR bits 7 to 1 do nothing unless bit 0 is 1 in the same byte (A7). `pc16550d`: true, by the text. `qemu`: false,
   * which obeys them.
   */
  readonly fcrNeedsEnable: boolean;
  /**
   * True if resetting the transmit FIFO while THRE is 1 makes no new THR empty interrupt (A2). `pc16550d`: true, as the text
   * names none. `qemu`: false, at every such write.
   */
  readonly transmitResetIsSilent: boolean;
  /**
   * True if changing FCR bit 0 while THRE is 1 makes no new THR empty interrupt. `pc16550d`: true, as the text can be read
   * either way. `qemu`: false.
   */
  readonly fifoChangeIsSilent: boolean;
  /**
   * The writes to IER with ETBEI set that, while THRE is 1, make a THR empty interrupt: those that change it from 0, all, or none
   * (A1). `pc16550d`: "rising", by 8.4. `qemu`: "rising", as Windows relies on it.
   */
  readonly etbeiRearms: "rising" | "anyWrite" | "never";
  /**
   * The fate of a character written to a full transmit FIFO (A8): it is lost, the oldest is, the last is overwritten, or a
   * ring wraps and holds it alone. `pc16550d`: "dropNewest", as chips do. `qemu`: "dropOldest", as it was recorded.
   */
  readonly overflow: "dropNewest" | "dropOldest" | "overwriteLast" | "wrap";
  /**
   * True if bits above the word length are neither sent nor received. `pc16550d`: true, by 8.1. `qemu`: false, which passes
   * all eight.
   */
  readonly wordLengthMasksCharacters: boolean;
  /**
   * True if no character leaves while LCR bit 6 holds SOUT low: looked at as its last stop bit ends. `pc16550d`: true, as SOUT
   * carries none. `qemu`: false, whose bytes go another way.
   */
  readonly breakHidesOutput: boolean;

  /**
   * The byte that RBR reads when nothing is received (A6): the last character, 0x00 (in FIFO mode; without FIFOs it is the register's
   * last one), or 0xFF. `pc16550d`: "last", as a register keeps it. `qemu`: "zero".
   */
  readonly emptyReadGives: "last" | "zero" | "ones";
  /**
   * True if IIR shows received data rather than the character timeout when both are pending (A3). `pc16550d`: true, as the
   * table lists it first. `qemu`: false.
   */
  readonly receivedDataBeforeTimeout: boolean;
  /**
   * The event that clears LSR bit 7 (A4): reading LSR while no later error is queued, or the moment when no character with an error is
   * queued any more. `pc16550d`: "lsrRead", by the text. `qemu`: "lsrRead", of no effect, as it never sets the bit.
   */
  readonly lsr7Clears: "lsrRead" | "noErrorsLeft";
  /**
   * True if an overrun sets LSR bit 7 too (A5); with `lsr7Clears` "noErrorsLeft" it is cleared at once. `pc16550d`: false, as
   * the text names PE, FE and BI alone. `qemu`: false.
   */
  readonly overrunSetsLsr7: boolean;
  /**
   * True if reading LSR alone clears BI. If not, so do an RBR read that leaves nothing and a reset of the receive FIFO.
   * `pc16550d`: true, by the text. `qemu`: false, as it was recorded.
   */
  readonly breakClearsByLsrReadOnly: boolean;
  /**
   * True if an RBR read clears OE, PE, FE and BI as well (A11), whatever `breakClearsByLsrReadOnly` is. `pc16550d`: false, by the text.
   * `qemu`: false.
   */
  readonly rbrReadClearsErrors: boolean;
  /**
   * True if a break is a framing error too, and a parity error where the parity bit would be 1 (A12). `pc16550d`: true, as its
   * stop bit is 0. `qemu`: false, whose host reports a break alone.
   */
  readonly breakIsFramingError: boolean;
  /**
   * True if, with the FIFOs on, BI shows when its character is the next to be read, and LSR bit 7 until then. If not, BI shows
   * at once and LSR bit 7 never. `pc16550d`: true, by the text. `qemu`: false.
   */
  readonly breakWaitsInFifo: boolean;
  /**
   * True if a break that comes while DR is 1 and the FIFOs are off sets OE. `pc16550d`: true, as it is a character. `qemu`:
   * false.
   */
  readonly breakOverruns: boolean;
  /**
   * True if, with the FIFOs on, a break that shows at once (see `breakWaitsInFifo`) loads RBR as well: once the FIFOs are off RBR reads
   * 0x00 rather than the last character that was received without them (A21). `pc16550d`: false, as FIFO and register are one.
   * `qemu`: true, as it was recorded.
   */
  readonly breakLoadsRBR: boolean;
  /**
   * True if breaks enter the receive FIFO even while it is off, as well as RBR. No read takes them out, so that each break sets OE
   * from the seventeenth on, until the receive FIFO is cleared (A23). `pc16550d`: false, as FIFO and register are one. `qemu`: true, whose
   * breaks enter its FIFO whatever FCR says.
   */
  readonly breaksQueueWithoutFifo: boolean;
  /** True if a break restarts the character timeout. `pc16550d`: true, as it is a character. `qemu`: false. */
  readonly breakRestartsTimeout: boolean;

  /**
   * True if, in loopback, changing MCR bits 3 to 0 sets MSR bits 3 to 0. `pc16550d`: true, by 8.8. `qemu`: false, never in
   * loopback.
   */
  readonly loopbackHasDeltas: boolean;
  /**
   * True if leaving or entering loopback sets MSR bits 3 to 0 for the inputs that then look different (A19). `pc16550d`: true,
   * as the text excepts none. `qemu`: false.
   */
  readonly loopbackChangeHasDeltas: boolean;
  /** True if SIN is disconnected in loopback. `pc16550d`: true, by 8.8. `qemu`: false. */
  readonly loopbackDisconnectsSIN: boolean;
  /**
   * True if a modem input acts at once. If not, they are sampled when MSR is read, when EDSSI becomes 1, every 10 ms while it
   * is, and one character after a change of MCR. `pc16550d`: true, by 8.8. `qemu`: false, which asks its host.
   */
  readonly modemInputsAreLive: boolean;
  /**
   * True if the sample that a read of MSR takes interrupts before that read clears it: with EDSSI set, the interrupt line goes high and low
   * within the read (A22). Only of a part whose inputs are sampled (see `modemInputsAreLive`). `pc16550d`: false, as it takes no samples.
   * `qemu`: true, as it was recorded.
   */
  readonly msrReadInterrupts: boolean;
  /**
   * True if TERI stays until MSR is read. If not, it is lost when a pin changes while RI was not asserted. `pc16550d`: true,
   * by 8.8. `qemu`: false, as it was recorded.
   */
  readonly teriStays: boolean;

  /**
   * The interrupt line: the chip's INTR, or a PC's, which OUT2 lets through and loopback does not (A17). `pc16550d`:
   * "chip", as the gate is a board's. `qemu`: "chip", as it is not gated.
   */
  readonly board: "chip" | "pc";
}
