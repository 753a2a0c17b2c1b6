/** An entry of another program's log, as its reader understands it. */
export type LogEvent =
  | {
      readonly kind: "access";
      readonly direction: "read" | "write";
      /** The bus's address, or the distance from the UART's first register in the unit. */
      readonly address: number;
      /** What a distance counts, registers or bytes of the bus; undefined for an address. */
      readonly unit?: "register" | "byte";
      /** The value read or written; undefined where the log does not say. */
      readonly value?: number;
      /** The access's width in bytes; undefined where the format does not say. */
      readonly width?: number;
      /** The number of accesses of a string instruction, of which the log has the first value alone. */
      readonly count?: number;
      /** The UART's name in the log, where it has one: "com1", "uart0". */
      readonly uart?: string;
      /** The time in nanoseconds since any fixed point. */
      readonly time?: bigint;
    }
  | {
      readonly kind: "level";
      readonly irq: number;
      readonly level: 0 | 1;
      readonly time?: bigint;
    }
  | { readonly kind: "received"; readonly value: number; readonly time?: bigint }
  /** Entries are missing here, as the log itself says. */
  | { readonly kind: "gap"; readonly reason: string }
  /** A line of the same log that says nothing about a UART; its name is counted. */
  | { readonly kind: "other"; readonly name: string };

/** An entry and the line, or the record, that it comes from, from 1. */
export type LocatedEvent = LogEvent & { readonly line: number };

/** A reader of a log's lines. */
export interface LineReader {
  /** Reads one line: what it says, in order; undefined where it belongs to another program. */
  read(text: string, line: number): readonly LocatedEvent[] | undefined;
  /** Returns what waits for another line, at the end of the log. */
  end(): readonly LocatedEvent[];
}

/** Creates a reader of lines that stand by themselves. */
export const readerOfLines = (readLine: (text: string) => readonly LogEvent[] | undefined): LineReader => ({
  read: (text, line) => readLine(text)?.map((event) => ({ ...event, line })),
  end: () => [],
});

const NANOSECOND_DIGITS = 9;

/** Returns nanoseconds from a number of seconds in digits, such as "1000.728737". */
export function nanosecondsOf(seconds: string): bigint {
  const [whole = "0", fraction = ""] = seconds.split(".", 2);
  return (
    BigInt(whole) * 1_000_000_000n +
    BigInt(fraction.padEnd(NANOSECOND_DIGITS, "0").slice(0, NANOSECOND_DIGITS))
  );
}

/** Returns a time as the field of an event; nothing where there is none. */
export const timeField = (time: bigint | undefined): { readonly time?: bigint } =>
  time === undefined ? {} : { time };
