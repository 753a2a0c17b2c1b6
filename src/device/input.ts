import type { Input } from "../journal/index.js";
import type { Chart } from "./device.js";

/**
 * Checks that a value is a byte.
 *
 * @throws RangeError if it is not an integer from 0 to 255; it names what was checked.
 */
export function checkByte(value: unknown, name: string): void {
  if (typeof value !== "number" || (value & 0xff) !== value) {
    throw new RangeError(`${name}: expected a byte from 0 to 255, got ${String(value)}`);
  }
}

function checkBytes(bytes: unknown, name: string): void {
  if (bytes instanceof Uint8Array) return;
  if (!Array.isArray(bytes)) {
    throw new TypeError(`${name}: expected an array of bytes, got ${JSON.stringify(bytes)}`);
  }
  for (let i = 0; i < bytes.length; i++) checkByte(bytes[i], `${name}[${i}]`);
}

/**
 * Checks that a chart takes an input.
 *
 * @throws TypeError if it takes none of that type, or a field is of another type.
 * @throws RangeError if a field is out of range.
 * @throws SerialError if it restores a state with more bytes than the FIFO holds.
 */
export function checkInput(chart: Chart, input: Input): void {
  switch (input.type) {
    case "read":
      checkByte(input.offset, "offset");
      break;
    case "write":
      checkByte(input.offset, "offset");
      checkByte(input.value, "value");
      break;
    case "advance":
      if (Number.isSafeInteger(input.ticks) && input.ticks >= 0) break;
      throw new RangeError(`ticks: expected a whole number from 0, got ${input.ticks}`);
    case "restore":
      chart.snapshotOf(input.state);
      break;
    case "receive":
      checkBytes(input.characters, "characters");
      break;
    default: {
      const taken = ["read", "write", "advance", "restore", ...chart.inputs].join(", ");
      throw new TypeError(`input: ${chart.id} expected one of ${taken}, got ${JSON.stringify(input)}`);
    }
  }
}
