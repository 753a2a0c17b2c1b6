import type { Saved } from "../../device/index.js";
import { withPresentOptions } from "../../device/internal.js";
import { formatValue } from "../../journal/internal.js";
import type { Uart } from "../host/uart.js";
import type { Processor } from "./processor.js";

/** Places of the UARTs COM1 to COM4 among the parts of a state of v86 0.5.462. */
export const STATE_PLACES = [54, 79, 80, 81] as const;

/** A device's part of a saved machine: an array, as v86 wants one, that holds what `save()` gives. */
export const partOf = (uartDevice: Uart): unknown[] => [JSON.stringify(uartDevice.save())];

/**
 * Returns a device's part of a saved machine.
 *
 * @throws TypeError if it was saved with v86's own UART, with another chart, or with other options.
 */
export function savedIn(savedPart: unknown, { chart }: Uart, comNumber: number): Saved {
  const [savedText] = Array.isArray(savedPart) ? savedPart : [];
  const savedState = typeof savedText === "string" ? savedFrom(savedText) : undefined;
  if (!savedState) throw wrong(comNumber, chart.id, savedPart === undefined ? "none" : "v86's own UART");
  if (savedState.chart !== chart.id) throw wrong(comNumber, chart.id, formatValue(savedState.chart));
  const optionName = Object.keys(chart.options).find(
    (name) => savedState.options[name] !== chart.options[name],
  );
  if (optionName !== undefined) {
    const optionText = (options: Readonly<Record<string, unknown>>) =>
      `${optionName} ${formatValue(options[optionName])}`;
    throw wrong(
      comNumber,
      `${chart.id} with ${optionText(chart.options)}`,
      `one with ${optionText(savedState.options)}`,
    );
  }
  return savedState;
}

function savedFrom(savedText: string): Saved | undefined {
  const savedState = JSON.parse(savedText) as Saved | null;
  return savedState?.options ? withPresentOptions(savedState) : (savedState ?? undefined);
}

const wrong = (comNumber: number, expected: string, got: string): TypeError =>
  new TypeError(`restore_state: expected ${expected} at COM${comNumber}, got a state with ${got}`);

const REGISTERS = ["last_result", "fpu_status_word", "mxcsr"] as const;

/**
 * Restores a machine whole. v86 0.5.462 puts the saved value of these registers beside the processor's memory and not into it: the guest
 * goes on with the flags of another instruction, and now and then branches the wrong way.
 */
export function restoreWhole(processor: Processor, restore: () => void): void {
  const registerViews = REGISTERS.map((registerName) => processor[registerName]);
  try {
    restore();
  } finally {
    for (const [loopIndex, registerName] of REGISTERS.entries()) {
      const registerView = registerViews[loopIndex];
      if (!registerView || processor[registerName] === registerView) continue;
      registerView.set(processor[registerName]);
      processor[registerName] = registerView;
    }
  }
}
