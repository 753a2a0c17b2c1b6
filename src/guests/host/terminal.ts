import { checkCallback, formatValue } from "../../journal/internal.js";
import { inputOf } from "./input-queue.js";
import { type HostOptions, resolveHostOptions } from "./options.js";
import { OutputBuffer } from "./output-buffer.js";
import { checkUart, type Uart } from "./uart.js";

/** The part of xterm.js's `Terminal` that is used. */
export interface TerminalLike {
  /** Shows bytes, and calls back when it has. */
  write(data: Uint8Array, callback?: () => void): void;
  /** Reports the user's input, as text. */
  onData(listener: (data: string) => void): { dispose(): void };
  /** Reports the user's input that is no UTF-8: a character a byte. */
  onBinary?(listener: (data: string) => void): { dispose(): void };
}

/** A terminal that is attached. */
export interface TerminalAttachment {
  /** The number of bytes of output lost so far because the terminal was slow. */
  readonly dropped: number;
  /** The number of typed bytes that the device has not accepted yet. */
  readonly waiting: number;
  /** Takes the terminal away. What was typed still arrives. */
  dispose(): void;
}

/** The options of a terminal's attachment. */
export interface TerminalOptions extends HostOptions {
  /** Hears that output was lost under the policy "error"; the terminal goes on with what comes then. */
  readonly error?: (failure: Error) => void;
}

/** So many bytes are given to a terminal at once. */
const CHUNK = 16_384;

/** Checks a terminal. @throws TypeError unless it has the methods that are used. */
function checkTerminal(terminal: TerminalLike): void {
  let isTerminal = false;
  try {
    const { write, onData, onBinary } = terminal;
    isTerminal = [write, onData, onBinary ?? onData].every((method) => typeof method === "function");
  } catch {
    // Nothing can be read from it.
  }
  if (isTerminal) return;
  throw new TypeError(`terminal: expected one with write and onData, got ${formatValue(terminal)}`);
}

/**
 * Attaches an xterm.js terminal to a device: it shows what the guest sends, and what the user types arrives, a paste of any length as
 * fast as the device takes it.
 *
 * The terminal is given more when it has shown what it has, so that a flood of output waits in a bounded buffer; see {@link HostOptions}.
 *
 * @throws TypeError if it is no device or no terminal, RangeError for an option that cannot be.
 */
export function attachTerminal(
  uartDevice: Uart,
  terminal: TerminalLike,
  options: TerminalOptions = {},
): TerminalAttachment {
  checkUart(uartDevice);
  checkTerminal(terminal);
  const inputQueue = inputOf(uartDevice);
  const resolved = resolveHostOptions(uartDevice, options, "attachTerminal", ["error"]);
  const onError = options.error;
  checkCallback(onError, "error");
  const sender = { respectsRts: resolved.flowControl === "hardware" };
  let isWriting = false;
  let disposed = false;
  const showOutput = () => {
    const failure = outputBuffer.takeFailure();
    if (failure) onError?.(failure);
    if (isWriting || disposed || outputBuffer.length === 0) return;
    isWriting = true;
    // Gathered for a turn, so that a line is one write and not one for each of its bytes.
    queueMicrotask(() => {
      if (disposed) return;
      terminal.write(outputBuffer.take(CHUNK), () => {
        isWriting = false;
        showOutput();
      });
    });
  };
  const outputBuffer = new OutputBuffer(uartDevice, resolved, showOutput);
  showOutput();
  const encoder = new TextEncoder();
  const subscriptions = [
    terminal.onData((terminalOutput) => inputQueue.push(encoder.encode(terminalOutput), sender)),
    terminal.onBinary?.((terminalOutput) =>
      inputQueue.push(
        Uint8Array.from(terminalOutput, (character) => character.charCodeAt(0)),
        sender,
      ),
    ),
  ];
  return {
    get dropped() {
      return outputBuffer.dropped;
    },
    get waiting() {
      return inputQueue.waiting;
    },
    dispose() {
      disposed = true;
      outputBuffer.close();
      for (const subscription of subscriptions) subscription?.dispose();
    },
  };
}
