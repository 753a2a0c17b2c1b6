import { MCR, MSR } from "../registers.js";
import type { Uart16550Context } from "./context.js";
import { type Uart16550Event, written } from "./events.js";

const LINES = MSR.CTS | MSR.DSR | MSR.RI | MSR.DCD;

/** The bits of `from` that are set in `value`, moved to where `to` stands. */
const moved = (value: number, from: number, to: number): number => (value & from) * (to / from);

/** MSR's high half in loopback: DTR gives DSR, RTS gives CTS, OUT1 gives RI and OUT2 gives DCD (I13). */
export const loopedOutputs = (mcr: number): number =>
  moved(mcr, MCR.DTR, MSR.DSR) |
  moved(mcr, MCR.RTS, MSR.CTS) |
  moved(mcr, MCR.OUT1, MSR.RI) |
  moved(mcr, MCR.OUT2, MSR.DCD);

/** Levels of the modem inputs, as MSR's high half shows them. */
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

/** MSR when its high half becomes `lines`: what has changed is told, of RI its trailing edge alone (I12). */
export function withChanges(msr: number, lines: number): number {
  const changed = (msr ^ lines) & LINES & ~(lines & MSR.RI);
  return lines | (msr & MSR.DELTAS) | (changed >> 4);
}

/** The same of a part that forgets RI's trailing edge when an input changes while RI was not asserted. */
export function withChangesForgetting(msr: number, lines: number): number {
  const changed = (msr ^ lines) & LINES;
  const forgotten = MSR.TERI & ~(msr >> 4) & -Number(changed !== 0);
  return lines | (((msr & MSR.DELTAS) | (changed >> 4)) & ~forgotten);
}

/** MSR when MCR's outputs show in it, as a write of MCR sets them. */
export const showingOutputs = ({
  context,
  event,
}: {
  readonly context: Uart16550Context;
  readonly event: Uart16550Event;
}): number => withChanges(context.MSR, loopedOutputs(written(event)));

/** MSR when loopback ends that began and ends without a change: what has changed of the inputs meanwhile is told. */
export const showingAfterLoopback = ({
  MSR: msr,
  linesBeforeLoopback,
  modemInputs,
}: Uart16550Context): number => withChanges(linesBeforeLoopback | (msr & MSR.DELTAS), modemInputs);
