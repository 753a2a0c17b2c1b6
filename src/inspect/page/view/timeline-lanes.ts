import { IER, LCR, LSR, MCR, MSR, type RegisterName } from "../../../../machines/index.js";
import { bitsInWords } from "../../../device/index.js";
import type { BlockSummary } from "../model/block-summary.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "../model/entry-table.js";
import type { ByteColumn, NumberColumn } from "../model/growing-columns.js";
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
      /** Its edges, where several lie inside one entry. */
      readonly edges?: { readonly ticks: NumberColumn; readonly levels: ByteColumn };
    }
  /** Moments, with a word each. */
  | {
      readonly laneKind: "moments";
      readonly laneName: string;
      readonly laneTitle: string;
      readonly summary: BlockSummary;
      readonly bitMask: number;
      momentLabel(rowIndex: number): string;
      /** The ticks of the moments, where several lie inside one entry, with the label of each. */
      readonly events?: { readonly ticks: NumberColumn; eventLabel(eventIndex: number): string };
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

/** Returns all lanes of a session's device, in the order in which they are offered. */
export function lanesOf(session: Session): readonly TimelineLane[] {
  const cachedLanes = lanesBySession.get(session);
  if (cachedLanes) return cachedLanes;
  const lanes = makeLanes(session);
  lanesBySession.set(session, lanes);
  return lanes;
}

/** The lanes that are not shown until they are chosen. */
const OPTIONAL_LANES = ["DR", "OE", "PE", "FE", "BI", "ELSI", "EDSSI"];

/** Returns the chosen lanes, in their order; by default those of the device, and marks where there are any. */
export function shownLanes(session: Session, chosenNames: readonly string[] | undefined): TimelineLane[] {
  const lanes = lanesOf(session);
  if (chosenNames === undefined)
    return lanes.filter(
      ({ laneName }) =>
        !OPTIONAL_LANES.includes(laneName) && (laneName !== "marks" || session.entryTable.noteCount > 0),
    );
  return chosenNames.flatMap((name) => lanes.filter(({ laneName }) => laneName === name));
}

const printedCharacter = (byte: number): string =>
  byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·";

function makeLanes(session: Session): readonly TimelineLane[] {
  const { chart, entryTable } = session;
  const flagSummary = entryTable.summaryOf(entryTable.flags);
  const bitLane = (
    laneName: string,
    laneTitle: string,
    registerName: RegisterName,
    bitMask: number,
  ): TimelineLane[] => {
    const column = entryTable.registers.get(registerName);
    return column
      ? [{ laneKind: "level", laneName, laneTitle, summary: entryTable.summaryOf(column), bitMask }]
      : [];
  };
  const interrupts: TimelineLane =
    chart.interrupt === "level"
      ? {
          ...{ laneKind: "level", laneName: "INTR", laneTitle: "The interrupt line" },
          ...{ summary: flagSummary, bitMask: ENTRY_FLAGS.HIGH },
          edges: { ticks: entryTable.edgeTick, levels: entryTable.edgeLevel },
        }
      : {
          ...{ laneKind: "moments", laneName: "INTR", laneTitle: "Interrupts, with their cause" },
          ...{ summary: flagSummary, bitMask: ENTRY_FLAGS.INTERRUPT },
          momentLabel: (rowIndex: number) => entryTable.interruptCauses(rowIndex).join(" "),
          events: {
            ticks: entryTable.interruptTick,
            eventLabel: (eventIndex) =>
              entryTable.causes[entryTable.interruptCause.valueAt(eventIndex)] as string,
          },
        };
  const iirColumn = entryTable.registers.get("IIR") as ByteColumn;
  const identified: TimelineLane = {
    ...{ laneKind: "value", laneName: "IIR", laneTitle: "The identified cause of the interrupt" },
    ...{ column: iirColumn, summary: entryTable.summaryOf(iirColumn) },
    valueLabel: (columnValue) => bitsInWords("IIR", columnValue, chart).replace("|FIFOS", ""),
    isIdle: (columnValue) => (columnValue & 1) === 1,
  };
  const isUart16550 = chart.id === "uart16550";
  const amountLane = { laneKind: "amount" as const, capacity: isUart16550 ? 16 : 64 };
  return [
    interrupts,
    identified,
    {
      ...{ ...amountLane, laneName: "RX", laneTitle: "Characters in the receive FIFO" },
      summary: entryTable.summaryOf(entryTable.receiveLevel),
    },
    ...(isUart16550
      ? [
          {
            ...{ ...amountLane, laneName: "TX", laneTitle: "Characters in the transmit FIFO" },
            summary: entryTable.summaryOf(entryTable.transmitLevel),
          },
        ]
      : []),
    {
      ...{ laneKind: "moments", laneName: "sent", laneTitle: "Characters that left" },
      ...{ summary: flagSummary, bitMask: ENTRY_FLAGS.SENT },
      momentLabel: (rowIndex) => entryTable.sentBytes(rowIndex).map(printedCharacter).join(""),
      events: {
        ticks: entryTable.sentTick,
        eventLabel: (eventIndex) => printedCharacter(entryTable.sentByte.valueAt(eventIndex)),
      },
    },
    {
      ...{ laneKind: "moments", laneName: "marks", laneTitle: "Marks, and failures of the surroundings" },
      ...{ summary: flagSummary, bitMask: ENTRY_FLAGS.NOTE },
      momentLabel: (rowIndex) =>
        ENTRY_TYPES[entryTable.entryType.valueAt(rowIndex)] === "failed" ? "⚠" : "⚑",
    },
    ...bitLane("ERBFI", "IER: received data may interrupt", "IER", IER.ERBFI),
    ...bitLane("ETBEI", "IER: THR empty may interrupt", "IER", IER.ETBEI),
    ...bitLane("ELSI", "IER: line status may interrupt", "IER", IER.ELSI),
    ...bitLane("EDSSI", "IER: modem status may interrupt", "IER", IER.EDSSI),
    ...bitLane("DR", "LSR: data is ready", "LSR", LSR.DR),
    ...bitLane("OE", "LSR: overrun error", "LSR", LSR.OE),
    ...bitLane("PE", "LSR: parity error", "LSR", LSR.PE),
    ...bitLane("FE", "LSR: framing error", "LSR", LSR.FE),
    ...bitLane("BI", "LSR: break", "LSR", LSR.BI),
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
