import { MCR, MSR, REGISTERS, type RegisterName } from "../../../machines/index.js";
import type { DeviceState, ReachedState } from "../space/types.js";

/** Returns the predicate that the step is an input of this type. */
export const isInput =
  (inputType: string) =>
  <TState>({ step }: ReachedState<TState>): boolean =>
    step?.input.type === inputType;

/** Returns the predicate that the step reads or writes this register, with DLAB as it is before the step. */
export const isAccess =
  (accessType: "read" | "write", register: RegisterName) =>
  <TState>({ step }: ReachedState<TState>): boolean => {
    const { offset, dlab } = REGISTERS[register];
    if (step?.input.type !== accessType || step.input.offset !== offset) return false;
    return dlab === undefined || dlab === (step.before.divisorLatchOpen ? 1 : 0);
  };

/** Returns the byte that the step has read; -1 if it has read none. */
export const byteRead = <TState>({ step }: ReachedState<TState>): number =>
  step?.emissions.find(({ type }) => type === "data")?.value ?? -1;

/** Returns the byte that the step has written; -1 if it has written none. */
export const byteWritten = <TState>({ step }: ReachedState<TState>): number =>
  step?.input.type === "write" ? step.input.value : -1;

/** Returns the device before the step; at the beginning, the initial state. */
export const deviceBefore = <TState>(reached: ReachedState<TState>): DeviceState<TState> =>
  reached.step?.before ?? reached;

/** Returns true if two values have the same JSON. */
export const isSameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Returns the number of emissions of this type in the step. */
export const emissionCount = <TState>({ step }: ReachedState<TState>, emissionType: string): number => {
  let count = 0;
  for (const emission of step?.emissions ?? []) if (emission.type === emissionType) count++;
  return count;
};

/** Returns the high half of MSR in loopback: the modem outputs of MCR. */
export const loopedModemStatus = (mcr: number): number =>
  [
    [MCR.DTR, MSR.DSR],
    [MCR.RTS, MSR.CTS],
    [MCR.OUT1, MSR.RI],
    [MCR.OUT2, MSR.DCD],
  ].reduce((msr, [output = 0, input = 0]) => msr | (mcr & output ? input : 0), 0);
