import { FCR, FIFO_SIZE, IER, IIR, LSR, MCR, MSR, type RegisterName } from "../../machines/index.js";
import type { SerialState } from "../device/index.js";
import { access, before, byteRead, byteWritten, isInput, looped, same } from "./asking.js";
import {
  always,
  type Claim,
  claim,
  eventually,
  isSet,
  leadsTo,
  never,
  reachable,
  recoverable,
} from "./claims.js";
import type { Moment, Situation } from "./graph.js";

type At = Moment<SerialState>;
type Standing = Situation<SerialState>;

const PENDING = IIR.THRE | IIR.RDA;

const queued = ({ state }: Standing): number => state.inBuffer.length;
const pending = (at: Standing): number => at.state.interruptIdentification & PENDING;
const identified = (at: Standing): boolean => isSet(at, "IIR", IIR.RDA);
const loops = (at: Standing): boolean => isSet(at, "MCR", MCR.LOOP);
const arrives = isInput("receive");
const restores = isInput("restore");

const readsIIR = access("read", "IIR");
const readsRBR = access("read", "RBR");
const writesIER = access("write", "IER");
const writesTHR = access("write", "THR");

const sent = ({ step }: At): boolean => step?.emissions.some(({ type }) => type === "transmit") === true;
const interrupts = ({ step }: At): number =>
  step?.emissions.filter(({ type }) => type === "interrupt").length ?? 0;

/** How many sources are pending now that were not before. */
const arisen = (at: At): number => {
  const now = pending(at) & ~pending((at.step as NonNullable<At["step"]>).before);
  return Number((now & IIR.THRE) !== 0) + Number((now & IIR.RDA) !== 0);
};

const isQuiet = (at: Standing): boolean =>
  queued(at) === 0 && pending(at) === 0 && !at.divisorLatchOpen && !loops(at);

/** IIR's code by a 16550's priorities: received data, then THR empty. */
const codeOf = (sources: number): number =>
  sources & IIR.RDA ? IIR.RDA : sources & IIR.THRE ? IIR.THRE : IIR.NONE;

/** What a read of each of these must give, and a write must leave. */
const KEPT: readonly [RegisterName, number][] = [
  ["IER", IER.MASK],
  ["LCR", 0xff],
  ["MCR", 0xff],
  ["SCR", 0xff],
  ["DLL", 0xff],
  ["DLM", 0xff],
];
const keeps = (at: At): boolean =>
  KEPT.every(([name, mask]) => {
    if (access("write", name)(at)) return at.registers[name] === (byteWritten(at) & mask);
    return !access("read", name)(at) || (byteRead(at) === before(at).registers[name] && interrupts(at) === 0);
  });

/**
 * What a driver author may ask of `serial`, and the invariants I1 to I18 of a 16550 in the form that vm-superio allows. I9, I11, I12,
 * I19, I20 and I21 are about data, errors, time and lines that it does not have.
 */
