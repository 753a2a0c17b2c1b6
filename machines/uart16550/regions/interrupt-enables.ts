import { uart16550Setup } from "../actions/index.js";

/** An interrupt source as its bit in IER and the guards name it. */
interface InterruptSource {
  /** The bit of IER that enables it. */
  readonly bit: "ELSI" | "ERBFI" | "ETBEI" | "EDSSI";
  /** Its name in `writeEnables...` and `writeDisables...`. */
  readonly guard: "LineStatus" | "ReceivedData" | "ThrEmpty" | "ModemStatus";
  /** The question that the region answers. */
  readonly question: string;
  /** The descriptions of its two states. */
  readonly answers: { readonly disabled: string; readonly enabled: string };
  /** The rules of enabling it. */
  readonly enabling?: readonly ("I1" | "I5")[];
}

const PLURAL = { disabled: "They do not", enabled: "They do" };
const SINGULAR = { disabled: "It does not", enabled: "It does" };

/** Makes the region of one bit of IER. */
const interruptEnable = ({ bit, guard, question, answers, enabling = ["I1"] }: InterruptSource) =>
  uart16550Setup.createStateConfig({
    description: `IER.${bit}: ${question}`,
    meta: { rules: ["I1"] },
    initial: "disabled",
    states: {
      disabled: {
        description: answers.disabled,
        meta: { rules: ["I1"] },
        on: {
          "write.IER_DLM": {
            guard: `writeEnables${guard}`,
            target: "enabled",
            description: `${bit} is set`,
            meta: { rules: enabling },
          },
        },
      },
      enabled: {
        description: answers.enabled,
        meta: { rules: ["I1"] },
        on: {
          "write.IER_DLM": {
            guard: `writeDisables${guard}`,
            target: "disabled",
            description: `${bit} is cleared`,
            meta: { rules: ["I1"] },
          },
        },
      },
    },
    on: { reset: { target: ".disabled", description: "Master reset", meta: { rules: ["D1"] } } },
  });

/** IER.ELSI. */
export const lineStatusInterrupt = interruptEnable({
  bit: "ELSI",
  guard: "LineStatus",
  question: "whether line errors interrupt",
  answers: PLURAL,
});

/** IER.ERBFI. */
export const receivedDataInterrupt = interruptEnable({
  bit: "ERBFI",
  guard: "ReceivedData",
  question: "whether received data and the character timeout interrupt",
  answers: PLURAL,
});

/** IER.ETBEI. */
export const thrEmptyInterrupt = interruptEnable({
  bit: "ETBEI",
  guard: "ThrEmpty",
  question: "whether THR empty interrupts",
  answers: SINGULAR,
  enabling: ["I1", "I5"],
});

/** IER.EDSSI. */
export const modemStatusInterrupt = interruptEnable({
  bit: "EDSSI",
  guard: "ModemStatus",
  question: "whether changes of the modem inputs interrupt",
  answers: PLURAL,
});
