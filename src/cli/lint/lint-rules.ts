/** The rules that a recording is held to, which need no driver: a sentence each, and what real hardware does when one is broken. */
export const LINT_RULES = {
  "dlab-closed": {
    rule: "No data register is accessed while a divisor latch that was forgotten is open.",
    hardware: "The access reaches the divisor: no byte moves, and the baud rate changes.",
  },
  "thr-room": {
    rule: "THR is written only when LSR or IIR has shown that there is room.",
    hardware:
      "A real transmitter takes a character time for each byte: this one is lost, or replaces one that has not left.",
  },
  "poll-gives-up": {
    rule: "A byte is not written when the wait for room was given up.",
    hardware:
      "On a slow line the wait takes longer (33 ms for a character at 300 baud), and the byte is lost.",
  },
  "reserved-bits": {
    rule: "Bits that the 16550 reserves are written as zero.",
    hardware: "Later parts have a function there: sleep and low power modes, flow control, or another FIFO.",
  },
  "format-idle": {
    rule: "The character format and the divisor change only while the transmitter is idle.",
    hardware: "The character that is being sent arrives with a wrong format or speed.",
  },
  "handler-ends": {
    rule: "The interrupt handler serves what IIR shows.",
    hardware: "With a level-triggered interrupt the handler is entered for ever: an interrupt storm.",
  },
} as const;

/** The id of a rule. */
export type LintRule = keyof typeof LINT_RULES;
