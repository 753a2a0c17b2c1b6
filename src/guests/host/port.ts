import { formatValue, withKnownNames } from "../../journal/internal.js";
import { type ByteSource, copyBytes } from "./bytes.js";
import { type InputSender, inputOf } from "./input-queue.js";
import { type HostOptions, resolveHostOptions } from "./options.js";
import { OutputBuffer } from "./output-buffer.js";
import { checkUart, guestSignals, hasPins, type Uart } from "./uart.js";

/** The options of a port: those of Web Serial's `SerialOptions`, and the policy for output that nobody reads. */
export interface HostPortOptions extends HostOptions {
  /** Checked and not used: a character takes as long as the guest's divisor says. So are the next three. */
  readonly baudRate?: number;
  readonly dataBits?: 7 | 8;
  readonly stopBits?: 1 | 2;
  readonly parity?: "none" | "even" | "odd";
}

/** The values of the options that only a line of hardware has. */
const LINE_OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  dataBits: [7, 8],
  stopBits: [1, 2],
  parity: ["none", "even", "odd"],
};
const SIGNALS: readonly (keyof HostOutputSignals)[] = ["dataTerminalReady", "requestToSend", "break"];

/** Checks the options that a line of hardware has. @throws RangeError that names the option and the values that it may have. */
function checkLineOptions(options: HostPortOptions): void {
  const { baudRate } = options;
  if (baudRate !== undefined && !(Number.isSafeInteger(baudRate) && baudRate > 0))
    throw new RangeError(`baudRate: expected a whole number above 0, got ${formatValue(baudRate)}`);
  for (const [name, allowed] of Object.entries(LINE_OPTIONS)) {
    const value: unknown = options[name as keyof HostPortOptions];
    if (value === undefined || allowed.includes(value)) continue;
    throw new RangeError(`${name}: expected one of ${allowed.join(", ")}, got ${formatValue(value)}`);
  }
}

/** The guest's pins as the host sees them, through a null modem. */
export interface HostInputSignals {
  /** The guest's RTS. */
  readonly clearToSend: boolean;
  /** The guest's DTR. */
  readonly dataCarrierDetect: boolean;
  /** The guest's DTR. */
  readonly dataSetReady: boolean;
  /** Never: a null modem does not connect it. */
  readonly ringIndicator: boolean;
}

/** The host's pins as the guest sees them, through a null modem. */
export interface HostOutputSignals {
  /** The guest's DSR and DCD. */
  readonly dataTerminalReady?: boolean;
  /** The guest's CTS. */
  readonly requestToSend?: boolean;
  /** The line is held in a break. */
  readonly break?: boolean;
}

/**
 * The other end of a device's line, in the shape of Web Serial's `SerialPort`: code that was written for that reads and writes a guest
 * instead.
 *
 * Written bytes wait until the device has room, none is lost; output that nobody reads is bounded, see {@link HostOptions}. A
 * `readable` or `writable` that was closed, cancelled or failed is replaced by a new one at the next look, as Web Serial does.
 *
 * @example
 * const port = new HostPort(serial);
 * await port.open({ baudRate: 115200 });
 * const reader = port.readable?.getReader();
 */
export class HostPort {
  readonly #device: Uart;
  #output: OutputBuffer | undefined;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<ByteSource> | undefined;
  #wanted: (() => void) | undefined;
  #fail: ((failure: Error) => void) | undefined;
  #dropped = 0;
  #abandon: (() => void) | undefined;
  /** The sender of this port's input, one each time it is open. */
  #sender: InputSender = { respectsRts: false };

  /** @throws TypeError if it is no device. */
  constructor(uartDevice: Uart) {
    checkUart(uartDevice);
    this.#device = uartDevice;
  }

  /** True if it is open. */
  get connected(): boolean {
    return this.#output !== undefined;
  }

  /** The number of bytes of output that were lost so far because nobody read them. */
  get dropped(): number {
    return this.#dropped + (this.#output?.dropped ?? 0);
  }

