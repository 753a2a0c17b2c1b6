import { isInput } from "../../../device/fold.js";
import { inputFor } from "../../../device/input.js";
import type { Input } from "../../../journal/index.js";
import { Session } from "./session.js";

/** Entries of the future that are played after a change: enough to see what it leads to. */
const HORIZON = 5000;

/** What is different in another future. */
export interface Change {
  /** The row at which it begins. */
  readonly row: number;
  /** Whether what stood there is replaced, or comes after. */
  readonly replace: boolean;
  /** What happens there instead; absent to leave it out. */
  readonly input?: Input;
}

/** Two futures from one moment, row by row. */
export interface Fork {
  readonly change: Change;
  /** As it was, and as it would have been: both begin at the row of the change. */
  readonly original: Session;
  readonly changed: Session;
  /** Rows beside each other; undefined where one future has nothing. */
  readonly pairs: readonly Pair[];
  /** The first pair at which the two differ after the change itself. */
  readonly parting: number | undefined;
}

/** A row of both futures. */
export interface Pair {
  readonly original: number | undefined;
  readonly changed: number | undefined;
  /** Whether the two leave the device, or answer, differently. */
  readonly differs: boolean;
}

/**
 * Plays what follows a row twice: as it was, and with a change.
 *
 * @throws TypeError or RangeError if the chart does not take the input.
 */
export function fork(session: Session, change: Change): Fork {
  const { row, replace, input } = change;
  const until = Math.min(session.length, row + HORIZON);
  const entries = session.entries(row, until).filter(isInput);
  const header = {
    ...session.journal.header,
    first: session.first + row,
    tick: session.table.tick.at(row),
    state: session.stateAt(row - 1),
  };
  const play = (inputs: readonly Input[]): Session => {
    const future = new Session({ name: session.name, live: false, header, differences: [], warnings: [] });
    future.append(inputs);
    return future;
  };
  const instead = input === undefined ? [] : [inputFor(session.chart, input)];
  const original = play(entries);
  const changed = play([...instead, ...(replace ? entries.slice(1) : entries)]);
  const pairs = pairsOf(original, changed, change);
  const parting = pairs.findIndex(
    ({ differs, original, changed }) => differs && original !== undefined && changed !== undefined,
  );
  return { change, original, changed, pairs, parting: parting < 0 ? undefined : parting };
}

function pairsOf(original: Session, changed: Session, { replace, input }: Change): Pair[] {
  const shift = (input === undefined ? 0 : 1) - (replace ? 1 : 0);
  const pairs: Pair[] = [];
  if (shift === 1) pairs.push({ original: undefined, changed: 0, differs: true });
  if (shift === -1) pairs.push({ original: 0, changed: undefined, differs: true });
  for (let row = shift === -1 ? 1 : 0; row < original.length; row++)
    pairs.push({
      original: row,
      changed: row + shift,
      differs: differs(original, row, changed, row + shift),
    });
  return pairs;
}

function differs(a: Session, rowA: number, b: Session, rowB: number): boolean {
  const [x, y] = [a.table, b.table];
  if (x.kind.at(rowA) !== y.kind.at(rowB) || x.offset.at(rowA) !== y.offset.at(rowB)) return true;
  if (x.value.at(rowA) !== y.value.at(rowB) || x.flags.at(rowA) !== y.flags.at(rowB)) return true;
  if (x.received.at(rowA) !== y.received.at(rowB) || x.toSend.at(rowA) !== y.toSend.at(rowB)) return true;
  return [...x.registers].some(([name, column]) => column.at(rowA) !== y.registers.get(name)?.at(rowB));
}
