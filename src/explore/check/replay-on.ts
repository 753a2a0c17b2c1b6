import type { Actor, AnyStateMachine, EventFrom, SnapshotFrom } from "xstate";

/** A run of events: a result of `check`, a failure or an impurity of a graph. */
export interface EventRun {
  /** The events, in order; absent where no run shows a verdict. */
  readonly inputs?: readonly { readonly type: string }[];
}

/**
 * Sends the events of a run to an actor of the machine, one after the other, and returns its snapshots: after the start, then after each event.
 * The actor is started if it was not.
 *
 * An event on which the machine throws is the last one: the actor's snapshot then has the status "error", and the error.
 *
 * @param run - a result of `check`, or a list of events.
 * @throws TypeError if the result has no run, such as that of a proved claim.
 */
export function replayOn<TMachine extends AnyStateMachine>(
  actor: Actor<TMachine>,
  run: EventRun | readonly { readonly type: string }[],
): SnapshotFrom<TMachine>[] {
  const events = Array.isArray(run)
    ? (run as readonly { readonly type: string }[])
    : (run as EventRun).inputs;
  if (!events)
    throw new TypeError(
      "run: expected a result with inputs, or a list of events, got a result that no run shows",
    );
  // Without an observer, XState throws the error of an action later, to nobody.
  const subscription = actor.subscribe({ error: () => undefined });
  actor.start();
  const snapshots = [actor.getSnapshot() as SnapshotFrom<TMachine>];
  for (const event of events) {
    actor.send(event as EventFrom<TMachine>);
    snapshots.push(actor.getSnapshot() as SnapshotFrom<TMachine>);
  }
  subscription.unsubscribe();
  return snapshots;
}

/** Describes an event or an emission: "PUSH", "CALL floor 2". */
export function eventInWords({ type, ...payload }: { readonly type: string }): string {
  const fields = Object.entries(payload).map(([fieldName, value]) => `${fieldName} ${dataInWords(value)}`);
  return [type, fields.join(", ")].filter((words) => words !== "").join(" ");
}

/** Describes a value of a context or an event: as JSON where it has one. */
export function dataInWords(value: unknown): string {
  try {
    if (value instanceof Map || value instanceof Set)
      return `${value instanceof Map ? "Map" : "Set"} ${dataInWords([...value])}`;
    if (Object.is(value, -0)) return "-0";
    return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    return String(value);
  }
}
