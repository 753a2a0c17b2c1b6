import type { PromelaClaim } from "./bodies.js";

const isDivisorOpen = "(before_LCR & DLAB)";
const isDivisorClosed = `!${isDivisorOpen}`;
const readCondition = (offset: number, condition = ""): string =>
  `kind == READ && offset == ${offset}${condition && ` && ${condition}`}`;
const writeCondition = (offset: number, condition = ""): string =>
  `kind == WRITE && offset == ${offset}${condition && ` && ${condition}`}`;
const readsIIR = readCondition(2);
const writesIER = writeCondition(1, isDivisorClosed);
const maskCondition = (register: string, mask: string): string => `(${register} & ${mask}) != 0`;
const identified = `(${maskCondition("IIR", "RDA")})`;
const isLost = `(L2_arrives && !${identified})`;
const pending = (register: string): string => `(${register} & (THRE | RDA))`;

/** The number of sources that have become pending. */
const newSourceCount =
  "((IIR & THRE) != 0 && (before_IIR & THRE) == 0 -> 1 : 0) + ((IIR & RDA) != 0 && (before_IIR & RDA) == 0 -> 1 : 0)";
const identification = "((before_IIR & RDA) -> RDA : ((before_IIR & THRE) -> THRE : NONE))";
const loopedStatus =
  "(((before_MCR & DTR) -> DSR : 0) | ((before_MCR & RTS) -> CTS : 0) | ((before_MCR & OUT1) -> RI : 0) | ((before_MCR & OUT2) -> DCD : 0))";
const divisorAccess = `(kind == READ || kind == WRITE) && offset <= 1 && ${isDivisorOpen}`;

/** Returns the condition that a register stores a byte: a write must store its byte, and a read return the stored byte and not interrupt. */
const storedCondition = (
  offset: number,
  currentValue: string,
  previousValue: string,
  condition = "true",
  mask = 255,
): string =>
  `(${writeCondition(offset, condition)} -> ${currentValue} == (written & ${mask}) : (${readCondition(offset, condition)} -> given == ${previousValue} && interrupts == 0 : 1))`;
const allStored = [
  storedCondition(1, "IER", "before_IER", isDivisorClosed, 15),
  storedCondition(3, "LCR", "before_LCR"),
  storedCondition(4, "MCR", "before_MCR"),
  storedCondition(7, "left_SCR", "before_SCR"),
  storedCondition(0, "left_DLL", "before_DLL", isDivisorOpen),
  storedCondition(1, "left_DLM", "before_DLM", isDivisorOpen),
].join(" && ");

/** The condition that each region agrees with its register bits. */
const regionsMatchRegisters = [
  ["divisorLatch == divisorLatch_open", "(LCR & DLAB) != 0"],
  ["loopback == loopback_on", "(MCR & LOOP) != 0"],
  ["thrEmptyInterrupt == thrEmptyInterrupt_enabled", "(IER & ETBEI) != 0"],
  ["receivedDataInterrupt == receivedDataInterrupt_enabled", "(IER & ERBFI) != 0"],
  ["receiveFifo == receiveFifo_empty", "queued == 0"],
  ["receiveFifo == receiveFifo_full", "queued == ROOM"],
  ["interruptIdentification == interruptIdentification_none", "(IIR & (THRE | RDA)) == 0"],
  ["interruptIdentification == interruptIdentification_thrEmpty", "(IIR & (THRE | RDA)) == THRE"],
  ["interruptIdentification == interruptIdentification_receivedData", "(IIR & (THRE | RDA)) == RDA"],
]
  .map(([state, bits]) => `((${state}) == (${bits}))`)
  .join(" && ");

/**
 * The claims of `serialClaims` that LTL can express, written by hand from their sentences. L3 counts steps and L4 is about branching runs,
 * so neither is among them. L5 is checked as its negation: both sources are never pending at once.
 */
export const serialPromelaClaims: Readonly<Record<string, PromelaClaim>> = {
  L1: {
    marks: { L1_unmasks: `${writesIER} && (IER & ERBFI) && queued > 0` },
    ltl: `[] (L1_unmasks -> ${identified})`,
  },
  L2: {
    marks: {
      L2_arrives: "kind == RECEIVE && queued > 0 && (IER & ERBFI) == 0",
      L2_enables: `${writesIER} && (IER & ERBFI)`,
      L2_goes_on: `(${writesIER}) || (${readsIIR})`,
    },
    // Debian's spin has no "next" operator: "until" describes the steps after the arrivals.
    ltl: `([] <> L2_enables) -> ([] (${isLost} -> !(${isLost} U ([] (L2_goes_on && !${identified})))))`,
  },
  L5: { ltl: "[] !((IIR & (THRE | RDA)) == (THRE | RDA))", negated: true },
  I1: {
    marks: { I1_miscounts: `kind != 0 && kind != RESTORE && interrupts != ${newSourceCount}` },
    ltl: "[] !I1_miscounts",
  },
  I2a: {
    marks: { I2a_misnames: `${readsIIR} && (given & 15) != ${identification}` },
    ltl: "[] !I2a_misnames",
  },
  I2b: {
    ltl: `[] (!((IIR & RDA) != 0 && (IER & ERBFI) == 0) && !((IIR & THRE) != 0 && (IER & ETBEI) == 0))`,
  },
  I3: {
    marks: { I3_acknowledges: `${readsIIR} && (before_IIR & RDA)` },
    ltl: `[] (I3_acknowledges -> ${identified})`,
  },
  I4: { ltl: "[] ((LSR & LSR_THRE) != 0)" },
  I5: {
    marks: {
      I5_enables: `${writesIER} && (IER & ETBEI) && (before_IER & ETBEI) == 0 && (LSR & LSR_THRE)`,
    },
    ltl: "[] (I5_enables -> (IIR & THRE) != 0)",
  },
  I6: { ltl: "[] (((LSR & DR) != 0) == (queued > 0))" },
  I7: { ltl: "[] !(queued > ROOM)" },
  I8: {
    marks: {
      I8_overruns: `before_queued == ROOM && ((${writeCondition(0, isDivisorClosed)} && (MCR & LOOP)) || refused)`,
    },
    ltl: "[] (I8_overruns -> (LSR & OE) != 0)",
  },
  I10: { ltl: `[] ((IER & ERBFI) != 0 -> ${identified} == (queued > 0))` },
  I13a: {
    marks: {
      I13a_leaks:
        "kind != 0 && (before_MCR & LOOP) && (sent > 0 || (kind == RECEIVE && queued != before_queued))",
    },
    ltl: "[] !I13a_leaks",
  },
  I13b: {
    marks: {
      I13b_differs: `${readCondition(6)} && (MCR & LOOP) && (given & (255 - DELTAS)) != ${loopedStatus}`,
    },
    ltl: "[] !I13b_differs",
  },
  I14: {
    marks: {
      I14_disturbs: `${divisorAccess} && (queued != before_queued || IER != before_IER || ${pending("IIR")} != ${pending("before_IIR")} || sent > 0 || interrupts > 0)`,
    },
    ltl: "[] !I14_disturbs",
  },
  I15: {
    marks: { I15_resets: `${writeCondition(2)} && (written & 2)` },
    ltl: "[] (I15_resets -> queued == 0)",
  },
  I16: { marks: { I16_loses: `!(${allStored})` }, ltl: "[] !I16_loses" },
  I17: { ltl: `[] (${regionsMatchRegisters})` },
  I18: {
    marks: { I18_acknowledges: readsIIR },
    ltl: `[] (I18_acknowledges -> ${pending("IIR")} == 0)`,
  },
};
