import { bitNames, type RegisterName, registerAt } from "../../machines/index.js";
import type { Input } from "../journal/index.js";
import type { Chart } from "./device.js";

/** A byte as the datasheets write it: "0x0C". */
export const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;

/** The names of a value's set bits, as the chart reads them: in IIR a 16550 has a code where vm-superio has bits. */
export const bitsInWords = (name: RegisterName, value: number, chart?: Pick<Chart, "registers">): string =>
  chart?.registers.find((register) => register.name === name)?.bits?.(value) ?? bitNames(name, value);

/** A register's value with the names of its set bits: "0x05 ERBFI|ELSI". */
export function valueInWords(
  name: RegisterName | undefined,
  value: number,
  chart?: Pick<Chart, "registers">,
): string {
  const bits = name === undefined ? "" : bitsInWords(name, value, chart);
  return bits === "" ? hex(value) : `${hex(value)} ${bits}`;
}

/**
 * An input in words: "IER <- 0x05 ERBFI|ELSI", "LSR -> 0x61 DR|THRE|TEMT", "2 characters arrive".
 *
 * @param dlab - whether the divisor latch is open: it decides what offsets 0 and 1 are.
 * @param value - what the read gave, where it is known.
 * @param chart - whose registers they are, as charts differ in what IIR's bits say.
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
      const place = name ?? `offset ${input.offset}`;
      return value === undefined ? `${place} ->` : `${place} -> ${valueInWords(name, value, chart)}`;
    }
    case "write": {
      const name = registerAt("write", input.offset, dlab);
      return `${name ?? `offset ${input.offset}`} <- ${valueInWords(name, input.value, chart)}`;
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
      return `the modem's lines are ${linesInWords(input)}`;
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

function linesInWords(lines: { cts: boolean; dsr: boolean; ri: boolean; dcd: boolean }): string {
  const { cts, dsr, ri, dcd } = lines;
  const asserted = Object.entries({ CTS: cts, DSR: dsr, RI: ri, DCD: dcd }).filter(([, level]) => level);
  return asserted.map(([name]) => name).join("|") || "all off";
}
