import { REGISTERS, type RegisterName, registerAt } from "../../../../machines/index.js";
import type { Session } from "./session.js";
import { FLAG, KINDS } from "./table.js";

/** Something to look for: whether it is at a row. */
export interface Query {
  /** The query in words, as it was understood. */
  readonly text: string;
  /** The row to go to, where the query names one. */
  readonly row?: number;
  matches(row: number): boolean;
  /** Whether to look from the start, or backwards, as the query says. */
  readonly from?: "first" | "last" | "previous";
}

/** What was typed cannot be looked for. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

const EXAMPLES =
  'OE, LSR.DR, IIR = 0xCC, IER <- 0x05, read LSR, irq THRE, lost, difference, receive, mark, "text", #123';

/**
 * Reads a query: "next OE", "IIR = 0xCC", "first difference".
 *
 * @throws QueryError that says what can be looked for.
 */
export function parseQuery(session: Session, typed: string): Query {
  const [, when = "", rest = ""] = /^\s*(?:(next|first|last|previous|prev)\s+)?(.*?)\s*$/i.exec(typed) ?? [];
  const found = parsers.map((parse) => parse(session, rest)).find((it) => it !== undefined);
  if (!found) throw new QueryError(`search: expected such as ${EXAMPLES}`);
  const word = when.toLowerCase();
  if (word === "first" || word === "last") return { ...found, from: word };
  return word.startsWith("prev") ? { ...found, from: "previous" } : found;
}

/** The nearest row that matches, after `from` or before it; undefined if there is none. */
export function find(session: Session, query: Query, from: number, backwards = false): number | undefined {
  if (query.row !== undefined) return query.row;
  const end = session.length;
  if (query.from === "first") return scan(query, 0, end, 1);
  if (query.from === "last") return scan(query, end - 1, -1, -1);
  const back = backwards !== (query.from === "previous");
  return back ? scan(query, Math.min(from, end) - 1, -1, -1) : scan(query, from + 1, end, 1);
}

function scan({ matches }: Query, from: number, end: number, step: 1 | -1): number | undefined {
  for (let row = from; row !== end && row >= 0; row += step) if (matches(row)) return row;
  return undefined;
}

type Parser = (session: Session, text: string) => Query | undefined;

const flagged =
  (flag: number, words: RegExp, text: string): Parser =>
  ({ table }, typed) =>
    words.test(typed) ? { text, matches: (row) => (table.flags.at(row) & flag) !== 0 } : undefined;

/** "#123", or a number alone. */
const index: Parser = (session, text) => {
  const [, digits] = /^#?([\d,]+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const row = Number(digits.replaceAll(",", "")) - session.first;
  if (row < 0 || row >= session.length)
    throw new QueryError(
      `#: expected ${session.first} to ${session.first + session.length - 1}, got ${digits}`,
    );
  return { text: `#${digits}`, row, matches: (it) => it === row };
};

/** "irq", "irq THRE". */
const interrupt: Parser = ({ table }, text) => {
  const [, cause] = /^(?:irq|intr|interrupt)s?(?:\s+(\w+))?$/i.exec(text) ?? [""];
  if (!/^(irq|intr|interrupt)/i.test(text)) return undefined;
  return {
    text: cause ? `an interrupt for ${cause.toUpperCase()}` : "an interrupt",
    matches: (row) =>
      (table.flags.at(row) & FLAG.INTERRUPT) !== 0 &&
      (cause === undefined || table.interruptsAt(row).includes(cause.toUpperCase())),
  };
};

const byteOf = (text: string): number | undefined => {
  const value = Number(/^[\da-f]{2}$/i.test(text) && /[a-f]/i.test(text) ? `0x${text}` : text);
  return Number.isInteger(value) && value >= 0 && value <= 255 ? value : undefined;
};

const isRegister = (name: string): name is RegisterName => Object.hasOwn(REGISTERS, name);

