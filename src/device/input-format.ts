import { bitNames, type RegisterName, registerAt } from "../../machines/index.js";
import type { Input } from "../journal/index.js";
import type { Chart } from "./device.js";

/** Formats a byte as the datasheets write it: "0x0C". */
export const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;

/** Returns the names of a value's set bits, as the chart reads them: in IIR a 16550 has a code where vm-superio has bits. */
export const bitsInWords = (
  registerName: RegisterName,
  value: number,
  chart?: Pick<Chart, "registers">,
): string =>
  chart?.registers.find((register) => register.name === registerName)?.bits?.(value) ??
  bitNames(registerName, value);

/** Formats a register's value with the names of its set bits: "0x05 ERBFI|ELSI". */
export function valueInWords(
  registerName: RegisterName | undefined,
  value: number,
  chart?: Pick<Chart, "registers">,
): string {
  const bits = registerName === undefined ? "" : bitsInWords(registerName, value, chart);
  return bits === "" ? hex(value) : `${hex(value)} ${bits}`;
}

/**
 * Describes an input: "IER <- 0x05 ERBFI|ELSI", "LSR -> 0x61 DR|THRE|TEMT", "2 characters arrive".
 *
 * @param dlab - true if the divisor latch is open: it decides which registers are at offsets 0 and 1.
 * @param value - the result of the read, where it is known.
 * @param chart - the chart whose registers they are: charts differ in the meaning of IIR's bits.
 */
export function inputInWords(
  input: Input,
  dlab: boolean,
  value?: number,
  chart?: Pick<Chart, "registers">,
): string {
  switch (input.type) {
    case "read": {
      const name = registerAt("read", input.offset, dlab);
      const registerName = name ?? `offset ${input.offset}`;
      return value === undefined
        ? `${registerName} ->`
        : `${registerName} -> ${valueInWords(name, value, chart)}`;
    }
    case "write": {
      const registerName = registerAt("write", input.offset, dlab);
      return `${registerName ?? `offset ${input.offset}`} <- ${valueInWords(registerName, input.value, chart)}`;
    }
    case "receive":
      return input.characters.length === 1
        ? "1 character arrives"
        : `${input.characters.length} characters arrive`;
    case "advance":
      return `${input.ticks} ticks pass`;
    case "line":
      return `SIN goes to ${input.level}`;
    case "break":
      return input.on ? "a break begins" : "the break ends";
    case "modem":
      return `the modem's lines are ${modemLinesInWords(input)}`;
    case "hold":
      return "the host stops taking output";
    case "release":
      return "the host takes output again";
    case "reset":
      return "master reset";
    case "restore":
      return "a state is restored";
  }
}

function modemLinesInWords(lines: { cts: boolean; dsr: boolean; ri: boolean; dcd: boolean }): string {
  const { cts, dsr, ri, dcd } = lines;
  const asserted = Object.entries({ CTS: cts, DSR: dsr, RI: ri, DCD: dcd }).filter(([, level]) => level);
  return asserted.map(([lineName]) => lineName).join("|") || "all off";
}
