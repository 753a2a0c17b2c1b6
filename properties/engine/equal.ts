import { isDeepStrictEqual } from "node:util";
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { ChartTransition, Engine, GeneratedSource, Run } from "../../src/engine/index.js";

/** Loads a generated module from its text. */
export const load = async (text: string): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as GeneratedSource;

/** All that can be told of one event's outcome. */
export interface Outcome {
  readonly error: string | undefined;
  readonly value: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly output: unknown;
  readonly emitted: readonly EventObject[];
  readonly taken: readonly ChartTransition[];
  readonly logged: readonly unknown[];
}

type AnyRun = Run<AnyStateMachine>;

/** What a run's present state looks like. */
export const stateOf = (run: AnyRun) => {
  const { context, status, output } = run.snapshot as AnyMachineSnapshot;
  return { value: run.value, context, status, output };
};

/** Sends an event and tells what came of it; `logged` is what the machine's plain actions write to. */
export const outcome = (run: AnyRun, event: EventObject, logged: unknown[]): Outcome => {
  const emitted: EventObject[] = [];
  const taken: ChartTransition[] = [];
  let error: string | undefined;
  logged.length = 0;
  try {
    run.send(event, emitted, taken);
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  return { error, ...stateOf(run), emitted, taken, logged: [...logged] };
};

const isSame = (a: Outcome, b: Outcome): boolean => {
  const { taken: takenA, ...restA } = a;
  const { taken: takenB, ...restB } = b;
  return (
    takenA.length === takenB.length &&
    takenA.every((transition, at) => transition === takenB[at]) &&
    isDeepStrictEqual(restA, restB) &&
    // XState reverses the order of the regions when a machine comes to its end.
    (a.status === "done" || JSON.stringify(a.value) === JSON.stringify(b.value))
  );
};

const show = ({ taken, ...rest }: Outcome): string =>
  JSON.stringify({ ...rest, taken: taken.map((each) => each.toJSON()) });

/** An error that tells in what two engines differ. */
export class Difference extends Error {
  /** @throws {Difference} unless both are the same. */
  static check(name: string, event: EventObject, at: number, expected: Outcome, found: Outcome): void {
    if (!isSame(expected, found)) throw new Difference(name, event, at, expected, found);
  }

  constructor(name: string, event: EventObject, at: number, expected: Outcome, found: Outcome) {
    super(`${name}, event ${at} ${JSON.stringify(event)}:\n  ${show(expected)}\n  ${show(found)}`);
  }
}

/** What to do between events: nothing, or go on from a copy, or from another engine's snapshot. */
export type Between = "go on" | "fork" | "exchange";

/**
 * Runs a sequence on the first engine and on the others, and compares all outcomes with the first's.
 *
 * @throws {Difference} where they differ.
 */
export const compareOn = (
  engines: readonly Engine<AnyStateMachine>[],
  events: readonly EventObject[],
  logged: unknown[] = [],
  between: readonly Between[] = [],
): void => {
  const start = (engine: Engine<AnyStateMachine>): AnyRun | string => {
    try {
      return engine.start();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const started = engines.map(start);
  const [first] = started;
  if (typeof first === "string" || first === undefined) {
    for (const other of started)
      if (other !== first) throw new Error(`Started, where XState fails: ${first}`);
    return;
  }
  let runs = started.map((run) => {
    if (typeof run === "string") throw new Error(`Fails to start, where XState does not: ${run}`);
    return run;
  });
  for (const [at, event] of events.entries()) {
    const [expected, ...others] = runs.map((run) => outcome(run, event, logged)) as [Outcome, ...Outcome[]];
    for (const [other, found] of others.entries()) {
      Difference.check(`engine ${other + 1}`, event, at, expected, found);
    }
    const next = between[at];
    if (next === "fork") runs = runs.map((run) => run.fork());
    if (next === "exchange") {
      const snapshots = runs.map((run) => run.snapshot);
      runs = engines.map((engine, own) => engine.start(snapshots[(own + 1) % snapshots.length] as never));
    }
  }
};
