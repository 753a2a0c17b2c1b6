/**
 * A character as it comes off the line: a byte, or a byte with what was wrong with it.
 * `serial` takes bytes only.
 */
export type Character =
  | number
  | { readonly value: number; readonly parity?: true; readonly framing?: true; readonly break?: true };

/** Everything that can enter a device. A state is nothing but a fold over these. */
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

/** What a journal keeps beside the inputs. Folding passes over it. */
export type Note =
  /**
   * The sink, or the trigger, failed for an effect of the input at `index`. That need not be the input before: a callback may
   * have given others in between.
   */
  | { readonly type: "failed"; readonly what: "out" | "trigger"; readonly index: number }
  /** A remark of the user's. */
  | { readonly type: "mark"; readonly text: string };

/** One line of a journal. */
export type Entry = Input | Note;

/** An entry with its place: its index since the device was made, and the ticks that had passed before it. */
export interface Recorded {
  /** How many entries came before, fallen-off ones included. */
  readonly index: number;
  /** How many ticks had passed. */
  readonly tick: number;
  /** What happened. */
  readonly entry: Entry;
}

/** What stands at the head of a journal: whose it is, and the state from which it goes on. */
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
