import { IER, LCR, MCR, MSR, type RegisterName } from "../../../../machines/index.js";
import { bitsInWords } from "../../../device/index.js";
import { Blocks } from "../model/blocks.js";
import type { Bytes } from "../model/bytes.js";
import type { Session } from "../model/session.js";
import { FLAG } from "../model/table.js";

/** A line of the time line. */
export type Lane =
  /** A level: 0 or 1, a bit of a column. */
  | {
      readonly kind: "level";
      readonly name: string;
      readonly title: string;
      readonly blocks: Blocks;
      readonly mask: number;
    }
  /** Moments, with a word each. */
  | {
      readonly kind: "moments";
      readonly name: string;
      readonly title: string;
      readonly blocks: Blocks;
      readonly mask: number;
      words(row: number): string;
    }
  /** A value with a word: what stays is not written. */
  | {
      readonly kind: "value";
      readonly name: string;
      readonly title: string;
      readonly blocks: Blocks;
      readonly column: Bytes;
      word(value: number): string;
      idle(value: number): boolean;
    }
  /** How full something is. */
  | {
      readonly kind: "amount";
      readonly name: string;
      readonly title: string;
      readonly blocks: Blocks;
      readonly full: number;
    };

const known = new WeakMap<Session, readonly Lane[]>();

/** The lines that a session's device has. */
export function lanesOf(session: Session): readonly Lane[] {
  const before = known.get(session);
  if (before) return before;
  const lanes = makeLanes(session);
  known.set(session, lanes);
  return lanes;
}

function makeLanes(session: Session): readonly Lane[] {
  const { chart, table } = session;
  const flags = new Blocks(table.flags);
  const blocks = new Map([...table.registers].map(([name, column]) => [name, new Blocks(column)]));
  const bit = (name: string, title: string, register: RegisterName, mask: number): Lane[] => {
    const found = blocks.get(register);
    return found ? [{ kind: "level", name, title, blocks: found, mask }] : [];
  };
  const causes = (row: number) => table.interruptsAt(row).join(" ");
  const interrupts: Lane =
    chart.interrupt === "level"
      ? { kind: "level", name: "INTR", title: "The interrupt line", blocks: flags, mask: FLAG.HIGH }
      : {
          ...{ kind: "moments", name: "INTR", title: "Interrupts, with their cause" },
          ...{ blocks: flags, mask: FLAG.INTERRUPT, words: causes },
        };
  const iir = table.registers.get("IIR") as Bytes;
  const identified: Lane = {
    ...{
      kind: "value",
      name: "IIR",
      title: "What is identified as pending",
      column: iir,
      blocks: blocks.get("IIR") as Blocks,
    },
    word: (value) => bitsInWords("IIR", value, chart).replace("|FIFOS", ""),
    idle: (value) => (value & 1) === 1,
  };
  const uart = chart.id === "uart16550";
  const whole = { kind: "amount" as const, full: uart ? 16 : 64 };
  return [
    interrupts,
    identified,
    { ...whole, name: "RX", title: "Characters in the receive FIFO", blocks: new Blocks(table.received) },
    ...(uart
      ? [{ ...whole, name: "TX", title: "Characters in the transmit FIFO", blocks: new Blocks(table.toSend) }]
      : []),
    {
      ...{ kind: "moments", name: "sent", title: "Characters that left", blocks: flags, mask: FLAG.SENT },
      words: (row) =>
        table
          .sentBy(row)
          .map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·"))
          .join(""),
    },
    ...bit("ERBFI", "IER: received data may interrupt", "IER", IER.ERBFI),
    ...bit("ETBEI", "IER: THR empty may interrupt", "IER", IER.ETBEI),
    ...bit("DLAB", "LCR: the divisor latch is open", "LCR", LCR.DLAB),
    ...bit("LOOP", "MCR: loopback", "MCR", MCR.LOOP),
    ...(uart
      ? [
          ...bit("RTS", "MCR: request to send", "MCR", MCR.RTS),
          ...bit("DTR", "MCR: data terminal ready", "MCR", MCR.DTR),
          ...bit("CTS", "MSR: clear to send", "MSR", MSR.CTS),
          ...bit("DSR", "MSR: data set ready", "MSR", MSR.DSR),
          ...bit("DCD", "MSR: data carrier detect", "MSR", MSR.DCD),
          ...bit("RI", "MSR: ring indicator", "MSR", MSR.RI),
        ]
      : []),
  ];
}
