import { serialSetup } from "./actions.js";

/** An interrupt source as its bit in IER and the guards name it. */
interface InterruptSource {
  /** The bit of IER that enables it. */
  readonly bit: "ETBEI" | "ERBFI";
  /** Its name in `writeEnables...` and `writeDisables...`. */
  readonly guard: "ThrEmpty" | "ReceivedData";
  /** Its name in sentences. */
  readonly source: string;
}

/** Makes the region of one bit of IER. */
const interruptEnable = ({ bit, guard, source }: InterruptSource) =>
  serialSetup.createStateConfig({
    description: `IER.${bit}: whether ${source} interrupts`,
    meta: { rules: ["S8c", "S9"] },
    initial: "disabled",
    states: {
      disabled: {
        description: `${bit} is 0: ${source} is not noted`,
        meta: { rules: ["S9"] },
        on: {
          "write.IER_DLM": {
            guard: `writeEnables${guard}`,
            target: "enabled",
            description: `${bit} is set`,
            meta: { rules: ["S9"] },
          },
        },
      },
      enabled: {
        description: `${bit} is 1: ${source} is noted, and interrupts`,
        meta: { rules: ["S6", "S9"] },
        on: {
          "write.IER_DLM": {
            guard: `writeDisables${guard}`,
            target: "disabled",
            description: `${bit} is cleared; what is pending stays so`,
            meta: { rules: ["S8c"] },
          },
        },
      },
    },
  });

/** IER.ETBEI: whether THR empty interrupts. */
export const thrEmptyInterrupt = interruptEnable({ bit: "ETBEI", guard: "ThrEmpty", source: "THR empty" });

/** IER.ERBFI: whether received data interrupts. */
export const receivedDataInterrupt = interruptEnable({
  bit: "ERBFI",
  guard: "ReceivedData",
  source: "received data",
});
