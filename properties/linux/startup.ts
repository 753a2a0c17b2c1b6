import { IER, IIR, LCR, LSR, MCR } from "../../machines/index.js";
import { clearFifos } from "../../src/testing/autoconfig.js";
import type { Port } from "./port.js";

/**
 * What Linux holds against a part. UART_BUG_THRE: a THR empty interrupt does not come again when it is enabled again, so a
 * timer looks after the part. UART_BUG_TXEN: it does not come at all when it is enabled while the transmitter is empty.
 */
export type Bug = "UART_BUG_THRE" | "UART_BUG_TXEN";

/** Microseconds for which Linux waits for the transmitter. */
const PATIENCE = 10_000;

/** Linux's `serial8250_do_startup`: the bugs that it finds, or undefined if there is no UART. */
export function startup(port: Port): Bug[] | undefined {
  clearFifos(port);
  clearInterrupts(port);
  if (port.read("LSR") === 0xff) return undefined;
  const bugs: Bug[] = [];
  if (losesThre(port)) bugs.push("UART_BUG_THRE");
  port.write("LCR", LCR.WLS);
  port.write("MCR", MCR.OUT2);
  if (lacksThre(port)) bugs.push("UART_BUG_TXEN");
  clearInterrupts(port);
  return bugs;
}

/** Reads whatever a read clears. */
function clearInterrupts(port: Port): void {
  for (const register of ["LSR", "RBR", "IIR", "MSR"] as const) port.read(register);
}

/** Whether the interrupt is there when it is enabled, and no longer when it is enabled a second time. */
function losesThre(port: Port): boolean {
  for (let passed = 0; passed < PATIENCE && !(port.read("LSR") & LSR.THRE); passed++) port.wait(1);
  const identified = [1, 2].map(() => {
    port.write("IER", IER.ETBEI);
    port.wait(1);
    const iir = port.read("IIR");
    port.write("IER", 0);
    return iir;
  });
  const [first, second] = identified.map((iir) => (iir & IIR.NONE) === 0);
  return first === true && second === false;
}

/** Whether it is not there though the transmitter is empty. */
function lacksThre(port: Port): boolean {
  port.write("IER", IER.ETBEI);
  const lsr = port.read("LSR");
  const iir = port.read("IIR");
  port.write("IER", 0);
  return (lsr & LSR.TEMT) !== 0 && (iir & IIR.NONE) !== 0;
}
