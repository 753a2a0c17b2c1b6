/** Broken devices: the interrupt line, modem status, loopback, and registers. */
import { and, assign, emit, or } from "xstate";
import { MCR, MSR, type Uart16550Context } from "../../../machines/index.js";
import { assigning, withOther, withPlace } from "../../support/changed-chart.js";
import { type BrokenDevice, NO_OPERATION } from "./exhibit.js";

type ActionArguments = { readonly context: Uart16550Context; readonly event: { readonly value: number } };

/** Maps MCR's outputs to MSR's inputs, with CTS and DSR exchanged. */
const swapOutputs = (mcr: number): number =>
  (mcr & MCR.DTR ? MSR.CTS : 0) |
  (mcr & MCR.RTS ? MSR.DSR : 0) |
  (mcr & MCR.OUT1 ? MSR.RI : 0) |
  (mcr & MCR.OUT2 ? MSR.DCD : 0);

export const CONTROLLING_DEVICES: readonly BrokenDevice[] = [
  {
    report: "firecracker#5730, #5764",
    wrong: "the snapshot does not say that the host holds output",
    device: "uart16550",
    machine: () => withOther({ actions: { holdOutput: assign({}) } }),
    claim: "I17",
  },
  {
    report: "gem5#1009",
    wrong: "the interrupt line falls when IIR is read, and not when its cause has gone",
    device: "uart16550",
    machine: () =>
      withPlace("states interruptLine states high", {
        ...NO_OPERATION,
        entry: "raiseInterruptLine",
        on: { "read.IIR": { ...NO_OPERATION, target: "low" } },
      }),
    claim: "I1",
  },
  {
    report: "openvmm#4187",
    wrong: "in loopback RTS and DTR show as DSR and CTS",
    device: "uart16550",
    machine: () =>
      withOther({
        actions: {
          showOutputs: assigning({
            MSR: ({ context, event }: ActionArguments) =>
              swapOutputs(event.value) | (context.MSR & MSR.DELTAS),
          }),
        },
      }),
    claim: "I13",
  },
  {
    report: "v86#1523",
    wrong: "a change of the modem inputs shows in IIR, and does not raise the line",
    device: "uart16550",
    machine: () =>
      withOther({
        guards: {
          interruptIsSeen: and([
            or(["lineStatusInterrupts", "receivedDataInterrupts", "timeoutInterrupts", "thrEmptyInterrupts"]),
            "boardLetsThrough",
          ]),
        },
      }),
    claim: "I1",
  },
  {
    report: "v86#1423, #980, #486",
    wrong: "there is no loopback",
    device: "uart16550",
    machine: () => withOther({ guards: { writeSetsLOOP: () => false } }),
    claim: "I13",
  },
  {
    report: "SimpleSSD-FullSystem#11, optimsoc#78",
    wrong: "IIR goes on reporting what has been served",
    device: "uart16550",
    pic: "level",
    machine: () => withOther({ guards: { nothingInterruptsAnyMore: () => false } }),
    claim: "handler-ends",
  },
  {
    report: "86Box#4217, #4430, #3558",
    wrong: "characters arrive from outside in loopback",
    device: "uart16550",
    machine: () => withOther({ guards: { loopbackDisconnectsSIN: () => false } }),
    claim: "I13",
  },
  {
    report: "RTLDesignSherpa#59, #60",
    wrong: "a read of MSR clears nothing",
    device: "uart16550",
    machine: () => withOther({ actions: { clearDeltas: assign({}) } }),
    claim: "I12",
  },
  {
    report: "falcon#135",
    wrong: "SCR reads 0xFF",
    device: "uart16550",
    machine: () => withOther({ actions: { giveSCR: emit({ type: "data" as const, value: 0xff }) } }),
    claim: "I16",
  },
];
