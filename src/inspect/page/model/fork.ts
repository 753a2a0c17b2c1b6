import { checkedInput, isInput } from "../../../device/internal.js";
import type { Input } from "../../../journal/index.js";
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
  /** The first pair at which the two differ after the change itself. */
  readonly partingPair: number | undefined;
}

/** A row of both futures. */
export interface RowPair {
  readonly original: number | undefined;
  readonly changed: number | undefined;
  /** True if the two rows leave different device states, or have different results. */
  readonly differs: boolean;
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
  const playInputs = (inputs: readonly Input[]): Session => {
    const futureSession = new Session({
      name: session.name,
      live: false,
      header,
      differences: [],
      warnings: [],
    });
    futureSession.appendEntries(inputs);
    return futureSession;
  };
  const replacement = insertedInput === undefined ? [] : [checkedInput(session.chart, insertedInput)];
  const original = playInputs(entries);
  const changed = playInputs([...replacement, ...(replaces ? entries.slice(1) : entries)]);
  const rowPairs = pairRows(original, changed, forkChange);
  const partingPair = rowPairs.findIndex(
    ({ differs, original, changed }) => differs && original !== undefined && changed !== undefined,
  );
  return { forkChange, original, changed, rowPairs, partingPair: partingPair < 0 ? undefined : partingPair };
}

function pairRows(original: Session, changed: Session, { replaces, insertedInput }: ForkChange): RowPair[] {
  const rowShift = (insertedInput === undefined ? 0 : 1) - (replaces ? 1 : 0);
  const rowPairs: RowPair[] = [];
  if (rowShift === 1) rowPairs.push({ original: undefined, changed: 0, differs: true });
  if (rowShift === -1) rowPairs.push({ original: 0, changed: undefined, differs: true });
  for (let rowIndex = rowShift === -1 ? 1 : 0; rowIndex < original.length; rowIndex++)
    rowPairs.push({
      original: rowIndex,
      changed: rowIndex + rowShift,
      differs: rowsDiffer(original, rowIndex, changed, rowIndex + rowShift),
    });
  return rowPairs;
}

function rowsDiffer(
  firstSession: Session,
  firstRow: number,
  secondSession: Session,
  secondRow: number,
): boolean {
  const [firstTable, secondTable] = [firstSession.entryTable, secondSession.entryTable];
  if (
    firstTable.entryType.valueAt(firstRow) !== secondTable.entryType.valueAt(secondRow) ||
    firstTable.registerOffset.valueAt(firstRow) !== secondTable.registerOffset.valueAt(secondRow)
  )
    return true;
  if (
    firstTable.byteValue.valueAt(firstRow) !== secondTable.byteValue.valueAt(secondRow) ||
    firstTable.flags.valueAt(firstRow) !== secondTable.flags.valueAt(secondRow)
  )
    return true;
  if (
    firstTable.receiveLevel.valueAt(firstRow) !== secondTable.receiveLevel.valueAt(secondRow) ||
    firstTable.transmitLevel.valueAt(firstRow) !== secondTable.transmitLevel.valueAt(secondRow)
  )
    return true;
  return [...firstTable.registers].some(
    ([name, column]) => column.valueAt(firstRow) !== secondTable.registers.get(name)?.valueAt(secondRow),
  );
}
