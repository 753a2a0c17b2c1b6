import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import type { Input } from "../../../journal/index.js";

/**
 * Reads an input as the list writes it: "IER <- 0x05", "read LSR", "receive 'a' 0x0D", "advance 100", "reset".
 *
 * @throws RangeError that says what can be written.
 */
export function parseInput(typed: string): Input {
  const text = typed.trim();
  const [, name = "", arrow = "", operand = ""] = /^(\w+)\s*(<-|←|->|→)\s*(\S*)$/.exec(text) ?? [];
  if (arrow) return accessOf(name, /<-|←/.test(arrow) ? "write" : "read", operand);
  const [word = "", ...rest] = text.split(/\s+/);
  switch (word.toLowerCase()) {
    case "read":
      return accessOf(rest[0] ?? "", "read", "");
    case "write":
      return accessOf(rest[0] ?? "", "write", rest[1] ?? "");
    case "receive":
      return { type: "receive", characters: rest.map(characterOf) };
    case "advance":
      return { type: "advance", ticks: whole(rest[0] ?? "", Number.MAX_SAFE_INTEGER) };
    case "break":
      return { type: "break", on: rest[0] !== "off" };
    case "hold":
    case "release":
    case "reset":
      return { type: word.toLowerCase() as "reset" };
  }
  throw new RangeError(
    `access: expected such as IER <- 0x05, read LSR, receive 'a', advance 100, reset, got ${text || "nothing"}`,
  );
}

function accessOf(register: string, type: "read" | "write", operand: string): Input {
  const name = register.toUpperCase();
  if (!Object.hasOwn(REGISTERS, name))
    throw new RangeError(`register: expected one of ${Object.keys(REGISTERS).join(", ")}, got ${register}`);
  const { offset } = REGISTERS[name as RegisterName];
  return type === "read" ? { type, offset } : { type, offset, value: whole(operand, 255) };
}

function characterOf(text: string): number {
  const [, quoted] = /^'(.)'$/.exec(text) ?? [];
  return quoted === undefined ? whole(text, 255) : (quoted.codePointAt(0) as number) & 0xff;
}

function whole(text: string, most: number): number {
  const value = text === "" ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(
    `value: expected a whole number from 0 to ${most}, such as 0x05, got ${text || "nothing"}`,
  );
}
