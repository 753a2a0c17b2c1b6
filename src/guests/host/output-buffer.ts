import type { Subscription } from "rxjs";
import type { OutputAttachment } from "../../device/index.js";
import type { ResolvedHostOptions } from "./options.js";
import { TokenBucket } from "./rate-limit.js";
import { hasPins, type Uart } from "./uart.js";

/** Output was lost because nobody took it, and the policy was "error". */
export class OverflowError extends Error {
  override readonly name = "OverflowError";
}

/** So many bytes may still leave a transmitter once it is held: those on the line. */
const SLACK = 64;

/**
 * The bytes that the guest has sent and nobody has taken yet: a bounded ring.
 *
 * It is one of the hosts of a `Uart16550`, so that both agree who holds output, whatever the device was restored to.
 */
export class OutputBuffer {
  readonly #options: ResolvedHostOptions;
  #onChange: () => void = () => {};
  readonly #subscription: Subscription;
  readonly #attachment: OutputAttachment | undefined;
  readonly #bucket: TokenBucket | undefined;
  readonly #ring: Uint8Array;
  #first = 0;
  #length = 0;
  #dropped = 0;
  #failure: OverflowError | undefined;
  /** True from the moment when the ring is full until half of it has been taken, under the policy "hold". */
  isFull = false;

  /** @param onChange - called when another byte has come, or the policy "error" has struck. */
  constructor(device: Uart, options: ResolvedHostOptions, onChange: () => void) {
    this.#options = options;
    this.#bucket = options.limit && new TokenBucket(options.limit);
    this.#ring = new Uint8Array(options.bufferSize + (options.overflow === "hold" ? SLACK : 0));
    this.#subscription = device.output$.subscribe((byte) => this.#push(byte));
    // The device may go on at once, with what was held before.
    this.#attachment = hasPins(device) ? device.attachHost(this) : undefined;
    this.#attachment?.update();
    this.#onChange = onChange;
  }

  /** The number of bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** The number of bytes lost so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes all bytes that wait, or the first of them. */
  take(most = this.#length): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.min(most, this.#length));
    const end = Math.min(this.#first + bytes.length, this.#ring.length);
    bytes.set(this.#ring.subarray(this.#first, end));
    bytes.set(this.#ring.subarray(0, bytes.length - (end - this.#first)), end - this.#first);
    this.#first = (this.#first + bytes.length) % this.#ring.length;
    this.#length -= bytes.length;
    if (this.isFull && this.#length <= this.#options.bufferSize / 2) this.#setFull(false);
    return bytes;
  }

  /** Takes the error of the policy "error", once. */
  takeFailure(): OverflowError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Takes no more, and lets the device go on. */
  close(): void {
    this.#subscription.unsubscribe();
    this.#attachment?.detach();
  }

  #push(byte: number): void {
    if (this.#bucket?.take() === false) {
      this.#dropped++;
      return;
    }
    if (this.#length >= this.#ring.length) this.#overflow();
    this.#ring[(this.#first + this.#length++) % this.#ring.length] = byte;
    const { overflow, bufferSize } = this.#options;
    if (overflow === "hold" && !this.isFull && this.#length >= bufferSize) this.#setFull(true);
    this.#onChange();
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

  #setFull(isFull: boolean): void {
    this.isFull = isFull;
    this.#attachment?.update();
  }
}
