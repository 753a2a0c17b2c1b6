import { registerAt } from "../../../machines/index.js";
import { bitsInWords, type Chart, type ChartEmission, inputInWords } from "../../device/index.js";
import type { Effect, Row } from "./drawn.js";
import type { Step } from "./player.js";

/** What is drawn as bits, or is the answer itself. */
const NO_EFFECT: ReadonlySet<string> = new Set(["serialOutput", "data"]);

/** What left a device in a step, as effects. */
export const effectsOf = ({ emitted, tick }: Step): Effect[] =>
  emitted.filter(({ type }) => !NO_EFFECT.has(type)).map((emission) => ({ tick, ...emission }));

/** An input with what it did. */
export function rowOf(
  chart: Chart,
  { index, input, dlab, emitted }: Step,
  tick: number,
  effects: readonly Effect[],
): Row {
  const row = { index, tick, input, effects };
  if (input.type !== "read" && input.type !== "write")
    return { ...row, text: inputInWords(input, dlab, undefined, chart) };
  const name = registerAt(input.type, input.offset, dlab);
  const value = input.type === "write" ? input.value : (dataIn(emitted) ?? 0);
  const text = inputInWords(input, dlab, value, chart);
  if (name === undefined) return { ...row, value, text };
  return { ...row, register: name, value, bits: bitsInWords(name, value, chart), text };
}

const dataIn = (emitted: readonly ChartEmission[]): number | undefined =>
  emitted.find(({ type }) => type === "data")?.value;

/** An effect in words: "transmit 0x41", "INTR 1 RDA", "RTS 0". */
export function effectInWords({ type, value, cause, level, pin, count }: Effect): string {
  const byte = value === undefined ? [] : [`0x${value.toString(16).toUpperCase().padStart(2, "0")}`];
  if (type === "interruptLine") return ["INTR", level].join(" ");
  if (pin !== undefined) return `${pin} ${level}`;
  return [
    type,
    ...byte,
    ...(cause === undefined ? [] : [cause]),
    ...(count === undefined ? [] : [count]),
  ].join(" ");
}
