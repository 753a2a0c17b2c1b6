import { type LineReader, type LogEvent, readerOfLines } from "./access-log.js";

/** Bochs' debug messages of its serial ports (iodev/serial.cc), with `debug: com1=report`. They have the port's address. */
const ACCESS =
  /com(\d) register (read from|write to)\s+address: 0x([0-9a-f]+)(?: \([^)]*\))? = 0x([0-9a-f]+)/i;
const MESSAGE = /^\d+[ipde]\[(COM\d)\s*\]/i;
const DIRECTIONS: Readonly<Record<string, "read" | "write">> = { "read from": "read", "write to": "write" };

/** True for a line of such a log. */
export const isBochsLine = (text: string): boolean => ACCESS.test(text);

/** Creates the reader of lines. */
export const bochsReader = (): LineReader => readerOfLines(readLine);

function readLine(text: string): readonly LogEvent[] | undefined {
  const access = ACCESS.exec(text);
  if (!access) {
    const message = MESSAGE.exec(text);
    return message ? [{ kind: "other", name: `${message[1]}'s messages` }] : undefined;
  }
  const [, , direction = "", address = "", value = ""] = access;
  return [
    {
      kind: "access",
      direction: DIRECTIONS[direction.toLowerCase()] ?? "read",
      address: Number.parseInt(address, 16),
      value: Number.parseInt(value, 16),
      width: 1,
    },
  ];
}
