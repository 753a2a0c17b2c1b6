import { MCR } from "../../../machines/index.js";
import { type Serial, SerialError, type Uart16550 } from "../../device/index.js";
import { formatValue } from "../../journal/internal.js";

/** A device whose line has another end. */
export type Uart = Serial | Uart16550;

/** The address of MCR, whose bits DTR and RTS a `Serial` has in place of pins. */
const MCR_OFFSET = 4;

/** True if it has pins: modem inputs and outputs, and a transmitter that can be held. */
export const hasPins = (uartDevice: Uart): uartDevice is Uart16550 => "modemOutputs" in uartDevice;

/** Returns the guest's DTR and RTS: at the pins, or where there are none from MCR. */
export function guestSignals(uartDevice: Uart): { readonly dtr: boolean; readonly rts: boolean } {
  if (hasPins(uartDevice)) return uartDevice.modemOutputs;
  const control = uartDevice.peek(MCR_OFFSET);
  return { dtr: (control & MCR.DTR) !== 0, rts: (control & MCR.RTS) !== 0 };
}

/** @throws TypeError unless it is a `Serial` or a `Uart16550`. */
export function checkUart(uartDevice: unknown): void {
  const hasMethod = (name: string) =>
    typeof (uartDevice as Record<string, unknown> | undefined)?.[name] === "function";
  if (hasMethod("enqueueRawBytes") && hasMethod("fifoCapacity") && hasMethod("read") && hasMethod("write"))
    return;
  throw new TypeError(`device: expected a Serial or a Uart16550, got ${formatValue(uartDevice)}`);
}

/**
 * Queues bytes in a device, from the front, as many as fit.
 *
 * @param failed - hears what the device's surroundings throw; the bytes are in the device all the same (S27).
 * @returns how many were taken.
 */
export function giveBytes(uartDevice: Uart, dataBytes: Uint8Array, failed: (error: unknown) => void): number {
  const freeSpace = uartDevice.fifoCapacity();
  if (freeSpace === 0 || dataBytes.length === 0) return 0;
  const accepted = dataBytes.subarray(0, freeSpace);
  try {
    return uartDevice.enqueueRawBytes(accepted);
  } catch (error) {
    if (error instanceof SerialError && error.kind === "FullFifo") return 0;
    failed(error);
    return accepted.length;
  }
}
