import type { Input } from "../../../journal/index.js";
import { check } from "../../check/check.js";
import type { CheckResult } from "../../check/check-result.js";
import {
  always,
  type Claim,
  claim,
  type Fairness,
  leadsTo,
  never,
  type Predicate,
} from "../../check/claims.js";
import type { Graph, ReachedState } from "../../space/types.js";
import type { ComposedState } from "./parts.js";

type ReachedComposition = ReachedState<ComposedState>;
type ComposedPart = Pick<ReachedComposition, "state">;

const environmentState = ({ state }: ComposedPart, regionName: string): unknown =>
  (state.environment.value as Readonly<Record<string, unknown>>)[regionName];
const compositionBefore = ({ step, state }: ReachedComposition): ComposedPart => step?.before ?? { state };
const controllerState = ({ state }: ComposedPart, regionName: string): unknown =>
  (state.pic as Readonly<Record<string, unknown>>)[regionName];

const isProcessorBusy = (current: ComposedPart): boolean =>
  current.state.access !== undefined || controllerState(current, "INT") === "high";
const PROCESSOR_PROCEEDS: Fairness<ComposedState> = {
  name: "the processor goes on, or has nothing to do",
  is: (current) =>
    (current.step?.input.type as string | undefined) === "proceed" || !isProcessorBusy(current),
};

const isReading = (handler: unknown): boolean =>
  typeof handler === "object" && handler !== null && "receiving" in handler;
const HANDLER_PAUSES: Fairness<ComposedState> = {
  name: "the handler has read what was received",
  is: ({ state }) => !isReading((state.driver.value as { handler: unknown }).handler),
};

const fairly = [PROCESSOR_PROCEEDS, HANDLER_PAUSES];

/** Returns the predicate that a region of the environment has just entered a state. */
const entersState =
  (regionName: string, targetState: string): Predicate<ComposedState> =>
  (current) =>
    environmentState(current, regionName) === targetState &&
    environmentState(compositionBefore(current), regionName) !== targetState;

/**
 * The claims about a driver and its device together. Fairness: again and again the processor goes on, or has nothing to do, and the
 * handler has read all that was received: characters do not arrive faster than they are read for ever.
 */
export const driverClaims: readonly Claim<ComposedState>[] = [
  claim(
    "delivered",
    "Every byte that the device has accepted is delivered to the user.",
    leadsTo<ComposedState>(
      entersState("markedArrival", "accepted"),
      (current) => environmentState(current, "markedArrival") === "delivered",
      { fairly },
    ),
  ),
  claim(
    "sent",
    "Every byte that the driver was given to send leaves the device.",
    leadsTo<ComposedState>(
      entersState("markedSend", "sent"),
      (current) => environmentState(current, "markedSend") === "transmitted",
      {
        fairly,
      },
    ),
  ),
  claim(
    "in-order",
    "What is delivered is what was accepted, and what leaves is what was sent or printed: once, in order, and nothing else.",
    never<ComposedState>(
      (current) =>
        environmentState(current, "received") === "wrong" ||
        environmentState(current, "transmitted") === "wrong",
    ),
  ),
  claim(
    "handler-ends",
    "Where nothing arrives meanwhile, the interrupt handler ends.",
    leadsTo<ComposedState>(
      (current) =>
        controllerState(current, "service") === "serving" &&
        controllerState(compositionBefore(current), "service") !== "serving",
      (current) => controllerState(current, "service") !== "serving",
      {
        fairly,
        during: (current) => !((current.step?.input.type as string | undefined) ?? "").startsWith("arrive"),
      },
    ),
  ),
  claim(
    "not-interrupted",
    "No call is interrupted between two accesses: the handler runs while the driver is idle.",
    always<ComposedState>(
      (current) => (current.state.driver.value as { thread: unknown }).thread === "idle",
      {
        when: (current) => controllerState(current, "service") === "serving",
      },
    ),
  ),
];

/** By claim: the predicate that its byte waits for ever, as the processor has nothing to do. */
const STUCK_PREDICATES: Readonly<Record<string, Predicate<ComposedState>>> = {
  delivered: (current) =>
    environmentState(current, "markedArrival") === "accepted" && !isProcessorBusy(current),
  sent: (current) => environmentState(current, "markedSend") === "sent" && !isProcessorBusy(current),
};

/**
 * Proves or refutes one of {@link driverClaims} on the explored graph of a composition. The counterexample for a byte that gets stuck is a
 * shortest run after which the processor has nothing to do.
 */
export function checkDriverClaim(
  graph: Graph<ComposedState>,
  driverClaim: Claim<ComposedState>,
): CheckResult<ComposedState> {
  const checkResult = check(graph, driverClaim);
  const isStuck = STUCK_PREDICATES[driverClaim.id];
  if (checkResult.verdict !== "refuted" || !isStuck) return checkResult;
  const { inputs } = check(graph, claim(driverClaim.id, driverClaim.sentence, never<ComposedState>(isStuck)));
  if (!inputs) return checkResult;
  return { ...checkResult, inputs: [...inputs, PROCEED_INPUT], repeats: inputs.length };
}

const PROCEED_INPUT = { type: "proceed" } as { type: string } as Input;
