import { type Condition, parseCondition, QueryError } from "./search-conditions.js";
import type { Session } from "./session.js";

export { QueryError } from "./search-conditions.js";

/** A search condition on rows. */
interface SearchQuery {
  /** The parsed query in words. */
  readonly description: string;
  /** What is not there if nothing matches, after "no later". */
  readonly absent: string;
  /** The row to go to, where the query names one. */
  readonly rowIndex?: number;
  matches(rowIndex: number): boolean;
  /** The start and direction that the query names. */
  readonly searchStart?: "first" | "last" | "previous";
}

/** A part of a query with its position in the typed text, from 0. */
interface Token {
  readonly text: string;
  readonly position: number;
}

/** The most conditions and operators of a query: each is a step of recursion. */
const MOST_TOKENS = 256;

/** Quoted text, operators, and conditions, which end at an operator. */
const TOKEN_PATTERN = /\s*("(?:[^"]*)"?|&&|\|\||!|\(|\)|(?:(?!&&|\|\|)[^!()"])+)/y;

function tokensOf(typedText: string, startPosition: number): Token[] {
  const tokens: Token[] = [];
  TOKEN_PATTERN.lastIndex = startPosition;
  for (let match = TOKEN_PATTERN.exec(typedText); match; match = TOKEN_PATTERN.exec(typedText)) {
    const [whole, text = ""] = match;
    if (text.trim() !== "")
      tokens.push({ text: text.trim(), position: match.index + whole.length - text.trimStart().length });
  }
  return tokens;
}

const OTHER_WORD = { and: "or", or: "and" } as const;

/** Joins two conditions. Parts that another word joins stand in parentheses. */
function join(left: Condition, word: "and" | "or", right: Condition, holds: Condition["holds"]): Condition {
  const inWords = (field: "description" | "negation" | "bitNames", joiningWord: "and" | "or") =>
    [left, right]
      .map((part) => {
        const isOtherwiseJoined = part.joinedBy !== undefined && part.joinedBy !== word;
        return isOtherwiseJoined ? `(${part[field]})` : part[field];
      })
      .join(` ${joiningWord} `);
  return {
    description: inWords("description", word),
    negation: inWords("negation", OTHER_WORD[word]),
    ...(left.bitNames && right.bitNames ? { bitNames: inWords("bitNames", word) } : {}),
    joinedBy: word,
    isLevel: left.isLevel && right.isLevel,
    holds,
  };
}

/** Negates a condition: it occurs where the other ceases. */
const negate = (condition: Condition): Condition => ({
  ...{ description: condition.negation, negation: condition.description, isLevel: condition.isLevel },
  ...(condition.joinedBy ? { joinedBy: OTHER_WORD[condition.joinedBy] } : {}),
  ...(condition.falls ? { occurs: condition.falls } : {}),
  ...(condition.fallDescription ? { occurrence: condition.fallDescription } : {}),
  ...(condition.occurs ? { falls: condition.occurs } : {}),
  ...(condition.occurrence ? { fallDescription: condition.occurrence } : {}),
  holds: (rowIndex) => !condition.holds(rowIndex),
});

/** Parses conditions joined by `!`, `&&`, `||` and parentheses; `&&` binds more tightly than `||`. */
class QueryParser {
  readonly #session: Session;
  readonly #tokens: readonly Token[];
  readonly #endPosition: number;
  #tokenIndex = 0;
  /** True if there is an operator besides one leading `!`. */
  isCompound = false;

  constructor(session: Session, typedText: string, startPosition: number) {
    this.#session = session;
    this.#tokens = tokensOf(typedText, startPosition);
    this.#endPosition = typedText.trimEnd().length;
    const tooMany = this.#tokens[MOST_TOKENS];
    if (tooMany)
      throw new QueryError(`expected at most ${MOST_TOKENS} conditions and operators`, tooMany.position);
  }

  parseWhole(): Condition {
    const condition = this.#parseAlternatives();
    const rest = this.#tokens[this.#tokenIndex];
    if (rest) throw new QueryError(`expected && or ||, got ${rest.text}`, rest.position);
    return condition;
  }

  #takes(text: string): boolean {
    if (this.#tokens[this.#tokenIndex]?.text !== text) return false;
    this.#tokenIndex++;
    return true;
  }

  #parseAlternatives(): Condition {
    let condition = this.#parseConjunction();
    while (this.#takes("||")) {
      this.isCompound = true;
      const [left, right] = [condition, this.#parseConjunction()];
      condition = join(left, "or", right, (rowIndex) => left.holds(rowIndex) || right.holds(rowIndex));
    }
    return condition;
  }

  #parseConjunction(): Condition {
    let condition = this.#parseNegation();
    while (this.#takes("&&")) {
      this.isCompound = true;
      const [left, right] = [condition, this.#parseNegation()];
      condition = join(left, "and", right, (rowIndex) => left.holds(rowIndex) && right.holds(rowIndex));
    }
    return condition;
  }

  #parseNegation(): Condition {
    if (this.#takes("!")) return negate(this.#parseNegation());
    if (this.#takes("(")) {
      this.isCompound = true;
      const inner = this.#parseAlternatives();
      if (!this.#takes(")"))
        throw new QueryError(
          `expected ), got ${this.#tokens[this.#tokenIndex]?.text ?? "the end"}`,
          this.#tokens[this.#tokenIndex]?.position ?? this.#endPosition,
        );
      return inner;
    }
    const token = this.#tokens[this.#tokenIndex++];
    if (!token || ["&&", "||", ")"].includes(token.text))
      throw new QueryError(
        `expected a condition, got ${token?.text ?? "nothing"}`,
        token?.position ?? this.#endPosition,
      );
    return parseCondition(this.#session, token.text, token.position);
  }
}

/**
 * Reads a query: "next OE", "IIR = 0xCC", "first difference", "ERBFI && DR && !IRQ".
 *
 * A single condition finds where it occurs: a bit becomes 1. Joined conditions that are levels are found where all of it begins to hold, others in
 * each row where all hold.
 *
 * @throws QueryError with the position of the mistake, and examples.
 */
export function parseQuery(session: Session, typedText: string): SearchQuery {
  const [leading = "", direction = ""] = /^\s*(?:(next|first|last|previous|prev)\s+)?/i.exec(typedText) ?? [];
  const parser = new QueryParser(session, typedText, leading.length);
  const condition = parser.parseWhole();
  const { rowIndex, holds, isLevel } = condition;
  const begins = (row: number) => holds(row) && row > 0 && !holds(row - 1);
  const occurs = (!parser.isCompound && condition.occurs) || (isLevel ? begins : holds);
  const occurrence = parser.isCompound ? undefined : condition.occurrence;
  const isSentence = parser.isCompound || condition.isLevel;
  const query: SearchQuery = {
    description: occurrence ?? (parser.isCompound ? condition.bitNames : undefined) ?? condition.description,
    absent: occurrence ?? `${isSentence ? "entry where " : ""}${condition.description}`,
    ...(rowIndex === undefined || parser.isCompound ? {} : { rowIndex }),
    matches: occurs,
  };
  const directionWord = direction.toLowerCase();
  if (directionWord === "first" || directionWord === "last") return { ...query, searchStart: directionWord };
  return directionWord.startsWith("prev") ? { ...query, searchStart: "previous" } : query;
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
