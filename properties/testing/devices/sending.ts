/** Broken devices: sending, and the THR empty interrupt. */
import { and, emit, not, or } from "xstate";
import { LSR, readingOfLSR, type Uart16550Context } from "../../../machines/index.js";
import { placeAt, withOther, withPlace } from "../../support/changed-chart.js";
import { type BrokenDevice, NO_OPERATION } from "./exhibit.js";

type ActionArguments = { readonly context: Uart16550Context };

/** Changes the value that a read of LSR returns. */
const withChangedLsr = (change: (lsr: number, context: Uart16550Context) => number) =>
  withOther({
    actions: {
      giveLSR: emit(({ context }: ActionArguments) => ({
        type: "data" as const,
        value: change(readingOfLSR(context), context),
      })),
    },
  });

/** Changes the candidate with a guard in a list of the chart's definition. */
function withCandidate(listPath: string, guard: string, change: object) {
  const candidates = placeAt(listPath);
  const candidateIndex = candidates.findIndex(
    (candidate) => (candidate as { guard?: string }).guard === guard,
  );
  return withPlace(`${listPath} ${candidateIndex}`, { ...(candidates[candidateIndex] as object), ...change });
}

export const SENDING_DEVICES: readonly BrokenDevice[] = [
  {
    report: "vm-superio#23, #26",
    wrong: "a byte that the host did not take at once is never given to it again",
    device: "uart16550",
    machine: () => withPlace("states transmitter states waiting on release", NO_OPERATION),
    claim: "I4",
  },
  {
    report: "firecracker#3046",
    wrong: "THRE is set when the FIFO has emptied, and nothing interrupts",
    device: "uart16550",
    machine: () =>
      withCandidate("states transmitFifo states holding always", "lastIsTaken", {
        target: "#transmitFifo.empty.acknowledged",
        actions: ["setTHRE"],
      }),
    claim: "sent-not-stuck",
  },
  {
    report: "vm-superio#25, #28",
    wrong: "THR empty interrupts whether it is enabled or not",
    device: "uart16550",
    machine: () => withOther({ guards: { thrEmptyInterrupts: and(["thrEmptyPending"]) } }),
    claim: "I2",
  },
  {
    report: "mame#5745",
    wrong: "any read of IIR acknowledges THR empty",
    device: "uart16550",
    machine: () =>
      withPlace("states transmitFifo states empty states pending on read.IIR", {
        ...NO_OPERATION,
        target: "acknowledged",
        actions: "acknowledgeThrEmpty",
      }),
    claim: "I3",
  },
  {
    report: "cvw#1170, #1769",
    wrong: "a write of THR leaves the THR empty interrupt as it is",
    device: "uart16550",
    pic: "level",
    machine: () =>
      withOther({
        guards: {
          thrEmptyInterrupts: and(["thrEmptyEnabled", or(["thrEmptyPending", not("transmitFifoEmpty")])]),
        },
      }),
    claim: "I3",
  },
  {
    report: "openvmm#3847, #3993, #3758",
    wrong: "a host that was slow once is taken for slow for ever",
    device: "uart16550",
    machine: () => withPlace("states hostOutput states held on release", NO_OPERATION),
    claim: "I4",
  },
  {
    report: "acrn-hypervisor#3211",
    wrong: "enabling ETBEI while THR is empty makes nothing pending",
    device: "uart16550",
    machine: () => withOther({ guards: { writeRearms: () => false } }),
    claim: "I5",
  },
  {
    report: "acrn-hypervisor#3048",
    wrong: "a read of IIR does not acknowledge THR empty: with ETBEI left on, a storm",
    device: "uart16550",
    pic: "level",
    machine: () =>
      withPlace("states transmitFifo states empty states pending on", {
        "write.FCR": placeAt("states transmitFifo states empty states pending on write.FCR"),
      }),
    claim: "I18",
  },
  {
    report: "86Box#4793",
    wrong: "a full transmit FIFO takes one more, and another",
    device: "uart16550",
    machine: () =>
      withCandidate("states transmitFifo states full on write.THR_DLL", "divisorLatchClosed", {
        actions: "queueToSend",
      }),
    claim: "I7",
  },
  {
    report: "dosemu2#748",
    wrong: "the byte that takes the FIFO's last place is lost",
    device: "uart16550",
    machine: () =>
      withCandidate("states transmitFifo states holding on write.THR_DLL", "thrWriteFills", {
        actions: "noteTogether",
      }),
    claim: "sent-in-order",
  },
  {
    report: "RVirt#2",
    wrong: "BI is where TEMT should be",
    device: "uart16550",
    machine: () => withChangedLsr((lsr) => (lsr & LSR.TEMT ? (lsr & ~LSR.TEMT) | LSR.BI : lsr)),
    claim: "I11",
  },
  {
    report: "apb_uart#5, #7",
    wrong: "THRE says that the FIFO is not full",
    device: "uart16550",
    machine: () =>
      withChangedLsr((lsr, { transmitFifo }) =>
        transmitFifo.length < 16 ? lsr | LSR.THRE : lsr & ~LSR.THRE,
      ),
    claim: "thr-room",
  },
];
