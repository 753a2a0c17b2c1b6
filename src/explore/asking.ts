import { MCR, MSR, REGISTERS, type RegisterName } from "../../machines/index.js";
import type { Moment, Situation } from "./graph.js";

/** What the claims of both charts ask of a moment. */
type At<TState> = Moment<TState>;

/** Whether the step is an input of this type. */
export const isInput =
  (type: string) =>
  <TState>(at: At<TState>): boolean =>
    at.step?.input.type === type;

/** Whether the step is a read of, or a write to, this register as DLAB has the offsets. */
export const access =
  (type: "read" | "write", register: RegisterName) =>
  <TState>({ step }: At<TState>): boolean => {
    const { offset, dlab } = REGISTERS[register];
    if (step?.input.type !== type || step.input.offset !== offset) return false;
    return dlab === undefined || dlab === (step.before.divisorLatchOpen ? 1 : 0);
  };

/** The byte that the step has read; -1 if it has read none. */
export const byteRead = <TState>({ step }: At<TState>): number =>
  step?.emissions.find(({ type }) => type === "data")?.value ?? -1;

/** The byte that the step has written; -1 if it has written none. */
export const byteWritten = <TState>({ step }: At<TState>): number =>
  step?.input.type === "write" ? step.input.value : -1;

/** The device before the step; at the beginning, as it is. */
export const before = <TState>(at: At<TState>): Situation<TState> => at.step?.before ?? at;

/** Whether two values are the same as JSON. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** How often the step has emitted this. */
export const emitted = <TState>({ step }: At<TState>, type: string): number => {
  let count = 0;
  for (const emission of step?.emissions ?? []) if (emission.type === type) count++;
  return count;
};

/** What looped outputs look like in MSR. */
export const looped = (mcr: number): number =>
  [
    [MCR.DTR, MSR.DSR],
    [MCR.RTS, MSR.CTS],
    [MCR.OUT1, MSR.RI],
    [MCR.OUT2, MSR.DCD],
  ].reduce((msr, [output = 0, input = 0]) => msr | (mcr & output ? input : 0), 0);
