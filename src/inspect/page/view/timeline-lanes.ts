import { IER, LCR, MCR, MSR, type RegisterName } from "../../../../machines/index.js";
import { bitsInWords } from "../../../device/index.js";
import { BlockSummary } from "../model/block-summary.js";
import { ENTRY_FLAGS } from "../model/entry-table.js";
import type { ByteColumn } from "../model/growing-columns.js";
import type { Session } from "../model/session.js";

/** A lane of the time line. */
export type TimelineLane =
  /** A level: 0 or 1, a bit of a column. */
  | {
      readonly laneKind: "level";
      readonly laneName: string;
      readonly laneTitle: string;
      readonly summary: BlockSummary;
      readonly bitMask: number;
    }
  /** Moments, with a word each. */
  | {
      readonly laneKind: "moments";
      readonly laneName: string;
      readonly laneTitle: string;
      readonly summary: BlockSummary;
      readonly bitMask: number;
      momentLabel(rowIndex: number): string;
    }
  /** A value with a label; idle values have none. */
  | {
      readonly laneKind: "value";
      readonly laneName: string;
      readonly laneTitle: string;
      readonly summary: BlockSummary;
      readonly column: ByteColumn;
      valueLabel(columnValue: number): string;
      isIdle(columnValue: number): boolean;
    }
  /** The level of a FIFO. */
  | {
      readonly laneKind: "amount";
      readonly laneName: string;
      readonly laneTitle: string;
      readonly summary: BlockSummary;
      readonly capacity: number;
    };

const lanesBySession = new WeakMap<Session, readonly TimelineLane[]>();

/** Returns the lanes of a session's device. */
export function lanesOf(session: Session): readonly TimelineLane[] {
  const cachedLanes = lanesBySession.get(session);
  if (cachedLanes) return cachedLanes;
  const lanes = makeLanes(session);
  lanesBySession.set(session, lanes);
  return lanes;
}

function makeLanes(session: Session): readonly TimelineLane[] {
  const { chart, entryTable } = session;
  const flagSummary = new BlockSummary(entryTable.flags);
  const summaries = new Map(
    [...entryTable.registers].map(([registerName, column]) => [registerName, new BlockSummary(column)]),
  );
  const bitLane = (
    laneName: string,
    laneTitle: string,
    registerName: RegisterName,
    bitMask: number,
  ): TimelineLane[] => {
    const registerSummary = summaries.get(registerName);
    return registerSummary
      ? [{ laneKind: "level", laneName, laneTitle, summary: registerSummary, bitMask }]
      : [];
  };
  const causesAt = (rowIndex: number) => entryTable.interruptCauses(rowIndex).join(" ");
  const interrupts: TimelineLane =
    chart.interrupt === "level"
      ? {
          laneKind: "level",
          laneName: "INTR",
          laneTitle: "The interrupt line",
          summary: flagSummary,
          bitMask: ENTRY_FLAGS.HIGH,
        }
      : {
          ...{ laneKind: "moments", laneName: "INTR", laneTitle: "Interrupts, with their cause" },
          ...{ summary: flagSummary, bitMask: ENTRY_FLAGS.INTERRUPT, momentLabel: causesAt },
        };
  const iirColumn = entryTable.registers.get("IIR") as ByteColumn;
  const identified: TimelineLane = {
    ...{
      laneKind: "value",
      laneName: "IIR",
      laneTitle: "What is identified as pending",
      column: iirColumn,
      summary: summaries.get("IIR") as BlockSummary,
    },
    valueLabel: (columnValue) => bitsInWords("IIR", columnValue, chart).replace("|FIFOS", ""),
    isIdle: (columnValue) => (columnValue & 1) === 1,
  };
  const isUart16550 = chart.id === "uart16550";
  const amountLane = { laneKind: "amount" as const, capacity: isUart16550 ? 16 : 64 };
  return [
    interrupts,
    identified,
    {
      ...amountLane,
      laneName: "RX",
      laneTitle: "Characters in the receive FIFO",
      summary: new BlockSummary(entryTable.receiveLevel),
    },
    ...(isUart16550
      ? [
          {
            ...amountLane,
            laneName: "TX",
            laneTitle: "Characters in the transmit FIFO",
            summary: new BlockSummary(entryTable.transmitLevel),
          },
        ]
      : []),
    {
      ...{
        laneKind: "moments",
        laneName: "sent",
        laneTitle: "Characters that left",
        summary: flagSummary,
        bitMask: ENTRY_FLAGS.SENT,
      },
      momentLabel: (rowIndex) =>
        entryTable
          .sentBytes(rowIndex)
          .map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·"))
          .join(""),
    },
    ...bitLane("ERBFI", "IER: received data may interrupt", "IER", IER.ERBFI),
    ...bitLane("ETBEI", "IER: THR empty may interrupt", "IER", IER.ETBEI),
    ...bitLane("DLAB", "LCR: the divisor latch is open", "LCR", LCR.DLAB),
    ...bitLane("LOOP", "MCR: loopback", "MCR", MCR.LOOP),
    ...(isUart16550
      ? [
          ...bitLane("RTS", "MCR: request to send", "MCR", MCR.RTS),
          ...bitLane("DTR", "MCR: data terminal ready", "MCR", MCR.DTR),
          ...bitLane("CTS", "MSR: clear to send", "MSR", MSR.CTS),
          ...bitLane("DSR", "MSR: data set ready", "MSR", MSR.DSR),
          ...bitLane("DCD", "MSR: data carrier detect", "MSR", MSR.DCD),
          ...bitLane("RI", "MSR: ring indicator", "MSR", MSR.RI),
        ]
      : []),
  ];
}
