import { serialSetup } from "./actions.js";
import { SERIAL_DEFAULTS } from "./context.js";
import { divisorLatch } from "./divisor-latch.js";
import { receivedDataInterrupt, thrEmptyInterrupt } from "./interrupt-enables.js";
import { interruptIdentification081, interruptIdentification082 } from "./interrupt-identification.js";
import { loopback } from "./loopback.js";
import { receiveFifo } from "./receive-fifo.js";

/** The revisions of vm-superio whose behaviour there is: before and since its pull request 135. */
export type SerialRevision = "0.8.1" | "0.8.2";

const identifications = {
  "0.8.1": interruptIdentification081,
  "0.8.2": interruptIdentification082,
} as const;

/**
 * vm-superio's serial console as a statechart.
 *
 * The regions stand in the order of their side effects: what leaves a region further up leaves first.
 *
 * @param revision - whose behaviour: "0.8.2" raises what is pending when IER is written, "0.8.1" does not.
 */
export const createSerialMachine = (revision: SerialRevision) =>
  serialSetup.createMachine({
    id: "serial",
    version: revision,
    description: `vm-superio ${revision}: Serial`,
    meta: { rules: ["S18"] },
    context: SERIAL_DEFAULTS,
    type: "parallel",
    states: {
      divisorLatch,
      loopback,
      thrEmptyInterrupt,
      receivedDataInterrupt,
      receiveFifo,
      interruptIdentification: identifications[revision],
    },
  });

/** {@link createSerialMachine} of vm-superio 0.8.2. */
export const serialMachine = createSerialMachine("0.8.2");

/** {@link createSerialMachine} of vm-superio 0.8.1, which loses console input while IER is masked. */
export const serialMachine081 = createSerialMachine("0.8.1");

/** An XState machine that behaves as vm-superio's `Serial`. */
export type SerialMachine = ReturnType<typeof createSerialMachine>;
