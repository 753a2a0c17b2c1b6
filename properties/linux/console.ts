import { LSR } from "../../machines/index.js";
import type { Port } from "./port.js";

/** Microseconds for which Linux waits for one character. */
const PATIENCE = 10_000;

/**
 * Linux's `serial8250_console_write`: no interrupt is enabled while the bytes leave one by one, and the UART is relied on to
 * interrupt for whatever came meanwhile.
 */
export function consoleWrite(probePort: Port, dataBytes: readonly number[]): void {
  const interruptEnable = probePort.read("IER");
  probePort.write("IER", 0);
  for (const byte of dataBytes) {
    waitFor(probePort, LSR.THRE);
    probePort.write("THR", byte);
  }
  waitFor(probePort, LSR.THRE | LSR.TEMT);
  probePort.write("IER", interruptEnable);
}

function waitFor(probePort: Port, bits: number): void {
  for (let passed = 0; passed < PATIENCE && (probePort.read("LSR") & bits) !== bits; passed++)
    probePort.wait(1);
}
