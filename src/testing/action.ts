import type { CharacterClock } from "./subject.js";

/** A deed of the environment. The values of its bytes follow from the order, so that a scenario stays valid when it shrinks. */
export type Deed =
  /** `count` bytes arrive, from 1. */
  | { readonly type: "arrive"; readonly count: number }
  /** A byte with a framing error arrives; only on a 16550. */
  | { readonly type: "error" }
  /** The other end sends a break; only on a 16550. */
  | { readonly type: "break" }
  /** Time passes: `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "pass"; readonly halves: number }
  /** The host takes no output for `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "stall"; readonly halves: number }
  /** The device is saved and restored. */
  | { readonly type: "snapshot" }
  /** The user sends `count` bytes, from 1, when the driver is idle. */
  | { readonly type: "send"; readonly count: number }
  /** The kernel prints `count` bytes, from 1, when the driver is idle. */
  | { readonly type: "print"; readonly count: number };

/** A deed with its position in the scenario. */
export type Action = Deed & {
  /** The number of accesses that the driver makes after the previous action; an action does not wait for an idle driver. */
  readonly after: number;
};

/** True for deeds that call the driver, and so wait until it is idle. */
export const isDriverCall = (action: Deed): action is Extract<Deed, { type: "send" | "print" }> =>
  action.type === "send" || action.type === "print";

const inCharacters = (halves: number): string =>
  halves === 2 ? "1 character time" : `${halves / 2} character times`;

/** Formats a byte for reports: 'a', or 0x00. */
export const byteInWords = (byte: number): string =>
  byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Formats bytes for reports. */
export const bytesInWords = (bytes: readonly number[]): string =>
  bytes.length === 0 ? "nothing" : bytes.map(byteInWords).join(" ");

/** Describes a deed; an arrival with its bytes. */
export function deedInWords(deed: Deed, bytes: readonly number[], clock: CharacterClock): string {
  switch (deed.type) {
    case "arrive":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "arrives" : "arrive"}`;
    case "error":
      return `${bytesInWords(bytes)} arrives with a framing error`;
    case "break":
      return "a break arrives";
    case "pass":
      return `${inCharacters(deed.halves)} pass (${deed.halves * clock.halfCharacterTicks()} ticks)`;
    case "stall":
      return `the host takes no output for ${inCharacters(deed.halves)}`;
    case "snapshot":
      return "the device is saved and restored";
    default:
      return `${deed.type} ${bytesInWords(bytes)}`;
  }
}
