import type { Input } from "../journal/index.js";
import { checkReadable, formatValue, isTransferred } from "../journal/internal.js";
import type { Chart } from "./device.js";

/** The types of all inputs. */
export const INPUT_TYPES = [
  ...(["read", "write", "receive", "line", "break", "modem"] as const),
  ...(["advance", "hold", "release", "reset", "restore"] as const),
] as const satisfies readonly Input["type"][];

/**
 * Returns an input that the chart takes. A state to be restored is reduced to the chart's fields; the fields of other inputs are
 * checked by the journal.
 *
 * @throws TypeError if the chart takes none of that type.
 * @throws TypeError, RangeError or SerialError if it restores what is no state of the chart.
 */
export function checkedInput(chart: Chart, input: Input): Input {
  return checkReadable(input, "input", "an object that can be read", () => checkInput(chart, input));
}

function checkInput(chart: Chart, input: Input): Input {
  if (!chart.inputs.includes(input?.type)) {
    throw new TypeError(
      `input: expected one of ${chart.inputs.join(", ")}, got ${formatValue(input?.type ?? input)}`,
    );
  }
  if (input.type === "receive" && (chart.characters === "bytes" || input.characters instanceof Uint8Array))
    checkBytes(input.characters, "characters");
  if (input.type !== "restore") return input;
  const { context } = chart.resolve?.(input.state) ?? chart.snapshotOf(input.state);
  return { type: "restore", state: chart.stateOf(context) };
}

/**
 * Checks that characters are bytes and nothing else.
 *
 * @param name - their name in the error.
 * @throws TypeError if it is no list, RangeError if an item is no byte.
 */
export function checkBytes(characters: unknown, name: string): void {
  checkReadable(characters, name, "a list of bytes", checkList);
}

// A function of its own: a closure would be an object for each access.
function checkList(characters: unknown, name: string): void {
  if (characters instanceof Uint8Array) {
    if (characters.length > 0 || !isTransferred(characters.buffer)) return;
    throw new TypeError(`${name}: expected a list of bytes, got a view of a transferred buffer`);
  }
  if (!Array.isArray(characters))
    throw new TypeError(`${name}: expected a list of bytes, got ${formatValue(characters)}`);
  for (let i = 0; i < characters.length; i++) {
    const candidate: unknown = characters[i];
    if (typeof candidate === "number" && (candidate & 0xff) === candidate) continue;
    throw new RangeError(`${name}[${i}]: expected a byte from 0 to 255, got ${formatValue(candidate)}`);
  }
}

/** Checks an offset as the journal does for a read. @throws TypeError if it is no number, RangeError if it is not 0 to 255. */
export function checkOffset(offset: unknown): void {
  if (typeof offset === "number" && (offset & 0xff) === offset) return;
  const ErrorClass = typeof offset === "number" ? RangeError : TypeError;
  throw new ErrorClass(`offset: expected a whole number from 0 to 255, got ${formatValue(offset)}`);
}

/**
 * Checks a number of ticks.
 *
 * @param least - the least that it may be.
 * @param name - its name in the error.
 * @throws RangeError unless it is a whole number from `least`.
 */
export function checkTick(tick: unknown, least: number, name = "tick"): void {
  if (typeof tick === "number" && Number.isSafeInteger(tick) && tick >= least) return;
  throw new RangeError(`${name}: expected a whole number from ${least}, got ${formatValue(tick)}`);
}
