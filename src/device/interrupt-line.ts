import type { Uart16550Cause } from "../../machines/index.js";

/** The level of the interrupt line, and its cause. */
export interface InterruptLine {
  /** 1 is high: the processor is interrupted. */
  readonly level: 0 | 1;
  /** The cause that IIR reports: absent while the line is low. */
  readonly cause?: Uart16550Cause;
}

/** A change of the interrupt line, with its position in the journal. */
export interface InterruptLineChange extends InterruptLine {
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
}

/** The line while it is low. */
export const LOW_LINE: InterruptLine = Object.freeze({ level: 0 });

const highLine = (cause: Uart16550Cause): InterruptLine => Object.freeze({ level: 1, cause });

/** The line while it is high, one object for each cause. */
export const HIGH_LINES: Readonly<Record<Uart16550Cause | "none", InterruptLine>> = {
  none: Object.freeze({ level: 1 }),
  RLS: highLine("RLS"),
  RDA: highLine("RDA"),
  CTI: highLine("CTI"),
  THRE: highLine("THRE"),
  MS: highLine("MS"),
};
