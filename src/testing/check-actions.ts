import { checkReadable, formatValue, isRecord, unknownName, withKnownNames } from "../journal/internal.js";
import type { Deed, ModemInput } from "./action.js";

const COUNT = { count: 1 };
const HALVES = { halves: 1 };

/** The numbers that a deed has, with the least value of each. */
const DEED_NUMBERS: Readonly<Record<Deed["type"], Readonly<Record<string, number>>>> = {
  arrive: COUNT,
  stream: COUNT,
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

function checkWhole(name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new RangeError(`${name}: expected a whole number from ${least}, got ${formatValue(value)}`);
}

/** Checks a deed. @throws TypeError or RangeError that names what is wrong. */
function checkDeed(name: string, deed: unknown): void {
  if (!isRecord(deed))
    throw new TypeError(`${name}: expected { type, ... } as an object, got ${formatValue(deed)}`);
  const { type, count, first, input } = deed as Readonly<Record<string, unknown>>;
  const types = Object.keys(DEED_NUMBERS);
  if (typeof type !== "string")
    throw new TypeError(`${name}.type: expected a string, got ${formatValue(type)}`);
  if (!types.includes(type)) throw new RangeError(unknownName("type", type, name, types));
  for (const [field, least] of Object.entries(DEED_NUMBERS[type as Deed["type"]]))
    checkWhole(`${name}.${field}`, (deed as Readonly<Record<string, unknown>>)[field], least);
  if (count !== undefined) checkWhole(`${name}.count`, count, 1);
  if (first !== undefined) checkWhole(`${name}.first`, first, 0);
  if (type === "modem" && !MODEM_INPUTS.includes(input))
    throw new RangeError(
      `${name}.input: expected one of ${MODEM_INPUTS.map(formatValue).join(", ")}, got ${formatValue(input)}`,
    );
}

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
  checkItem: (itemName: string, item: unknown) => void,
): void {
  checkReadable(list, name, expected, () => {
    if (!Array.isArray(list)) throw new TypeError(`${name}: expected ${expected}, got ${formatValue(list)}`);
    // Item by item: the first that is none ends it, however long the list is.
    for (const [index, item] of list.entries()) checkItem(`${name}[${index}]`, item);
  });
}

/** Checks a list of deeds. @throws TypeError or RangeError that names what is wrong. */
export const checkDeeds = (name: string, deeds: unknown): void =>
  checkList(name, deeds, "a list of deeds", checkDeed);

/** Checks a list of actions. @throws TypeError or RangeError that names what is wrong. */
export const checkActions = (name: string, actions: unknown): void =>
  checkList(name, actions, "a list of actions", (itemName, action) => {
    checkDeed(itemName, action);
    checkWhole(`${itemName}.after`, (action as { readonly after?: unknown }).after, 0);
  });

/** Checks a list of scenarios. @throws TypeError or RangeError that names what is wrong. */
export const checkScenarios = (name: string, scenarios: unknown): void =>
  checkList(name, scenarios, "a list of lists of actions", checkActions);
