import { type LineReader, type LogEvent, readerOfLines, timeField } from "./access-log.js";

/**
 * Bochs' debug messages of its serial ports (iodev/serial.cc), with `debug: action=ignore, serial=report`. They have the port's address. The
 * first column counts ticks of its processor, and a line near the beginning says how many there are in a second.
 */
const ACCESS =
  /com(\d) register (read from|write to)\s+address: 0x([0-9a-f]+)(?: \([^)]*\))? = 0x([0-9a-f]+)/i;
const MESSAGE = /^(\d+)[ipde]\[([^\]]*)\]/i;
const SPEED = /\bIPS is set to ([1-9]\d{0,11})\b/;
const DIRECTIONS: Readonly<Record<string, "read" | "write">> = { "read from": "read", "write to": "write" };
/** The devices whose messages are counted as those of serial ports: Bochs 2.3 and later, and before. */
const SERIAL_PORT = /^(?:SER|COM\d)\s*$/;
const NANOSECONDS = 1_000_000_000n;

/** True for a line of such a log. */
export const isBochsLine = (text: string): boolean => ACCESS.test(text);

/** Creates the reader of lines. */
export function bochsReader(): LineReader {
  let ticksPerSecond: bigint | undefined;
  return readerOfLines((text): readonly LogEvent[] | undefined => {
    const [, ticks, device = ""] = MESSAGE.exec(text) ?? [];
    const access = ACCESS.exec(text);
    if (!access) {
      const speed = SPEED.exec(text)?.[1];
      if (speed !== undefined) ticksPerSecond = BigInt(speed);
      return SERIAL_PORT.test(device)
        ? [{ kind: "other", name: "other messages of serial ports" }]
        : undefined;
    }
    const [, , direction = "", address = "", value = ""] = access;
    const time =
      ticks === undefined || ticksPerSecond === undefined
        ? undefined
        : (BigInt(ticks) * NANOSECONDS) / ticksPerSecond;
    return [
      {
        kind: "access",
        direction: DIRECTIONS[direction.toLowerCase()] ?? "read",
        address: Number.parseInt(address, 16),
        value: Number.parseInt(value, 16),
        width: 1,
        ...timeField(time),
      },
    ];
  });
}
