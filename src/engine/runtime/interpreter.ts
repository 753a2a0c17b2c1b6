import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import { refuseReservedType } from "../ir/event-descriptors.js";
import { inertScope } from "../xstate/actor-scope.js";
import { raw } from "../xstate/machine-internals.js";
import { expectMachine } from "./argument-checks.js";
import type { Collector } from "./emissions.js";
import type { Engine, Run } from "./engine.js";
import { createEventPort } from "./event-port.js";
import { startingSnapshot } from "./snapshot.js";

/**
 * Runs a machine on XState's own `transition`. Compiled code has the same results.
 *
 * There is no actor: invoke, spawn, sendTo and delays throw, while log, cancel and stopChild do nothing.
 *
 * @param machine - any XState machine.
 * @throws {TypeError} if `machine` is no machine.
 */
export const interpret = <TMachine extends AnyStateMachine>(machine: TMachine): Engine<TMachine> => {
  expectMachine(machine);
  const innerMachine = raw(machine);
  let emissions: EventObject[] = [];
  let selectedTransitions: object[] = [];
  const actorScope = inertScope(
    (event) => emissions.push(event),
    (transitions) => selectedTransitions.push(...transitions),
  );

  /** Runs `task` with its own lists: an action of one run may start or send to another. */
  const withOwnLists = <T>(task: () => T): T => {
    const outerLists = { emissions, selectedTransitions };
    emissions = [];
    selectedTransitions = [];
    try {
      return task();
    } finally {
      ({ emissions, selectedTransitions } = outerLists);
    }
  };

  const send = (
    snapshot: AnyMachineSnapshot,
    event: EventObject,
    emitted: Collector<EventObject>,
    selected?: object[],
  ) => {
    refuseReservedType(event.type);
    if (snapshot.status !== "active") return snapshot;
    return withOwnLists(() => {
      const next = innerMachine.transition(snapshot, event, actorScope);
      for (const emission of emissions) emitted.push(emission);
      selected?.push(...selectedTransitions);
      return next;
    });
  };

  const runFrom = (start: AnyMachineSnapshot): Run<AnyStateMachine> => {
    let snapshot = start;
    const run: Run<AnyStateMachine> = {
      send(event, emitted, selected) {
        snapshot = send(snapshot, event, emitted, selected);
      },
      handler(type) {
        refuseReservedType(type);
        return run.send;
      },
      dispatcher(types) {
        for (const type of types) refuseReservedType(type);
        return (_, event, emitted, selected) => {
          run.send(event, emitted, selected);
          return undefined;
        };
      },
      port(types, payload, emissionKinds = []) {
        const handlers = types.map((type) => run.handler(type));
        return createEventPort(handlers as never, types, payload, emissionKinds);
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
      preview(event, emitted) {
        send(snapshot, event, emitted);
      },
      transact(task) {
        const snapshotBefore = snapshot;
        try {
          task();
        } catch (error) {
          snapshot = snapshotBefore;
          throw error;
        }
      },
      fork: () => runFrom(snapshot),
    };
    return run;
  };

  return {
    machine,
    start: (snapshot, input) =>
      runFrom(
        withOwnLists(() =>
          startingSnapshot(innerMachine, actorScope, snapshot as AnyMachineSnapshot | undefined, input),
        ),
      ) as unknown as Run<TMachine>,
  };
};
