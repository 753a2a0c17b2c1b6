import { type LineReader, type LogEvent, readerOfLines } from "./access-log.js";

/** Renode's `sysbus LogPeripheralAccess uart0` (Peripherals/Bus/Wrappers/ReadLoggingWrapper.cs and WriteLoggingWrapper.cs). */
const ACCESS =
  /^(?:\d\d:\d\d:\d\d\.\d+ )?(?:\[(?:INFO|DEBUG|NOISY)\] )?([^\s:]+): (?:\[[^\]]*\] )?(Read|Write)(\w+) (?:from|to) 0x([0-9A-F]+)(?: \([^)]*\))?, (?:returned|value) 0x([0-9A-F]+)/;

const WIDTHS: Readonly<Record<string, number>> = {
  Byte: 1,
  Word: 2,
  UInt16: 2,
  DoubleWord: 4,
  UInt32: 4,
  QuadWord: 8,
};

/** True for a line of such a log. */
export const isRenodeLine = (text: string): boolean => ACCESS.test(text);

/** Creates the reader of lines. */
export const renodeReader = (): LineReader => readerOfLines(readLine);

function readLine(text: string): readonly LogEvent[] | undefined {
  const access = ACCESS.exec(text);
  if (!access)
    return /^(?:\d\d:\d\d:\d\d\.\d+ )?\[[A-Z]+\] /.test(text)
      ? [{ kind: "other", name: "log messages" }]
      : undefined;
  const [, uart = "", direction, typeName = "", address = "", value = ""] = access;
  return [
    {
      kind: "access",
      direction: direction === "Read" ? "read" : "write",
      address: Number.parseInt(address, 16),
      unit: "byte",
      value: Number(BigInt(`0x${value}`) & 0xff_ff_ff_ffn),
      width: WIDTHS[typeName] ?? 1,
      uart: uart.split(".").at(-1) ?? uart,
    },
  ];
}
