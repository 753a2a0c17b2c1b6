import { UART16550_PRESETS } from "../../../../machines/index.js";
import type { Chart } from "../../../device/index.js";

/** Returns the device's name: "serial 0.8.1", "uart16550 qemu". */
export function deviceInWords({ id, options }: Pick<Chart, "id" | "options">): string {
  if (id === "serial") return `serial ${options["revision"]}`;
  const preset = Object.entries(UART16550_PRESETS).find(([, preset]) =>
    Object.entries(preset).every(([name, value]) => options[name] === value),
  );
  return `${id} ${preset?.[0] ?? "with options of its own"}`;
}

/** The parts of a chart's context that the page reads beside the registers. */
interface Queues {
  readonly receiveFifo?: Iterable<number> & { readonly length: number };
  readonly transmitFifo?: Iterable<number> & { readonly length: number };
  readonly transmitCharacter?: number;
  readonly transmitFrame?: number;
}

/** Returns the receive FIFO's characters, the oldest first; those of `uart16550` have LSR's error bits, shifted left by 8. */
export const receivedCharacters = (context: unknown): readonly number[] => [
  ...((context as Queues).receiveFifo ?? []),
];

/** Returns the transmit FIFO's characters, the oldest first; undefined where the chart transmits at once. */
export function transmitQueueOf(context: unknown): readonly number[] | undefined {
  const { transmitFifo } = context as Queues;
  return transmitFifo === undefined ? undefined : [...transmitFifo];
}

/** Returns the character being shifted out, if there is one. */
export function shiftedCharacter(context: unknown): number | undefined {
  const { transmitFrame = 0, transmitCharacter } = context as Queues;
  return transmitFrame === 0 ? undefined : transmitCharacter;
}

/** Returns the number of characters in the receive FIFO. */
export const receiveLevelOf = (context: unknown): number => (context as Queues).receiveFifo?.length ?? 0;
/** Returns the number of characters in the transmit FIFO. */
export const transmitLevelOf = (context: unknown): number => (context as Queues).transmitFifo?.length ?? 0;
