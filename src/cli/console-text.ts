import { escapeUnsafe, type Paint } from "./terminal.js";

/** Longer lines are broken: a guest that never ends its line must not fill memory. */
const MAX_LINE_LENGTH = 4096;

const LINE_START = "│ ";
const LINE_CONTINUED = "┆ ";

/**
 * Shows a guest's output safely: each line behind a rule, so that none can be mistaken for ours, with control characters
 * escaped. It writes whole lines, and the rest at the end.
 */
export class ConsoleText {
  readonly #write: (text: string) => void | Promise<void>;
  readonly #paint: Paint;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #partialLine = "";
  #gutter = LINE_START;

  constructor(write: (text: string) => void | Promise<void>, paint: Paint) {
    this.#write = write;
    this.#paint = paint;
  }

  /** Adds output of the guest. */
  async pushBytes(bytes: Uint8Array): Promise<void> {
    const lines = (this.#partialLine + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#partialLine = lines.pop() ?? "";
    let outputText = "";
    for (const line of lines) outputText += this.#formatLine(line);
    while (this.#partialLine.length > MAX_LINE_LENGTH) {
      outputText += `${this.#formatSafely(this.#partialLine.slice(0, MAX_LINE_LENGTH))}\n`;
      this.#partialLine = this.#partialLine.slice(MAX_LINE_LENGTH);
      this.#gutter = LINE_CONTINUED;
    }
    if (outputText !== "") await this.#write(outputText);
  }

  /** Writes the last line. */
  async finish(): Promise<void> {
    const lastLine = this.#partialLine + this.#decoder.decode();
    this.#partialLine = "";
    if (lastLine !== "") await this.#write(this.#formatLine(lastLine));
  }

  #formatLine(line: string): string {
    const formatted = `${this.#formatSafely(line)}\n`;
    this.#gutter = LINE_START;
    return formatted;
  }

  #formatSafely(text: string): string {
    const safeText = escapeUnsafe(text.trimEnd(), (written) => this.#paint("yellow", written));
    return `${this.#paint("dim", this.#gutter)}${safeText}`;
  }
}
