import { type Input, shown } from "../journal/index.js";
import type { Chart } from "./device.js";

/**
 * An input as a chart takes it: a state that is restored is reduced to what the chart knows of it. The fields of other
 * inputs are the journal's to check.
 *
 * @throws TypeError if the chart takes none of that type.
 * @throws TypeError, RangeError or SerialError if it restores what is no state of the chart.
 */
export function inputFor(chart: Chart, input: Input): Input {
  if (!chart.inputs.includes(input?.type)) {
    throw new TypeError(
      `input: expected one of ${chart.inputs.join(", ")}, got ${shown(input?.type ?? input)}`,
    );
  }
  if (input.type === "receive" && chart.characters === "bytes") checkBytes(input.characters, "characters");
  if (input.type !== "restore") return input;
  return { type: "restore", state: chart.stateOf(chart.snapshotOf(input.state).context as never) };
}

/**
 * Checks that characters are bytes and nothing else.
 *
 * @param name - what they are called in the error.
 * @throws TypeError if it is no list, RangeError if an item is no byte.
 */
export function checkBytes(characters: unknown, name: string): void {
  if (characters instanceof Uint8Array) return;
  if (!Array.isArray(characters))
    throw new TypeError(`${name}: expected a list of bytes, got ${shown(characters)}`);
  for (let i = 0; i < characters.length; i++) {
    const byte: unknown = characters[i];
    if (typeof byte === "number" && (byte & 0xff) === byte) continue;
    throw new RangeError(`${name}[${i}]: expected a byte from 0 to 255, got ${shown(byte)}`);
  }
}

/** @throws TypeError if it is no number, RangeError if it is not 0 to 255: as the journal does for a read. */
export function checkOffset(offset: unknown): void {
  if (typeof offset === "number" && (offset & 0xff) === offset) return;
  const Kind = typeof offset === "number" ? RangeError : TypeError;
  throw new Kind(`offset: expected a whole number from 0 to 255, got ${shown(offset)}`);
}
