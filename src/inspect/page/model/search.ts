import { REGISTERS, type RegisterName, registerAt } from "../../../../machines/index.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import type { Session } from "./session.js";

/** A search condition on rows. */
interface SearchQuery {
  /** The parsed query in words. */
  readonly description: string;
  /** The row to go to, where the query names one. */
  readonly rowIndex?: number;
  matches(rowIndex: number): boolean;
  /** The start and direction that the query names. */
  readonly searchStart?: "first" | "last" | "previous";
}

/** A query that cannot be parsed. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

const EXAMPLES =
  'OE, LSR.DR, IIR = 0xCC, IER <- 0x05, read LSR, irq THRE, lost, difference, receive, mark, "text", #123';

/**
 * Reads a query: "next OE", "IIR = 0xCC", "first difference".
 *
 * @throws QueryError with examples of queries.
 */
export function parseQuery(session: Session, typedText: string): SearchQuery {
  const [, direction = "", condition = ""] =
    /^\s*(?:(next|first|last|previous|prev)\s+)?(.*?)\s*$/i.exec(typedText) ?? [];
  const matched = parsers.map((parse) => parse(session, condition)).find((it) => it !== undefined);
  if (!matched) throw new QueryError(`search: expected such as ${EXAMPLES}`);
  const directionWord = direction.toLowerCase();
  if (directionWord === "first" || directionWord === "last")
    return { ...matched, searchStart: directionWord };
  return directionWord.startsWith("prev") ? { ...matched, searchStart: "previous" } : matched;
}

/** Returns the nearest matching row after `startRow`, or before it; undefined if there is none. */
export function findRow(
  session: Session,
  query: SearchQuery,
  from: number,
  backwards = false,
): number | undefined {
  if (query.rowIndex !== undefined) return query.rowIndex;
  const endRow = session.length;
  if (query.searchStart === "first") return scanRows(query, 0, endRow, 1);
  if (query.searchStart === "last") return scanRows(query, endRow - 1, -1, -1);
  const searchBack = backwards !== (query.searchStart === "previous");
  return searchBack
    ? scanRows(query, Math.min(from, endRow) - 1, -1, -1)
    : scanRows(query, from + 1, endRow, 1);
}

function scanRows(
  { matches }: SearchQuery,
  startRow: number,
  endRow: number,
  step: 1 | -1,
): number | undefined {
  for (let rowIndex = startRow; rowIndex !== endRow && rowIndex >= 0; rowIndex += step)
    if (matches(rowIndex)) return rowIndex;
  return undefined;
}

type Parser = (session: Session, queryText: string) => SearchQuery | undefined;

const parseFlag =
  (entryFlag: number, wordPattern: RegExp, queryText: string): Parser =>
  ({ entryTable }, typedText) =>
    wordPattern.test(typedText)
      ? {
          description: queryText,
          matches: (rowIndex) => (entryTable.flags.valueAt(rowIndex) & entryFlag) !== 0,
        }
      : undefined;

/** "#123", or a number alone. */
const parseIndex: Parser = (session, queryText) => {
  const [, digits] = /^#?([\d,]+)$/.exec(queryText) ?? [];
  if (digits === undefined) return undefined;
  const rowIndex = Number(digits.replaceAll(",", "")) - session.firstIndex;
  if (rowIndex < 0 || rowIndex >= session.length)
    throw new QueryError(
      `#: expected ${session.firstIndex} to ${session.firstIndex + session.length - 1}, got ${digits}`,
    );
  return { description: `#${digits}`, rowIndex, matches: (it) => it === rowIndex };
};

/** "irq", "irq THRE". */
const parseInterrupt: Parser = ({ entryTable }, queryText) => {
  const [, causeName] = /^(?:irq|intr|interrupt)s?(?:\s+(\w+))?$/i.exec(queryText) ?? [""];
  if (!/^(irq|intr|interrupt)/i.test(queryText)) return undefined;
  return {
    description: causeName ? `an interrupt for ${causeName.toUpperCase()}` : "an interrupt",
    matches: (rowIndex) =>
      (entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.INTERRUPT) !== 0 &&
      (causeName === undefined || entryTable.interruptCauses(rowIndex).includes(causeName.toUpperCase())),
  };
};

const parseByte = (byteText: string): number | undefined => {
  const byteValue = Number(
    /^[\da-f]{2}$/i.test(byteText) && /[a-f]/i.test(byteText) ? `0x${byteText}` : byteText,
  );
  return Number.isInteger(byteValue) && byteValue >= 0 && byteValue <= 255 ? byteValue : undefined;
};

const isRegister = (registerName: string): registerName is RegisterName =>
  Object.hasOwn(REGISTERS, registerName);

