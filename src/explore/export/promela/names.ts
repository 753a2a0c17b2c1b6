import type { RawGuard, RawMachine } from "../../../engine/internal.js";
import { ExportError } from "../export-error.js";
import type { PromelaBodies } from "./bodies.js";
import { actionName, eventsOf } from "./chart.js";
import { handlerName } from "./events.js";
import { guardReference, isTranslated, referencesIn } from "./guards.js";
import { compoundStatesOf, stateIdentifier, stateVariable } from "./states.js";
import { selfAndDescendants } from "./structure.js";

/** Checks that every name has a body, and every body a name. */
export function checkNames(chart: RawMachine, bodies: PromelaBodies): void {
  const { guards, actions } = chart.implementations;
  const neededNames = Object.keys(guards).filter((name) => !isTranslated(guards[name]));
  checkBodies(chart, "guard", neededNames, Object.keys(bodies.guards));
  checkBodies(chart, "action", Object.keys(actions), Object.keys(bodies.actions));
  for (const stateNode of selfAndDescendants(chart.root)) {
    const location = `${chart.id}, ${stateNode.path.join(".") || "the root"}`;
    const transitions = [...stateNode.transitions.values(), stateNode.always ?? []].flat();
    for (const { guard } of transitions)
      if (guard) checkKnown(guards, guardNameOf(guard, bodies, location), "guard", location);
    for (const action of [...transitions.flatMap((it) => it.actions), ...stateNode.entry, ...stateNode.exit])
      checkKnown(actions, actionName(action, location), "action", location);
  }
  for (const [name, guard] of Object.entries(guards))
    for (const reference of referencesIn(guard))
      checkKnown(guards, guardNameOf(reference, bodies, `guard ${name}`), "guard", `guard ${name}`);
}

const guardNameOf = (guard: RawGuard, bodies: PromelaBodies, location: string): string =>
  guardReference(guard, bodies, location).replace(/\(.*/, "");

function checkKnown(names: object, name: string, kind: string, location: string): void {
  if (!Object.hasOwn(names, name))
    throw new ExportError(`${location}: expected the name of one of the machine's ${kind}s, got ${name}`);
}

function checkBodies(
  chart: RawMachine,
  kind: string,
  names: readonly string[],
  bodies: readonly string[],
): void {
  const missingBodies = names.filter((name) => !bodies.includes(name));
  if (missingBodies.length > 0)
    throw new ExportError(
      `${chart.id}: ${missingBodies.length} of ${names.length} ${kind}s have no body in Promela: ${namesInWords(missingBodies)}`,
    );
  const extraBodies = bodies.filter((name) => !names.includes(name));
  if (extraBodies.length > 0)
    throw new ExportError(`${chart.id}: no ${kind} that needs a body is named ${namesInWords(extraBodies)}`);
}

const namesInWords = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")}, ...` : names.join(", ");

/** Checks that all identifiers differ: Promela has one namespace. */
export function checkIdentifiers(
  chart: RawMachine,
  bodies: PromelaBodies,
  otherNames: readonly string[],
): void {
  const declared = [...bodies.context, ...bodies.step].flatMap(
    (line) => /^\S+\s+(\w+)/.exec(line)?.slice(1) ?? [],
  );
  const names = [
    ...compoundStatesOf(chart.root).flatMap((stateNode) =>
      Object.values(stateNode.states).map(stateIdentifier),
    ),
    ...compoundStatesOf(chart.root).map(stateVariable),
    ...Object.keys(bodies.constants ?? {}),
    ...Object.keys(chart.implementations.guards),
    ...Object.keys(chart.implementations.actions),
    ...declared,
    ...otherNames,
    ...eventsOf(chart).map(handlerName),
  ];
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined)
    throw new ExportError(`${chart.id}: expected names that differ in Promela, got two of ${duplicate}`);
}
