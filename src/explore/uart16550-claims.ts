import {
  IER,
  IIR_CODES,
  LCR,
  LSR,
  MCR,
  MSR,
  type RegisterName,
  type Uart16550Options,
} from "../../machines/index.js";
import type { Uart16550State } from "../device/index.js";
import { access, before, byteRead, byteWritten, emitted, isInput, looped, same } from "./asking.js";
import { always, type Claim, claim, eventually, recoverable } from "./claims.js";
import {
  type At,
  CAUSES,
  fifosOn,
  loops,
  queued,
  shows,
  sourcesOf,
  stateIn,
  triggerOf,
  without,
} from "./uart16550-asking.js";
import { RECEIVE_CLAIMS, TRANSMIT_CLAIMS } from "./uart16550-data-claims.js";
import type { Uart16550ScopeName } from "./uart16550-scopes.js";

const readsIIR = access("read", "IIR");
const readsMSR = access("read", "MSR");
const writesIER = access("write", "IER");
const writesMCR = access("write", "MCR");
const restores = isInput("restore");
const stepped = (at: At): boolean => at.step !== undefined;

/** A handler serves what IIR reported: it reads the register that lowers that source. */
const serves = (at: At): boolean => {
  const cause = CAUSES[String(stateIn(before(at), "interruptIdentification"))];
  if (cause === "RLS") return access("read", "LSR")(at);
  if (cause === "RDA" || cause === "CTI") return access("read", "RBR")(at);
  if (cause === "THRE") return readsIIR(at);
  return cause === "MS" && readsMSR(at);
};

const saved: Claim<Uart16550State> = claim(
  "I17",
  "A device that is saved and restored is in the same state of the chart, with the same registers: it goes on as it would have.",
  always<Uart16550State>((at) => same(at.value, before(at).value) && same(at.state, before(at).state), {
    when: restores,
  }),
);

const interrupts = ({
  rdaOverCti,
  board,
  fcrNeedsFe: _,
}: Uart16550Options): readonly Claim<Uart16550State>[] => [
  claim(
    "I1",
    "The interrupt line is high exactly while some source is pending and enabled; on a PC, if OUT2 lets it through.",
    always<Uart16550State>((at) => {
      const lets = board === "chip" || (at.state.MCR & (MCR.OUT2 | MCR.LOOP)) === MCR.OUT2;
      return (stateIn(at, "interruptLine") === "high") === (sourcesOf(at, rdaOverCti).length > 0 && lets);
    }),
  ),
  claim(
    "I2a",
    "IIR names the highest source that is enabled and pending, or none.",
    always<Uart16550State>((at) => {
      const [highest = "none"] = sourcesOf(at, rdaOverCti);
      return CAUSES[String(stateIn(at, "interruptIdentification"))] === highest;
    }),
  ),
  claim(
    "I2b",
    "A read of IIR gives that source's code: 1, 6, 4, C, 2 or 0.",
    always<Uart16550State>(
      (at) => (byteRead(at) & 0x0f) === IIR_CODES[sourcesOf(before(at) as At, rdaOverCti)[0] ?? "none"],
      { when: readsIIR },
    ),
  ),
  claim(
    "I3",
    "A read of IIR acknowledges THR empty if it reported that, and changes nothing else.",
    always<Uart16550State>(
      (at) =>
        at.state.thrEmptyPending ===
          (before(at).state.thrEmptyPending && (byteRead(at) & 0x0f) !== IIR_CODES.THRE) &&
        same(without(at, "thrEmptyPending"), without(before(at), "thrEmptyPending")),
      { when: readsIIR },
    ),
  ),
];

const rearm: Claim<Uart16550State> = claim(
  "I5",
  "Where an IER write sets ETBEI while LSR.THRE is 1, THR empty is pending afterwards.",
  always<Uart16550State>(({ state }) => state.thrEmptyPending, {
    when: (at) =>
      writesIER(at) &&
      (at.state.IER & IER.ETBEI) !== 0 &&
      (before(at).state.IER & IER.ETBEI) === 0 &&
      shows(at, LSR.THRE),
  }),
);

