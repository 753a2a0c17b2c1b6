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
import type { RegisterState, Revision, Step } from "./steps.js";

export const MACHINES: Readonly<Record<Revision, SerialMachine>> = {
  "0.8.1": serialMachine081,
  "0.8.2": serialMachine,
};

/** The event that a step is to the chart; none for a step that asks only, and for a restore. */
export function eventOf(step: Step): SerialEvent | undefined {
  switch (step.op) {
    case "read":
      return { type: `read.${READ_NAMES[step.offset] ?? "unmapped"}` };
    case "write":
      return { type: `write.${WRITE_NAMES[step.offset] ?? "unmapped"}`, value: step.value };
    case "enqueue":
      return { type: "receive", characters: step.bytes };
    default:
      return undefined;
  }
}

export function contextOf(state: RegisterState): SerialContext {
  return {
    DLL: state.baudDivisorLow,
    DLM: state.baudDivisorHigh,
    IER: state.interruptEnable,
    IIR: state.interruptIdentification,
    LCR: state.lineControl,
    LSR: state.lineStatus,
    MCR: state.modemControl,
    MSR: state.modemStatus,
    SCR: state.scratch,
    receiveFifo: Fifo.of(state.inBuffer),
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
export function snapshotOf(machine: SerialMachine, state: RegisterState, context = contextOf(state)) {
  return machine.resolveState({ value: regionsOf(state), context });
}
