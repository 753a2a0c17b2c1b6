import { expect, test } from "vitest";
import { type AnyStateMachine, createMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../../machines/index.js";
import { statesOf, transitionsOf } from "../../device/index.js";
import { toStately, toStatelyJson } from "./stately.js";

/** Runs a module's source as Stately Studio does: with `createMachine` alone. */
function machineOfSource(source: string): AnyStateMachine {
  const body = source
    .replace('import { createMachine } from "xstate";\n', "")
    .replace("export const machine =", "return");
  return new Function("createMachine", body)(createMachine);
}

test.each([serialMachine, serialMachine081, uart16550Machine] as AnyStateMachine[])(
  "$id as source and as JSON has the same states and transitions",
  (machine) => {
    const ofSource = machineOfSource(toStately(machine));
    const ofJson = createMachine(JSON.parse(toStatelyJson(machine)));
    for (const copy of [ofSource, ofJson]) {
      expect(statesOf(copy)).toEqual(statesOf(machine));
      expect(transitionsOf(copy)).toEqual(transitionsOf(machine));
    }
    // Every name has an implementation, and none is superfluous.
    const guards = new Set(
      transitionsOf(machine).flatMap(({ guard }) => (guard === undefined ? [] : [guard])),
    );
    expect(new Set(Object.keys(ofSource.implementations.guards))).toEqual(guards);
    const actions = transitionsOf(machine).flatMap((transition) => transition.actions);
    expect(Object.keys(ofSource.implementations.actions)).toEqual(expect.arrayContaining(actions));
  },
);
