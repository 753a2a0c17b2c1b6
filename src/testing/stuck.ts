import { IER, IIR, LSR } from "../../machines/index.js";
import { hex } from "../device/index.js";
import type { ClaimId } from "./claims.js";
import type { Happening } from "./happening-log.js";
import type { Subject } from "./subject.js";

/** The state in which nothing moves any more. */
export interface StuckState {
  readonly subject: Subject;
  readonly happenings: readonly Happening[];
  readonly lineLevel: 0 | 1;
  readonly areInterruptsEnabled: boolean;
  readonly trigger: "edge" | "level";
  readonly hasHandler: boolean;
}

/** Returns the number of the last happening whose text matches. */
const lastStep = (happenings: readonly Happening[], pattern: RegExp): number | undefined =>
  happenings.findLast(({ text, effects }) => pattern.test(text) || effects.some((it) => pattern.test(it)))
    ?.number;

/** Explains in a clause why nothing moves: which interrupt is missing, and the step that has cost it. */
export function explainStuck(claim: ClaimId, state: StuckState): string {
  const { subject, happenings, lineLevel, areInterruptsEnabled, trigger, hasHandler } = state;
  const ier = subject.device.peek(1);
  const enable =
    claim === "sent-not-stuck" ? (["ETBEI", IER.ETBEI] as const) : (["ERBFI", IER.ERBFI] as const);
  const registers = `IER ${hex(ier)}, LSR ${hex(subject.device.peek(5))}`;
  if (!hasHandler)
    return `the driver has no interrupt handler, and no call of it moves the byte; ${registers}`;
  if (!areInterruptsEnabled) return `the driver has left interrupts disabled; ${registers}`;
  if ((ier & enable[1]) === 0) {
    const step = lastStep(happenings, /^IER <-/);
    return `${enable[0]} is off, so no interrupt comes${step === undefined ? "" : `; IER was written last in step ${step}`}; ${registers}`;
  }
  if (lineLevel === 1 && trigger === "edge") {
    const step = lastStep(happenings, /^INTR 1$/);
    return `the interrupt line has been high${step === undefined ? "" : ` since step ${step}`}, and the controller takes rising edges only; ${registers}`;
  }
  if (claim === "sent-not-stuck" && (subject.device.peek(5) & LSR.THRE) !== 0) {
    const step = lastStep(happenings, /^IIR -> .*THRE/);
    if (step !== undefined) return `THRE was acknowledged by the IIR read in step ${step}; ${registers}`;
  }
  return `no interrupt is pending that the driver has not taken; ${registers}, IIR ${hex(subject.device.peek(2) & (IIR.FIFOS | 0x0f))}`;
}