/** "IIR = 0xCC": a read gives it, or it comes to hold it; "IIR -> 0xCC" a read; "IER <- 0x05" a write. */
const value: Parser = (session, text) => {
  const [, register = "", operator = "", operand = ""] =
    /^(\w+)\s*(==?|->|→|<-|←)\s*([\dxa-f]*)$/i.exec(text) ?? [];
  const name = register.toUpperCase();
  if (!isRegister(name)) return undefined;
  const wanted = operand === "" ? undefined : byteOf(operand);
  if (operand !== "" && wanted === undefined)
    throw new QueryError(`${name}: expected a byte such as 0xCC, got ${operand}`);
  const { table } = session;
  const held = table.registers.get(name);
  const accessed = (direction: "read" | "write", row: number) =>
    KINDS[table.kind.at(row)] === direction &&
    registerAt(direction, table.offset.at(row), (table.flags.at(row) & FLAG.DLAB) !== 0) === name &&
    (wanted === undefined || table.value.at(row) === wanted);
  if (/^(->|→)$/.test(operator)) return { text, matches: (row) => accessed("read", row) };
  if (/^(<-|←)$/.test(operator)) return { text, matches: (row) => accessed("write", row) };
  const becomes = (row: number) =>
    held !== undefined && held.at(row) === wanted && (row === 0 || held.at(row - 1) !== wanted);
  return { text, matches: (row) => accessed("read", row) || accessed("write", row) || becomes(row) };
};

/** "OE", "LSR.OE": the bit becomes 1; "!OE": it becomes 0. */
const bit: Parser = ({ table }, text) => {
  const [, not = "", register, name = ""] = /^(!?)(?:(\w+)\.)?(\w+)$/.exec(text) ?? [];
  const bits = [...table.registers].flatMap(([each, column]) =>
    Object.entries(REGISTERS[each].bits).map(([of, mask]) => ({ register: each, name: of, mask, column })),
  );
  const found = bits.find(
    (it) =>
      it.name === name.toUpperCase() &&
      it.register !== "IIR" &&
      (register === undefined || it.register === register.toUpperCase()),
  );
  if (!found) return undefined;
  const { column, mask } = found;
  const is = (row: number) => ((column.at(row) & mask) !== 0) !== (not === "!");
  return {
    text: `${found.register}.${found.name} becomes ${not ? 0 : 1}`,
    matches: (row) => is(row) && (row > 0 ? !is(row - 1) : false),
  };
};

/** "read LSR", "write IER", "LSR": an access; "receive", "mark" and the like: an entry of that type. */
const access: Parser = (session, text) => {
  const [first = "", second = ""] = text.split(/\s+/);
  const kind = (KINDS as readonly string[]).indexOf(first.toLowerCase());
  const name = (kind < 0 ? first : second).toUpperCase();
  if (kind >= 0 && second === "")
    return { text: first, matches: (row) => session.table.kind.at(row) === kind };
  if (!isRegister(name)) return undefined;
  const ways = kind < 0 ? ["->", "<-"] : [KINDS[kind] === "read" ? "->" : "<-"];
  const queries = ways.map((way) => value(session, `${name} ${way}`));
  return { text, matches: (row) => queries.some((query) => query?.matches(row)) };
};

/** '"login:"': the console shows it. The row is that of its first character. */
const printed: Parser = ({ table }, text) => {
  const [, wanted] = /^"(.+?)"?$/.exec(text) ?? [];
  if (wanted === undefined) return undefined;
  const bytes = new TextEncoder().encode(wanted);
  return {
    text: `"${wanted}" on the console`,
    matches: (row) => {
      if ((table.flags.at(row) & FLAG.SENT) === 0) return false;
      const at = table.sentAt.below(row);
      return bytes.every((byte, i) => at + i < table.sent.length && table.sent.at(at + i) === byte);
    },
  };
};

const parsers: readonly Parser[] = [
  index,
  printed,
  flagged(FLAG.DIFFERENCE, /^(difference|differs?)$/i, "a difference"),
  flagged(FLAG.LOST, /^(lost|loss|overrun)$/i, "a lost character"),
  flagged(FLAG.EFFECT, /^effect$/i, "a read that changed something"),
  interrupt,
  value,
  access,
  bit,
];
