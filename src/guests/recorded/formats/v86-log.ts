import { MCR } from "../../../../machines/index.js";
import { type LineReader, type LogEvent, readerOfLines } from "./access-log.js";

/**
 * What v86 logs of its UART in a debug build (src/uart.js, `dbg_log` with LOG_SERIAL; src/log.js), and accesses in the form
 * `0x3F8+1: write 0x2`. The debug build does not log accesses to SCR, nor reads of IER, MCR and the divisor latch; a write of DLM shows the
 * whole divisor, and `input` a byte that is received.
 */
const ACCESS = /^(?:.*\s)?0x([0-9A-F]+)\+([0-7]): (read|write) 0x([0-9A-F]+)\s*$/i;
const MESSAGE = /\[SERI\] (.*)$/;
const REPEATED = /Previous message repeated (\d+) times/;
const VALUE = /^(.*): 0x([0-9A-F]+)(?:\s|$)/i;
const COM1 = 0x3f8;

/** The messages that tell of an access. */
const MESSAGES: Readonly<Record<string, readonly ["read" | "write", number]>> = {
  "Read input": ["read", 0],
  "Read input empty": ["read", 0],
  "read interrupt identification": ["read", 2],
  "read line control": ["read", 3],
  "read line status": ["read", 5],
  "read modem status": ["read", 6],
  "interrupt enable": ["write", 1],
  data: ["write", 0],
  "fifo control": ["write", 2],
  "line control": ["write", 3],
  "modem control": ["write", 4],
};

const IIR_FIFO_BITS = 0xc0;

/** True for a line of such a log. */
export const isV86LogLine = (text: string): boolean => ACCESS.test(text) || MESSAGE.test(text);

/** Creates the reader of lines. */
export function v86LogReader(): LineReader {
  let fifosOn = false;
  let isInLoopback = false;
  let previous: LogEvent | undefined;
  return readerOfLines((text) => {
    const repeated = REPEATED.exec(text);
    if (repeated && previous?.kind === "access") {
      const count = Number(repeated[1]);
      return count <= 4096
        ? Array.from({ length: count }, () => previous as LogEvent)
        : [{ kind: "gap", reason: `a message repeats ${count} times` }];
    }
    const access = ACCESS.exec(text);
    if (access) {
      const [, base = "", offset, direction, value = ""] = access;
      return [
        {
          kind: "access",
          direction: direction?.toLowerCase() as "read" | "write",
          address: Number.parseInt(base, 16) + Number(offset),
          value: Number.parseInt(value, 16),
          width: 1,
        },
      ];
    }
    const message = MESSAGE.exec(text)?.[1];
    if (message === undefined) return undefined;
    const [, name = message.trim(), digits] = VALUE.exec(message) ?? [];
    const logged = digits === undefined ? 0 : Number.parseInt(digits, 16);
    // What goes round in loopback is input too.
    if (name === "input" && digits !== undefined && !isInLoopback)
      return [{ kind: "received", value: logged & 0xff }];
    if (name === "baud rate" && digits !== undefined)
      return [writeOf(0, logged & 0xff), writeOf(1, logged >> 8)];
    const entry = MESSAGES[name];
    if (!entry) return [{ kind: "other", name }];
    const [direction, offset] = entry;
    if (name === "fifo control") fifosOn = (logged & 1) !== 0;
    if (name === "modem control") isInLoopback = (logged & MCR.LOOP) !== 0;
    // The log has the register without what a read adds.
    const value =
      name === "read interrupt identification" ? (logged & 0x0f) | (fifosOn ? IIR_FIFO_BITS : 0) : logged;
    previous = { kind: "access", direction, address: COM1 + offset, value, width: 1 };
    return [previous];
  });
}

const writeOf = (offset: number, value: number): LogEvent => ({
  ...{ kind: "access", direction: "write", address: COM1 + offset, value: value & 0xff, width: 1 },
});
