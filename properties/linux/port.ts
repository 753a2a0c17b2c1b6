import { Serial, Uart16550 } from "../../src/device/index.js";
import { type ProbePort as Port, probePort as portOf } from "../../src/testing/internal.js";

export { type Port, portOf };

/** A PC16550D behind a port, of which something is replaced: a part that is wrong in one point. */
export const wrongPort = (replacement: (probePort: Port) => Partial<Port>): Port => {
  const port = portOf(new Uart16550());
  return { ...port, ...replacement(port) };
};

/** vm-superio's console behind a port. */
export const serialPort = (revision: "0.8.1" | "0.8.2"): Port => portOf(new Serial({ revision }));
