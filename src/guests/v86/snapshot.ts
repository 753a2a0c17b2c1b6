import type { Saved } from "../../device/index.js";
import { shown } from "../../journal/index.js";
import type { Uart } from "../host/uart.js";
import type { Processor } from "./processor.js";

/** Places of the UARTs COM1 to COM4 among the parts of a state of v86 0.5.462. */
export const STATE_PLACES = [54, 79, 80, 81] as const;

/** A device's part of a saved machine: an array, as v86 wants one, that holds what `save()` gives. */
export const partOf = (device: Uart): unknown[] => [JSON.stringify(device.save())];

/**
 * What a saved machine has of a device.
 *
 * @throws TypeError if it was saved with v86's own UART, with another chart, or with other options.
 */
export function savedIn(part: unknown, { chart }: Uart, com: number): Saved {
  const [text] = Array.isArray(part) ? part : [];
  const saved = typeof text === "string" ? (JSON.parse(text) as Saved) : undefined;
  if (!saved) throw wrong(com, chart.id, part === undefined ? "none" : "v86's own UART");
  if (saved.chart !== chart.id) throw wrong(com, chart.id, shown(saved.chart));
  const other = Object.keys(chart.options).find((name) => saved.options[name] !== chart.options[name]);
  if (other !== undefined) {
    const had = (options: Readonly<Record<string, unknown>>) => `${other} ${shown(options[other])}`;
    throw wrong(com, `${chart.id} with ${had(chart.options)}`, `one with ${had(saved.options)}`);
  }
  return saved;
}

const wrong = (com: number, expected: string, got: string): TypeError =>
  new TypeError(`restore_state: expected ${expected} at COM${com}, got a state with ${got}`);

const REGISTERS = ["last_result", "fpu_status_word", "mxcsr"] as const;

/**
 * Restores a machine whole. v86 0.5.462 puts the saved value of these registers beside the processor's memory and not into it: the guest
 * goes on with the flags of another instruction, and now and then branches the wrong way.
 */
export function restoreWhole(cpu: Processor, restore: () => void): void {
  const views = REGISTERS.map((name) => cpu[name]);
  try {
    restore();
  } finally {
    for (const [i, name] of REGISTERS.entries()) {
      const view = views[i];
      if (!view || cpu[name] === view) continue;
      view.set(cpu[name]);
      cpu[name] = view;
    }
  }
}
