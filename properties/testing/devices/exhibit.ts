import type { SerialMachine, Uart16550Machine, Uart16550Preset } from "../../../machines/index.js";
import type { ClaimId, PicMode } from "../../../src/testing/index.js";

/** A device with one fault, of which users of an emulated UART have reported. */
export interface BrokenDevice {
  /** Who reported it: issues, by their project. */
  readonly report: string;
  /** What is wrong with it. */
  readonly wrong: string;
  readonly device: "serial" | "uart16550";
  /** Of `uart16550`, on which it shows: "pc16550d" by default. */
  readonly preset?: Uart16550Preset;
  readonly pic?: PicMode;
  readonly machine: () => SerialMachine | Uart16550Machine;
  /** What finds it: a claim of checkDriver, with the Linux-like driver, or an invariant. */
  readonly claim: ClaimId | `I${number}`;
}

/** A transition that does nothing, as a chart has to describe it. */
export const NOTHING = { description: "Wrong", meta: { rules: ["I1"] } } as const;
