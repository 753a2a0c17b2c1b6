import { type Paint, visible } from "./terminal.js";

/** A line longer than this is broken: a guest that never ends its line must not fill memory. */
const LONGEST = 4096;

const START = "│ ";
const CONTINUED = "┆ ";

/**
 * What a guest printed, made safe to show: each line behind a rule, so that none can pass for ours, and control
 * characters written out. It gives away whole lines, and the rest at the end.
 */
export class ConsoleText {
  readonly #write: (text: string) => void | Promise<void>;
  readonly #paint: Paint;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest = "";
  #gutter = START;

  constructor(write: (text: string) => void | Promise<void>, paint: Paint) {
    this.#write = write;
    this.#paint = paint;
  }

  /** Takes what the guest printed next. */
  async push(bytes: Uint8Array): Promise<void> {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    let text = "";
    for (const line of lines) text += this.#line(line);
    while (this.#rest.length > LONGEST) {
      text += `${this.#show(this.#rest.slice(0, LONGEST))}\n`;
      this.#rest = this.#rest.slice(LONGEST);
      this.#gutter = CONTINUED;
    }
    if (text !== "") await this.#write(text);
  }

  /** Shows what is left. */
  async end(): Promise<void> {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = "";
    if (rest !== "") await this.#write(this.#line(rest));
  }

  #line(line: string): string {
    const shown = `${this.#show(line)}\n`;
    this.#gutter = START;
    return shown;
  }

  #show(text: string): string {
    const safe = visible(text.trimEnd(), (written) => this.#paint("yellow", written));
    return `${this.#paint("dim", this.#gutter)}${safe}`;
  }
}
