/** The behaviour of the chart: its states and transitions name these in their `meta`. */
const CHART_RULES = {
  S1: "A read of IIR reports it with bits 7 and 6 set, then sets it to 0x01: every pending source is gone.",
  S2: "IIR has no priorities: it reports all that is pending at once.",
  S4: "The first RBR read takes received data out of IIR, whether or not more bytes are queued.",
  S5: "An RBR read takes received data out of IIR only; THR empty stays.",
  S6: "A source interrupts only when its own IIR bit goes from 0 to 1.",
  S8: "0.8.1: a write to IER raises nothing.",
  S8b: "0.8.2: a write to IER raises THR empty if ETBEI is set, and received data if ERBFI is set and bytes are queued, each unless it is pending.",
  S8c: "A write to IER clears nothing: what is pending stays so, and does not interrupt again when enabled anew.",
  S9: "A source is noted in IIR only while its IER bit is set; what arises before is not kept for later.",
  S10: "There are no other sources: IER bits 3 and 2 raise nothing, and MCR.OUT2 holds no interrupt back.",
  S11: "IIR never becomes 0x00 by losing a source: it becomes 0x01.",
  S12: "IER keeps bits 3 to 0; LCR, MCR and SCR keep all eight.",
  S13: "Writes to FCR, LSR, MSR and to offsets of 8 and above are ignored; reads of 8 and above give 0x00.",
  S14: "DLAB turns offsets 0 and 1 into the divisor latch, for reads and writes, in loopback too.",
  S15: "Reading LSR or MSR changes nothing.",
  S16: "LSR.DR is a stored bit: set when a byte is queued, cleared by an RBR read that leaves the FIFO empty.",
  S17: "In loopback MSR's high half is MCR's outputs: DTR gives DSR, RTS gives CTS, OUT1 gives RI, OUT2 gives DCD. Otherwise it is as stored.",
  S18: "A new device has DLL 0x0C, IIR 0x01, LCR 0x03, LSR 0x60, MCR 0x08, MSR 0xB0, 0x00 elsewhere, and no byte queued.",
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

/** The behaviour of the device round the chart: failures, reports, saving and restoring. */
export const DEVICE_RULES = {
  S7: "An interrupt that fails leaves its IIR bit set: the source does not interrupt again until that is cleared.",
  S27: "A trigger that fails takes no byte back: they are queued, and how many were taken is not told.",
  S28: "Bytes from outside are not reported to the events.",
  S29: "A sink that fails loses the byte; THR empty arises all the same, and then the write fails with IOError.",
  S30: "A byte whose flush fails counts as lost, though the sink has it; a byte that the sink did not take is not flushed.",
  S31: "Where the sink and the trigger fail, the write fails with Trigger.",
  S33: "A trigger that fails takes no output back: the byte is out, and the write fails with Trigger.",
  S35: "An error has vm-superio's kind and message.",
  S36: "Reading a byte offset, saving the state and asking for the room never fail.",
  S37: "A state with more than 64 bytes queued is refused with FullFifo, before anything interrupts.",
  S38: "Any other state is taken as it is: nothing in it is masked or corrected.",
  S40: "A trigger that fails while a state is restored fails the restoring with Trigger; it is not called again.",
  S41: "Restoring sends nothing and reports nothing to the events; a new device does not interrupt.",
  S42: "A state is a copy: it does not change with the device, nor the device with it.",
  S43: "Each restoring of the same state interrupts again.",
  S44: "An offset or a value that is no byte is a RangeError that names it, and changes nothing.",
  S45: "Side effects come in vm-superio's order, but after the whole transition: a callback sees the device as the access left it.",
} as const;

/**
 * The behaviour of vm-superio's `Serial`, point by point, as observed on the crate (0.8.1, and 0.8.2 where it says so).
 * S44 and S45 are ours: a Rust caller cannot do what they are about.
 *
 * A rule's number is that of the observation. An observation that only Rust can make, or that another rule includes, is
 * no rule, so numbers are missing; none is given again.
 */
export const SERIAL_RULES = { ...CHART_RULES, ...DEVICE_RULES } as const;

/** The id of one of {@link SERIAL_RULES}. */
export type SerialRule = keyof typeof SERIAL_RULES;
