import { registerAt } from "../../../machines/index.js";
import { bitsInWords, type Chart, type ChartEmission, inputInWords } from "../../device/index.js";
import type { PlayerStep } from "./chart-player.js";
import type { Effect, InputRow } from "./diagram-items.js";

/** Emissions that are no effect: levels drawn as bits, and the data read. */
const NO_EFFECT: ReadonlySet<string> = new Set(["serialOutput", "data"]);

/** Returns the emissions of a step as effects. */
export const emittedEffects = ({ emitted, tick }: PlayerStep): Effect[] =>
  emitted.filter(({ type }) => !NO_EFFECT.has(type)).map((emission) => ({ tick, ...emission }));

/** Returns an input with its effects. */
export function inputRowOf(
  chart: Chart,
  { entryIndex, input, divisorLatchOpen, emitted }: PlayerStep,
  tick: number,
  effects: readonly Effect[],
): InputRow {
  const rowFields = { index: entryIndex, tick, input, effects };
  if (input.type !== "read" && input.type !== "write")
    return { ...rowFields, text: inputInWords(input, divisorLatchOpen, undefined, chart) };
  const registerName = registerAt(input.type, input.offset, divisorLatchOpen);
  const accessedByte = input.type === "write" ? input.value : (dataByteIn(emitted) ?? 0);
  const rowText = inputInWords(input, divisorLatchOpen, accessedByte, chart);
  if (registerName === undefined) return { ...rowFields, value: accessedByte, text: rowText };
  return {
    ...rowFields,
    register: registerName,
    value: accessedByte,
    bits: bitsInWords(registerName, accessedByte, chart),
    text: rowText,
  };
}

const dataByteIn = (emitted: readonly ChartEmission[]): number | undefined =>
  emitted.find(({ type }) => type === "data")?.value;

/** Returns an effect in words: "transmit 0x41", "INTR 1 RDA", "RTS 0". */
export function effectInWords({ type, value, cause, level, pin, count }: Effect): string {
  const byteTexts = value === undefined ? [] : [`0x${value.toString(16).toUpperCase().padStart(2, "0")}`];
  if (type === "interruptLine") return ["INTR", level].join(" ");
  if (pin !== undefined) return `${pin} ${level}`;
  return [
    type,
    ...byteTexts,
    ...(cause === undefined ? [] : [cause]),
    ...(count === undefined ? [] : [count]),
  ].join(" ");
}
