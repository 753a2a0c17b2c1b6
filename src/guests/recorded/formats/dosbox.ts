import { type LineReader, type LogEvent, nanosecondsOf, readerOfLines } from "./access-log.js";

/**
 * The log of DOSBox and DOSBox-X that a serial port writes when it is built with SERIAL_DEBUG (hardware/serialport/serialport.cpp).
 * Registers have names, by which the divisor latch is told from the data; the first column is in milliseconds.
 */
const LINE = /^\s*(\d+\.\d+)\s+\[\s*\d+\]\s+(.*?)\s*$/;
const ACCESS = /^(read|write)\s+0x\s*([0-9a-f]+) (?:from|to) !?(\w+)\.?$/i;
const INTERRUPT = /^IRQ(\d+) (on|off)\./;
const RECEIVED = /^rx 0x([0-9a-f]{2})\b/;
/** A character that goes round; the reception after it comes from no line. */
const LOOPED_BACK = /^tx 0x([0-9a-f]{2})\b.*\(loopback\)$/;

const OFFSETS: Readonly<Record<string, number>> = {
  ...{ RHR: 0, THR: 0, DLL: 0, IER: 1, DLM: 1, ISR: 2, IIR: 2, FCR: 2 },
  ...{ LCR: 3, MCR: 4, LSR: 5, MSR: 6, SPR: 7, SCR: 7, RBR: 0 },
};

/** True for a line of such a log. */
export const isDosboxLine = (text: string): boolean => {
  const message = LINE.exec(text)?.[2];
  return message !== undefined && (ACCESS.test(message) || INTERRUPT.test(message) || RECEIVED.test(message));
};

/** Creates the reader of lines. */
export function dosboxReader(): LineReader {
  let loopedBack: string | undefined;
  return readerOfLines((text) => {
    const message = LINE.exec(text)?.[2] ?? "";
    const isLoopedBack = loopedBack !== undefined && RECEIVED.exec(message)?.[1] === loopedBack;
    if (message !== "") loopedBack = LOOPED_BACK.exec(message)?.[1];
    return isLoopedBack ? [{ kind: "other", name: "receptions in loopback" }] : readLine(text);
  });
}

function readLine(text: string): readonly LogEvent[] | undefined {
  const [, milliseconds = "0", message] = LINE.exec(text) ?? [];
  if (message === undefined) return undefined;
  const time = nanosecondsOf(milliseconds) / 1000n;
  const access = ACCESS.exec(message);
  if (access) {
    const [, direction = "", value = "", register = ""] = access;
    const address = OFFSETS[register.toUpperCase()];
    if (address === undefined)
      return [{ kind: "gap", reason: `an access to an unknown register ${register}` }];
    return [
      {
        kind: "access",
        direction: direction.toLowerCase() as "read" | "write",
        address,
        unit: "register",
        value: Number.parseInt(value, 16),
        width: 1,
        time,
      },
    ];
  }
  const interrupt = INTERRUPT.exec(message);
  if (interrupt)
    return [{ kind: "level", irq: Number(interrupt[1]), level: interrupt[2] === "on" ? 1 : 0, time }];
  const received = RECEIVED.exec(message);
  if (received) return [{ kind: "received", value: Number.parseInt(received[1] ?? "", 16), time }];
  return [{ kind: "other", name: /^[a-z ]+/i.exec(message)?.[0].trim() || "other messages" }];
}