const storm: Claim<Uart16550State> = claim(
  "I18",
  "Serving what IIR reports ends within five accesses: a handler for four sources and one character.",
  eventually<Uart16550State>((at) => stateIn(at, "interruptIdentification") === "none", {
    during: serves,
  }).within(5, "accesses"),
);

const LINES = MSR.CTS | MSR.DSR | MSR.RI | MSR.DCD;
/** What MSR tells of inputs that become `now`: of RI the trailing edge alone. */
const deltas = (was: number, now: number): number => ((was ^ now) & LINES & ~(now & MSR.RI)) >> 4;

const MODEM_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I12a",
    "A change of the modem inputs is told in MSR's low half, of RI its trailing edge, beside what it tells already.",
    always<Uart16550State>(
      (at) => {
        const was = before(at).state.MSR;
        return (at.state.MSR & MSR.DELTAS) === ((was & MSR.DELTAS) | deltas(was, at.state.MSR));
      },
      { when: (at) => isInput("modem")(at) && !loops(at) },
    ),
  ),
  claim(
    "I12b",
    "What MSR tells of stays until MSR is read, and a read gives it and clears it.",
    always<Uart16550State>(
      (at) => {
        const was = before(at).state.MSR & MSR.DELTAS;
        if (!readsMSR(at)) return (at.state.MSR & was) === was;
        return (byteRead(at) & MSR.DELTAS) === was && (at.state.MSR & MSR.DELTAS) === 0;
      },
      { when: (at) => (before(at).state.MSR & MSR.DELTAS) !== 0 },
    ),
  ),
  claim(
    "I13a",
    "In loopback the modem outputs are inactive and SOUT marks.",
    always<Uart16550State>(
      (at) =>
        ["DTR", "RTS", "OUT1", "OUT2"].every((pin) => stateIn(at, pin) === "deasserted") &&
        stateIn(at, "serialOutput") === "marking",
      { when: loops },
    ),
  ),
  claim(
    "I13b",
    "In loopback the high half of MSR is MCR's outputs, also in what a read gives.",
    always<Uart16550State>((at) => ((at.registers.MSR ?? 0) & LINES) === looped(at.state.MCR), {
      when: loops,
    }),
  ),
  claim(
    "I13c",
    "In loopback a write of MCR tells in MSR of each output that it changes.",
    always<Uart16550State>(
      (at) => {
        const was = before(at).state.MSR;
        return (at.state.MSR & MSR.DELTAS) === ((was & MSR.DELTAS) | deltas(was, looped(at.state.MCR)));
      },
      { when: (at) => writesMCR(at) && loops(at) && loops(before(at)) },
    ),
  ),
  claim(
    "I13d",
    "In loopback a change of the modem inputs changes nothing in MSR.",
    always<Uart16550State>((at) => at.state.MSR === before(at).state.MSR, {
      when: (at) => isInput("modem")(at) && loops(at),
    }),
  ),
  claim(
    "L4",
    "From wherever it is, the device can be brought to rest: no change told, out of loopback, no interrupt.",
    recoverable<Uart16550State>(
      (at) =>
        (at.state.MSR & MSR.DELTAS) === 0 && !loops(at) && stateIn(at, "interruptIdentification") === "none",
    ),
  ),
];

const KEEPING: readonly RegisterName[] = ["IER", "LCR", "MCR", "SCR", "DLL", "DLM"];

