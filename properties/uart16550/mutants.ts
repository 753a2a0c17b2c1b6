/** Mutants of the chart: for each property one that is wrong in nothing but what that property says. */
import { and, not, or } from "xstate";
import {
  LSR,
  MCR,
  MSR,
  readingOfLSR,
  type Uart16550Context,
  type Uart16550Machine,
  type Uart16550Preset,
} from "../../machines/index.js";
import { bitsAfterStart, frameBits, ticksBetween } from "../../machines/internal.js";
import { assigning, emitting, placeAt, withOther, withPlace } from "../support/changed-chart.js";

export interface Mutant {
  /** The property that it dies by. */
  readonly id: string;
  /** The mistake. */
  readonly wrong: string;
  /** The part on which that is seen first. */
  readonly part: Uart16550Preset;
  readonly machine: () => Uart16550Machine;
}

type ActionArguments = { readonly context: Uart16550Context; readonly event: { readonly value: number } };
const rules = { description: "Wrong", meta: { rules: ["I1"] } } as const;

const WAITING = "states transmitter states waiting on release";
const FULL = "states transmitFifo states full on write.THR_DLL";
const AWAITING = "states receiver states awaitingMark on receive";

export const MUTANTS: readonly Mutant[] = [
  {
    id: "I1",
    wrong: "a change of the modem inputs does not raise the interrupt line",
    part: "pc16550d",
    machine: () =>
      withOther({
        guards: {
          interruptIsSeen: and([
            or(["lineStatusInterrupts", "receivedDataInterrupts", "timeoutInterrupts", "thrEmptyInterrupts"]),
            "boardLetsThrough",
          ]),
        },
      }),
  },
  {
    id: "I2",
    wrong: "modem status comes before THR empty",
    part: "pc16550d",
    machine: () => {
      const higher = ["lineStatusInterrupts", "receivedDataInterrupts", "timeoutInterrupts"];
      return withOther({
        guards: {
          modemStatusIsHighest: and(["modemStatusInterrupts", not(or(higher))]),
          thrEmptyIsHighest: and(["thrEmptyInterrupts", not(or([...higher, "modemStatusInterrupts"]))]),
        },
      });
    },
  },
  {
    id: "I3",
    wrong: "any IIR read acknowledges THR empty",
    part: "pc16550d",
    machine: () =>
      withPlace("states transmitFifo states empty states pending on read.IIR", {
        target: "acknowledged",
        actions: "acknowledgeThrEmpty",
        ...rules,
      }),
  },
  {
    id: "I4",
    wrong: "a host that takes output again does not get the character that waits",
    part: "pc16550d",
    machine: () => withPlace(WAITING, { ...rules }),
  },
  {
    id: "I5",
    wrong: "enabling ETBEI makes nothing pending",
    part: "pc16550d",
    machine: () => withOther({ guards: { writeRearms: () => false } }),
  },
  {
    id: "I6",
    wrong: "LSR does not show DR while three characters are received",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: {
          giveLSR: emitting(({ context }: ActionArguments) => ({
            type: "data" as const,
            value: readingOfLSR(context) & ~(LSR.DR * Number(context.receiveFifo.length === 3)),
          })),
        },
      }),
  },
  {
    id: "I7",
    wrong: "a full transmit FIFO takes one more, and another",
    part: "pc16550d",
    machine: () => {
      const candidates = placeAt(FULL);
      const candidateIndex = candidates.findIndex(
        (candidate) => (candidate as { guard: string }).guard === "divisorLatchClosed",
      );
      return withPlace(`${FULL} ${candidateIndex}`, {
        guard: "divisorLatchClosed",
        actions: "queueToSend",
        ...rules,
      });
    },
  },
  {
    id: "I8",
    wrong: "the character that takes the FIFO's last place sets OE",
    part: "pc16550d",
    machine: () =>
      withOther({
        guards: {
          characterOverrunsFifo: and([
            "characterArrives",
            "fifosOn",
            or(["receiveFifoFull", "arrivalFillsFifo"]),
            not("characterShowsErrors"),
          ]),
        },
      }),
  },
  {
    id: "I9",
    wrong: "the character that waits for the host leaves twice",
    part: "pc16550d",
    machine: () =>
      withPlace(`${WAITING} 1`, { target: "empty", actions: ["endWait", "transmit", "transmit"], ...rules }),
  },
  {
    id: "I10",
    wrong: "the timeout comes after 5 character times",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: {
          startTimeout: assigning({
            timeoutTicks: ({ context }: ActionArguments) => 5 * context.characterTicks,
            timeoutPending: false,
          }),
        },
      }),
  },
  {
    id: "I11",
    wrong: "the errors of a character that was queued never show",
    part: "pc16550d",
    machine: () => withOther({ guards: { nextCharacterHasError: () => false } }),
  },
  {
    id: "I12",
    wrong: "TERI tells of both edges of RI",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: {
          showModemInputs: assigning(({ context, event }: { context: Uart16550Context; event: never }) => {
            const { cts, dsr, ri, dcd } = event as Record<"cts" | "dsr" | "ri" | "dcd", boolean>;
            const lines = MSR.CTS * +cts + MSR.DSR * +dsr + MSR.RI * +ri + MSR.DCD * +dcd;
            return { MSR: lines | (context.MSR & MSR.DELTAS) | (((context.MSR ^ lines) & 0xf0) >> 4) };
          }),
        },
      }),
  },
  {
    id: "I13",
    wrong: "SOUT shows what is sent in loopback",
    part: "pc16550d",
    machine: () => withOther({ guards: { spaceIsOnLine: or(["breakOn", "spaceIsSent"]) } }),
  },
  {
    id: "I14",
    wrong: "a write of DLM with the bit of ETBEI makes THR empty pending again",
    part: "pc16550d",
    machine: () =>
      withOther({
        guards: {
          writeRearms: or([
            and([
              "divisorLatchClosed",
              "writeSetsETBEI",
              or(["everyWriteRearms", and(["risingEdgeRearms", not("thrEmptyEnabled")])]),
            ]),
            and(["divisorLatchOpen", "writeSetsETBEI", "thrEmptyEnabled"]),
          ]),
        },
      }),
  },
  {
    id: "I15",
    wrong: "FCR's other bits work without bit 0",
    part: "pc16550d",
    machine: () => withOther({ guards: { fcrTakesEffect: "partHasFifos" } }),
  },
  {
    id: "I16",
    wrong: "SCR keeps seven bits",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: { storeSCR: assigning({ SCR: ({ event }: ActionArguments) => event.value & 0x7f }) },
      }),
  },
  {
    id: "I17",
    wrong: "the state that is saved does not say that the host holds output",
    part: "pc16550d",
    machine: () => withOther({ actions: { holdOutput: assigning({}) } }),
  },
  {
    id: "I18",
    wrong: "reading MSR in loopback does not clear what has changed",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: {
          clearDeltas: assigning({
            MSR: ({ context }: ActionArguments) =>
              context.MCR & MCR.LOOP ? context.MSR : context.MSR & ~MSR.DELTAS,
          }),
        },
      }),
  },
  {
    id: "I19",
    wrong: "characters arrive during a break",
    part: "pc16550d",
    machine: () =>
      withPlace(AWAITING, {
        guard: "outsideReaches",
        target: "#receiver.complete.wellFramed",
        actions: ["endBreak", "abandonFrame", "takeCharacterFromOutside", "acceptCharacter"],
        ...rules,
      }),
  },
  {
    id: "I20",
    wrong: "a word of 5 bits has two stop bits, not one and a half",
    part: "pc16550d",
    machine: () =>
      withOther({
        actions: {
          beginStartBit: assigning(({ context }: ActionArguments) => {
            const divisor = context.DLL | (context.DLM << 8);
            return {
              transmitFrame: bitsAfterStart(context.LCR, context.transmitCharacter) << 1,
              transmitBit: 0,
              transmitLength: Math.ceil(frameBits(context.options, context.LCR)),
              transmitDivisor: divisor,
              transmitTicks: ticksBetween(context.options, divisor, 0, 1),
            };
          }),
        },
      }),
  },
  {
    id: "I21",
    wrong: "CTS does not gate the transmitter",
    part: "tl16c550c",
    machine: () =>
      withOther({
        guards: {
          transmitterMayStart: and([
            "shiftRegisterEmpty",
            not("transmitFifoEmpty"),
            or([not("transmitterIsTimed"), "baudClockRuns"]),
          ]),
        },
      }),
  },
];
