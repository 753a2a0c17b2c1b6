import { LSR, MCR, MSR, type RegisterName } from "../../../../machines/index.js";
import type { TransitionInWords } from "../../../device/index.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import type { Session } from "./session.js";

const [READ, WRITE, RECEIVE] = (["read", "write", "receive"] as const).map((type) =>
  ENTRY_TYPES.indexOf(type),
);

/** How something of a register is lost. */
interface Loss {
  /** Returns true if a row may be such a loss, by its columns. */
  isCandidate(session: Session, rowIndex: number): boolean;
  /** Returns true if a transition of the row loses something. */
  isLosing(transition: TransitionInWords): boolean;
}

/** Returns a transition of a state that leaves everything as it is. */
const ignores = (transition: TransitionInWords, source: string, event: string): boolean =>
  transition.source === source &&
  transition.event === event &&
  transition.target === undefined &&
  transition.actions.length === 0;

const hasAction = ({ actions }: TransitionInWords, pattern: RegExp): boolean =>
  actions.some((action) => pattern.test(action));

/** Returns the bits of a register that a row has cleared. */
export function clearedBits({ entryTable }: Session, registerName: RegisterName, rowIndex: number): number {
  const after = entryTable.registers.get(registerName)?.valueAt(rowIndex) ?? 0;
  return entryTable.registerBefore(registerName, rowIndex) & ~after;
}

const LOSSES: Readonly<Partial<Record<RegisterName, Loss>>> = {
  RBR: {
    isCandidate: ({ entryTable }, rowIndex) => {
      const { entryType, receiveLevel, flags } = entryTable;
      const growth = receiveLevel.valueAt(rowIndex) - receiveLevel.valueAt(rowIndex - 1);
      const isLooped = ((entryTable.registers.get("MCR")?.valueAt(rowIndex) ?? 0) & MCR.LOOP) !== 0;
      const type = entryType.valueAt(rowIndex);
      return (
        (flags.valueAt(rowIndex) & ENTRY_FLAGS.LOST) !== 0 ||
        (type !== READ && growth < 0) ||
        (growth === 0 && (type === RECEIVE || (type === WRITE && isLooped)))
      );
    },
    isLosing: (transition) =>
      hasAction(transition, /^(loseCharacter|flushReceiveFifo|refuseCharacters)$/) ||
      ignores(transition, "receiveFifo.full", "write.THR_DLL") ||
      ignores(transition, "loopback.on", "receive"),
  },
  THR: {
    isCandidate: ({ entryTable }, rowIndex) => {
      const { entryType, transmitLevel } = entryTable;
      const levelBefore = transmitLevel.valueAt(rowIndex - 1);
      const type = entryType.valueAt(rowIndex);
      return levelBefore > 0 && type !== READ && transmitLevel.valueAt(rowIndex) <= levelBefore;
    },
    isLosing: (transition) =>
      hasAction(transition, /^(flushTransmitFifo|dropOldestAndQueue|replaceLast|queueAlone)$/) ||
      ignores(transition, "transmitFifo.full", "write.THR_DLL"),
  },
  LSR: {
    isCandidate: (session, rowIndex) =>
      session.entryTable.entryType.valueAt(rowIndex) === READ &&
      (clearedBits(session, "LSR", rowIndex) & LSR.ERRORS) !== 0,
    isLosing: (transition) => hasAction(transition, /^clear(Errors|Break)$/),
  },
  MSR: {
    isCandidate: (session, rowIndex) =>
      session.entryTable.entryType.valueAt(rowIndex) === READ &&
      (clearedBits(session, "MSR", rowIndex) & MSR.DELTAS) !== 0,
    isLosing: (transition) => hasAction(transition, /^clearDeltas$/),
  },
};

/** The registers of which something can be lost. */
export const LOSSY_REGISTERS = Object.keys(LOSSES) as readonly RegisterName[];

/** Returns true if a transition loses something of a register, unless its row shows that there was nothing to lose. */
export const isLosing = (registerName: RegisterName, transition: TransitionInWords): boolean =>
  LOSSES[registerName]?.isLosing(transition) ?? false;

/** Returns the last row up to `fromRow` that lost something of a register; undefined if none did. */
export function lastLossOf(
  session: Session,
  fromRow: number,
  registerName: RegisterName,
): number | undefined {
  const loss = LOSSES[registerName];
  if (!loss) return undefined;
  const { index } = session;
  let row = index.lastLoss(fromRow, registerName);
  while (row >= 0 && !loss.isCandidate(session, row)) row = index.lastLoss(row - 1, registerName);
  return row < 0 ? undefined : row;
}
