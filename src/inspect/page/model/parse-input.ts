import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import type { Input } from "../../../journal/index.js";

/**
 * Reads an input as the list writes it: "IER <- 0x05", "read LSR", "receive 'a' 0x0D", "advance 100", "reset".
 *
 * @throws RangeError that says what can be written.
 */
export function parseInput(typedText: string): Input {
  const inputText = typedText.trim();
  const [, registerName = "", accessArrow = "", operand = ""] =
    /^(\w+)\s*(<-|←|->|→)\s*(\S*)$/.exec(inputText) ?? [];
  if (accessArrow) return parseAccess(registerName, /<-|←/.test(accessArrow) ? "write" : "read", operand);
  const [command = "", ...operands] = inputText.split(/\s+/);
  switch (command.toLowerCase()) {
    case "read":
      return parseAccess(operands[0] ?? "", "read", "");
    case "write":
      return parseAccess(operands[0] ?? "", "write", operands[1] ?? "");
    case "receive":
      return { type: "receive", characters: operands.map(parseCharacter) };
    case "advance":
      return { type: "advance", ticks: parseWholeNumber(operands[0] ?? "", Number.MAX_SAFE_INTEGER) };
    case "break":
      return { type: "break", on: operands[0] !== "off" };
    case "hold":
    case "release":
    case "reset":
      return { type: command.toLowerCase() as "reset" };
  }
  throw new RangeError(
    `access: expected such as IER <- 0x05, read LSR, receive 'a', advance 100, reset, got ${inputText || "nothing"}`,
  );
}

function parseAccess(register: string, accessType: "read" | "write", operand: string): Input {
  const registerName = register.toUpperCase();
  if (!Object.hasOwn(REGISTERS, registerName))
    throw new RangeError(`register: expected one of ${Object.keys(REGISTERS).join(", ")}, got ${register}`);
  const { offset } = REGISTERS[registerName as RegisterName];
  return accessType === "read"
    ? { type: accessType, offset }
    : { type: accessType, offset, value: parseWholeNumber(operand, 255) };
}

function parseCharacter(characterText: string): number {
  const [, quoted] = /^'(.)'$/.exec(characterText) ?? [];
  return quoted === undefined
    ? parseWholeNumber(characterText, 255)
    : (quoted.codePointAt(0) as number) & 0xff;
}

function parseWholeNumber(numberText: string, maximum: number): number {
  const parsedNumber = numberText === "" ? Number.NaN : Number(numberText);
  if (Number.isInteger(parsedNumber) && parsedNumber >= 0 && parsedNumber <= maximum) return parsedNumber;
  throw new RangeError(
    `value: expected a whole number from 0 to ${maximum}, such as 0x05, got ${numberText || "nothing"}`,
  );
}
