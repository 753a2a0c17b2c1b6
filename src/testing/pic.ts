/** How the interrupt controller takes the line: by its rising edges, or by its level. */
export type PicMode = "edge" | "level";

/**
 * An interrupt controller with one line. By edges it keeps a rising edge until it is taken, also while the processor is masked, and
 * one alone; by level it asks as long as the line is high.
 */
export class Pic {
  readonly #mode: PicMode;
  #line: 0 | 1 = 0;
  #latched = false;

  constructor(mode: PicMode) {
    this.#mode = mode;
  }

  get line(): 0 | 1 {
    return this.#line;
  }

  /** The line is at this level. */
  level(level: 0 | 1): void {
    if (level === 1 && this.#line === 0) this.#latched = true;
    this.#line = level;
  }

  /** The line goes up and down again. */
  pulse(): void {
    this.#latched = true;
  }

  get asks(): boolean {
    return this.#mode === "edge" ? this.#latched : this.#line === 1;
  }

  /** The processor takes the interrupt. */
  take(): void {
    this.#latched = false;
  }
}
