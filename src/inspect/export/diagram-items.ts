import type { Chart } from "../../device/index.js";
import type { Note } from "../../journal/index.js";
import type { PlayerStep } from "./chart-player.js";
import type { LineCharacter } from "./line-format.js";

/** Something that has a value at every instant. */
export interface Signal {
  /** Its name, without blanks. */
  readonly name: string;
  /** The kind of signal: a pin, a register, the level of a FIFO, the state of a region, or words. */
  readonly signalKind: "pin" | "register" | "level" | "state" | "words";
}

/** A signal's value: a number, or of states and words a text. */
export type SignalValue = number | string;

/** An item of the diagram; items are in the order of time. Times are nanoseconds from the start of the export. */
export type DiagramItem =
  /** A signal has another value. */
  | {
      readonly nanoseconds: number;
      readonly itemType: "signal";
      readonly signal: Signal;
      readonly value: SignalValue;
    }
  /** A character was on a line, from `startTime` to `nanoseconds`. */
  | {
      readonly nanoseconds: number;
      readonly itemType: "character";
      readonly line: "SOUT" | "SIN";
      readonly startTime: number;
      readonly character: LineCharacter;
    }
  /** A whole input; an advance of time at its end. For `duration`, nothing else is drawn. */
  | {
      readonly nanoseconds: number;
      readonly itemType: "input";
      readonly inputRow: InputRow;
      readonly duration: number;
    }
  /** A mark, or a failure of the device's surroundings. */
  | { readonly nanoseconds: number; readonly itemType: "note"; readonly noteRow: NoteRow }
  /** A character was received and lost. */
  | { readonly nanoseconds: number; readonly itemType: "overrun" }
  /** A break begins on a line. */
  | { readonly nanoseconds: number; readonly itemType: "break"; readonly line: "SOUT" | "SIN" };

/** One input with its effects, for tables. */
export interface InputRow {
  /** Its index. */
  readonly index: number;
  /** Ticks that had passed before it. */
  readonly tick: number;
  /** The input itself. */
  readonly input: PlayerStep["input"];
  /** The register of an access; absent if it reaches none. */
  readonly register?: string;
  /** The byte read or written. */
  readonly value?: number;
  /** The names of its set bits. */
  readonly bits?: string;
  /** All of it in words: "IER <- 0x05 ERBFI|ELSI". */
  readonly text: string;
  /** The device's emissions, except for the levels at SOUT. */
  readonly effects: readonly Effect[];
}

/** A note of a journal, for tables. */
export interface NoteRow extends Pick<InputRow, "index" | "tick" | "text"> {
  /** The note itself. */
  readonly note: Note;
}

/** An emission of the device. */
export interface Effect {
  /** Ticks that had passed. */
  readonly tick: number;
  /** The emission's type: "transmit", "interrupt", "interruptLine", ... */
  readonly type: string;
  readonly value?: number;
  readonly cause?: string;
  readonly level?: 0 | 1;
  readonly pin?: string;
  readonly count?: number;
}

/** The signals of a diagram with their initial values. */
export interface DiagramScene {
  readonly chart: Chart;
  readonly signals: readonly Signal[];
  readonly initial: ReadonlyMap<Signal, SignalValue>;
}

/** A file format: a writer of diagram items as text or bytes. */
export interface FileFormat {
  /** Returns the start of the file. */
  writeStart(scene: DiagramScene): string | Uint8Array;
  /** Returns the part of the file for one more item. */
  writeItem(diagramItem: DiagramItem): string | Uint8Array;
  /** Returns the end of the file, at this time. */
  writeEnd(nanoseconds: number): string | Uint8Array;
}
