import type { Checkpoint } from "./checkpoint.js";
import { Violation } from "./claims.js";
import type { Driver } from "./driver.js";
import type { Subject } from "./subject.js";

/** The number of bytes that the other end still sends after RTS has gone off: those in a 16550's FIFO. */
const FAR_END_FIFO = 16;

/** The other end of a cable with RTS: while that is off it sends no more than its FIFO holds. It does not look at RTS of a driver without flow control. */
export class FarEndFlow {
  readonly #subject: Subject;
  readonly #driver: () => Pick<Driver, "flowControl">;
  /** The number of bytes sent since RTS went off. */
  #sentWithoutRts = 0;

  constructor(subject: Subject, driver: () => Pick<Driver, "flowControl">) {
    this.#subject = subject;
    this.#driver = driver;
  }

  /** True if the other end may send a byte now. */
  get maySend(): boolean {
    if (this.#driver().flowControl !== "hardware" || this.#subject.isRtsOn) return true;
    return this.#sentWithoutRts < FAR_END_FIFO;
  }

  /** Records a byte that the other end sends. */
  recordSent(): void {
    if (this.#driver().flowControl !== "hardware") return;
    this.#sentWithoutRts = this.#subject.isRtsOn ? 0 : this.#sentWithoutRts + 1;
  }

  /** Takes the bytes from the front of a list that the other end may send now. */
  takeSendable(bytes: readonly number[]): number[] {
    const sendable = bytes.findIndex(() => {
      if (!this.maySend) return true;
      this.recordSent();
      return false;
    });
    return bytes.slice(0, sendable < 0 ? bytes.length : sendable);
  }

  /** @throws Violation if the driver has dropped a byte though it uses flow control. */
  checkDrop(): void {
    if (this.#driver().flowControl !== "hardware") return;
    const rtsText = this.#subject.isRtsOn
      ? "while RTS is on"
      : `though RTS is off, and ${this.#sentWithoutRts} of the ${FAR_END_FIFO} bytes have come that the other end may still send`;
    throw new Violation("rts-in-time", `the driver drops a received byte ${rtsText}`);
  }

  /**
   * Checks, as nothing moves any more, that RTS is on again.
   *
   * @param waitingCount - the number of bytes that the other end has still to send.
   * @throws Violation if it waits for RTS.
   */
  checkResumed(waitingCount: number): void {
    if (waitingCount > 0 && !this.maySend)
      throw new Violation(
        "rts-in-time",
        `RTS stays off though the user has taken everything: the other end has ${waitingCount} more to send`,
      );
  }

  /** Returns the state. */
  checkpoint(): Checkpoint {
    const sentWithoutRts = this.#sentWithoutRts;
    return {
      key: String(sentWithoutRts),
      restore: () => {
        this.#sentWithoutRts = sentWithoutRts;
      },
    };
  }
}