const registers = ({
  sleepModes,
  autoFlow,
  scratchRegister,
  fifoSize,
}: Uart16550Options): readonly Claim<Uart16550State>[] => {
  const masks: Readonly<Partial<Record<RegisterName, number>>> = {
    IER: sleepModes ? 0x3f : IER.MASK,
    MCR: autoFlow ? 0x3f : 0x1f,
  };
  const accesses = (at: At, type: "read" | "write"): RegisterName | undefined =>
    KEEPING.find((name) => access(type, name)(at));
  return [
    claim(
      "I14",
      "An access to the divisor latch changes that alone: no register, no queue, no interrupt; nothing leaves but what is read.",
      always<Uart16550State>(
        (at) => {
          const fields = ["DLL", "DLM", "characterTicks", "timeoutLength"] as const;
          return (
            same(without(at, ...fields), without(before(at), ...fields)) &&
            same(at.value, before(at).value) &&
            (at.step?.emissions.every(({ type }) => type === "data") ?? true)
          );
        },
        {
          when: (at) =>
            ["DLL", "DLM"].includes(accesses(at, "read") ?? "") ||
            ["DLL", "DLM"].includes(accesses(at, "write") ?? ""),
        },
      ),
    ),
    claim(
      "I15c",
      "FCR bit 0 alone turns the FIFOs on and off, and IIR shows it; what else is written without it has no effect.",
      always<Uart16550State>(
        (at) => {
          const on = fifoSize > 1 && (byteWritten(at) & 1) !== 0;
          return (
            fifosOn(at) === on &&
            (((at.registers.IIR ?? 0) & 0xc0) !== 0) === on &&
            (on || at.state.FCR === 0)
          );
        },
        { when: access("write", "FCR") },
      ),
    ),
    claim(
      "I16a",
      "IER, LCR, MCR, SCR, DLL and DLM keep what is written, under the register's mask.",
      always<Uart16550State>(
        (at) => {
          const name = accesses(at, "write") as RegisterName;
          const kept = byteWritten(at) & (masks[name] ?? 0xff);
          return at.registers[name] === (name === "SCR" && !scratchRegister ? 0xff : kept);
        },
        { when: (at) => accesses(at, "write") !== undefined },
      ),
    ),
    claim(
      "I16b",
      "A read of any of them gives what it keeps and changes nothing.",
      always<Uart16550State>(
        (at) => {
          const name = accesses(at, "read") as RegisterName;
          return (
            byteRead(at) === before(at).registers[name] &&
            same(at.state, before(at).state) &&
            same(at.value, before(at).value)
          );
        },
        { when: (at) => accesses(at, "read") !== undefined },
      ),
    ),
    claim(
      "D1",
      "A master reset clears IER, FCR and LCR, and sets LSR to 0x60.",
      always<Uart16550State>(
        ({ state, registers: now }) =>
          state.IER === 0 && state.FCR === 0 && state.LCR === 0 && now.LSR === (LSR.THRE | LSR.TEMT),
        { when: isInput("reset") },
      ),
    ),
  ];
};

const autoFlowOn = ({ state }: Pick<At, "state">): boolean => (state.MCR & (MCR.AFE | MCR.LOOP)) === MCR.AFE;
const autoRts = (at: At): boolean => autoFlowOn(at) && (at.state.MCR & MCR.RTS) !== 0 && fifosOn(at);

const FLOW_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I21a",
    "Automatic RTS is released as soon as the trigger level 1, 4 or 8 is reached, and stays so until everything is read.",
    always<Uart16550State>(
      (at) => {
        const held = stateIn(at, "RTS") === "heldBack";
        if (queued(at) >= triggerOf(at)) return held;
        return queued(at) > 0 ? held || stateIn(before(at), "RTS") !== "heldBack" : !held;
      },
      {
        when: (at) =>
          stepped(at) && autoRts(at) && triggerOf(at) < 14 && !access("write", "FCR")(at) && !writesMCR(at),
      },
    ),
  ),
  claim(
    "I21b",
    "While CTS is not asserted, automatic CTS lets no character begin.",
    always<Uart16550State>((at) => before(at).state.transmitFrame !== 0 || at.state.transmitFrame === 0, {
      when: (at) =>
        stepped(at) &&
        autoFlowOn(at) &&
        autoFlowOn(before(at)) &&
        (at.state.MSR & MSR.CTS) === 0 &&
        !isInput("modem")(at),
    }),
  ),
  claim(
    "I21c",
    "With automatic flow control, a change of CTS alone does not interrupt.",
    always<Uart16550State>((at) => stateIn(at, "interruptIdentification") !== "modemStatus", {
      when: (at) =>
        (at.state.MCR & MCR.AFE) !== 0 &&
        (at.state.IER & IER.EDSSI) !== 0 &&
        (at.state.MSR & MSR.DELTAS) === MSR.DCTS,
    }),
  ),
];

