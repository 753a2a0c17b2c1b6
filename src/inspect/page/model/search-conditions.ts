import { IIR_CODES, REGISTERS, type RegisterName, registerAt } from "../../../../machines/index.js";
import { statesOf, transitionsOf } from "../../../device/index.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import { FULL_BIT_NAMES } from "./register-names.js";
import type { Session } from "./session.js";

/** A condition on a row. */
export interface Condition {
  /** The condition in words: of what holds for a time a sentence, "LSR.OE is set". */
  readonly description: string;
  /** In words, that it does not hold: "LSR.OE is clear". */
  readonly negation: string;
  /** The names of the bits alone, where it asks for bits that are set and nothing else: "LSR.OE". */
  readonly bitNames?: string;
  /** True if it holds for a time, as a bit does; false of what happens in a row. */
  readonly isLevel: boolean;
  /** True if the condition holds at the row, or after it. */
  holds(rowIndex: number): boolean;
  /** True if it happens in that row: by default, that it begins to hold. */
  readonly occurs?: (rowIndex: number) => boolean;
  /** That in words. */
  readonly occurrence?: string;
  /** True if it ceases in that row, where it can. */
  readonly falls?: (rowIndex: number) => boolean;
  readonly fallDescription?: string;
  /** The word that joins its parts in {@link description}, if it has several. */
  readonly joinedBy?: "and" | "or";
  /** The only row at which it holds, where it names one. */
  readonly rowIndex?: number;
}

/** A query that cannot be parsed. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  /** The position of the mistake in the typed text, from 0. */
  readonly position: number;

  constructor(problem: string, position: number) {
    super(`search: ${problem}, at character ${position + 1}`);
    this.position = position;
  }
}

const EXAMPLES =
  'OE, LSR.DR, IIR = 0xCC, IER <- 0x05, read LSR, irq THRE, lost, difference, receive, mark, receiveFifo.full, rule S21, "text", #123, ERBFI && DR && !IRQ';

type ConditionParser = (session: Session, conditionText: string, position: number) => Condition | undefined;

/** @throws QueryError with examples if it is no condition. */
export function parseCondition(session: Session, conditionText: string, position: number): Condition {
  const condition = PARSERS.map((parse) => parse(session, conditionText, position)).find(
    (it) => it !== undefined,
  );
  if (condition) return condition;
  throw new QueryError(`expected such as ${EXAMPLES}; got ${conditionText}`, position);
}

const parseFlag =
  (entryFlag: number, wordPattern: RegExp, noun: string): ConditionParser =>
  ({ entryTable }, conditionText) =>
    wordPattern.test(conditionText)
      ? {
          ...{ description: `a ${noun}`, negation: `no ${noun}`, isLevel: false },
          holds: (rowIndex) => (entryTable.flags.valueAt(rowIndex) & entryFlag) !== 0,
        }
      : undefined;

/** "#123", or a number alone. */
const parseIndex: ConditionParser = (session, conditionText, position) => {
  const [, digits] = /^#?([\d,]+)$/.exec(conditionText) ?? [];
  if (digits === undefined) return undefined;
  const rowIndex = Number(digits.replaceAll(",", "")) - session.firstIndex;
  if (rowIndex < 0 || rowIndex >= session.length)
    throw new QueryError(
      `#: expected ${session.firstIndex} to ${session.firstIndex + session.length - 1}, got ${digits}`,
      position,
    );
  const words = { description: `#${digits}`, negation: `an entry other than #${digits}` };
  return { ...words, isLevel: false, rowIndex, holds: (it) => it === rowIndex };
};

/** The causes by their names in IIR. */
const CAUSE_NAMES = Object.keys(IIR_CODES).filter((name) => name !== "none");

