import type { Subscription } from "rxjs";
import type { ResolvedHostOptions } from "./options.js";
import { hasPins, type Uart } from "./uart.js";

/** Output was lost because nobody took it, and the policy was "error". */
export class OverflowError extends Error {
  override readonly name = "OverflowError";
}

/** So many bytes may still leave a transmitter once it is held: what is on the line. */
const SLACK = 64;

/** The output that nobody has read yet: a bounded ring of bytes. */
export class OutputBuffer {
  readonly #device: Uart;
  readonly #options: ResolvedHostOptions;
  readonly #changed: () => void;
  readonly #subscription: Subscription;
  readonly #ring: Uint8Array;
  #first = 0;
  #length = 0;
  #held = false;
  #dropped = 0;
  #failure: OverflowError | undefined;

  /** @param changed - called when a byte has come, or the policy "error" has struck. */
  constructor(uartDevice: Uart, options: ResolvedHostOptions, changed: () => void) {
    this.#device = uartDevice;
    this.#options = options;
    this.#changed = changed;
    this.#ring = new Uint8Array(options.bufferSize + (options.overflow === "hold" ? SLACK : 0));
    this.#subscription = uartDevice.output$.subscribe((byte) => this.#push(byte));
  }

  /** The number of bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** The number of bytes lost so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All that wait, or the first of them. */
  take(maximum = this.#length): Uint8Array<ArrayBuffer> {
    const dataBytes = new Uint8Array(Math.min(maximum, this.#length));
    const endIndex = Math.min(this.#first + dataBytes.length, this.#ring.length);
    dataBytes.set(this.#ring.subarray(this.#first, endIndex));
    dataBytes.set(
      this.#ring.subarray(0, dataBytes.length - (endIndex - this.#first)),
      endIndex - this.#first,
    );
    this.#first = (this.#first + dataBytes.length) % this.#ring.length;
    this.#length -= dataBytes.length;
    if (this.#held && this.#length <= this.#options.bufferSize / 2) this.#release();
    return dataBytes;
  }

  /** The error of the policy "error", once. */
  takeFailure(): OverflowError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Takes no more, and lets the device go on. */
  close(): void {
    this.#subscription.unsubscribe();
    if (this.#held) this.#release();
  }

  #push(dataByte: number): void {
    if (this.#length >= this.#ring.length) this.#overflow();
    this.#ring[(this.#first + this.#length++) % this.#ring.length] = dataByte;
    if (this.#options.overflow === "hold" && !this.#held && this.#length >= this.#options.bufferSize) {
      this.#held = true;
      if (hasPins(this.#device)) this.#device.holdOutput();
    }
    this.#changed();
  }

  #overflow(): void {
    if (this.#options.overflow === "error") {
      this.#failure ??= new OverflowError(
        `output: expected a reader to take it, got ${this.#length} bytes that nobody took; they are lost`,
      );
      this.#dropped += this.#length;
      this.#length = 0;
    } else {
      this.#dropped++;
      this.#length--;
      this.#first = (this.#first + 1) % this.#ring.length;
    }
  }

  #release(): void {
    this.#held = false;
    if (hasPins(this.#device)) this.#device.releaseOutput();
  }
}
