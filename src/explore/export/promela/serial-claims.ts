import type { PromelaClaim } from "./bodies.js";

const open = "(before_LCR & DLAB)";
const closed = `!${open}`;
const reads = (offset: number, where = ""): string =>
  `kind == READ && offset == ${offset}${where && ` && ${where}`}`;
const writes = (offset: number, where = ""): string =>
  `kind == WRITE && offset == ${offset}${where && ` && ${where}`}`;
const readsIIR = reads(2);
const writesIER = writes(1, closed);
const isSet = (register: string, mask: string): string => `(${register} & ${mask}) != 0`;
const identified = `(${isSet("IIR", "RDA")})`;
const lost = `(L2_arrives && !${identified})`;
const pending = (register: string): string => `(${register} & (THRE | RDA))`;

/** How many sources are pending that were not before. */
const arisen =
  "((IIR & THRE) != 0 && (before_IIR & THRE) == 0 -> 1 : 0) + ((IIR & RDA) != 0 && (before_IIR & RDA) == 0 -> 1 : 0)";
const code = "((before_IIR & RDA) -> RDA : ((before_IIR & THRE) -> THRE : NONE))";
const looped =
  "(((before_MCR & DTR) -> DSR : 0) | ((before_MCR & RTS) -> CTS : 0) | ((before_MCR & OUT1) -> RI : 0) | ((before_MCR & OUT2) -> DCD : 0))";
const divisorAccess = `(kind == READ || kind == WRITE) && offset <= 1 && ${open}`;

/** An access to a register that keeps a byte: a write must leave what it wrote, a read give what was kept and interrupt nothing. */
const keeps = (offset: number, now: string, before: string, where = "true", mask = 255): string =>
  `(${writes(offset, where)} -> ${now} == (written & ${mask}) : (${reads(offset, where)} -> given == ${before} && interrupts == 0 : 1))`;
const kept = [
  keeps(1, "IER", "before_IER", closed, 15),
  keeps(3, "LCR", "before_LCR"),
  keeps(4, "MCR", "before_MCR"),
  keeps(7, "left_SCR", "before_SCR"),
  keeps(0, "left_DLL", "before_DLL", open),
  keeps(1, "left_DLM", "before_DLM", open),
].join(" && ");

/** Each region against the register bits that it stands for. */
const agree = [
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
 * The claims of `serialClaims` that are of linear time, in LTL: written by hand from their sentences. L3 counts steps and L4 speaks of runs that
 * branch, so neither is. L5 is asked as its negation: that both sources are never pending at once.
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
    // Debian's spin has no "next": what follows the arrivals is said by "until", as no arrival goes on.
    ltl: `([] <> L2_enables) -> ([] (${lost} -> !(${lost} U ([] (L2_goes_on && !${identified})))))`,
  },
  L5: { ltl: "[] !((IIR & (THRE | RDA)) == (THRE | RDA))", negated: true },
  I1: {
    marks: { I1_miscounts: `kind != 0 && kind != RESTORE && interrupts != ${arisen}` },
    ltl: "[] !I1_miscounts",
  },
  I2a: {
    marks: { I2a_misnames: `${readsIIR} && (given & 15) != ${code}` },
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
      I8_overruns: `before_queued == ROOM && ((${writes(0, closed)} && (MCR & LOOP)) || refused)`,
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
      I13b_differs: `${reads(6)} && (MCR & LOOP) && (given & (255 - DELTAS)) != ${looped}`,
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
    marks: { I15_resets: `${writes(2)} && (written & 2)` },
    ltl: "[] (I15_resets -> queued == 0)",
  },
  I16: { marks: { I16_loses: `!(${kept})` }, ltl: "[] !I16_loses" },
  I17: { ltl: `[] (${agree})` },
  I18: {
    marks: { I18_acknowledges: readsIIR },
    ltl: `[] (I18_acknowledges -> ${pending("IIR")} == 0)`,
  },
};