const BOTH: readonly Claim<Uart16550State>[] = [
  ...RECEIVE_CLAIMS.filter(({ id }) => ["I6", "I7", "I10a"].includes(id)),
  ...TRANSMIT_CLAIMS.filter(({ id }) => id === "I4"),
  claim(
    "I13e",
    "In loopback nothing leaves, and nothing from outside is taken.",
    always<Uart16550State>((at) => emitted(at, "transmit") === 0 && emitted(at, "accepted") === 0, {
      when: (at) => stepped(at) && loops(at) && loops(before(at)),
    }),
  ),
  claim(
    "I13f",
    "In loopback a character that has been sent is received: it is queued, or told to be overrun.",
    always<Uart16550State>((at) => queued(at) === queued(before(at)) + 1 || emitted(at, "overrun") > 0, {
      when: (at) =>
        loops(at) && loops(before(at)) && before(at).state.transmitFrame !== 0 && isInput("advance")(at),
    }),
  ),
  claim(
    "I14",
    "While DLAB is set, accesses at offsets 0 and 1 change no queue and no interrupt.",
    always<Uart16550State>(
      (at) =>
        same(at.value, before(at).value) &&
        same(
          [at.state.receiveFifo, at.state.transmitFifo],
          [before(at).state.receiveFifo, before(at).state.transmitFifo],
        ),
      {
        when: (at) =>
          (before(at).state.LCR & LCR.DLAB) !== 0 &&
          (at.step?.input.type === "read" || at.step?.input.type === "write") &&
          at.step.input.offset < 2,
      },
    ),
  ),
  claim(
    "L4",
    "From wherever it is, the device can be brought to rest: nothing queued or on the line, no interrupt, DLAB and LOOP off.",
    recoverable<Uart16550State>(
      (at) =>
        queued(at) === 0 &&
        at.state.transmitFifo.length === 0 &&
        at.state.transmitFrame === 0 &&
        stateIn(at, "interruptIdentification") === "none" &&
        (at.state.LCR & LCR.DLAB) === 0 &&
        !loops(at),
    ),
  ),
];

/**
 * The invariants I1 to I21 of a 16550 that can be asked in a scope, each in the form that it allows. Which of them a part holds
 * depends on its options: a datasheet's part all of them.
 *
 * @throws RangeError if there is no such scope.
 */
export function uart16550Claims(
  scope: Uart16550ScopeName,
  options: Uart16550Options,
): readonly Claim<Uart16550State>[] {
  switch (scope) {
    case "receive":
      return RECEIVE_CLAIMS;
    case "transmit":
      return [...interrupts(options), ...TRANSMIT_CLAIMS, rearm, saved];
    case "modem":
      return [...interrupts(options), ...MODEM_CLAIMS, saved];
    case "identification":
      return [...interrupts(options), rearm, storm];
    case "registers":
      return [...registers(options), saved];
    case "flow":
      return FLOW_CLAIMS;
    case "whole":
    case "sources":
      return [...interrupts(options), ...BOTH, rearm];
    default:
      throw new RangeError(`scope: expected a scope of uart16550, got ${String(scope)}`);
  }
}
