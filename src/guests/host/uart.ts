import { MCR } from "../../../machines/index.js";
import { type Serial, SerialError, type Uart16550 } from "../../device/index.js";
import { shown } from "../../journal/index.js";

/** A device whose line has another end. */
export type Uart = Serial | Uart16550;

/** The address of MCR, whose bits DTR and RTS a `Serial` has in place of pins. */
const MCR_OFFSET = 4;

/** Whether it has pins: modem inputs and outputs, and a transmitter that can be held. */
export const hasPins = (device: Uart): device is Uart16550 => "modemOutputs" in device;

/** What the guest shows of DTR and RTS: at the pins, or where there are none as MCR has it. */
export function guestSignals(device: Uart): { readonly dtr: boolean; readonly rts: boolean } {
  if (hasPins(device)) return device.modemOutputs;
  const control = device.peek(MCR_OFFSET);
  return { dtr: (control & MCR.DTR) !== 0, rts: (control & MCR.RTS) !== 0 };
}

/** @throws TypeError unless it is a `Serial` or a `Uart16550`. */
export function checkUart(device: unknown): void {
  const is = (name: string) => typeof (device as Record<string, unknown> | undefined)?.[name] === "function";
  if (is("enqueueRawBytes") && is("fifoCapacity") && is("read") && is("write")) return;
  throw new TypeError(`device: expected a Serial or a Uart16550, got ${shown(device)}`);
}

/**
 * Gives a device bytes, from the front, as many as fit.
 *
 * @param failed - hears what the device's surroundings throw; the bytes are in the device all the same (S27).
 * @returns how many were taken.
 */
export function give(device: Uart, bytes: Uint8Array, failed: (error: unknown) => void): number {
  const room = device.fifoCapacity();
  if (room === 0 || bytes.length === 0) return 0;
  const some = bytes.subarray(0, room);
  try {
    return device.enqueueRawBytes(some);
  } catch (error) {
    if (error instanceof SerialError && error.kind === "FullFifo") return 0;
    failed(error);
    return some.length;
  }
}
