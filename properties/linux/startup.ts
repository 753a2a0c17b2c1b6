import { IER, IIR, LCR, LSR, MCR } from "../../machines/index.js";
import { clearFifos } from "../../src/testing/internal.js";
import type { Port } from "./port.js";

/**
 * The bugs that Linux finds in a part. UART_BUG_THRE: a THR empty interrupt does not come again when it is enabled again, so a
 * timer looks after the part. UART_BUG_TXEN: it does not come at all when it is enabled while the transmitter is empty.
 */
export type DriverBug = "UART_BUG_THRE" | "UART_BUG_TXEN";

/** Microseconds for which Linux waits for the transmitter. */
const PATIENCE = 10_000;

/** Linux's `serial8250_do_startup`: the bugs that it finds, or undefined if there is no UART. */
export function startup(probePort: Port): DriverBug[] | undefined {
  clearFifos(probePort);
  clearInterrupts(probePort);
  if (probePort.read("LSR") === 0xff) return undefined;
  const bugs: DriverBug[] = [];
  if (losesThre(probePort)) bugs.push("UART_BUG_THRE");
  probePort.write("LCR", LCR.WLS);
  probePort.write("MCR", MCR.OUT2);
  if (lacksThre(probePort)) bugs.push("UART_BUG_TXEN");
  clearInterrupts(probePort);
  return bugs;
}

/** Reads whatever a read clears. */
function clearInterrupts(probePort: Port): void {
  for (const register of ["LSR", "RBR", "IIR", "MSR"] as const) probePort.read(register);
}

/** True if the interrupt is there when it is enabled, and no longer when it is enabled a second time. */
function losesThre(probePort: Port): boolean {
  for (let passed = 0; passed < PATIENCE && !(probePort.read("LSR") & LSR.THRE); passed++) probePort.wait(1);
  const identified = [1, 2].map(() => {
    probePort.write("IER", IER.ETBEI);
    probePort.wait(1);
    const identification = probePort.read("IIR");
    probePort.write("IER", 0);
    return identification;
  });
  const [firstPending, secondPending] = identified.map((iir) => (iir & IIR.NONE) === 0);
  return firstPending === true && secondPending === false;
}

/** True if it is not there though the transmitter is empty. */
function lacksThre(probePort: Port): boolean {
  probePort.write("IER", IER.ETBEI);
  const lineStatus = probePort.read("LSR");
  const identification = probePort.read("IIR");
  probePort.write("IER", 0);
  return (lineStatus & LSR.TEMT) !== 0 && (identification & IIR.NONE) !== 0;
}