  /** The number of bytes that the host has sent and the device has not accepted yet. */
  get waiting(): number {
    return inputOf(this.#device).waiting;
  }

  /**
   * Opens the port: output is gathered from here on.
   *
   * @throws a DOMException "InvalidStateError" if it is open, RangeError for an option that cannot be.
   */
  async open(options: HostPortOptions = {}): Promise<void> {
    if (this.#output) throw invalidState("open: expected a port that is closed, got one that is open");
    const resolved = resolveHostOptions(this.#device, options, "HostPort.open", [
      "baudRate",
      ...Object.keys(LINE_OPTIONS),
    ]);
    checkLineOptions(options);
    this.#sender = { respectsRts: resolved.flowControl === "hardware" };
    this.#output = new OutputBuffer(this.#device, resolved, () => this.#tell());
  }

  /**
   * Closes it. What waits to be read, or to be sent, is given up; who reads is at the end.
   *
   * @throws a DOMException "InvalidStateError" if it is not open.
   */
  async close(): Promise<void> {
    const outputBuffer = this.#opened("close");
    this.#output = undefined;
    this.#dropped += outputBuffer.dropped;
    outputBuffer.close();
    inputOf(this.#device).clear(this.#sender);
    this.#wanted?.();
    this.#abandon?.();
    this.#readable = undefined;
    this.#writable = undefined;
  }

  /** The bytes that the guest sends; null while the port is closed. */
  get readable(): ReadableStream<Uint8Array> | null {
    if (!this.#output) return null;
    this.#readable ??= this.#makeReadable(this.#output);
    return this.#readable;
  }

  /**
   * Takes the bytes that the guest is to receive, as Web Serial does: a buffer or any view of one. Null while the port is closed. A write is
   * done when the device has taken its last byte; one of anything else fails with a TypeError, and a new stream follows.
   */
  get writable(): WritableStream<ByteSource> | null {
    if (!this.#output) return null;
    this.#writable ??= this.#makeWritable();
    return this.#writable;
  }

  /** Returns the guest's pins as the host sees them. @throws a DOMException "InvalidStateError" if the port is not open. */
  async getSignals(): Promise<HostInputSignals> {
    this.#opened("getSignals");
    const { dtr, rts } = guestSignals(this.#device);
    return { clearToSend: rts, dataCarrierDetect: dtr, dataSetReady: dtr, ringIndicator: false };
  }

  /**
   * Sets what the guest sees of the host. What is left out stays.
   *
   * @throws a DOMException "InvalidStateError" if the port is not open, "NotSupportedError" for a `Serial`, which has no such pins.
   */
  async setSignals(signals: HostOutputSignals): Promise<void> {
    this.#opened("setSignals");
    withKnownNames(signals, SIGNALS, "setSignals", "signal");
    for (const [name, level] of Object.entries(signals)) {
      if (level !== undefined && typeof level !== "boolean")
        throw new TypeError(`${name}: expected true or false, got ${formatValue(level)}`);
    }
    const uartDevice = this.#device;
    if (!hasPins(uartDevice)) {
      throw new DOMException(
        "setSignals: expected a Uart16550, got a Serial, without pins",
        "NotSupportedError",
      );
    }
    const { dataTerminalReady: terminalReady, requestToSend: cts, break: asserted } = signals;
    if (terminalReady !== undefined || cts !== undefined) {
      uartDevice.setModemInputs({
        ...(terminalReady === undefined ? {} : { dsr: terminalReady, dcd: terminalReady }),
        ...(cts === undefined ? {} : { cts }),
      });
    }
    if (asserted !== undefined) uartDevice.breakCondition(asserted);
  }

  /** Returns no information, as for a port that is no USB device. */
  getInfo(): Record<string, never> {
    return {};
  }

  #opened(subjectName: string): OutputBuffer {
    if (this.#output) return this.#output;
    throw invalidState(`${subjectName}: expected a port that is open, got one that is closed`);
  }

  #makeReadable(outputBuffer: OutputBuffer): ReadableStream<Uint8Array> {
    let isCancelled = false;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#fail = (failure) => {
            this.#readable = undefined;
            controller.error(failure);
          };
        },
        pull: async (controller) => {
          if (this.#output === outputBuffer && outputBuffer.length === 0)
            await new Promise<void>((resolve) => {
              this.#wanted = resolve;
            });
          // What has come since waits for the next stream.
          if (isCancelled) return;
          this.#wanted = undefined;
          if (this.#output !== outputBuffer) controller.close();
          else if (outputBuffer.length > 0) controller.enqueue(outputBuffer.take());
        },
        cancel: () => {
          isCancelled = true;
          this.#readable = undefined;
          this.#wanted?.();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #makeWritable(): WritableStream<ByteSource> {
    const sender = this.#sender;
    const onEnd = () => {
      this.#writable = undefined;
    };
    return new WritableStream<ByteSource>({
      start: (controller) => {
        this.#abandon = () => controller.error(invalidState("writable: the port was closed"));
      },
      write: (chunk) => {
        try {
          const bytes = copyBytes(chunk, "chunk");
          return new Promise<void>((resolve) => inputOf(this.#device).push(bytes, sender, resolve));
        } catch (error) {
          // The stream has failed now: the next look finds a new one.
          onEnd();
          throw error;
        }
      },
      close: onEnd,
      abort: () => {
        onEnd();
        inputOf(this.#device).clear(sender);
      },
    });
  }

  #tell(): void {
    const failure = this.#output?.takeFailure();
    if (failure) this.#fail?.(failure);
    else this.#wanted?.();
  }
}

const invalidState = (message: string): DOMException => new DOMException(message, "InvalidStateError");
