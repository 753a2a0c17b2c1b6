import type { Io } from "./io.js";

/** Progress is shown after this delay. Milliseconds. */
const FIRST_DELAY = 1_000;
/** The interval at which a line on a terminal is rewritten. */
const REWRITE_INTERVAL = 100;
/** The interval at which a line is added where there is no terminal. */
const REPEAT_INTERVAL = 5_000;

/** Shows the progress of a long task on stderr: one line rewritten in place on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #io: Pick<Io, "stderr" | "now">;
  readonly #startTime: number;
  #nextTime: number;
  #isShown = false;

  constructor(io: Pick<Io, "stderr" | "now">) {
    this.#io = io;
    this.#startTime = io.now();
    this.#nextTime = this.#startTime + FIRST_DELAY;
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#io.now() - this.#startTime;
  }

  /** Shows `text()` if it is time to. */
  async showIfDue(formatText: () => string): Promise<void> {
    const currentTime = this.#io.now();
    if (currentTime < this.#nextTime) return;
    const { stderr } = this.#io;
    this.#nextTime = currentTime + (stderr.isTTY ? REWRITE_INTERVAL : REPEAT_INTERVAL);
    this.#isShown = stderr.isTTY;
    await stderr.write(stderr.isTTY ? `\r\x1b[K${formatText()}` : `${formatText()}\n`);
  }

  /** Removes the line from the terminal: before anything else is written, and at the end. */
  async hide(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    await this.#io.stderr.write("\r\x1b[K");
  }
}
