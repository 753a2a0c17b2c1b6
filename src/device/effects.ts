import type { EmissionKind, Emissions } from "../engine/index.js";
import type { ChartEmission } from "./device.js";

/** The kinds of emissions that `Serial` performs: its charts emit them by number. */
export const EMISSION_KINDS: readonly EmissionKind[] = [
  { type: "data", payload: "value" },
  { type: "transmit", payload: "value" },
  { type: "interrupt", payload: "cause" },
  { type: "bufferRead" },
  { type: "bufferEmpty" },
  { type: "accepted", payload: "count" },
  { type: "refused" },
];

/** The number of each kind: its index in {@link EMISSION_KINDS}, from 1; 0 for an emission that is an object. */
export const EMISSION_KIND = {
  WHOLE: 0,
  DATA: 1,
  TRANSMIT: 2,
  INTERRUPT: 3,
  BUFFER_READ: 4,
  BUFFER_EMPTY: 5,
  ACCEPTED: 6,
  REFUSED: 7,
} as const;

/** Returns how many characters the chart has accepted; -1 where it has refused them, 0 where it emits neither. */
export function acceptedCount(emissions: readonly ChartEmission[]): number {
  if (emissions.some(({ type: emissionType }) => emissionType === "refused")) return -1;
  return emissions.find(({ type: emissionType }) => emissionType === "accepted")?.count ?? 0;
}

/** Returns true for the answer of a read. */
export const isData = ({ type: emissionType }: ChartEmission): boolean => emissionType === "data";

/** Returns the byte that a read has emitted; 0 where the chart answers nothing. */
export function readByte(emissions: Emissions<ChartEmission>): number {
  for (let emissionIndex = 0; emissionIndex < emissions.length; emissionIndex++) {
    const kind = emissions.kindAt(emissionIndex);
    if (kind !== EMISSION_KIND.DATA && kind !== EMISSION_KIND.WHOLE) continue;
    const { type: emissionType, value } = emissions.at(emissionIndex);
    if (emissionType === "data") return value ?? 0;
  }
  return 0;
}
