/** The behaviour of an interrupt controller and the processor behind it: the states and transitions of `pic` name these in their `meta`. */
export const PIC_RULES = {
  edge: "By edges: a rising edge is kept until the processor takes it, also while it takes none; several are one.",
  level: "By level: the request is the line. What goes down again before it is taken was never there.",
  flag: "The processor takes no interrupt while its interrupt flag is clear.",
  service: "An interrupt that is being served is not interrupted.",
  INT: "INT is high while an interrupt waits that the processor may take.",
} as const;

/** The id of one of {@link PIC_RULES}. */
export type PicRule = keyof typeof PIC_RULES;
