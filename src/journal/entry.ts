/**
 * A character received from the line: a byte, or a byte with its errors.
 * `serial` takes bytes only.
 */
export type Character =
  | number
  | { readonly value: number; readonly parity?: true; readonly framing?: true; readonly break?: true };

/** An input of a device. Its state is a fold over its inputs. */
export type Input =
  /** The processor reads an address, 0 to 255. */
  | { readonly type: "read"; readonly offset: number }
  /** The processor writes a byte to an address, 0 to 255 each. */
  | { readonly type: "write"; readonly offset: number; readonly value: number }
  /** Characters arrive from outside, complete at this instant. */
  | { readonly type: "receive"; readonly characters: readonly Character[] | Uint8Array }
  /** SIN itself changes level: how two devices are connected. */
  | { readonly type: "line"; readonly level: 0 | 1 }
  /** The other end holds the line in a break, or ends it. */
  | { readonly type: "break"; readonly on: boolean }
  /** The modem's lines change; true is asserted. */
  | {
      readonly type: "modem";
      readonly cts: boolean;
      readonly dsr: boolean;
      readonly ri: boolean;
      readonly dcd: boolean;
    }
  /** Time passes: so many ticks of the device's clock, a whole number from 0. */
  | { readonly type: "advance"; readonly ticks: number }
  /** The host stops taking output. */
  | { readonly type: "hold" }
  /** The host takes output again. */
  | { readonly type: "release" }
  /** Master reset. */
  | { readonly type: "reset" }
  /** The device's state is replaced; `state` is the chart's, such as a `SerialState`. */
  | { readonly type: "restore"; readonly state: unknown };

/** A journal entry that is no input. Folding ignores it. */
export type Note =
  /**
   * The sink, or the trigger, failed for an effect of the input at `index`. That need not be the input before: a callback may
   * have given others in between.
   */
  | { readonly type: "failed"; readonly what: "out" | "trigger"; readonly index: number }
  /** A remark of the user's. */
  | { readonly type: "mark"; readonly text: string };

/** A journal entry. */
export type Entry = Input | Note;

/** A journal entry with its position: its index since the device was made, and the ticks that had passed before it. */
export interface Recorded {
  /** The number of entries before it, dropped ones included. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** The entry. */
  readonly entry: Entry;
}

/** The header of a journal: the chart that it belongs to, and the state before its first entry. */
export interface JournalHeader {
  /** The chart's id, such as "serial". */
  readonly chart: string;
  /** The chart's options, such as `{ revision: "0.8.2" }`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A hash of the chart's definition: another one means that the chart has changed since. */
  readonly definition: string;
  /** The version of this package that wrote it. */
  readonly package: string;
  /** Index of the first entry. */
  readonly first: number;
  /** Ticks that had passed before the first entry. */
  readonly tick: number;
  /** The device's state before the first entry, as JSON. */
  readonly state: unknown;
}
