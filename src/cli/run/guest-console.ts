import type { Uart } from "../../guests/host/index.js";

/** So much output waits for a slow reader before the machine is stopped. */
const MOST_WAITING = 65_536;
/** So much of what was printed is kept for who expects something. */
const KEPT = 65_536;

/** What the guest prints: to where it is shown, and to who waits for something. */
export class GuestConsole {
  readonly #show: (bytes: Uint8Array) => void | Promise<void>;
  readonly #pause: (paused: boolean) => void;
  #bytes: number[] = [];
  #showing: Promise<void> | undefined;
  #paused = false;
  #text = "";
  #ended = false;
  #waiting: { readonly text: string; readonly end: (found: boolean) => void } | undefined;

  /**
   * @param show - takes bytes; a promise is kept before it gets more.
   * @param pause - stops the machine, as the bytes that wait are bounded, or lets it run on.
   */
  constructor(
    device: Uart,
    show: (bytes: Uint8Array) => void | Promise<void>,
    pause: (paused: boolean) => void,
  ) {
    this.#show = show;
    this.#pause = pause;
    device.output$.subscribe((byte) => this.#print(byte));
  }

  /** What has been printed since what was expected last: the end of it. */
  get recent(): string {
    return this.#text;
  }

  /** Waits until something has been printed. Gives false if time is up before, or the guest has ended. */
  expect(text: string, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting?.end(false), this.#ended ? 0 : milliseconds);
      const end = (found: boolean) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(found);
      };
      this.#waiting = { text, end };
      this.#look();
    });
  }

  /** The guest prints no more. */
  end(): void {
    this.#ended = true;
    this.#waiting?.end(false);
  }

  /** Whether {@link end} was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Is kept when all has been shown. */
  async shown(): Promise<void> {
    while (this.#showing) await this.#showing;
  }

  #print(byte: number): void {
    this.#bytes.push(byte);
    this.#text += String.fromCharCode(byte);
    if (this.#text.length > 2 * KEPT) this.#text = this.#text.slice(-KEPT);
    this.#look();
    if (this.#bytes.length > MOST_WAITING && !this.#paused) {
      this.#paused = true;
      this.#pause(true);
    }
    this.#showing ??= this.#drain();
  }

  #look(): void {
    if (!this.#waiting) return;
    const { text, end } = this.#waiting;
    const at = this.#text.indexOf(text);
    if (at < 0) return;
    this.#text = this.#text.slice(at + text.length);
    end(true);
  }

  async #drain(): Promise<void> {
    // A turn later, so that what comes together is shown together.
    await Promise.resolve();
    while (this.#bytes.length > 0) {
      const bytes = Uint8Array.from(this.#bytes);
      this.#bytes = [];
      await this.#show(bytes);
    }
    this.#showing = undefined;
    if (!this.#paused) return;
    this.#paused = false;
    this.#pause(false);
  }
}
