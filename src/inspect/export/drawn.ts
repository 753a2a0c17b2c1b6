import type { Chart } from "../../device/index.js";
import type { LineCharacter } from "./frame.js";
import type { Step } from "./player.js";

/** Something that has a value at every instant. */
export interface Signal {
  /** Its name, without blanks. */
  readonly name: string;
  /** What it is: a pin, a register, how many characters a FIFO holds, the state of a region, or words. */
  readonly kind: "pin" | "register" | "level" | "state" | "words";
}

/** A signal's value: a number, or of states and words a text. */
export type SignalValue = number | string;

/** What is drawn, in the order of time. Times are nanoseconds from where the export begins. */
export type Drawn =
  /** A signal has another value. */
  | { readonly at: number; readonly what: "signal"; readonly signal: Signal; readonly value: SignalValue }
  /** A character was on a line, from `start` to `at`. */
  | {
      readonly at: number;
      readonly what: "character";
      readonly line: "SOUT" | "SIN";
      readonly start: number;
      readonly character: LineCharacter;
    }
  /** An input, whole; of one that lets time pass, when it ends. `span` is for how long nothing else is drawn. */
  | {
      readonly at: number;
      readonly what: "input";
      readonly row: Row;
      readonly span: number;
    }
  /** A character was received and lost. */
  | { readonly at: number; readonly what: "overrun" }
  /** A break begins on a line. */
  | { readonly at: number; readonly what: "break"; readonly line: "SOUT" | "SIN" };

/** One input with what it did, for tables. */
export interface Row {
  /** Its index. */
  readonly index: number;
  /** Ticks that had passed before it. */
  readonly tick: number;
  /** The input itself. */
  readonly input: Step["input"];
  /** The register that an access reaches; absent of what is no access, or reaches none. */
  readonly register?: string;
  /** The byte read or written. */
  readonly value?: number;
  /** The names of its set bits. */
  readonly bits?: string;
  /** All of it in words: "IER <- 0x05 ERBFI|ELSI". */
  readonly text: string;
  /** What left the device, the levels at SOUT excepted, with the ticks that had passed. */
  readonly effects: readonly Effect[];
}

/** Something that left the device. */
export interface Effect {
  /** Ticks that had passed. */
  readonly tick: number;
  /** What it is: "transmit", "interrupt", "interruptLine", ... */
  readonly type: string;
  readonly value?: number;
  readonly cause?: string;
  readonly level?: 0 | 1;
  readonly pin?: string;
  readonly count?: number;
}

/** What is being drawn, and as what it begins. */
export interface Scene {
  readonly chart: Chart;
  readonly signals: readonly Signal[];
  readonly initial: ReadonlyMap<Signal, SignalValue>;
}

/** A file format: what is drawn becomes text or bytes. */
export interface Format {
  /** How the file begins. */
  begin(scene: Scene): string | Uint8Array;
  /** What one more thing that is drawn adds. */
  add(drawn: Drawn): string | Uint8Array;
  /** How the file ends, at this time. */
  end(at: number): string | Uint8Array;
}
