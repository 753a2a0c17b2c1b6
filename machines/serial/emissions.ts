import type { SerialEmission } from "./events.js";

type Data = Extract<SerialEmission, { type: "data" }>;
type Transmit = Extract<SerialEmission, { type: "transmit" }>;

const BYTES = Array.from({ length: 256 }, (_, value) => value);
const DATA: readonly Data[] = BYTES.map((value) => Object.freeze({ type: "data", value }));
const TRANSMIT: readonly Transmit[] = BYTES.map((value) => Object.freeze({ type: "transmit", value }));

/** What a read gives. There is one object a byte, so that an access makes none. */
export const data = (value: number): Data => DATA[value] ?? { type: "data", value };

/** A byte that leaves the transmitter; one object a byte as well. */
export const transmit = (value: number): Transmit => TRANSMIT[value] ?? { type: "transmit", value };
