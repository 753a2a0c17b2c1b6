/**
 * Mutants that no trial kills, by their ids, each with the reason why it is no other chart: what it changes cannot be seen. An
 * explanation of a mutant that dies, or is not made any more, is an error.
 */
export const EXPLAINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "serial 0.8.1": {},
  "serial 0.8.2": {},
  uart16550: {
    "receiveFifo.empty always [bareBreakArrives]: dropped":
      "The character then keeps BI where it is queued, and is the next to be read: of that one the errors in the FIFO are never asked.",
    "modemSampling read.MSR [readSamplesAgain]: stays":
      "While EDSSI is set samples are due already: only a state that nothing leads to differs.",
    "receiver.stopBit advance [sampleEndsBreakWithErrors]: markFramingError before markBreak":
      "Each sets one bit of the same character and reads no other: bits set by `or` have no order.",
    "lineStatus always [characterOverrunsFifoWithBreak]: showReceivedErrors before setOE":
      "Both set bits of LSR, and neither reads what the other sets: bits set by `or` have no order.",
    "lineStatus always [characterOverrunsRBR]: showReceivedErrors before setOE":
      "Both set bits of LSR, and neither reads what the other sets: bits set by `or` have no order.",
  },
};
