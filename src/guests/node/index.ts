/**
 * What a host in Node needs: the other end of a device's line as a stream, and files of journals.
 */
import { Duplex } from "node:stream";
import { formatValue } from "../../journal/internal.js";
import { copyBytes } from "../host/bytes.js";
import { type InputSender, inputOf } from "../host/input-queue.js";
import { type HostOptions, resolveHostOptions } from "../host/options.js";
import { OutputBuffer } from "../host/output-buffer.js";
import { checkUart, type Uart } from "../host/uart.js";

export type { HostOptions, OverflowPolicy, Uart } from "../host/index.js";
export { OverflowError } from "../host/index.js";
export { type JournalFileOptions, type JournalFileSink, journalFile, type Rotation } from "./journal-file.js";

/** Returns a chunk as Node's streams take it. @throws TypeError if it is neither text nor bytes. */
function chunkOf(chunk: unknown): string | Uint8Array {
  if (typeof chunk === "string") return chunk;
  try {
    return copyBytes(chunk, "chunk");
  } catch {
    throw new TypeError(`chunk: expected a text or bytes, got ${formatValue(chunk)}`);
  }
}

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
  readonly #sender: InputSender;
  #wanted = false;

  /** @throws TypeError if it is no device, RangeError for an option that cannot be. */
  constructor(uartDevice: Uart, options: HostOptions = {}) {
    checkUart(uartDevice);
    const resolved = resolveHostOptions(uartDevice, options, "HostDuplex");
    super({ allowHalfOpen: true });
    this.#device = uartDevice;
    this.#sender = { respectsRts: resolved.flowControl === "hardware" };
    this.#output = new OutputBuffer(uartDevice, resolved, () => this.#tell());
  }

  /** The number of bytes of output that were lost so far because nobody read them. */
  get dropped(): number {
    return this.#output.dropped;
  }

  /** The number of written bytes that the device has not accepted yet. */
  get waiting(): number {
    return inputOf(this.#device).waiting;
  }

  /**
   * Writes bytes, or a text.
   *
   * @param chunk - a text, a buffer, or any view of one.
   * @throws TypeError if it is neither; nothing has changed then.
   */
  override write(chunk: unknown, ...others: [encoding?: unknown, callback?: unknown]): boolean {
    return super.write(chunkOf(chunk), ...(others as []));
  }

  /** Ends the input, after a last chunk if there is one. @throws TypeError as {@link write} does. */
  override end(...chunkAndOthers: unknown[]): this {
    const [chunk, ...others] = chunkAndOthers;
    if (chunk === undefined || chunk === null || typeof chunk === "function")
      return super.end(chunk as () => void);
    return super.end(chunkOf(chunk), ...(others as []));
  }

  /** @internal */
  override _read(): void {
    this.#wanted = true;
    this.#tell();
  }

  /** @internal */
  override _write(byteChunk: Uint8Array | string, encoding: BufferEncoding, done: () => void): void {
    inputOf(this.#device).push(
      typeof byteChunk === "string" ? Buffer.from(byteChunk, encoding) : byteChunk,
      this.#sender,
      done,
    );
  }

  /** @internal */
  override _destroy(failure: Error | null, done: (error: Error | null) => void): void {
    this.#output.close();
    inputOf(this.#device).clear(this.#sender);
    this.push(null);
    done(failure);
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
