import { checkedInput, isInput } from "../../../device/internal.js";
import type { Input } from "../../../journal/index.js";
import { ENTRY_FLAGS } from "./entry-table.js";
import { Session } from "./session.js";

/** Entries of the future that are played after a change: enough to see what it leads to. */
const HORIZON = 5000;

/** A change of the recorded inputs. */
interface ForkChange {
  /** The row at which it begins. */
  readonly rowIndex: number;
  /** True if the entry in that row is replaced; else it follows the change. */
  readonly replaces: boolean;
  /** The input inserted there; absent to omit the entry. */
  readonly insertedInput?: Input;
}

/** Two futures from one moment, row by row. */
export interface Fork {
  readonly forkChange: ForkChange;
  /** The recorded future and the changed one: both begin at the row of the change. */
  readonly original: Session;
  readonly changed: Session;
  /** Corresponding rows of both futures; undefined where one has none. */
  readonly rowPairs: readonly RowPair[];
  /** The first pair after the change itself whose outcomes differ. */
  readonly partingPair: number | undefined;
}

/** A row of both futures. */
export interface RowPair {
  readonly original: number | undefined;
  readonly changed: number | undefined;
  /** True of the change itself, and of rows with different outcomes. */
  readonly differs: boolean;
  /** True of the change itself. */
  readonly isChange: boolean;
}

/**
 * Plays what follows a row twice: as it was, and with a change.
 *
 * @throws TypeError or RangeError if the chart does not take the input.
 */
export function fork(session: Session, forkChange: ForkChange): Fork {
  const { rowIndex, replaces, insertedInput } = forkChange;
  const endRow = Math.min(session.length, rowIndex + HORIZON);
  const entries = session.entriesIn(rowIndex, endRow).filter(isInput);
  const header = {
    ...session.journal.header,
    first: session.firstIndex + rowIndex,
    tick: session.entryTable.tickBefore.valueAt(rowIndex),
    state: session.savedStateAfter(rowIndex - 1),
  };
  const playInputs = (inputs: readonly Input[], name: string): Session => {
    const futureSession = new Session({
      name,
      live: false,
      header,
      differences: [],
      warnings: [],
    });
    futureSession.appendEntries(inputs);
    return futureSession;
  };
  const replacement = insertedInput === undefined ? [] : [checkedInput(session.chart, insertedInput)];
  const original = playInputs(entries, session.name);
  const changed = playInputs(
    [...replacement, ...(replaces ? entries.slice(1) : entries)],
    `${session.name}, what if`,
  );
  const rowPairs = pairRows(original, changed, forkChange);
  const partingPair = rowPairs.findIndex(({ differs, isChange }) => differs && !isChange);
  return { forkChange, original, changed, rowPairs, partingPair: partingPair < 0 ? undefined : partingPair };
}

function pairRows(original: Session, changed: Session, { replaces, insertedInput }: ForkChange): RowPair[] {
  const rowShift = (insertedInput === undefined ? 0 : 1) - (replaces ? 1 : 0);
  const rowPairs: RowPair[] = [];
  if (rowShift === 1) rowPairs.push({ original: undefined, changed: 0, differs: true, isChange: true });
  if (rowShift === -1) rowPairs.push({ original: 0, changed: undefined, differs: true, isChange: true });
  for (let rowIndex = rowShift === -1 ? 1 : 0; rowIndex < original.length; rowIndex++)
    rowPairs.push({
      original: rowIndex,
      changed: rowIndex + rowShift,
      differs:
        (replaces && rowIndex === 0) || outcomesDiffer(original, rowIndex, changed, rowIndex + rowShift),
      isChange: replaces && rowIndex === 0,
    });
  return rowPairs;
}

/** Properties of an entry's outcome: what was sent, lost, or interrupted. */
const OUTCOME_FLAGS = ENTRY_FLAGS.INTERRUPT | ENTRY_FLAGS.SENT | ENTRY_FLAGS.LOST | ENTRY_FLAGS.HIGH;

/** Returns true if the same entry had another outcome: another byte was read, sent or lost, or another interrupt came. */
export function outcomesDiffer(
  firstSession: Session,
  firstRow: number,
  secondSession: Session,
  secondRow: number,
): boolean {
  const [first, second] = [firstSession.entryTable, secondSession.entryTable];
  return (
    first.byteValue.valueAt(firstRow) !== second.byteValue.valueAt(secondRow) ||
    (first.flags.valueAt(firstRow) & OUTCOME_FLAGS) !== (second.flags.valueAt(secondRow) & OUTCOME_FLAGS) ||
    first.interruptCauses(firstRow).join() !== second.interruptCauses(secondRow).join() ||
    first.sentBytes(firstRow).join() !== second.sentBytes(secondRow).join()
  );
}
