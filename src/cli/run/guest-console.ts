import type { Uart } from "../../guests/host/index.js";

/** The number of bytes that may wait for a slow reader before the machine is stopped. */
const MOST_WAITING = 65_536;
/** The length of the recent output that `expect` searches. */
const RECENT_LENGTH = 65_536;

/** The guest's output: it is shown, and searched for expected texts. */
export class GuestConsole {
  readonly #showBytes: (bytes: Uint8Array) => void | Promise<void>;
  readonly #setPaused: (isPaused: boolean) => void;
  #pendingBytes: number[] = [];
  #showing: Promise<void> | undefined;
  #isPaused = false;
  #recentText = "";
  #hasEnded = false;
  #waiting: { readonly expectedText: string; readonly finishWaiting: (isFound: boolean) => void } | undefined;

  /**
   * @param showBytes - takes bytes; its promise is awaited before it gets more.
   * @param setPaused - stops the machine, as the bytes that wait are bounded, or lets it run on.
   */
  constructor(
    device: Uart,
    showBytes: (bytes: Uint8Array) => void | Promise<void>,
    setPaused: (isPaused: boolean) => void,
  ) {
    this.#showBytes = showBytes;
    this.#setPaused = setPaused;
    device.output$.subscribe((byte) => this.#handleByte(byte));
  }

  /** The end of the output since the last expected text. */
  get recentText(): string {
    return this.#recentText;
  }

  /** Waits until a text has been printed. Resolves to false if the time is up before, or the guest has ended. */
  expect(expectedText: string, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting?.finishWaiting(false), this.#hasEnded ? 0 : milliseconds);
      const finishWaiting = (isFound: boolean) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(isFound);
      };
      this.#waiting = { expectedText: expectedText, finishWaiting: finishWaiting };
      this.#checkExpected();
    });
  }

  /** Notes that the guest prints no more. */
  end(): void {
    this.#hasEnded = true;
    this.#waiting?.finishWaiting(false);
  }

  /** True if {@link end} was called. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when all has been shown. */
  async waitUntilShown(): Promise<void> {
    while (this.#showing) await this.#showing;
  }

  #handleByte(byte: number): void {
    this.#pendingBytes.push(byte);
    this.#recentText += String.fromCharCode(byte);
    if (this.#recentText.length > 2 * RECENT_LENGTH)
      this.#recentText = this.#recentText.slice(-RECENT_LENGTH);
    this.#checkExpected();
    if (this.#pendingBytes.length > MOST_WAITING && !this.#isPaused) {
      this.#isPaused = true;
      this.#setPaused(true);
    }
    this.#showing ??= this.#showPending();
  }

  #checkExpected(): void {
    if (!this.#waiting) return;
    const { expectedText, finishWaiting } = this.#waiting;
    const matchIndex = this.#recentText.indexOf(expectedText);
    if (matchIndex < 0) return;
    this.#recentText = this.#recentText.slice(matchIndex + expectedText.length);
    finishWaiting(true);
  }

  async #showPending(): Promise<void> {
    // A turn later, so that bytes printed together are shown together.
    await Promise.resolve();
    while (this.#pendingBytes.length > 0) {
      const bytes = Uint8Array.from(this.#pendingBytes);
      this.#pendingBytes = [];
      await this.#showBytes(bytes);
    }
    this.#showing = undefined;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#setPaused(false);
  }
}
