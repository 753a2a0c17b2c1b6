import type { TypeBytes } from "../app.js";

/** Delay before rejected bytes are sent again, in milliseconds. */
const RETRY_MILLISECONDS = 50;
/** Bytes in one request. */
const MOST_PER_REQUEST = 1024;

/** Sends typed bytes to the device in order, and keeps those that it has no room for. */
export class TypedByteQueue {
  readonly #typeBytes: TypeBytes;
  readonly #reportProblem: (message: string) => void;
  #pending: number[] = [];
  #isSending = false;

  /** @param reportProblem - called with the reason if the bytes cannot be sent; they are dropped. */
  constructor(typeBytes: TypeBytes, reportProblem: (message: string) => void) {
    this.#typeBytes = typeBytes;
    this.#reportProblem = reportProblem;
  }

  /** The number of bytes that wait for room. */
  get waiting(): number {
    return this.#pending.length;
  }

  enqueue(bytes: Uint8Array): void {
    this.#pending.push(...bytes);
    if (!this.#isSending) void this.#sendPending();
  }

  async #sendPending(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#pending.length > 0) {
        const acceptedCount = await this.#typeBytes(
          Uint8Array.from(this.#pending.slice(0, MOST_PER_REQUEST)),
        );
        this.#pending.splice(0, acceptedCount);
        if (acceptedCount === 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    } catch (error) {
      this.#pending = [];
      this.#reportProblem((error as Error).message);
    } finally {
      this.#isSending = false;
    }
  }
}
