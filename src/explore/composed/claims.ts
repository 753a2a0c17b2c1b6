import type { Input } from "../../journal/index.js";
import type { Answer } from "../answer.js";
import { check } from "../check.js";
import { always, type Claim, claim, type Fairly, leadsTo, never, type Predicate } from "../claims.js";
import type { Graph, Moment } from "../graph.js";
import type { ComposedState } from "./parts.js";

type At = Moment<ComposedState>;
type Standing = Pick<At, "state">;

const region = ({ state }: Standing, name: string): unknown =>
  (state.environment.value as Readonly<Record<string, unknown>>)[name];
const before = ({ step, state }: At): Standing => step?.before ?? { state };
const pic = ({ state }: Standing, name: string): unknown =>
  (state.pic as Readonly<Record<string, unknown>>)[name];

const isBusy = (at: Standing): boolean => at.state.access !== undefined || pic(at, "INT") === "high";
const proceeds: Fairly<ComposedState> = {
  name: "the processor goes on, or has nothing to do",
  is: (at) => (at.step?.input.type as string | undefined) === "proceed" || !isBusy(at),
};

const isReading = (handler: unknown): boolean =>
  typeof handler === "object" && handler !== null && "receiving" in handler;
const pauses: Fairly<ComposedState> = {
  name: "the handler has read what was received",
  is: ({ state }) => !isReading((state.driver.value as { handler: unknown }).handler),
};

const fairly = [proceeds, pauses];

/** It has come to this state of the environment's just now. */
const comes =
  (name: string, to: string): Predicate<ComposedState> =>
  (at) =>
    region(at, name) === to && region(before(at), name) !== to;

/**
 * What a driver and its device together are held to. Fairness: again and again the processor goes on, or has nothing to do, and the
 * handler has read what was received: characters do not arrive faster than they are read for ever.
 */
export const driverClaims: readonly Claim<ComposedState>[] = [
  claim(
    "delivered",
    "Every byte that the device has accepted is delivered to the user.",
    leadsTo<ComposedState>(
      comes("markedArrival", "accepted"),
      (at) => region(at, "markedArrival") === "delivered",
      { fairly },
    ),
  ),
  claim(
    "sent",
    "Every byte that the driver was given to send leaves the device.",
    leadsTo<ComposedState>(comes("markedSend", "sent"), (at) => region(at, "markedSend") === "transmitted", {
      fairly,
    }),
  ),
  claim(
    "in-order",
    "What is delivered is what was accepted, and what leaves is what was sent or printed: once, in order, and nothing else.",
    never<ComposedState>((at) => region(at, "received") === "wrong" || region(at, "transmitted") === "wrong"),
  ),
  claim(
    "handler-ends",
    "Where nothing arrives meanwhile, the interrupt handler ends.",
    leadsTo<ComposedState>(
      (at) => pic(at, "service") === "serving" && pic(before(at), "service") !== "serving",
      (at) => pic(at, "service") !== "serving",
      {
        fairly,
        during: (at) => !((at.step?.input.type as string | undefined) ?? "").startsWith("arrive"),
      },
    ),
  ),
  claim(
    "not-interrupted",
    "No call is interrupted between two accesses: the handler runs while the driver is idle.",
    always<ComposedState>((at) => (at.state.driver.value as { thread: unknown }).thread === "idle", {
      when: (at) => pic(at, "service") === "serving",
    }),
  ),
];

/** Where the byte of a claim waits for ever: nobody has anything to do, and it is still there. */
const STUCK: Readonly<Record<string, Predicate<ComposedState>>> = {
  delivered: (at) => region(at, "markedArrival") === "accepted" && !isBusy(at),
  sent: (at) => region(at, "markedSend") === "sent" && !isBusy(at),
};

/**
 * Proves or refutes one of {@link driverClaims} on what was explored of a composition. A byte that gets stuck is shown by a shortest run
 * after which nobody has anything to do.
 */
export function checkDriverClaim(
  graph: Graph<ComposedState>,
  what: Claim<ComposedState>,
): Answer<ComposedState> {
  const answer = check(graph, what);
  const stuck = STUCK[what.id];
  if (answer.verdict !== "refuted" || !stuck) return answer;
  const { inputs } = check(graph, claim(what.id, what.sentence, never<ComposedState>(stuck)));
  if (!inputs) return answer;
  return { ...answer, inputs: [...inputs, PROCEED], repeats: inputs.length };
}

const PROCEED = { type: "proceed" } as { type: string } as Input;
