import type { Pace } from "./subject.js";

/** What the environment does once. Which bytes are meant follows from the order, so that a scenario stays true when it shrinks. */
export type Deed =
  /** So many bytes arrive, from 1. */
  | { readonly type: "arrive"; readonly count: number }
  /** A byte with a framing error arrives; only on a 16550. */
  | { readonly type: "error" }
  /** The other end sends a break; only on a 16550. */
  | { readonly type: "break" }
  /** Time passes: half character times, from 1; only on a 16550. */
  | { readonly type: "pass"; readonly halves: number }
  /** The host takes no output for so many half character times, from 1; only on a 16550. */
  | { readonly type: "stall"; readonly halves: number }
  /** The device is saved and restored. */
  | { readonly type: "snapshot" }
  /** The user sends so many bytes, from 1, when the driver is idle. */
  | { readonly type: "send"; readonly count: number }
  /** The kernel prints so many bytes, from 1, when the driver is idle. */
  | { readonly type: "print"; readonly count: number };

/** A deed, and when it is done. */
export type Action = Deed & {
  /** How many accesses the driver makes after the action before; an idle driver is not waited for. */
  readonly after: number;
};

/** Whether it calls the driver, and so waits until that is idle. */
export const isCall = (deed: Deed): deed is Extract<Deed, { type: "send" | "print" }> =>
  deed.type === "send" || deed.type === "print";

const inCharacters = (halves: number): string =>
  halves === 2 ? "1 character time" : `${halves / 2} character times`;

/** A byte as the reports show it: 'a', or 0x00. */
export const byteInWords = (byte: number): string =>
  byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Bytes as the reports show them. */
export const bytesInWords = (bytes: readonly number[]): string =>
  bytes.length === 0 ? "nothing" : bytes.map(byteInWords).join(" ");

/** A deed in words; of an arrival, with the bytes that came. */
export function deedInWords(deed: Deed, bytes: readonly number[], pace: Pace): string {
  switch (deed.type) {
    case "arrive":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "arrives" : "arrive"}`;
    case "error":
      return `${bytesInWords(bytes)} arrives with a framing error`;
    case "break":
      return "a break arrives";
    case "pass":
      return `${inCharacters(deed.halves)} pass (${deed.halves * pace.halfTicks()} ticks)`;
    case "stall":
      return `the host takes no output for ${inCharacters(deed.halves)}`;
    case "snapshot":
      return "the device is saved and restored";
    default:
      return `${deed.type} ${bytesInWords(bytes)}`;
  }
}
