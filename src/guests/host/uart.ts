import { MCR } from "../../../machines/index.js";
import type { Serial, Uart16550 } from "../../device/index.js";
import { formatValue } from "../../journal/internal.js";

/** A device whose line has another end. */
export type Uart = Serial | Uart16550;

/** Returns true for a device with pins: modem inputs and outputs, and a transmitter that can be held. */
export const hasPins = (device: Uart): device is Uart16550 => "modemOutputs" in device;

/** Returns the guest's DTR and RTS: at the pins, or where there are none as MCR has them. */
export function guestSignals(device: Uart): { readonly dtr: boolean; readonly rts: boolean } {
  if (hasPins(device)) return device.modemOutputs;
  const { modemControl } = device.state();
  return { dtr: (modemControl & MCR.DTR) !== 0, rts: (modemControl & MCR.RTS) !== 0 };
}

/** Checks a device. @throws TypeError unless it is a `Serial` or a `Uart16550`. */
export function checkUart(device: unknown): asserts device is Uart {
  if (isDevice(device)) return;
  throw new TypeError(`device: expected a Serial or a Uart16550, got ${formatValue(device)}`);
}

/** Returns true for an object with the methods of a device. Asking for its class would put both devices into the bundle of each page. */
function isDevice(device: unknown): boolean {
  try {
    const methods = ["offer", "fifoCapacity", "read", "write", "advance"];
    return methods.every(
      (name) => typeof (device as Record<string, unknown> | undefined)?.[name] === "function",
    );
  } catch {
    return false;
  }
}
