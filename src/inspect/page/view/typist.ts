import type { Type } from "../app.js";

/** How long to wait before offering again what the device had no room for, in milliseconds. */
const AGAIN = 50;
/** As much as the server takes at once. */
const MOST = 1024;

/** Gives what is typed to the device in order, and keeps what it has no room for. */
export class Typist {
  readonly #type: Type;
  readonly #problem: (message: string) => void;
  #waiting: number[] = [];
  #busy = false;

  /** @param problem - hears why what was typed cannot get there; it is dropped then. */
  constructor(type: Type, problem: (message: string) => void) {
    this.#type = type;
    this.#problem = problem;
  }

  /** How many bytes wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  type(bytes: Uint8Array): void {
    this.#waiting.push(...bytes);
    if (!this.#busy) void this.#give();
  }

  async #give(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#waiting.length > 0) {
        const taken = await this.#type(Uint8Array.from(this.#waiting.slice(0, MOST)));
        this.#waiting.splice(0, taken);
        if (taken === 0) await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    } catch (error) {
      this.#waiting = [];
      this.#problem((error as Error).message);
    } finally {
      this.#busy = false;
    }
  }
}
