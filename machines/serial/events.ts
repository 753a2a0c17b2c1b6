import type { ReadEvent, WriteEvent } from "../access-events.js";

/** Bytes arrive from outside, together. */
export interface ReceiveEvent {
  readonly type: "receive";
  /** The bytes, 0 to 255 each, the first to arrive first. */
  readonly characters: ArrayLike<number>;
}

/** The state has just been restored from registers. */
export interface RestoredEvent {
  readonly type: "restored";
}

/** Everything that can happen to `serial`. */
export type SerialEvent = ReadEvent | WriteEvent | ReceiveEvent | RestoredEvent;

/** Returns the byte that a write writes. */
export const written = (event: SerialEvent): number => (event as WriteEvent).value;

/** Returns the bytes that arrive from outside. */
export const arriving = (event: SerialEvent): ArrayLike<number> => (event as ReceiveEvent).characters;

/** Why `serial` interrupts: the transmitter holding register is empty, or received data is available. */
export type SerialCause = "THRE" | "RDA";

/** Everything that can leave `serial`. */
export type SerialEmission =
  /** The byte read, 0 to 255. */
  | { readonly type: "data"; readonly value: number }
  /** A byte leaves the transmitter. */
  | { readonly type: "transmit"; readonly value: number }
  /** A pulse on the interrupt line. */
  | { readonly type: "interrupt"; readonly cause: SerialCause }
  /** So many of the bytes that arrived together were taken. */
  | { readonly type: "accepted"; readonly count: number }
  /** The FIFO was full: none of the bytes that arrived was taken. */
  | { readonly type: "refused" }
  /** A byte was taken from the receive FIFO, or there was none. */
  | { readonly type: "bufferRead" }
  /** A read left the receive FIFO empty. */
  | { readonly type: "bufferEmpty" };
