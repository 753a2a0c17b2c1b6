import type { RawMachine, RawNode, RawTransition } from "../../../engine/internals.js";
import type { PromelaBodies } from "./bodies.js";
import { actionName, candidates, eventsOf } from "./chart.js";
import { guardRef } from "./guards.js";
import { choice, inline, type Lines, type Option, sequence } from "./lines.js";
import { isIn, nameOf, variableOf } from "./states.js";
import { conflict, entered, left, moves, within } from "./structure.js";

/** An event's name in Promela. */
export const eventName = (event: string): string => event.replace(/\W/g, "_");

/** The name of what an event does. */
export const handlerName = (event: string): string => (event === "" ? "settle" : `on_${eventName(event)}`);

/** A region with its transitions on one event: at most one of them is taken. */
interface Region {
  readonly variable: string;
  readonly transitions: RawTransition[];
}

const idOf = ({ source, guard }: RawTransition): string => {
  const name = typeof guard === "object" && guard !== null ? guard.type : guard;
  return `${source.path.join(".")}${name ? ` [${String(name)}]` : ""}`;
};

/** The translation of one event: what each region takes, and then what is done. */
class EventTranslator {
  readonly #machine: RawMachine;
  readonly #event: string;
  readonly #bodies: PromelaBodies;
  /** In the order in which what they take is done. */
  readonly regions: Region[] = [];

  constructor(machine: RawMachine, event: string, bodies: PromelaBodies) {
    this.#machine = machine;
    this.#event = event;
    this.#bodies = bodies;
  }

  /** A number for each transition, from 1; 0 is none. */
  number(region: Region, transition: RawTransition): number {
    const at = region.transitions.indexOf(transition);
    return at >= 0 ? at + 1 : region.transitions.push(transition);
  }

  /** Children come first, and a state's own transitions where none within is taken; regions choose each for itself. */
  select(node: RawNode, region: Region): Lines[] {
    const own = candidates(node, this.#event);
    const asked = Object.values(node.states).filter((child) => this.#concerns(child));
    if (node.type === "parallel") {
      const before = this.regions.length;
      const parts = asked.flatMap((child) => {
        const inner: Region = { variable: `chosen_${nameOf(child)}`, transitions: [] };
        const lines = this.select(child, inner);
        this.regions.push(inner);
        return lines;
      });
      return [...parts, ...this.#own(own, region, [...this.regions.slice(before), region])];
    }
    if (asked.length === 0) return this.#own(own, region, []);
    const before = this.regions.length;
    const options: Option[] = asked.map((child) => ({
      when: isIn(child),
      does: sequence(this.select(child, region)),
    }));
    return [choice(options), ...this.#own(own, region, [...this.regions.slice(before), region])];
  }

  #concerns(node: RawNode): boolean {
    return within(node).some((inner) => candidates(inner, this.#event).length > 0);
  }

  /** @param inner - the regions that come first. */
  #own(own: readonly RawTransition[], region: Region, inner: readonly Region[]): Lines[] {
    if (own.length === 0) return [];
    const lines = this.#first(own, region);
    if (inner.length === 0) return [lines];
    return [choice([{ when: inner.map(({ variable }) => `${variable} == 0`).join(" && "), does: lines }])];
  }

  /** The first whose guard holds. */
  #first([transition, ...others]: readonly RawTransition[], region: Region): Lines {
    if (transition === undefined) return [];
    const take = [`${region.variable} = ${this.number(region, transition)}`];
    if (transition.guard === undefined || transition.guard === null) return take;
    const place = `${this.#machine.id}, ${idOf(transition)} ${this.#event || "always"}`;
    return choice(
      [{ when: guardRef(transition.guard, this.#bodies, place), does: take }],
      this.#first(others, region),
    );
  }

  /** Of two that would leave the same state, the one that comes first in the document is taken. */
  conflicts(): Lines[] {
    return this.regions.flatMap((later, place) =>
      later.transitions.flatMap((transition, index) => {
        const earlier = this.regions
          .slice(0, place)
          .flatMap((region) =>
            region.transitions
              .filter((other) => conflict(transition, other))
              .map((other) => `${region.variable} == ${this.number(region, other)}`),
          );
        if (earlier.length === 0) return [];
        const when = `${later.variable} == ${index + 1} && (${earlier.join(" || ")})`;
        return [choice([{ when, does: [`${later.variable} = 0`] }])];
      }),
    );
  }

  /** What each transition taken does, region by region. */
  perform(what: (transition: RawTransition) => readonly Lines[]): Lines[] {
    return this.regions.flatMap(({ variable, transitions }) => {
      const options = transitions.map((transition, index) => ({ transition, index, done: what(transition) }));
      if (options.every(({ done }) => done.length === 0)) return [];
      return [
        choice(
          options
            .filter(({ done }) => done.length > 0)
            .map(({ transition, index, done }) => ({
              when: `${variable} == ${index + 1} /* ${idOf(transition)} */`,
              does: sequence(done),
            })),
        ),
      ];
    });
  }
}

const calls = (actions: RawTransition["actions"], place: string): Lines[] =>
  actions.map((action) => [`${actionName(action, place)}()`]);

const exits = (transition: RawTransition): Lines[] =>
  left(transition)
    .filter((node) => node.exit.length > 0)
    .map((node) => choice([{ when: isIn(node), does: sequence(calls(node.exit, nameOf(node))) }]));

const enters = (transition: RawTransition): Lines[] => [
  ...moves(transition).map(([node, child]) => [`${variableOf(node)} = ${child ? nameOf(child) : 0}`]),
  ...entered(transition).flatMap((node) => calls(node.entry, nameOf(node))),
];

/** What every event does, and the variables that say what each region takes. */
export function translateEvents(
  machine: RawMachine,
  bodies: PromelaBodies,
): { readonly chosen: readonly string[]; readonly handlers: readonly Lines[] } {
  const chosen = new Set<string>();
  const handlers = eventsOf(machine).map((event) => {
    const translator = new EventTranslator(machine, event, bodies);
    const whole: Region = { variable: `chosen_${machine.root.key}`, transitions: [] };
    const selection = translator.select(machine.root, whole);
    if (whole.transitions.length > 0) translator.regions.push(whole);
    const { regions } = translator;
    for (const { variable } of regions) chosen.add(variable);
    const actions = (transition: RawTransition) => calls(transition.actions, idOf(transition));
    const leaves = translator.perform(exits);
    const apart = regions.some(({ transitions }) => transitions.some((it) => entered(it).some(hasEntry)));
    const done = apart
      ? [...translator.perform(actions), ...translator.perform(enters)]
      : translator.perform((transition) => [...actions(transition), ...enters(transition)]);
    const reset = regions.map(({ variable }) => [`${variable} = 0`]);
    const step = [...reset, ...selection, ...translator.conflicts(), ...leaves, ...done];
    return event === "" ? settling(step, regions) : inline(handlerName(event), step);
  });
  return { chosen: [...chosen], handlers };
}

const hasEntry = (node: RawNode): boolean => node.entry.length > 0;

/** Eventless transitions are taken until there are none. */
function settling(step: readonly Lines[], regions: readonly Region[]): Lines {
  const none = regions.map(({ variable }) => `${variable} == 0`).join(" && ");
  const once = inline("settle_once", step);
  return [
    ...once,
    "inline settle() {",
    "  settle_once();",
    "  do",
    `  :: ${none} -> break`,
    "  :: else -> settle_once()",
    // A loop's end must lie within its d_step.
    "  od;",
    "  skip",
    "}",
  ];
}
