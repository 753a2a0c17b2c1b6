/**
 * What vm-superio's `Serial` does, point by point, as observed on the crate (0.8.1, and 0.8.2 where it says so).
 * The chart's states and transitions name these in their `meta`.
 */
export const SERIAL_RULES = {
  S1: "A read of IIR reports it with bits 7 and 6 set, then sets it to 0x01: every pending source is gone.",
  S4: "The first RBR read takes received data out of IIR, whether or not more bytes are queued.",
  S5: "An RBR read takes received data out of IIR only; THR empty stays.",
  S6: "A source interrupts only when its own IIR bit goes from 0 to 1.",
  S8: "0.8.1: a write to IER raises nothing and clears nothing.",
  S8b: "0.8.2: a write to IER raises THR empty if ETBEI is set, and received data if ERBFI is set and bytes are queued, each unless it is pending.",
  S9: "A source whose IER bit is clear is not noted in IIR.",
  S11: "IIR never becomes 0x00 by losing a source: it becomes 0x01.",
  S12: "IER keeps bits 3 to 0; LCR, MCR and SCR keep all eight.",
  S13: "Writes to FCR, LSR, MSR and to offsets of 8 and above are ignored; reads of 8 and above give 0x00.",
  S14: "DLAB turns offsets 0 and 1 into the divisor latch, for reads and writes, in loopback too.",
  S15: "Reading LSR or MSR changes nothing.",
  S16: "LSR.DR is a stored bit: set when a byte is queued, cleared by an RBR read that leaves the FIFO empty.",
  S17: "In loopback MSR's high half is MCR's outputs: DTR gives DSR, RTS gives CTS, OUT1 gives RI, OUT2 gives DCD.",
  S19: "An RBR read of an empty FIFO gives 0x00 and otherwise acts as one that empties it.",
  S20: "An RBR read that leaves the FIFO empty reports that first, and then that the buffer was read.",
  S21: "A byte written to THR leaves at once; then THR is empty.",
  S22: "In loopback a byte written to THR goes to the receive FIFO; nothing leaves and THR empty is not raised.",
  S23: "In loopback a byte written to THR while 64 are queued is dropped without a trace.",
  S24: "Entering or leaving loopback leaves the FIFO as it is.",
  S25: "Bytes from outside: none taken in loopback, none are none, a full FIFO refuses, else as many as fit.",
  S26: "Bytes that arrive together interrupt once at most.",
  S39: "A restored state that has a source pending and enabled interrupts again, once for each.",
} as const;

/** The id of one of {@link SERIAL_RULES}. */
export type SerialRule = keyof typeof SERIAL_RULES;
