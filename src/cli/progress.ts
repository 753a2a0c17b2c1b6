import type { Surroundings } from "./surroundings.js";

/** Nothing is shown of what is done sooner. */
const PATIENCE = 1_000;
/** How often a line on a terminal is rewritten. */
const REWRITE = 100;
/** How often a line is added where nobody looks. */
const REPEAT = 5_000;

/** Says on stderr how far a long task is: one line rewritten in place on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #io: Pick<Surroundings, "stderr" | "now">;
  readonly #started: number;
  #due: number;
  #shown = false;

  constructor(io: Pick<Surroundings, "stderr" | "now">) {
    this.#io = io;
    this.#started = io.now();
    this.#due = this.#started + PATIENCE;
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#io.now() - this.#started;
  }

  /** Shows `text()` if it is time to. */
  async tick(text: () => string): Promise<void> {
    const now = this.#io.now();
    if (now < this.#due) return;
    const { stderr } = this.#io;
    this.#due = now + (stderr.isTTY ? REWRITE : REPEAT);
    this.#shown = stderr.isTTY;
    await stderr.write(stderr.isTTY ? `\r\x1b[K${text()}` : `${text()}\n`);
  }

  /** Takes the line off the terminal: before anything else is written, and at the end. */
  async hide(): Promise<void> {
    if (!this.#shown) return;
    this.#shown = false;
    await this.#io.stderr.write("\r\x1b[K");
  }
}