export const serialClaims: readonly Claim<SerialState>[] = [
  claim(
    "L1",
    "After every IER write with DLAB off that leaves ERBFI set and the FIFO not empty, received data is identified.",
    always(identified, {
      when: (at) => writesIER(at) && isSet(at, "IER", IER.ERBFI) && queued(at) > 0,
    }),
  ),
  claim(
    "L2",
    "A byte that arrives while ERBFI is clear is identified in the end, if the driver keeps setting ERBFI and reads only IIR.",
    leadsTo<SerialState>((at) => arrives(at) && queued(at) > 0 && !isSet(at, "IER", IER.ERBFI), identified, {
      during: (at) => writesIER(at) || readsIIR(at),
      fairly: [
        { name: "IER is written with ERBFI set", is: (at) => writesIER(at) && isSet(at, "IER", IER.ERBFI) },
      ],
    }),
  ),
  claim(
    "L3",
    "With DLAB off, whoever reads RBR has emptied the FIFO after 64 reads, if nothing arrives meanwhile.",
    eventually<SerialState>((at) => queued(at) === 0, {
      from: (at) => !at.divisorLatchOpen,
      during: readsRBR,
    }).within(FIFO_SIZE),
  ),
  claim(
    "L4",
    "From wherever it is, the device can be brought to rest: FIFO empty, nothing pending, DLAB and LOOP off.",
    recoverable<SerialState>(isQuiet),
  ),
  claim(
    "L5",
    "Both sources can be pending at once.",
    reachable<SerialState>((at) => pending(at) === PENDING),
  ),
  claim(
    "I1",
    "The line pulses once for each source that becomes pending, and for nothing else but a restore.",
    always<SerialState>((at) => interrupts(at) === arisen(at), {
      when: (at) => at.step !== undefined && !restores(at),
    }),
  ),
  claim(
    "I2a",
    "An IIR read names the pending source that comes first: received data, then THR empty.",
    always<SerialState>((at) => (byteRead(at) & 0x0f) === codeOf(pending(before(at))), { when: readsIIR }),
  ),
  claim(
    "I2b",
    "A source is pending in IIR only while its IER bit is set.",
    always<SerialState>(
      (at) =>
        !(isSet(at, "IIR", IIR.RDA) && !isSet(at, "IER", IER.ERBFI)) &&
        !(isSet(at, "IIR", IIR.THRE) && !isSet(at, "IER", IER.ETBEI)),
    ),
  ),
  claim(
    "I3",
    "An IIR read acknowledges THR empty, and nothing else.",
    always<SerialState>((at) => identified(at), { when: (at) => readsIIR(at) && identified(before(at)) }),
  ),
  claim(
    "I4",
    "THR is always empty: LSR.THRE is never clear.",
    never<SerialState>((at) => !isSet(at, "LSR", LSR.THRE)),
  ),
  claim(
    "I5",
    "Where an IER write sets ETBEI while LSR.THRE is set, THR empty is pending afterwards.",
    always<SerialState>((at) => isSet(at, "IIR", IIR.THRE), {
      when: (at) =>
        writesIER(at) &&
        isSet(at, "IER", IER.ETBEI) &&
        !isSet(before(at), "IER", IER.ETBEI) &&
        isSet(at, "LSR", LSR.THRE),
    }),
  ),
  claim(
    "I6",
    "LSR.DR is set exactly while the FIFO holds a byte.",
    always<SerialState>((at) => isSet(at, "LSR", LSR.DR) === queued(at) > 0),
  ),
  claim(
    "I7",
    "The FIFO never holds more than 64 bytes.",
    never<SerialState>((at) => queued(at) > FIFO_SIZE),
  ),
  claim(
    "I8",
    "A byte that arrives, or comes back by loopback, while the FIFO is full sets LSR.OE.",
    always<SerialState>((at) => isSet(at, "LSR", LSR.OE), {
      when: (at) =>
        queued(before(at)) === FIFO_SIZE &&
        ((writesTHR(at) && loops(at)) || at.step?.emissions.some(({ type }) => type === "refused") === true),
    }),
  ),
  claim(
    "I10",
    "While ERBFI is set, received data is pending exactly while the FIFO holds a byte (the trigger is 1).",
    always<SerialState>((at) => identified(at) === queued(at) > 0, {
      when: (at) => isSet(at, "IER", IER.ERBFI),
    }),
  ),
  claim(
    "I13a",
    "In loopback nothing leaves, and nothing from outside is taken.",
    always<SerialState>((at) => !sent(at) && (!arrives(at) || queued(at) === queued(before(at))), {
      when: (at) => at.step !== undefined && loops(before(at)),
    }),
  ),
  claim(
    "I13b",
    "In loopback the high half of MSR is MCR's outputs.",
    always<SerialState>((at) => (byteRead(at) & ~MSR.DELTAS) === looped(before(at).state.modemControl), {
      when: (at) => loops(at) && access("read", "MSR")(at),
    }),
  ),
  claim(
    "I14",
    "An access to the divisor latch changes neither FIFO nor IER nor what is pending, and sends and interrupts nothing.",
    always<SerialState>(
      (at) =>
        queued(at) === queued(before(at)) &&
        same([at.registers.IER, pending(at)], [before(at).registers.IER, pending(before(at))]) &&
        !sent(at) &&
        interrupts(at) === 0,
      {
        when: (at) =>
          ["DLL", "DLM"].some(
            (name) => access("read", name as "DLL")(at) || access("write", name as "DLL")(at),
          ),
      },
    ),
  ),
  claim(
    "I15",
    "An FCR write that resets the receive FIFO leaves it empty.",
    always<SerialState>((at) => queued(at) === 0, {
      when: (at) => access("write", "FCR")(at) && (byteWritten(at) & FCR.RX_RESET) !== 0,
    }),
  ),
  claim(
    "I16",
    "IER, LCR, MCR, SCR, DLL and DLM keep what is written, under IER's mask, and a read gives it and interrupts nothing.",
    always<SerialState>(keeps),
  ),
  claim(
    "I17",
    "Saved and restored, the device is in the same states of the chart.",
    always<SerialState>((at) => same(at.value, at.restored.value)),
  ),
  claim(
    "I18",
    "After an IIR read nothing is pending: a handler ends with the first.",
    always<SerialState>((at) => pending(at) === 0 && !isSet(at, "IIR", PENDING), { when: readsIIR }),
  ),
];
