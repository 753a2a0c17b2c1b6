import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { Collector } from "./emissions.js";
import type { Engine, Run } from "./engine.js";
import { inertScope, raw } from "./internals.js";
import { startingSnapshot } from "./start.js";
import { refuseType } from "./table.js";

/**
 * Runs a machine on XState's own `transition`. It is the meaning of a machine, and the yardstick for {@link compile}.
 *
 * A machine that needs living actors (invoke, spawn, sendTo, delays) throws as soon as it does.
 *
 * @param machine - any XState machine.
 */
export const interpret = <TMachine extends AnyStateMachine>(machine: TMachine): Engine<TMachine> => {
  const inner = raw(machine);
  let emissions: EventObject[] = [];
  let steps: object[] = [];
  const scope = inertScope(
    (event) => emissions.push(event),
    (transitions) => steps.push(...transitions),
  );

  const send = (
    snapshot: AnyMachineSnapshot,
    event: EventObject,
    emitted: Collector<EventObject>,
    taken?: object[],
  ) => {
    refuseType(event.type);
    if (snapshot.status !== "active") return snapshot;
    emissions = [];
    steps = [];
    const next = inner.transition(snapshot, event, scope);
    for (const emission of emissions) emitted.push(emission);
    taken?.push(...steps);
    return next;
  };

  const runFrom = (start: AnyMachineSnapshot): Run<AnyStateMachine> => {
    let snapshot = start;
    const run: Run<AnyStateMachine> = {
      send(event, emitted, taken) {
        snapshot = send(snapshot, event, emitted, taken);
      },
      handler(type) {
        refuseType(type);
        return run.send;
      },
      get snapshot() {
        return snapshot;
      },
      get value() {
        return snapshot.value;
      },
      get context() {
        return snapshot.context;
      },
      fork: () => runFrom(snapshot),
    };
    return run;
  };

  return {
    machine,
    start: (snapshot, input) =>
      runFrom(
        startingSnapshot(inner, scope, snapshot as AnyMachineSnapshot | undefined, input),
      ) as unknown as Run<TMachine>,
  };
};
