/**
 * The host's end of a device's line as one of Node's streams.
 */
import { Duplex } from "node:stream";
import { inputOf } from "../host/input-queue.js";
import { type HostOptions, resolveHostOptions } from "../host/options.js";
import { OutputBuffer } from "../host/output-buffer.js";
import { checkUart, type Uart } from "../host/uart.js";

export type { HostOptions, OverflowPolicy, Uart } from "../host/index.js";
export { OverflowError } from "../host/index.js";

/**
 * The other end of a device's line: what is written arrives as the device has room, what the guest sends is read.
 *
 * Both ways have backpressure: a write calls back when the device has taken it, and output that nobody reads is bounded, see
 * {@link HostOptions}; under the policy "error" the stream is destroyed with an `OverflowError`. Destroying or ending it leaves the device
 * as it is.
 *
 * @example
 * process.stdin.pipe(new HostDuplex(serial)).pipe(process.stdout);
 */
export class HostDuplex extends Duplex {
  readonly #device: Uart;
  readonly #output: OutputBuffer;
  #wanted = false;

  /** @throws TypeError if it is no device, RangeError for an option that cannot be. */
  constructor(device: Uart, options: HostOptions = {}) {
    checkUart(device);
    const resolved = resolveHostOptions(device, options);
    super({ allowHalfOpen: true });
    this.#device = device;
    inputOf(device).respectsRts = resolved.flowControl === "hardware";
    this.#output = new OutputBuffer(device, resolved, () => this.#tell());
  }

  /** How many bytes of output were lost so far because nobody read them. */
  get dropped(): number {
    return this.#output.dropped;
  }

  /** How many bytes were written that the device has not yet taken. */
  get waiting(): number {
    return inputOf(this.#device).waiting;
  }

  /** @internal */
  override _read(): void {
    this.#wanted = true;
    this.#tell();
  }

  /** @internal */
  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: () => void): void {
    inputOf(this.#device).push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk, this, done);
  }

  /** @internal */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#output.close();
    inputOf(this.#device).clear(this);
    this.push(null);
    done(error);
  }

  #tell(): void {
    const failure = this.#output.takeFailure();
    if (failure) this.destroy(failure);
    else if (this.#wanted && this.#output.length > 0) {
      this.#wanted = false;
      this.push(this.#output.take());
    }
  }
}
