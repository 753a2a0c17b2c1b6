import { type RegisterName, registerAt } from "../../../machines/index.js";
import { bitsInWords, type Chart, inputInWords, type TransitionInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { Observed } from "./observer.js";

/** One step of a replay, and what our device did about it, in words. */
export interface StepInWords {
  /** The recording's line, from 1. */
  readonly line: number;
  /** Of a recording with many steps a line: the step's index in that line, from 0. */
  readonly index?: number;
  /** The type of the input, without its numbers: "read", "write", "receive", ... */
  readonly type: Input["type"];
  /** The register that an access reaches; "unmapped" where none stands. Absent of what is no access. */
  readonly register?: RegisterName | "unmapped";
  /** The byte that our device returned, or that was written: 0 to 255. Absent for inputs other than accesses. */
  readonly value?: number;
  /** The bits of `value` by name; empty where none is set. */
  readonly bits?: string;
  /** The whole of it: "IIR -> 0xC2 THRE|FIFOS". */
  readonly text: string;
  /** The causes of the interrupts that our device gave, in order. */
  readonly interrupts: readonly string[];
  /** The levels to which our device's interrupt line changed, in order; absent where it did not, or has no level. */
  readonly edges?: readonly (0 | 1)[];
  /** The transitions of our chart, a sentence each. */
  readonly transitions: readonly string[];
  /** Ids of the rules that those transitions implement, each once. */
  readonly rules: readonly string[];
}

/** The data of one step, as the replay holds it until a difference needs it in words. */
export interface StepTaken {
  readonly line: number;
  readonly index: number | undefined;
  readonly input: Input;
  readonly dlab: boolean;
  readonly observed: Observed;
  readonly taken: readonly TransitionInWords[];
}

/** The name under which an access is counted: the register that it reaches, or "unmapped". */
export const accessedRegister = (direction: "read" | "write", registerOffset: number, latchOpen: boolean) =>
  registerAt(direction, registerOffset, latchOpen) ?? "unmapped";

/** Says in words what happened in a step, on a device of this chart. */
export function stepInWords(
  { line, index, input, dlab, observed, taken: takenTransitions }: StepTaken,
  chartInfo: Pick<Chart, "registers">,
): StepInWords {
  const { value, interrupts, edges = [] } = observed;
  const described = {
    line,
    ...(index === undefined ? {} : { index }),
    type: input.type,
    text: inputInWords(input, dlab, value, chartInfo),
    interrupts,
    ...(edges.length === 0 ? {} : { edges }),
    transitions: takenTransitions.map(({ id, description }) => description || id),
    rules: [...new Set(takenTransitions.flatMap(({ rules }) => rules))],
  };
  if (input.type !== "read" && input.type !== "write") return described;
  const register = accessedRegister(input.type, input.offset, dlab);
  const byte = input.type === "write" ? input.value : value;
  if (byte === undefined) return { ...described, register };
  return {
    ...described,
    register,
    value: byte,
    bits: register === "unmapped" ? "" : bitsInWords(register, byte, chartInfo),
  };
}
