import { LSR } from "../../machines/index.js";
import type { Port } from "./port.js";

/** Microseconds for which Linux waits for one character. */
const PATIENCE = 10_000;

/**
 * Linux's `serial8250_console_write`: no interrupt is enabled while the bytes leave one by one, and the UART is relied on to
 * interrupt for whatever came meanwhile.
 */
export function consoleWrite(port: Port, bytes: readonly number[]): void {
  const ier = port.read("IER");
  port.write("IER", 0);
  for (const byte of bytes) {
    waitFor(port, LSR.THRE);
    port.write("THR", byte);
  }
  waitFor(port, LSR.THRE | LSR.TEMT);
  port.write("IER", ier);
}

function waitFor(port: Port, bits: number): void {
  for (let passed = 0; passed < PATIENCE && (port.read("LSR") & bits) !== bits; passed++) port.wait(1);
}
