import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { Collector } from "./emissions.js";
import type { Engine, Run } from "./engine.js";
import { expectMachine } from "./expect.js";
import { inertScope, raw } from "./internals.js";
import { makingEvents } from "./port.js";
import { startingSnapshot } from "./start.js";
import { refuseType } from "./table.js";

/**
 * Runs a machine on XState's own `transition`. Compiled code gives what this gives.
 *
 * Where a machine needs a living actor, invoke, spawn, sendTo and delays throw, while log, cancel and stopChild do nothing.
 *
 * @param machine - any XState machine.
 * @throws {TypeError} where `machine` is no machine.
 */
export const interpret = <TMachine extends AnyStateMachine>(machine: TMachine): Engine<TMachine> => {
  expectMachine(machine);
  const inner = raw(machine);
  let emissions: EventObject[] = [];
  let steps: object[] = [];
  const scope = inertScope(
    (event) => emissions.push(event),
    (transitions) => steps.push(...transitions),
  );

  /** Runs `task` with arrays of its own: an action of one run may start or send to another. */
  const collecting = <T>(task: () => T): T => {
    const outer = { emissions, steps };
    emissions = [];
    steps = [];
    try {
      return task();
    } finally {
      ({ emissions, steps } = outer);
    }
  };

  const send = (
    snapshot: AnyMachineSnapshot,
    event: EventObject,
    emitted: Collector<EventObject>,
    taken?: object[],
  ) => {
    refuseType(event.type);
    if (snapshot.status !== "active") return snapshot;
    return collecting(() => {
      const next = inner.transition(snapshot, event, scope);
      for (const emission of emissions) emitted.push(emission);
      taken?.push(...steps);
      return next;
    });
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
      dispatcher(types) {
        for (const type of types) refuseType(type);
        return (_, event, emitted, taken) => {
          run.send(event, emitted, taken);
          return undefined;
        };
      },
      port(types, payload, kinds = []) {
        const handlers = types.map((type) => run.handler(type));
        return makingEvents(handlers as never, types, payload, kinds) as never;
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
        collecting(() => startingSnapshot(inner, scope, snapshot as AnyMachineSnapshot | undefined, input)),
      ) as unknown as Run<TMachine>,
  };
};
