import { FCR, LCR, LSR, MCR } from "../../machines/index.js";
import type { ProbePort } from "./probe-port.js";

/** More than any FIFO holds. */
const PROBE_CHARACTERS = 256;

/** Measures the FIFO as Linux's `size_fifo` does: how many of 256 characters, written at once in loopback, can be read 20 ms later. */
export function sizeFifo(port: ProbePort): number {
  const lcr = port.read("LCR");
  port.write("LCR", 0);
  // FCR cannot be read: Linux saves IIR, and writes that back.
  const iir = port.read("IIR");
  port.write("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET);
  const mcr = port.read("MCR");
  port.write("MCR", MCR.LOOP);
  const divisor = exchangeDivisor(port, 1);
  port.write("LCR", LCR.WLS);
  for (let count = 0; count < PROBE_CHARACTERS; count++) port.write("THR", count);
  port.wait(20_000);
  let count = 0;
  for (; count < PROBE_CHARACTERS && port.read("LSR") & LSR.DR; count++) port.read("RBR");
  port.write("FCR", iir);
  port.write("MCR", mcr);
  exchangeDivisor(port, divisor);
  port.write("LCR", lcr);
  return count;
}

/** Sets the divisor, and returns the previous one. DLAB stays set. */
function exchangeDivisor(port: ProbePort, divisor: number): number {
  port.write("LCR", LCR.DLAB);
  const oldDivisor = port.read("DLL") | (port.read("DLM") << 8);
  port.write("DLL", divisor & 0xff);
  port.write("DLM", divisor >> 8);
  return oldDivisor;
}
