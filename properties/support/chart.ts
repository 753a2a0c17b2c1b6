/** The plain XState machines, and how steps and states are said to them. */
import {
  Fifo,
  READ_NAMES,
  type SerialContext,
  type SerialEvent,
  type SerialMachine,
  serialMachine,
  serialMachine081,
  WRITE_NAMES,
} from "../../machines/index.js";
import { regionsOf } from "./regions.js";
import type { RegisterState, Revision, SerialStep } from "./steps.js";

export const MACHINES: Readonly<Record<Revision, SerialMachine>> = {
  "0.8.1": serialMachine081,
  "0.8.2": serialMachine,
};

/** The event that a step is to the chart; none for a step that asks only, and for a restore. */
export function eventOf(serialStep: SerialStep): SerialEvent | undefined {
  switch (serialStep.op) {
    case "read":
      return { type: `read.${READ_NAMES[serialStep.offset] ?? "unmapped"}` };
    case "write":
      return { type: `write.${WRITE_NAMES[serialStep.offset] ?? "unmapped"}`, value: serialStep.value };
    case "enqueue":
      return { type: "receive", characters: serialStep.bytes };
    default:
      return undefined;
  }
}

export function contextOf(registers: RegisterState): SerialContext {
  return {
    DLL: registers.baudDivisorLow,
    DLM: registers.baudDivisorHigh,
    IER: registers.interruptEnable,
    IIR: registers.interruptIdentification,
    LCR: registers.lineControl,
    LSR: registers.lineStatus,
    MCR: registers.modemControl,
    MSR: registers.modemStatus,
    SCR: registers.scratch,
    receiveFifo: Fifo.of(registers.inBuffer),
  };
}

export function stateOf(context: SerialContext): RegisterState {
  return {
    baudDivisorLow: context.DLL,
    baudDivisorHigh: context.DLM,
    interruptEnable: context.IER,
    interruptIdentification: context.IIR,
    lineControl: context.LCR,
    lineStatus: context.LSR,
    modemControl: context.MCR,
    modemStatus: context.MSR,
    scratch: context.SCR,
    inBuffer: [...context.receiveFifo],
  };
}

/** The machine in the states that `state`'s registers stand for, its context that of `context`. */
export function snapshotOf(machine: SerialMachine, registers: RegisterState, context = contextOf(registers)) {
  return machine.resolveState({ value: regionsOf(registers), context });
}
