import { isDeepStrictEqual } from "node:util";
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { ChartTransition, Engine, GeneratedSource, Run } from "../../src/engine/index.js";

/** Loads a generated module from its text. As a function it costs a fraction of an import, and does not stay in memory. */
export const loadGenerated = (moduleText: string): GeneratedSource => {
  const script = moduleText
    .replace(/^export const hash/m, "const hash")
    .replace(/^export default function link/m, "function link");
  return new Function(`"use strict";\n${script}\nreturn { hash, default: link };`)();
};

/** All that can be told of one event's outcome. */
interface Outcome {
  readonly error: string | undefined;
  readonly value: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly output: unknown;
  readonly emitted: readonly EventObject[];
  readonly transitions: readonly ChartTransition[];
  readonly logged: readonly unknown[];
}

type AnyRun = Run<AnyStateMachine>;

/** Returns the present state of a run. */
export const stateOf = (chartRun: AnyRun) => {
  const { context, status, output } = chartRun.snapshot as AnyMachineSnapshot;
  return { value: chartRun.value, context, status, output };
};

/**
 * Sends an event and tells what came of it; `logged` is what the machine's plain actions write to.
 *
 * @param collects - false if nobody asks for the transitions: they may then run in another way.
 */
export const outcome = (
  chartRun: AnyRun,
  chartEvent: EventObject,
  logged: unknown[],
  collects = true,
): Outcome => {
  const emitted: EventObject[] = [];
  const transitions: ChartTransition[] = [];
  let errorMessage: string | undefined;
  logged.length = 0;
  try {
    chartRun.send(chartEvent, emitted, collects ? transitions : undefined);
  } catch (thrown) {
    errorMessage = (thrown as Error).message;
  }
  return {
    error: errorMessage,
    ...stateOf(chartRun),
    emitted,
    transitions: transitions,
    logged: [...logged],
  };
};

/** Previews an event, and returns its emissions or its error. @throws Error if the run has changed. */
const previewed = (chartRun: AnyRun, chartEvent: EventObject): string | readonly EventObject[] => {
  const before = stateOf(chartRun);
  const emitted: EventObject[] = [];
  let errorMessage: string | undefined;
  try {
    chartRun.preview(chartEvent, emitted);
  } catch (thrown) {
    errorMessage = (thrown as Error).message;
  }
  if (!isDeepStrictEqual(stateOf(chartRun), before))
    throw new Error(`A preview of ${JSON.stringify(chartEvent)} has changed the run`);
  return errorMessage ?? emitted;
};

/** Sends an event twice in a transaction that fails. @throws Error if the run has changed. */
const transactInVain = (chartRun: AnyRun, chartEvent: EventObject): void => {
  const before = stateOf(chartRun);
  const failure = new Error("the transaction has failed");
  try {
    chartRun.transact(() => {
      chartRun.send(chartEvent, []);
      chartRun.send(chartEvent, []);
      throw failure;
    });
  } catch {
    // This error or that of the event.
  }
  if (!isDeepStrictEqual(stateOf(chartRun), before))
    throw new Error(`A failed transaction of ${JSON.stringify(chartEvent)} has changed the run`);
};

/** Every how many events one is previewed, and one sent in a transaction that fails, before it is sent. */
const EVENTS_PER_PREVIEW = 3;

/** Every how many events the transitions are asked for. */
const EVENTS_PER_COLLECTION = 2;

const isSameOutcome = (a: Outcome, b: Outcome): boolean => {
  const { transitions: takenA, ...restA } = a;
  const { transitions: takenB, ...restB } = b;
  return (
    takenA.length === takenB.length &&
    takenA.every((transition, eventIndex) => transition === takenB[eventIndex]) &&
    isDeepStrictEqual(restA, restB) &&
    // XState reverses the order of the regions when a machine comes to its end.
    (a.status === "done" || JSON.stringify(a.value) === JSON.stringify(b.value))
  );
};

const outcomeText = ({ transitions: taken, ...rest }: Outcome): string =>
  JSON.stringify({ ...rest, taken: taken.map((transition) => transition.toJSON()) });

/** An error that tells in what two engines differ. */
export class Difference extends Error {
  /** @throws {Difference} unless both are the same. */
  static check(
    engineName: string,
    chartEvent: EventObject,
    eventIndex: number,
    expected: Outcome,
    actualOutcome: Outcome,
  ): void {
    if (!isSameOutcome(expected, actualOutcome))
      throw new Difference(engineName, chartEvent, eventIndex, expected, actualOutcome);
  }

  constructor(
    engineName: string,
    chartEvent: EventObject,
    eventIndex: number,
    expected: Outcome,
    actualOutcome: Outcome,
  ) {
    super(
      `${engineName}, event ${eventIndex} ${JSON.stringify(chartEvent)}:\n  ${outcomeText(expected)}\n  ${outcomeText(actualOutcome)}`,
    );
  }
}

/** The action between two events: none, going on from a copy, or going on from another engine's snapshot. */
export type Between = "go on" | "fork" | "exchange";

/**
 * Runs a sequence on the first engine and on the others, and compares all outcomes with the first's.
 *
 * @throws {Difference} where they differ.
 */
export const compareOn = (
  engines: readonly Engine<AnyStateMachine>[],
  sequence: readonly EventObject[],
  logged: unknown[] = [],
  between: readonly Between[] = [],
): void => {
  const start = (chartEngine: Engine<AnyStateMachine>): AnyRun | string => {
    try {
      return chartEngine.start();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const started = engines.map(start);
  const [firstRun] = started;
  if (typeof firstRun === "string" || firstRun === undefined) {
    for (const otherRun of started)
      if (otherRun !== firstRun) throw new Error(`Started, where XState fails: ${firstRun}`);
    return;
  }
  let runs = started.map((run) => {
    if (typeof run === "string") throw new Error(`Fails to start, where XState does not: ${run}`);
    return run;
  });
  for (const [eventIndex, chartEvent] of sequence.entries()) {
    const previews =
      eventIndex % EVENTS_PER_PREVIEW === 0 ? runs.map((run) => previewed(run, chartEvent)) : [];
    if (eventIndex % EVENTS_PER_PREVIEW === 1) for (const run of runs) transactInVain(run, chartEvent);
    const [expected, ...others] = runs.map((run) =>
      outcome(run, chartEvent, logged, eventIndex % EVENTS_PER_COLLECTION === 0),
    ) as [Outcome, ...Outcome[]];
    for (const preview of previews)
      if (!isDeepStrictEqual(preview, expected.error ?? expected.emitted))
        throw new Error(`Previewed ${JSON.stringify(preview)} of ${outcomeText(expected)}`);
    for (const [engineIndex, actualOutcome] of others.entries()) {
      Difference.check(`engine ${engineIndex + 1}`, chartEvent, eventIndex, expected, actualOutcome);
    }
    const pause = between[eventIndex];
    if (pause === "fork") runs = runs.map((run) => run.fork());
    if (pause === "exchange") {
      const snapshots = runs.map((run) => run.snapshot);
      runs = engines.map((engine, own) => engine.start(snapshots[(own + 1) % snapshots.length]));
    }
  }
};
