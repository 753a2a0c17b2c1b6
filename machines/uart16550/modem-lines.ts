import { loopedOutputs } from "../looped-outputs.js";
import { MSR } from "../register-bits.js";
import type { Uart16550Context } from "./context.js";
import { type Uart16550Event, written } from "./events.js";

/** Returns the levels of the modem inputs as MSR's high half shows them. */
export const modemLines = (levels: {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}): number =>
  (MSR.CTS * Number(levels.cts)) |
  (MSR.DSR * Number(levels.dsr)) |
  (MSR.RI * Number(levels.ri)) |
  (MSR.DCD * Number(levels.dcd));

/** Returns MSR as its high half becomes `lines`: its low half notes the changes, of RI the trailing edge alone (I12). */
export function withChanges(msr: number, lines: number): number {
  const changed = (msr ^ lines) & MSR.LINES & ~(lines & MSR.RI);
  return lines | (msr & MSR.DELTAS) | (changed >> 4);
}

/** Returns the same for a part that forgets RI's trailing edge when an input changes while RI was not asserted. */
export function withChangesForgetting(msr: number, lines: number): number {
  const changed = (msr ^ lines) & MSR.LINES;
  const forgotten = MSR.TERI & ~(msr >> 4) & -Number(changed !== 0);
  return lines | (((msr & MSR.DELTAS) | (changed >> 4)) & ~forgotten);
}

/** Returns MSR as MCR's outputs show in it, with the byte that is written to MCR. */
export const showingOutputs = ({
  context,
  event,
}: {
  readonly context: Pick<Uart16550Context, "MSR">;
  readonly event: Uart16550Event;
}): number => withChanges(context.MSR, loopedOutputs(written(event)));

/** Returns MSR as loopback ends that began and ends without a change: it notes the changes of the inputs meanwhile. */
export const showingAfterLoopback = ({
  MSR: msr,
  linesBeforeLoopback,
  modemInputs,
}: Pick<Uart16550Context, "MSR" | "linesBeforeLoopback" | "modemInputs">): number =>
  withChanges(linesBeforeLoopback | (msr & MSR.DELTAS), modemInputs);
