import { type EmissionKind, Emissions } from "../engine/index.js";
import type { ChartEmission, Emission } from "./device.js";

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

/** The kinds of emissions that `Uart16550` performs by number; those of the modem outputs and DMA requests, which have two keys, are objects. */
export const UART16550_EMISSION_KINDS: readonly EmissionKind[] = [
  ...EMISSION_KINDS,
  { type: "interruptLine", payload: "level" },
  { type: "identified", payload: "cause" },
  { type: "serialOutput", payload: "level" },
  { type: "overrun" },
];

/** The number of each kind: its index in {@link UART16550_EMISSION_KINDS}, from 1; 0 for an emission that is an object. */
export const EMISSION_KIND = {
  WHOLE: 0,
  DATA: 1,
  TRANSMIT: 2,
  INTERRUPT: 3,
  BUFFER_READ: 4,
  BUFFER_EMPTY: 5,
  ACCEPTED: 6,
  REFUSED: 7,
  INTERRUPT_LINE: 8,
  IDENTIFIED: 9,
  SERIAL_OUTPUT: 10,
  OVERRUN: 11,
} as const;

/** Returns how many characters the chart has accepted; -1 where it has refused them, 0 where it emits neither. */
export function acceptedCount(emissions: readonly ChartEmission[]): number {
  const list = new Emissions<ChartEmission>();
  for (const emission of emissions) list.push(emission);
  return acceptedInList(list);
}

/** Returns {@link acceptedCount} of a list: no emission in it becomes an object. */
export function acceptedInList(emissions: Emissions<ChartEmission>): number {
  let count = 0;
  for (let i = 0; i < emissions.length; i++) {
    const kind = emissions.kindAt(i);
    const payload = emissions.payloadAt(i);
    if (kind === EMISSION_KIND.ACCEPTED) count += payload as number;
    else if (kind === EMISSION_KIND.REFUSED) return -1;
    else if (kind === EMISSION_KIND.WHOLE) {
      const { type: emissionType, count: acceptedTogether = 1 } = payload as ChartEmission;
      if (emissionType === "refused") return -1;
      if (emissionType === "accepted") count += acceptedTogether;
    }
  }
  return count;
}

/** Returns an emission of a list with its position. Its keys are in the chart's order. */
export function emissionAt(
  emissions: Emissions<ChartEmission>,
  emissionIndex: number,
  index: number,
  tick: number,
): Emission {
  const payload = emissions.payloadAt(emissionIndex) as never;
  const kind = emissions.kinds[emissions.kindAt(emissionIndex) - 1];
  if (kind === undefined) return { ...(payload as ChartEmission), index, tick };
  const { type } = kind;
  // One literal for each key: V8 takes ten times as long for a computed one.
  switch (kind.payload) {
    case "value":
      return { type, value: payload, index, tick };
    case "cause":
      return { type, cause: payload, index, tick };
    case "count":
      return { type, count: payload, index, tick };
    default:
      return { ...emissions.at(emissionIndex), index, tick };
  }
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
