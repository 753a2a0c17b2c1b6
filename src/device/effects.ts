import type { EmissionKind, Emissions } from "../engine/index.js";
import type { ChartEmission } from "./device.js";

/** Kinds of emissions that come by number where a chart says so: what `Serial` performs. */
export const KINDS: readonly EmissionKind[] = [
  { type: "data", payload: "value" },
  { type: "transmit", payload: "value" },
  { type: "interrupt", payload: "cause" },
  { type: "bufferRead" },
  { type: "bufferEmpty" },
  { type: "accepted", payload: "count" },
  { type: "refused" },
];

/** The number of a kind: its place among {@link KINDS}, from 1; and of an emission that comes as a whole. */
export const KIND = {
  WHOLE: 0,
  DATA: 1,
  TRANSMIT: 2,
  INTERRUPT: 3,
  BUFFER_READ: 4,
  BUFFER_EMPTY: 5,
  ACCEPTED: 6,
  REFUSED: 7,
} as const;

/** How many characters the chart has accepted, among what it emitted; -1 where it has refused them, 0 where it says nothing. */
export function answerIn(emitted: readonly ChartEmission[]): number {
  if (emitted.some(({ type }) => type === "refused")) return -1;
  return emitted.find(({ type }) => type === "accepted")?.count ?? 0;
}

/** Whether it is what a read gives. */
export const isData = ({ type }: ChartEmission): boolean => type === "data";

/** What a read gave, among what it emitted; 0 where the chart answers nothing. */
export function dataIn(emitted: Emissions<ChartEmission>): number {
  for (let at = 0; at < emitted.length; at++) {
    const kind = emitted.kindAt(at);
    if (kind !== KIND.DATA && kind !== KIND.WHOLE) continue;
    const { type, value } = emitted.at(at);
    if (type === "data") return value ?? 0;
  }
  return 0;
}
