import type { CharacterClock } from "./subject.js";

/** A deed of the environment. The values of its bytes follow from the order, so that a scenario stays valid when it shrinks. */
export type Deed =
  /** `count` bytes arrive together, from 1. Their values are letters, or run upward from `first`, 0 to 255. */
  | { readonly type: "arrive"; readonly count: number; readonly first?: number }
  /** `count` bytes arrive one after the other, each a character time later; on `serial` whenever there is room. */
  | { readonly type: "stream"; readonly count: number; readonly first?: number }
  /**
   * When the driver is idle, `count` bytes arrive one after the other, and the user takes none before all have come or the other end waits for
   * RTS; only on a 16550, of a driver that has hardware flow control or drops bytes.
   */
  | { readonly type: "flood"; readonly count: number; readonly first?: number }
  /** `count` bytes with a framing error arrive, by default one; only on a 16550. */
  | { readonly type: "error"; readonly count?: number }
  /** The other end sends a break; only on a 16550. */
  | { readonly type: "break" }
  /** Time passes: `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "pass"; readonly halves: number }
  /** The host takes no output for `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "stall"; readonly halves: number }
  /** The device is saved and restored. */
  | { readonly type: "snapshot" }
  /** A modem input changes from its usual level for `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "modem"; readonly input: ModemInput; readonly halves: number }
  /** From here on the cable has three wires, and no modem input is asserted; only on a 16550. */
  | { readonly type: "cable" }
  /** Interrupts are taken later, by `halves` half character times, from 1; only on a 16550. */
  | { readonly type: "late"; readonly halves: number }
  /** The handler is called though the device has not interrupted: another device shares its interrupt. */
  | { readonly type: "spurious" }
  /** From here on an access takes so many nanoseconds, from 100; only on a 16550. */
  | { readonly type: "pace"; readonly nanoseconds: number }
  /** Once nothing moves, the driver is stopped, with IER cleared, and another starts on the device as it is, as after a reboot. */
  | { readonly type: "restart" }
  /** The driver is suspended, the device loses its registers, and the driver resumes. */
  | { readonly type: "suspend" }
  /** The user sends `count` bytes, from 1, when the driver is idle. */
  | { readonly type: "send"; readonly count: number; readonly first?: number }
  /** The kernel prints `count` bytes, from 1: when the driver is idle, or `within` a call of `send` that has interrupts enabled. */
  | { readonly type: "print"; readonly count: number; readonly first?: number; readonly within?: true };

/** A modem input. */
export type ModemInput = "cts" | "dsr" | "dcd" | "ri";

/** A deed with its position in the scenario. */
export type Action = Deed & {
  /** The number of accesses that the driver makes after the previous action; an action does not wait for an idle driver. */
  readonly after: number;
};

/** A deed for which the driver must be idle. */
export type DriverCall = Extract<Deed, { type: "send" | "print" | "flood" | "restart" | "suspend" }>;

/** True for deeds that call the driver or take their time, and so wait until it is idle. */
export const isDriverCall = (action: Deed): action is DriverCall =>
  action.type === "send" ||
  action.type === "flood" ||
  action.type === "restart" ||
  action.type === "suspend" ||
  (action.type === "print" && !action.within);

/** True for a print that may take place within a call of `send`. */
export const isPrintWithin = (action: Deed): action is Extract<Deed, { type: "print" }> =>
  action.type === "print" && action.within === true;

const inCharacters = (halves: number): string =>
  halves === 2 ? "1 character time" : `${halves / 2} character times`;

/** How many bytes a list of bytes shows; the others are counted. */
const MAX_LISTED_BYTES = 8;

/** Formats a byte for reports: 'a', or 0x00. */
export const byteInWords = (byte: number): string =>
  byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Formats bytes for reports. */
export function bytesInWords(bytes: readonly number[]): string {
  if (bytes.length === 0) return "nothing";
  if (bytes.length <= MAX_LISTED_BYTES) return bytes.map(byteInWords).join(" ");
  return `${bytes.slice(0, MAX_LISTED_BYTES).map(byteInWords).join(" ")} and ${bytes.length - MAX_LISTED_BYTES} more`;
}

/** Describes a deed; an arrival with its bytes. */
export function deedInWords(deed: Deed, bytes: readonly number[], clock: CharacterClock): string {
  switch (deed.type) {
    case "arrive":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "arrives" : "arrive"}`;
    case "stream":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "is on its way" : "are on their way, one a character time"}`;
    case "flood":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "is" : "are"} on the way, one a character time, and the user takes none meanwhile`;
    case "error":
      return `${bytesInWords(bytes)} ${bytes.length === 1 ? "arrives" : "arrive"} with a framing error`;
    case "break":
      return "a break arrives";
    case "pass":
      return `${inCharacters(deed.halves)} pass (${deed.halves * clock.halfCharacterTicks()} ticks)`;
    case "stall":
      return `the host takes no output for ${inCharacters(deed.halves)}`;
    case "snapshot":
      return "the device is saved and restored";
    case "modem":
      return `${deed.input.toUpperCase()} ${deed.input === "ri" ? "rises" : "falls"} for ${inCharacters(deed.halves)}`;
    case "cable":
      return "the cable has three wires: no modem input is asserted";
    case "late":
      return `interrupts are taken ${inCharacters(deed.halves)} later`;
    case "spurious":
      return "another device on the same line interrupts";
    case "pace":
      return `an access takes ${deed.nanoseconds / 1000} µs from here on`;
    case "restart":
      return "the driver is started again, on the device as it is";
    case "suspend":
      return "the machine sleeps, and the device loses its registers";
    default:
      return `${deed.type} ${bytesInWords(bytes)}`;
  }
}