/** "irq", "irq THRE". */
const parseInterrupt: ConditionParser = ({ entryTable, chart }, conditionText, position) => {
  const [matched, typedCause] = /^(?:irq|intr|interrupt)s?(?:\s+(\S+))?$/i.exec(conditionText) ?? [];
  if (matched === undefined) return undefined;
  const flagsAt = (rowIndex: number) => entryTable.flags.valueAt(rowIndex);
  const rises = (rowIndex: number) => (flagsAt(rowIndex) & ENTRY_FLAGS.INTERRUPT) !== 0;
  if (typedCause === undefined) {
    const isHigh = (rowIndex: number) => (flagsAt(rowIndex) & ENTRY_FLAGS.HIGH) !== 0;
    const hasLevel = chart.interrupt === "level";
    return {
      ...(hasLevel
        ? { description: "the interrupt line is high", negation: "the interrupt line is low" }
        : { description: "the device interrupts", negation: "nothing interrupts" }),
      isLevel: hasLevel,
      ...{ holds: hasLevel ? isHigh : rises, occurs: rises, occurrence: "an interrupt" },
      ...(hasLevel
        ? {
            falls: (rowIndex: number) => !isHigh(rowIndex) && rowIndex > 0 && isHigh(rowIndex - 1),
            fallDescription: "the interrupt line falls",
          }
        : {}),
    };
  }
  const causeName = typedCause.toUpperCase();
  if (!CAUSE_NAMES.includes(causeName))
    throw new QueryError(`irq: expected one of ${CAUSE_NAMES.join(", ")}, got ${typedCause}`, position);
  return {
    ...{ description: `an interrupt for ${causeName}`, negation: `no interrupt for ${causeName}` },
    isLevel: false,
    holds: (rowIndex) =>
      entryTable.interruptCauses(rowIndex).includes(causeName) ||
      entryTable.identifiedCauses(rowIndex).includes(causeName),
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
const parseRegisterValue: ConditionParser = (session, conditionText, position) => {
  const [, register = "", operator = "", operand = ""] =
    /^(\w+)\s*(==?|->|→|<-|←)\s*(\S*)$/i.exec(conditionText) ?? [];
  const registerName = register.toUpperCase();
  if (!isRegister(registerName)) return undefined;
  const wantedByte = operand === "" ? undefined : parseByte(operand);
  const isComparison = operator.startsWith("=");
  if ((operand !== "" || isComparison) && wantedByte === undefined)
    throw new QueryError(
      `${registerName}: expected a byte such as 0xCC, got ${operand || "nothing"}`,
      position + conditionText.length - operand.length,
    );
  const { entryTable } = session;
  const accessed = (direction: "read" | "write") => (rowIndex: number) =>
    ENTRY_TYPES[entryTable.entryType.valueAt(rowIndex)] === direction &&
    registerAt(
      direction,
      entryTable.registerOffset.valueAt(rowIndex),
      (entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.DLAB) !== 0,
    ) === registerName &&
    (wantedByte === undefined || entryTable.byteValue.valueAt(rowIndex) === wantedByte);
  const [isRead, isWritten] = [accessed("read"), accessed("write")];
  if (!isComparison)
    return {
      ...{ description: conditionText, negation: `no ${conditionText}`, isLevel: false },
      holds: /^(->|→)$/.test(operator) ? isRead : isWritten,
    };
  const heldColumn = entryTable.registers.get(registerName);
  const isHeld = (rowIndex: number) => heldColumn?.valueAt(rowIndex) === wantedByte;
  return {
    ...{ description: conditionText, negation: `${registerName} is not ${operand}`, isLevel: true },
    holds: (rowIndex) => isHeld(rowIndex) || isRead(rowIndex),
    occurs: (rowIndex) =>
      isRead(rowIndex) ||
      isWritten(rowIndex) ||
      (isHeld(rowIndex) && (rowIndex === 0 || !isHeld(rowIndex - 1))),
  };
};

/** "OE", "LSR.OE": the bit is 1. */
const parseBit: ConditionParser = ({ entryTable }, conditionText) => {
  const [, register, typedName = ""] = /^(?:(\w+)\.)?(\w+)$/.exec(conditionText) ?? [];
  const upperCase = typedName.toUpperCase();
  const bitName = FULL_BIT_NAMES[upperCase] ?? upperCase;
  const candidates = [...entryTable.registers].flatMap(([registerName, column]) =>
    Object.entries(REGISTERS[registerName].bits).map(([name, mask]) => ({
      ...{ register: registerName, name, mask, column },
    })),
  );
  const matchingBit = candidates.find(
    (it) =>
      it.name === bitName &&
      it.register !== "IIR" &&
      (register === undefined || it.register === register.toUpperCase()),
  );
  if (!matchingBit) return undefined;
  const { column, mask } = matchingBit;
  const words = `${matchingBit.register}.${matchingBit.name}`;
  const isSet = (rowIndex: number) => (column.valueAt(rowIndex) & mask) !== 0;
  const wasSet = (rowIndex: number) =>
    (entryTable.registerBefore(matchingBit.register, rowIndex) & mask) !== 0;
  return {
    ...{ description: `${words} is set`, negation: `${words} is clear`, bitNames: words },
    ...{ isLevel: true, holds: isSet },
    occurs: (rowIndex) => isSet(rowIndex) && !wasSet(rowIndex),
    occurrence: `${words} becomes 1`,
    falls: (rowIndex) => !isSet(rowIndex) && wasSet(rowIndex),
    fallDescription: `${words} becomes 0`,
  };
};

/** "read LSR", "write IER", "LSR": an access; "receive", "mark" and the like: an entry of that type. */
const parseAccess: ConditionParser = (session, conditionText, position) => {
  const [firstWord = "", secondWord = "", ...otherWords] = conditionText.split(/\s+/);
  if (otherWords.length > 0) return undefined;
  const entryTypeIndex = (ENTRY_TYPES as readonly string[]).indexOf(firstWord.toLowerCase());
  const registerName = (entryTypeIndex < 0 ? firstWord : secondWord).toUpperCase();
  if (entryTypeIndex >= 0 && secondWord === "")
    return {
      ...{ description: firstWord, negation: `no ${firstWord}`, isLevel: false },
      holds: (rowIndex) => session.entryTable.entryType.valueAt(rowIndex) === entryTypeIndex,
    };
  const accessType = ENTRY_TYPES[entryTypeIndex];
  if (!isRegister(registerName) || (entryTypeIndex < 0 && secondWord !== "")) return undefined;
  if (accessType !== undefined && accessType !== "read" && accessType !== "write") return undefined;
  const arrows = accessType === undefined ? ["->", "<-"] : [accessType === "read" ? "->" : "<-"];
  const conditions = arrows.map((arrow) => parseRegisterValue(session, `${registerName} ${arrow}`, position));
  return {
    ...{ description: conditionText, negation: `no ${conditionText}`, isLevel: false },
    holds: (rowIndex) => conditions.some((condition) => condition?.holds(rowIndex)),
  };
};

/** "receiveFifo.full": the chart is in the state; "receiveFifo.holding > full": it takes such a transition; "rule S21": one of the rule. */
const parseState: ConditionParser = (session, conditionText, position) => {
  const { chart } = session;
  const [, ruleId] = /^rule\s+(\w+)$/i.exec(conditionText) ?? [];
  if (ruleId !== undefined) {
    const isKnown = transitionsOf(chart.machine).some(({ rules }) => rules.includes(ruleId));
    if (!isKnown)
      throw new QueryError(
        `rule: expected one of ${chart.id}'s such as ${Object.keys(chart.rules).slice(0, 3).join(", ")}, got ${ruleId}`,
        position,
      );
    return {
      ...{ description: `a transition of rule ${ruleId}`, negation: `no transition of rule ${ruleId}` },
      isLevel: false,
      holds: (rowIndex) => session.transitionsAt(rowIndex).some(({ rules }) => rules.includes(ruleId)),
    };
  }
  const [, source = "", target] = /^([\w.]+)\s*(?:>\s*([\w.]+))?$/.exec(conditionText) ?? [];
  const [regionName = ""] = source.split(".");
  if (!Object.hasOwn(chart.machine.root.states, regionName)) return undefined;
  const states = statesOf(chart.machine).filter((path) => path.startsWith(`${regionName}.`));
  const isState = (path: string) => states.some((it) => it === path || it.startsWith(`${path}.`));
  if (!isState(source))
    throw new QueryError(
      `${regionName}: expected one of ${states.map((it) => it.slice(regionName.length + 1)).join(", ")}, got ${source.slice(regionName.length + 1) || "nothing"}`,
      position,
    );
  if (target !== undefined)
    return {
      ...{ description: `${source} > ${target}`, negation: `no ${source} > ${target}`, isLevel: false },
      holds: (rowIndex) =>
        session
          .transitionsAt(rowIndex)
          .some(
            (it) =>
              (it.source === source || it.source.startsWith(`${source}.`)) &&
              (it.target === target || it.target?.endsWith(`.${target}`) === true),
          ),
    };
  const isActive = (rowIndex: number) =>
    session.statesAt(rowIndex).some((it) => it === source || it.startsWith(`${source}.`));
  return {
    ...{ description: `${source} is active`, negation: `${source} is not active` },
    ...{ isLevel: true, holds: isActive },
    occurs: (rowIndex) =>
      (isActive(rowIndex) && (rowIndex === 0 || !isActive(rowIndex - 1))) ||
      session
        .transitionsAt(rowIndex)
        .some((it) => it.target === source && it.source !== source && isActive(rowIndex)),
    occurrence: `${source} is entered`,
    falls: (rowIndex) => !isActive(rowIndex) && rowIndex > 0 && isActive(rowIndex - 1),
    fallDescription: `${source} is left`,
  };
};

/** '"login:"': the console shows it. The row is that of its first character. */
const parsePrintedText: ConditionParser = ({ entryTable }, conditionText, position) => {
  if (!conditionText.startsWith('"')) return undefined;
  const [, wantedText = ""] = /^"([^"]*)"?$/.exec(conditionText) ?? [];
  if (wantedText === "") throw new QueryError("expected text between the quotes, got none", position);
  const wantedBytes = new TextEncoder().encode(wantedText);
  return {
    ...{ description: `"${wantedText}" on the console`, negation: `no "${wantedText}" on the console` },
    isLevel: false,
    holds: (rowIndex) => {
      if ((entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.SENT) === 0) return false;
      const firstSent = entryTable.sentRow.countBelow(rowIndex);
      const endSent = entryTable.sentRow.countBelow(rowIndex + 1);
      for (let sentIndex = firstSent; sentIndex < endSent; sentIndex++)
        if (
          wantedBytes.every(
            (byte, i) =>
              sentIndex + i < entryTable.sentByte.length &&
              entryTable.sentByte.valueAt(sentIndex + i) === byte,
          )
        )
          return true;
      return false;
    },
  };
};

const PARSERS: readonly ConditionParser[] = [
  parseIndex,
  parsePrintedText,
  parseFlag(ENTRY_FLAGS.DIFFERENCE, /^(difference|differs?)$/i, "difference"),
  parseFlag(ENTRY_FLAGS.LOST, /^(lost|loss|overrun)$/i, "lost character"),
  parseFlag(ENTRY_FLAGS.EFFECT, /^effect$/i, "read that changed something"),
  parseInterrupt,
  parseRegisterValue,
  parseAccess,
  parseBit,
  parseState,
];