/** "IIR = 0xCC": a read returns it, or the register becomes it; "IIR -> 0xCC" a read; "IER <- 0x05" a write. */
const parseRegisterValue: Parser = (session, queryText) => {
  const [, register = "", operator = "", operand = ""] =
    /^(\w+)\s*(==?|->|→|<-|←)\s*([\dxa-f]*)$/i.exec(queryText) ?? [];
  const registerName = register.toUpperCase();
  if (!isRegister(registerName)) return undefined;
  const wantedByte = operand === "" ? undefined : parseByte(operand);
  if (operand !== "" && wantedByte === undefined)
    throw new QueryError(`${registerName}: expected a byte such as 0xCC, got ${operand}`);
  const { entryTable } = session;
  const heldColumn = entryTable.registers.get(registerName);
  const accessed = (direction: "read" | "write", rowIndex: number) =>
    ENTRY_TYPES[entryTable.entryType.valueAt(rowIndex)] === direction &&
    registerAt(
      direction,
      entryTable.registerOffset.valueAt(rowIndex),
      (entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.DLAB) !== 0,
    ) === registerName &&
    (wantedByte === undefined || entryTable.byteValue.valueAt(rowIndex) === wantedByte);
  if (/^(->|→)$/.test(operator))
    return { description: queryText, matches: (rowIndex) => accessed("read", rowIndex) };
  if (/^(<-|←)$/.test(operator))
    return { description: queryText, matches: (rowIndex) => accessed("write", rowIndex) };
  const becomes = (rowIndex: number) =>
    heldColumn !== undefined &&
    heldColumn.valueAt(rowIndex) === wantedByte &&
    (rowIndex === 0 || heldColumn.valueAt(rowIndex - 1) !== wantedByte);
  return {
    description: queryText,
    matches: (rowIndex) => accessed("read", rowIndex) || accessed("write", rowIndex) || becomes(rowIndex),
  };
};

/** "OE", "LSR.OE": the bit becomes 1; "!OE": it becomes 0. */
const parseBit: Parser = ({ entryTable }, queryText) => {
  const [, negation = "", register, bitName = ""] = /^(!?)(?:(\w+)\.)?(\w+)$/.exec(queryText) ?? [];
  const candidates = [...entryTable.registers].flatMap(([registerName, column]) =>
    Object.entries(REGISTERS[registerName].bits).map(([bitName, mask]) => ({
      register: registerName,
      name: bitName,
      mask,
      column,
    })),
  );
  const matchingBit = candidates.find(
    (it) =>
      it.name === bitName.toUpperCase() &&
      it.register !== "IIR" &&
      (register === undefined || it.register === register.toUpperCase()),
  );
  if (!matchingBit) return undefined;
  const { column, mask } = matchingBit;
  const isMatching = (rowIndex: number) => ((column.valueAt(rowIndex) & mask) !== 0) !== (negation === "!");
  return {
    description: `${matchingBit.register}.${matchingBit.name} becomes ${negation ? 0 : 1}`,
    matches: (rowIndex) => isMatching(rowIndex) && (rowIndex > 0 ? !isMatching(rowIndex - 1) : false),
  };
};

/** "read LSR", "write IER", "LSR": an access; "receive", "mark" and the like: an entry of that type. */
const parseAccess: Parser = (session, queryText) => {
  const [firstWord = "", secondWord = ""] = queryText.split(/\s+/);
  const entryTypeIndex = (ENTRY_TYPES as readonly string[]).indexOf(firstWord.toLowerCase());
  const registerName = (entryTypeIndex < 0 ? firstWord : secondWord).toUpperCase();
  if (entryTypeIndex >= 0 && secondWord === "")
    return {
      description: firstWord,
      matches: (rowIndex) => session.entryTable.entryType.valueAt(rowIndex) === entryTypeIndex,
    };
  if (!isRegister(registerName)) return undefined;
  const accessArrows =
    entryTypeIndex < 0 ? ["->", "<-"] : [ENTRY_TYPES[entryTypeIndex] === "read" ? "->" : "<-"];
  const queries = accessArrows.map((accessArrow) =>
    parseRegisterValue(session, `${registerName} ${accessArrow}`),
  );
  return { description: queryText, matches: (rowIndex) => queries.some((query) => query?.matches(rowIndex)) };
};

/** '"login:"': the console shows it. The row is that of its first character. */
const parsePrintedText: Parser = ({ entryTable }, queryText) => {
  const [, wantedText] = /^"(.+?)"?$/.exec(queryText) ?? [];
  if (wantedText === undefined) return undefined;
  const wantedBytes = new TextEncoder().encode(wantedText);
  return {
    description: `"${wantedText}" on the console`,
    matches: (rowIndex) => {
      if ((entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.SENT) === 0) return false;
      const sentIndex = entryTable.sentRow.countBelow(rowIndex);
      return wantedBytes.every(
        (byte, i) =>
          sentIndex + i < entryTable.sentByte.length && entryTable.sentByte.valueAt(sentIndex + i) === byte,
      );
    },
  };
};

const parsers: readonly Parser[] = [
  parseIndex,
  parsePrintedText,
  parseFlag(ENTRY_FLAGS.DIFFERENCE, /^(difference|differs?)$/i, "a difference"),
  parseFlag(ENTRY_FLAGS.LOST, /^(lost|loss|overrun)$/i, "a lost character"),
  parseFlag(ENTRY_FLAGS.EFFECT, /^effect$/i, "a read that changed something"),
  parseInterrupt,
  parseRegisterValue,
  parseAccess,
  parseBit,
];
