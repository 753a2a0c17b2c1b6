import type { Drawn, Format } from "./drawn.js";
import { effectInWords } from "./row.js";

type InputDrawn = Extract<Drawn, { what: "input" }>;

/** An object a line: each input with the register, its bits by name, and what left the device. */
export class JsonLines implements Format {
  begin(): string {
    return "";
  }

  add(drawn: Drawn): string {
    if (drawn.what !== "input") return "";
    const { index, tick, input, register, value, bits, text, effects } = drawn.row;
    const characters = input.type === "receive" ? { characters: [...input.characters] } : {};
    const at = Math.round(drawn.at);
    return `${JSON.stringify({ index, tick, at, ...input, ...characters, register, value, bits, text, effects })}\n`;
  }

  end(): string {
    return "";
  }
}

const COLUMNS = ["index", "tick", "at_ns", "type", "offset", "register", "value", "bits", "text", "effects"];

/** A table (RFC 4180) of the same; bytes are written as 0x0D. */
export class Csv implements Format {
  begin(): string {
    return `${COLUMNS.join(",")}\r\n`;
  }

  add(drawn: Drawn): string {
    return drawn.what === "input" ? `${this.#cells(drawn).map(quoted).join(",")}\r\n` : "";
  }

  end(): string {
    return "";
  }

  #cells({ at, row }: InputDrawn): (string | number)[] {
    const { index, tick, input, register = "", value, bits = "", text, effects } = row;
    const byte = value === undefined ? "" : `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
    const offset = "offset" in input ? input.offset : "";
    const left = effects.map(effectInWords).join("; ");
    return [index, tick, Math.round(at), input.type, offset, register, byte, bits, text, left];
  }
}

const quoted = (cell: string | number): string =>
  /[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
