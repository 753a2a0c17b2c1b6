import { and, assign, emit, not, setup, stateIn } from "xstate";

/** Bytes by origin. One byte that arrives and one that is sent are marked: any may be, so the marked one represents all. */
export const ENVIRONMENT_BYTES = {
  arriving: 0x61,
  markedArriving: 0x62,
  sent: 0x41,
  markedSent: 0x42,
  printed: 0x30,
} as const;

/** The bounds of the environment. */
export interface EnvironmentLimits {
  /** The greatest number of bytes that the device has accepted and the user has not received, from 1. */
  readonly arrivals: number;
  /** The greatest number of bytes that the user sent and that have not left yet, from 1. */
  readonly sends: number;
}

/** The context of the environment's chart. */
export interface EnvironmentContext {
  readonly limits: EnvironmentLimits;
  /** Bytes that the device has accepted and the user has not received, in order. */
  readonly received: readonly number[];
  /** Bytes that the user sent and that have not left, in order. */
  readonly sent: readonly number[];
}

/** The actions and observations of the environment. */
type EnvironmentEvent =
  | { readonly type: "arrive" | "arriveMarked" | "send" | "sendMarked" | "print" }
  /** The driver's start-up is over. */
  | { readonly type: "opened" }
  | { readonly type: "accepted" | "delivered" | "transmitted"; readonly value: number };

/** An input to the device, or a call of the driver. */
interface EnvironmentEmission {
  readonly type: "receive" | "send" | "print";
  readonly value: number;
}

const byteOfEvent = (event: EnvironmentEvent): number => (event as { value: number }).value;

/**
 * The environment of driver and device: bytes arrive, the user sends, the kernel prints, and all output is compared with the input. The
 * line is quiet until the driver has started.
 */
export const environmentMachine = setup({
  types: {
    input: {} as EnvironmentLimits,
    context: {} as EnvironmentContext,
    events: {} as EnvironmentEvent,
    emitted: {} as EnvironmentEmission,
  },
})
  .extend({
    guards: {
      lineOpen: stateIn({ line: "open" }),
      roomForArrival: ({ context }) => context.received.length < context.limits.arrivals,
      roomToSend: ({ context }) => context.sent.length < context.limits.sends,
      isMarkedArrival: ({ event }) => byteOfEvent(event) === ENVIRONMENT_BYTES.markedArriving,
      isMarkedSent: ({ event }) => byteOfEvent(event) === ENVIRONMENT_BYTES.markedSent,
      isPrinted: ({ event }) => byteOfEvent(event) === ENVIRONMENT_BYTES.printed,
      isNextReceived: ({ context, event }) => byteOfEvent(event) === context.received[0],
      isNextSent: ({ context, event }) => byteOfEvent(event) === context.sent[0],
      arrivalIsAhead: stateIn({ markedArrival: "ahead" }),
      sendIsAhead: stateIn({ markedSend: "ahead" }),
    },
  })
  .extend({
    guards: {
      mayArrive: and(["lineOpen", "roomForArrival"]),
      mayArriveMarked: and(["lineOpen", "roomForArrival", "arrivalIsAhead"]),
      maySend: and(["lineOpen", "roomToSend"]),
      maySendMarked: and(["lineOpen", "roomToSend", "sendIsAhead"]),
      isNotNextReceived: not("isNextReceived"),
      isNeitherNextSentNorPrinted: and([not("isNextSent"), not("isPrinted")]),
    },
    actions: {
      receive: emit({ type: "receive", value: ENVIRONMENT_BYTES.arriving }),
      receiveMarked: emit({ type: "receive", value: ENVIRONMENT_BYTES.markedArriving }),
      callSend: emit({ type: "send", value: ENVIRONMENT_BYTES.sent }),
      callSendMarked: emit({ type: "send", value: ENVIRONMENT_BYTES.markedSent }),
      callPrint: emit({ type: "print", value: ENVIRONMENT_BYTES.printed }),
      noteAccepted: assign({ received: ({ context, event }) => [...context.received, byteOfEvent(event)] }),
      noteDelivered: assign({ received: ({ context }) => context.received.slice(1) }),
      noteSent: assign({ sent: ({ context }) => [...context.sent, ENVIRONMENT_BYTES.sent] }),
      noteMarkedSent: assign({ sent: ({ context }) => [...context.sent, ENVIRONMENT_BYTES.markedSent] }),
      noteTransmitted: assign({ sent: ({ context }) => context.sent.slice(1) }),
    },
  })
  .createMachine({
    id: "environment",
    description: "What surrounds driver and device",
    context: ({ input }) => ({ limits: input, received: [], sent: [] }),
    type: "parallel",
    states: {
      line: {
        description: "What comes from outside",
        initial: "quiet",
        states: {
          quiet: { description: "Nothing, as the driver has not started", on: { opened: "open" } },
          open: {
            description: "Bytes arrive and are sent",
            on: {
              arrive: { guard: "mayArrive", actions: "receive" },
              arriveMarked: { guard: "mayArriveMarked", actions: "receiveMarked" },
              send: { guard: "maySend", actions: ["noteSent", "callSend"] },
              sendMarked: { guard: "maySendMarked", actions: ["noteMarkedSent", "callSendMarked"] },
              print: { guard: "lineOpen", actions: "callPrint" },
            },
          },
        },
      },
      markedArrival: {
        description: "The marked byte that arrives",
        initial: "ahead",
        states: {
          ahead: {
            description: "It has not come",
            on: { accepted: { guard: "isMarkedArrival", target: "accepted" } },
          },
          accepted: {
            description: "The device has accepted it",
            on: { delivered: { guard: "isMarkedArrival", target: "delivered" } },
          },
          delivered: { description: "The user has got it" },
        },
      },
      markedSend: {
        description: "The marked byte that is sent",
        initial: "ahead",
        states: {
          ahead: {
            description: "It has not come",
            on: { sendMarked: { guard: "maySendMarked", target: "sent" } },
          },
          sent: {
            description: "The driver was given it",
            on: { transmitted: { guard: "isMarkedSent", target: "transmitted" } },
          },
          transmitted: { description: "It has left the device" },
        },
      },
      received: {
        description: "Whether what the user gets is what was accepted, once and in order",
        initial: "right",
        states: {
          right: {
            description: "So far it is",
            on: {
              accepted: { actions: "noteAccepted" },
              delivered: [{ guard: "isNotNextReceived", target: "wrong" }, { actions: "noteDelivered" }],
            },
          },
          wrong: { description: "It is not" },
        },
      },
      transmitted: {
        description: "Whether what leaves is what was sent, once and in order, or was printed",
        initial: "right",
        states: {
          right: {
            description: "So far it is",
            on: {
              transmitted: [
                { guard: "isNextSent", actions: "noteTransmitted" },
                { guard: "isNeitherNextSentNorPrinted", target: "wrong" },
              ],
            },
          },
          wrong: { description: "It is not" },
        },
      },
    },
  });

/** The type of the environment's machine. */
export type EnvironmentMachine = typeof environmentMachine;
