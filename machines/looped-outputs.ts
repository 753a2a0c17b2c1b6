import { MCR, MSR } from "./register-bits.js";

/** Returns the bit `source` of a register, moved to where the bit `target` stands. */
const moved = (value: number, source: number, target: number): number => (value & source) * (target / source);

/** Returns MSR's high half in loopback: DTR gives DSR, RTS gives CTS, OUT1 gives RI and OUT2 gives DCD (I13, S17). */
export const loopedOutputs = (mcr: number): number =>
  moved(mcr, MCR.DTR, MSR.DSR) |
  moved(mcr, MCR.RTS, MSR.CTS) |
  moved(mcr, MCR.OUT1, MSR.RI) |
  moved(mcr, MCR.OUT2, MSR.DCD);
