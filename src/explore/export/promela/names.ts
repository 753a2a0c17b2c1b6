import type { RawGuard, RawMachine } from "../../../engine/internals.js";
import { ExportError } from "../export-error.js";
import type { PromelaBodies } from "./bodies.js";
import { actionName, eventsOf } from "./chart.js";
import { handlerName } from "./events.js";
import { guardRef, isTranslated, referencesIn } from "./guards.js";
import { nameOf, variableOf, variablesOf } from "./states.js";
import { within } from "./structure.js";

/** Every name has its body, and every body its name. */
export function checkNames(chart: RawMachine, bodies: PromelaBodies): void {
  const { guards, actions } = chart.implementations;
  const needed = Object.keys(guards).filter((name) => !isTranslated(guards[name]));
  compare(chart, "guard", needed, Object.keys(bodies.guards));
  compare(chart, "action", Object.keys(actions), Object.keys(bodies.actions));
  for (const node of within(chart.root)) {
    const place = `${chart.id}, ${node.path.join(".") || "the root"}`;
    const taken = [...node.transitions.values(), node.always ?? []].flat();
    for (const { guard } of taken) if (guard) known(guards, nameIn(guard, bodies, place), "guard", place);
    for (const action of [...taken.flatMap((it) => it.actions), ...node.entry, ...node.exit])
      known(actions, actionName(action, place), "action", place);
  }
  for (const [name, guard] of Object.entries(guards))
    for (const inner of referencesIn(guard))
      known(guards, nameIn(inner, bodies, `guard ${name}`), "guard", `guard ${name}`);
}

const nameIn = (guard: RawGuard, bodies: PromelaBodies, place: string): string =>
  guardRef(guard, bodies, place).replace(/\(.*/, "");

function known(names: object, name: string, kind: string, place: string): void {
  if (!Object.hasOwn(names, name))
    throw new ExportError(`${place}: expected the name of one of the machine's ${kind}s, got ${name}`);
}

function compare(chart: RawMachine, kind: string, names: readonly string[], bodies: readonly string[]): void {
  const missing = names.filter((name) => !bodies.includes(name));
  if (missing.length > 0)
    throw new ExportError(
      `${chart.id}: ${missing.length} of ${names.length} ${kind}s have no body in Promela: ${few(missing)}`,
    );
  const extra = bodies.filter((name) => !names.includes(name));
  if (extra.length > 0)
    throw new ExportError(`${chart.id}: no ${kind} that needs a body is named ${few(extra)}`);
}

const few = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")}, ...` : names.join(", ");

/** Promela has one space for all names. */
export function checkIdentifiers(chart: RawMachine, bodies: PromelaBodies, others: readonly string[]): void {
  const declared = [...bodies.context, ...bodies.step].flatMap(
    (line) => /^\S+\s+(\w+)/.exec(line)?.slice(1) ?? [],
  );
  const names = [
    ...variablesOf(chart.root).flatMap((node) => Object.values(node.states).map(nameOf)),
    ...variablesOf(chart.root).map(variableOf),
    ...Object.keys(bodies.constants ?? {}),
    ...Object.keys(chart.implementations.guards),
    ...Object.keys(chart.implementations.actions),
    ...declared,
    ...others,
    ...eventsOf(chart).map(handlerName),
  ];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new ExportError(`${chart.id}: expected names that differ in Promela, got two of ${twice}`);
}
