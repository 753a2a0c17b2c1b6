import { checkReadable, formatValue, isRecord, nearest, withKnownNames } from "../journal/internal.js";
import type { Deed, ModemInput } from "./action.js";

const COUNT = { count: 1 };
const HALVES = { halves: 1 };

/** The numbers that a deed has, with the least value of each. */
const DEED_NUMBERS: Readonly<Record<Deed["type"], Readonly<Record<string, number>>>> = {
  arrive: COUNT,
  stream: COUNT,
  flood: COUNT,
  error: {},
  break: {},
  pass: HALVES,
  stall: HALVES,
  snapshot: {},
  modem: HALVES,
  cable: {},
  late: HALVES,
  spurious: {},
  pace: { nanoseconds: 100 },
  restart: {},
  suspend: {},
  send: COUNT,
  print: COUNT,
};

const MODEM_INPUTS: readonly unknown[] = ["cts", "dsr", "dcd", "ri"] satisfies ModemInput[];

/** Checks a deed. @throws TypeError or RangeError that names the list and the field. */
function checkDeed(listName: string, deed: unknown, numbers: Readonly<Record<string, number>> = {}): void {
  if (!isRecord(deed))
    throw new TypeError(`${listName}: expected { type, ... } as an object, got ${formatValue(deed)}`);
  const fields = deed as Readonly<Record<string, unknown>>;
  const { type, count, first, input } = fields;
  const types = Object.keys(DEED_NUMBERS);
  if (typeof type !== "string" || !types.includes(type)) {
    const meant = typeof type === "string" ? nearest(type, types) : undefined;
    throw new RangeError(
      `${listName}: expected a type among ${types.join(", ")}, got ${formatValue(type)}${meant === undefined ? "" : `: did you mean ${meant}?`}`,
    );
  }
  const leastValues = {
    ...numbers,
    ...DEED_NUMBERS[type as Deed["type"]],
    ...(count === undefined ? {} : { count: 1 }),
    ...(first === undefined ? {} : { first: 0 }),
  };
  for (const [field, least] of Object.entries(leastValues))
    if (!Number.isSafeInteger(fields[field]) || (fields[field] as number) < least)
      throw new RangeError(
        `${listName}: expected ${field} of ${type} to be a whole number from ${least}, got ${formatValue(fields[field])}`,
      );
  if (type === "modem" && !MODEM_INPUTS.includes(input))
    throw new RangeError(
      `${listName}: expected input of modem to be one of ${MODEM_INPUTS.map(formatValue).join(", ")}, got ${formatValue(input)}`,
    );
}

/** Checks an action. @throws TypeError or RangeError that names the list and the field. */
export const checkAction = (listName: string, action: unknown): void =>
  checkDeed(listName, action, { after: 0 });

/** Checks which deeds are drawn. @throws TypeError that names what is wrong. */
export function checkDraw(name: string, draw: unknown): void {
  checkReadable(draw, name, "an object of deeds", () => {
    if (!isRecord(draw))
      throw new TypeError(`${name}: expected an object of deeds, got ${formatValue(draw)}`);
    const chosen = withKnownNames(draw, Object.keys(DEED_NUMBERS), name, "deed");
    for (const [type, isDrawn] of Object.entries(chosen))
      if (typeof isDrawn !== "boolean")
        throw new TypeError(`${name}.${type}: expected true or false, got ${formatValue(isDrawn)}`);
  });
}

function checkList(
  name: string,
  list: unknown,
  expected: string,
  checkItem: (listName: string, item: unknown) => void,
): void {
  checkReadable(list, name, expected, () => {
    if (!Array.isArray(list)) throw new TypeError(`${name}: expected ${expected}, got ${formatValue(list)}`);
    // Item by item: the first that is none ends it, however long the list is.
    for (const item of list) checkItem(name, item);
  });
}

/** Checks a list of deeds. @throws TypeError or RangeError that names what is wrong. */
export const checkDeeds = (name: string, deeds: unknown): void =>
  checkList(name, deeds, "a list of deeds", (listName, deed) => checkDeed(listName, deed));

/** Checks a list of actions. @throws TypeError or RangeError that names what is wrong. */
export const checkActions = (name: string, actions: unknown): void =>
  checkList(name, actions, "a list of actions", checkAction);

/** Checks a list of scenarios. @throws TypeError or RangeError that names what is wrong. */
export const checkScenarios = (name: string, scenarios: unknown): void =>
  checkList(name, scenarios, "a list of lists of actions", checkActions);
