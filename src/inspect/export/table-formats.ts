import type { DiagramItem, FileFormat } from "./diagram-items.js";
import { effectInWords } from "./input-row.js";

type InputDrawn = Extract<DiagramItem, { itemType: "input" }>;
type NoteDrawn = Extract<DiagramItem, { itemType: "note" }>;

/** An object a line: each input, or note, with the register, its bits by name, and what left the device. */
export class JsonLinesFormat implements FileFormat {
  writeStart(): string {
    return "";
  }

  writeItem(diagramItem: DiagramItem): string {
    if (diagramItem.itemType === "note") {
      const { index, tick, note, text } = diagramItem.noteRow;
      return `${JSON.stringify({ index, tick, at: Math.round(diagramItem.nanoseconds), type: note.type, text })}\n`;
    }
    if (diagramItem.itemType !== "input") return "";
    const { index, tick, input, register, value, bits, text, effects } = diagramItem.inputRow;
    const characters = input.type === "receive" ? { characters: [...input.characters] } : {};
    const nanoseconds = Math.round(diagramItem.nanoseconds);
    return `${JSON.stringify({ index, tick, at: nanoseconds, ...input, ...characters, register, value, bits, text, effects })}\n`;
  }

  writeEnd(): string {
    return "";
  }
}

const COLUMNS = ["index", "tick", "at_ns", "type", "offset", "register", "value", "bits", "text", "effects"];

/** A table (RFC 4180) of the same; bytes are written as 0x0D. */
export class CsvFormat implements FileFormat {
  writeStart(): string {
    return `${COLUMNS.join(",")}\r\n`;
  }

  writeItem(diagramItem: DiagramItem): string {
    if (diagramItem.itemType !== "input" && diagramItem.itemType !== "note") return "";
    const cells = diagramItem.itemType === "input" ? this.#cellsOf(diagramItem) : noteCellsOf(diagramItem);
    return `${cells.map(quoteCell).join(",")}\r\n`;
  }

  writeEnd(): string {
    return "";
  }

  #cellsOf({ nanoseconds, inputRow }: InputDrawn): (string | number)[] {
    const { index, tick, input, register = "", value, bits = "", text, effects } = inputRow;
    const byteText = value === undefined ? "" : `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
    const offsetText = "offset" in input ? input.offset : "";
    const effectTexts = effects.map(effectInWords).join("; ");
    return [
      index,
      tick,
      Math.round(nanoseconds),
      input.type,
      offsetText,
      register,
      byteText,
      bits,
      text,
      effectTexts,
    ];
  }
}

const noteCellsOf = ({ nanoseconds, noteRow: { index, tick, note, text } }: NoteDrawn) => [
  ...[index, tick, Math.round(nanoseconds), note.type],
  ...["", "", "", "", text, ""],
];

const quoteCell = (cell: string | number): string =>
  /[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
