import { FCR, LCR, LSR, MCR } from "../../machines/index.js";
import type { ProbePort } from "./probe-port.js";

/** More than any FIFO holds. */
const MANY = 256;

/** Linux's `size_fifo`: how many of 256 characters, written at once in loopback, can be read back 20 ms later. */
export function sizeFifo(port: ProbePort): number {
  const lcr = port.read("LCR");
  port.write("LCR", 0);
  // FCR cannot be read: what Linux saves, and writes back, is IIR.
  const iir = port.read("IIR");
  port.write("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET);
  const mcr = port.read("MCR");
  port.write("MCR", MCR.LOOP);
  const divisor = exchangeDivisor(port, 1);
  port.write("LCR", LCR.WLS);
  for (let count = 0; count < MANY; count++) port.write("THR", count);
  port.wait(20_000);
  let count = 0;
  for (; count < MANY && port.read("LSR") & LSR.DR; count++) port.read("RBR");
  port.write("FCR", iir);
  port.write("MCR", mcr);
  exchangeDivisor(port, divisor);
  port.write("LCR", lcr);
  return count;
}

/** Sets the divisor, and gives the one before. DLAB stays set. */
function exchangeDivisor(port: ProbePort, divisor: number): number {
  port.write("LCR", LCR.DLAB);
  const before = port.read("DLL") | (port.read("DLM") << 8);
  port.write("DLL", divisor & 0xff);
  port.write("DLM", divisor >> 8);
  return before;
}
