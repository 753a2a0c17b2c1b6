import { type SerialRevision, UART16550_PRESETS, type Uart16550Options } from "../../../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../../../device/index.js";
import type { JournalHeader } from "../../../journal/index.js";

/**
 * The chart that a journal was recorded with.
 *
 * @throws RangeError or TypeError if there is no such chart, or part.
 */
export function chartOf({ chart, options }: Pick<JournalHeader, "chart" | "options">): Chart {
  if (chart === "serial") return serialChart(options["revision"] as SerialRevision) as Chart;
  if (chart === "uart16550") return uart16550Chart(options as Partial<Uart16550Options>) as Chart;
  throw new RangeError(`chart: expected serial or uart16550, got ${chart}`);
}

/** Which device it is, in short: "serial 0.8.1", "uart16550 qemu". */
export function partInWords({ id, options }: Pick<Chart, "id" | "options">): string {
  if (id === "serial") return `serial ${options["revision"]}`;
  const preset = Object.entries(UART16550_PRESETS).find(([, preset]) =>
    Object.entries(preset).every(([name, value]) => options[name] === value),
  );
  return `${id} ${preset?.[0] ?? "with options of its own"}`;
}

/** What a chart's context is asked for beside its registers. */
interface Queues {
  readonly receiveFifo?: Iterable<number> & { readonly length: number };
  readonly transmitFifo?: Iterable<number> & { readonly length: number };
  readonly transmitCharacter?: number;
  readonly transmitFrame?: number;
}

/** What waits in a FIFO, the oldest first; a character of `uart16550` has LSR's error bits, shifted left by 8. */
export const receivedIn = (context: unknown): readonly number[] => [
  ...((context as Queues).receiveFifo ?? []),
];

/** What waits to be sent, the oldest first; undefined where the chart transmits at once. */
export function toSendIn(context: unknown): readonly number[] | undefined {
  const { transmitFifo } = context as Queues;
  return transmitFifo === undefined ? undefined : [...transmitFifo];
}

/** The character being shifted out, if there is one. */
export function shiftedOutIn(context: unknown): number | undefined {
  const { transmitFrame = 0, transmitCharacter } = context as Queues;
  return transmitFrame === 0 ? undefined : transmitCharacter;
}

/** How many characters wait to be read. */
export const receiveLevelIn = (context: unknown): number => (context as Queues).receiveFifo?.length ?? 0;
/** How many characters wait to be sent. */
export const transmitLevelIn = (context: unknown): number => (context as Queues).transmitFifo?.length ?? 0;
