/** What examples are written with. */
import type { Uart16550Options } from "../../../machines/index.js";
import type { UartStep } from "../../arbitraries/uart16550.js";

/** A part and its inputs. */
export interface TestCase {
  readonly options: Uart16550Options;
  readonly steps: readonly UartStep[];
}

export interface Example extends TestCase {
  /** The behaviour that it distinguishes. */
  readonly name: string;
}

export const write = (offset: number, value: number): UartStep => ({ type: "write", offset, value });
export const read = (...offsets: readonly number[]): UartStep[] =>
  offsets.map((offset) => ({ type: "read", offset }));
export const receive = (...characters: readonly number[]): UartStep => ({ type: "receive", characters });
export const advance = (ticks: number): UartStep => ({ type: "advance", ticks });
export const modem = (
  inputLevels: { readonly cts?: boolean; readonly dsr?: boolean; readonly ri?: boolean } = {},
): UartStep => ({
  type: "modem",
  cts: true,
  dsr: true,
  ri: false,
  dcd: true,
  ...inputLevels,
});
export const many = (repetitions: number, ...sequence: readonly UartStep[]): UartStep[] =>
  new Array(repetitions).fill(sequence).flat();
export const BREAK: readonly UartStep[] = [
  { type: "break", on: true },
  { type: "break", on: false },
];
export const line = (...pinLevels: readonly (0 | 1)[]): UartStep[] =>
  pinLevels.flatMap((level): UartStep[] => [{ type: "line", level }, advance(16)]);

export const DUE: UartStep = { type: "due", further: 0 };
export const HOLD: UartStep = { type: "hold" };
export const RELEASE: UartStep = { type: "release" };
/** Reads of the received characters, and of their interrupts. */
export const ASK = read(5, 2, 0, 5, 2);
