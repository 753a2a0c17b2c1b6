import type { SuiteInput } from "./sequence.js";

const hex = (value: number): string => value.toString(16);
const MODEM_LINES = ["cts", "dsr", "ri", "dcd"] as const;
const BARE = { H: "hold", U: "release", S: "restore", M: "masterReset" } as const;

/** Returns inputs as text, a word each: `w3=83`, `r5`, `<41.42`, `t1041667`, `m1101`, and `H`, `U`, `S` and `M` for those without numbers. */
export const toSuiteText = (inputs: readonly SuiteInput[]): string => inputs.map(toWord).join(" ");

function toWord(input: SuiteInput): string {
  switch (input.type) {
    case "read":
      return `r${input.offset}`;
    case "write":
      return `w${input.offset}=${hex(input.value)}`;
    case "receive":
      return `<${input.bytes.map(hex).join(".")}`;
    case "advance":
      return `t${input.ticks}`;
    case "modem":
      return `m${MODEM_LINES.map((line) => Number(input[line])).join("")}`;
    default:
      return Object.entries(BARE).find(([, type]) => type === input.type)?.[0] ?? "";
  }
}

/** Returns the inputs of a text that {@link toSuiteText} wrote. */
export const fromSuiteText = (text: string): readonly SuiteInput[] => text.split(" ").map(toInput);

function toInput(word: string): SuiteInput {
  const numbers = word.slice(1);
  switch (word[0]) {
    case "r":
      return { type: "read", offset: Number(numbers) };
    case "w": {
      const [offset, value] = numbers.split("=");
      return { type: "write", offset: Number(offset), value: Number.parseInt(value ?? "", 16) };
    }
    case "<":
      return { type: "receive", bytes: numbers.split(".").map((byte) => Number.parseInt(byte, 16)) };
    case "t":
      return { type: "advance", ticks: Number(numbers) };
    case "m": {
      const [cts, dsr, ri, dcd] = Array.from(numbers, (level) => level === "1");
      return { type: "modem", cts: cts === true, dsr: dsr === true, ri: ri === true, dcd: dcd === true };
    }
    default:
      return { type: BARE[word as keyof typeof BARE] };
  }
}
