import type { SerialMachine, Uart16550Machine, Uart16550Preset } from "../../../machines/index.js";
import type { ClaimId, PicMode } from "../../../src/testing/index.js";

/** A device with one fault that users of an emulated UART have reported. */
export interface BrokenDevice {
  /** The reports: issues by project. */
  readonly report: string;
  /** The fault. */
  readonly wrong: string;
  readonly device: "serial" | "uart16550";
  /** The part of `uart16550` on which it shows: "pc16550d" by default. */
  readonly preset?: Uart16550Preset;
  readonly pic?: PicMode;
  readonly machine: () => SerialMachine | Uart16550Machine;
  /** The claim that finds it: one of checkDriver's, with the Linux-like driver, or an invariant. */
  readonly claim: ClaimId | `I${number}`;
}

/** The properties of a transition that does nothing. */
export const NO_OPERATION = { description: "Wrong", meta: { rules: ["I1"] } } as const;
