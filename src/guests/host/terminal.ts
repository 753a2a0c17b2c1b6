import { shown } from "../../journal/index.js";
import { inputOf } from "./input-queue.js";
import { type HostOptions, resolveHostOptions } from "./options.js";
import { OutputBuffer } from "./output-buffer.js";
import { checkUart, type Uart } from "./uart.js";

/** What of xterm.js's `Terminal` is used. */
export interface TerminalLike {
  /** Shows bytes, and calls back when it has. */
  write(data: Uint8Array, callback?: () => void): void;
  /** Tells what the user types, as text. */
  onData(listener: (data: string) => void): { dispose(): void };
  /** Tells what the user types that is no UTF-8: a character a byte. */
  onBinary?(listener: (data: string) => void): { dispose(): void };
}

/** A terminal that is attached. */
export interface TerminalAttachment {
  /** How many bytes of output were lost so far because the terminal was slow. */
  readonly dropped: number;
  /** How many bytes were typed that the device has not yet taken. */
  readonly waiting: number;
  /** Takes the terminal away. What was typed still arrives. */
  dispose(): void;
}

/** How a terminal is attached. */
export interface TerminalOptions extends HostOptions {
  /** Hears that output was lost under the policy "error"; the terminal goes on with what comes then. */
  readonly error?: (error: Error) => void;
}

/** So many bytes are given to a terminal at once. */
const CHUNK = 16_384;

/**
 * Attaches an xterm.js terminal to a device: it shows what the guest sends, and what the user types arrives, a paste of any length as
 * fast as the device takes it.
 *
 * The terminal is given more when it has shown what it has, so that a flood of output waits in a bounded buffer; see {@link HostOptions}.
 *
 * @throws TypeError if it is no device or no terminal, RangeError for an option that cannot be.
 */
export function attachTerminal(
  device: Uart,
  terminal: TerminalLike,
  options: TerminalOptions = {},
): TerminalAttachment {
  checkUart(device);
  if (typeof terminal?.write !== "function" || typeof terminal.onData !== "function") {
    throw new TypeError(`terminal: expected one with write and onData, got ${shown(terminal)}`);
  }
  const input = inputOf(device);
  const resolved = resolveHostOptions(device, options);
  let busy = false;
  let disposed = false;
  const show = () => {
    const failure = output.takeFailure();
    if (failure) options.error?.(failure);
    if (busy || disposed || output.length === 0) return;
    busy = true;
    // Gathered for a turn, so that a line is one write and not one for each of its bytes.
    queueMicrotask(() => {
      terminal.write(output.take(CHUNK), () => {
        busy = false;
        show();
      });
    });
  };
  const output = new OutputBuffer(device, resolved, show);
  input.respectsRts = resolved.flowControl === "hardware";
  const utf8 = new TextEncoder();
  const typed = [
    terminal.onData((text) => input.push(utf8.encode(text))),
    terminal.onBinary?.((text) => input.push(Uint8Array.from(text, (character) => character.charCodeAt(0)))),
  ];
  return {
    get dropped() {
      return output.dropped;
    },
    get waiting() {
      return input.waiting;
    },
    dispose() {
      disposed = true;
      output.close();
      for (const each of typed) each?.dispose();
    },
  };
}
