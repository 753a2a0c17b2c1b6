/** The behaviour of a PLIC with one source, and of the hart behind it: the states and transitions of `plic` name these in their `meta`. */
export const PLIC_RULES = {
  level:
    "The gateway of a level-sensitive source: a request is made while the line is high and none is in progress.",
  latch: "A request that the gateway has made waits until it is claimed, even if the line goes down before.",
  complete:
    "Between a claim and its completion the gateway makes no request; a line that is high then makes another at once.",
  flag: "The hart takes no interrupt while its interrupt enable (mstatus.MIE) is clear.",
  EIP: "The external interrupt is pending while a request waits, the hart may take it, and none is being served.",
} as const;

/** The id of one of {@link PLIC_RULES}. */
export type PlicRule = keyof typeof PLIC_RULES;
