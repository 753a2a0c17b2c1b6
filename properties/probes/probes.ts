import { FCR, IER, LCR, LSR, MCR, MSR } from "../../machines/index.js";
import {
  type Access,
  drain,
  hex,
  listen,
  type ProbeResult,
  read,
  receive,
  restore,
  ring,
  skip,
  write,
} from "./access.js";

/** A question to a UART whose transmitter takes no time. */
export interface Probe {
  /** Its letter, "A" to "N". */
  readonly id: string;
  /** The question. */
  readonly question: string;
  /** The accesses to a new device. */
  readonly accesses: readonly Access[];
  /** The answer, as it stands in the table. */
  answer(probeResult: ProbeResult): string;
}

const fifosOn = write("FCR", FCR.FIFO_ENABLE);
/** Values of 5 bits, the length of a word after a reset: LCR stays unchanged. */
const THREE: readonly number[] = [0x11, 0x12, 0x13];

const answerAt = (probeResult: ProbeResult, index: number): number => probeResult.read[index] as number;
const list = (probeResult: ProbeResult): string => probeResult.read.map(hex).join(", ");

/** Fourteen probes, of a guest's view of a UART. */
export const PROBES: readonly Probe[] = [
  {
    id: "A",
    question: "a byte received and THR empty: IIR, LSR, IIR",
    accesses: [
      fifosOn,
      write("IER", IER.ERBFI | IER.ETBEI),
      receive(0x01),
      write("THR", 0x15),
      read("IIR"),
      read("LSR"),
      read("IIR"),
    ],
    answer: (probeResult) => list(probeResult),
  },
  {
    id: "B",
    question: "a byte arrives with IER=0, then IER=1: an interrupt?, IIR",
    accesses: [fifosOn, receive(0x01), listen, write("IER", IER.ERBFI), read("IIR")],
    answer: (probeResult) =>
      `${probeResult.interrupts > 0 ? "INTR" : "no edge"}, ${hex(answerAt(probeResult, 0))}`,
  },
  {
    id: "C",
    question: "FCR=07 with 3 bytes queued: LSR, RBR",
    accesses: [
      fifosOn,
      receive(...THREE),
      write("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET),
      read("LSR"),
      read("RBR"),
    ],
    answer: (probeResult) =>
      answerAt(probeResult, 0) & LSR.DR
        ? `${hex(answerAt(probeResult, 0))}, ${THREE.includes(answerAt(probeResult, 1)) ? "byte readable" : `RBR=${hex(answerAt(probeResult, 1))}`}`
        : hex(answerAt(probeResult, 0)),
  },
  {
    id: "D",
    question: "LCR=03 with 3 bytes queued: LCR, LSR",
    accesses: [fifosOn, receive(...THREE), write("LCR", LCR.WLS), read("LCR"), read("LSR")],
    answer: (probeResult) => list(probeResult),
  },
  {
    id: "E",
    question: "100 writes in loopback: LSR, bytes readable",
    accesses: [
      fifosOn,
      write("MCR", MCR.LOOP),
      ...Array.from({ length: 100 }, () => write("THR", 0x15)),
      read("LSR"),
      drain,
    ],
    answer: (probeResult) => `${hex(answerAt(probeResult, 0))}, ${probeResult.drained.length}`,
  },
  {
    id: "F",
    question: "3 bytes, one read, then ERBFI=1: IIR",
    accesses: [fifosOn, receive(...THREE), skip("RBR"), write("IER", IER.ERBFI), read("IIR")],
    answer: (probeResult) => list(probeResult),
  },
  {
    id: "G",
    question: "MCR=1A (Linux's autoconfig): MSR & F0",
    accesses: [write("MCR", MCR.LOOP | MCR.OUT2 | MCR.RTS), read("MSR")],
    answer: (probeResult) => hex(answerAt(probeResult, 0) & ~MSR.DELTAS),
  },
  {
    id: "H",
    question: "ETBEI 0→1 while THR is empty (Linux's TXEN test): IIR, IIR",
    accesses: [fifosOn, write("IER", 0), write("IER", IER.ETBEI), read("IIR"), read("IIR")],
    answer: (probeResult) => list(probeResult),
  },
  {
    id: "I",
    question: "loopback, EDSSI=1, RTS toggles: IIR, MSR",
    // Entering loopback changes the inputs as well: what that has set is read away first.
    accesses: [
      fifosOn,
      write("MCR", MCR.LOOP),
      skip("MSR"),
      write("IER", IER.EDSSI),
      write("MCR", MCR.LOOP | MCR.RTS),
      read("IIR"),
      read("MSR"),
    ],
    answer: (probeResult) => list(probeResult),
  },
  {
    id: "J",
    question: "IIR[7:6] before any write to FCR; MCR after MCR=FF",
    accesses: [read("IIR"), write("MCR", 0xff), read("MCR")],
    answer: (probeResult) => `${hex(answerAt(probeResult, 0) & 0xc0)}; ${hex(answerAt(probeResult, 1))}`,
  },
  {
    id: "K",
    question: "1000 bytes unread: kept, OE",
    accesses: [
      fifosOn,
      receive(...Array.from({ length: 1000 }, (_, probeIndex) => probeIndex & 0xff)),
      read("LSR"),
      drain,
    ],
    answer: (probeResult) =>
      `${probeResult.drained.length}, ${answerAt(probeResult, 0) & LSR.OE ? "OE=1" : "no OE"}`,
  },
  {
    id: "L",
    question: "restore(save) with 3 bytes queued",
    accesses: [fifosOn, receive(...THREE), restore, drain],
    answer: ({ drained }) => {
      if (drained.length === 1 && drained[0] === THREE[2]) return "last byte survives";
      return drained.join() === THREE.join() ? "bytes survive" : `${drained.length} readable`;
    },
  },
  {
    id: "M",
    question: "RI 0→1, its leading edge: TERI?",
    accesses: [fifosOn, ring(true), read("MSR")],
    answer: (found) => (answerAt(found, 0) & MSR.TERI ? `TERI (MSR=${hex(answerAt(found, 0))})` : "no TERI"),
  },
  {
    id: "N",
    question: "SCR=5A: SCR",
    accesses: [write("SCR", 0x5a), read("SCR")],
    answer: (found) => list(found),
  },
];
