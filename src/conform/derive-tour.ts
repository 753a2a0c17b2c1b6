import type { Chart, uart16550Chart } from "../device/index.js";
import {
  explore,
  type Scope,
  serialScope,
  uart16550Scope,
  uart16550ScopeNames,
  uart16550Slice,
} from "../explore/index.js";
import type { Input } from "../journal/index.js";
import { PARTS, type Part } from "./parts.js";
import { perform, type SuiteInput } from "./sequence.js";
import { fromSuiteText } from "./suite-text.js";
import { DeviceTarget, toNanoseconds } from "./target.js";

/** A sequence of the tour. */
export interface TourSequence {
  /**
   * Transitions that its last input takes, on the part for which it was derived or on a later one, with the chart's id before each: the
   * first, and those that no sequence before it names.
   */
  readonly transitions: readonly string[];
  readonly inputs: readonly SuiteInput[];
}

/** What targets can do beside reads and writes, the most common first: a sequence asks for as little as it can. */
const ABILITIES: readonly (readonly SuiteInput["type"][])[] = [
  [],
  ["receive"],
  ["receive", "hold", "release", "modem", "restore", "masterReset"],
  ["receive", "hold", "release", "modem", "restore", "masterReset", "advance"],
];

/** A transition is toured when exploring takes it for the first time, and so many times: other states lead to it then. */
const OCCURRENCES = [10, 100];

/** Options of {@link deriveTour}. */
export interface TourOptions {
  /** The number of states that are explored in each scope. */
  readonly limit: number;
  /** The parts that are explored; all by default. */
  readonly parts?: readonly Part[];
  /** Called with the part that is explored next. */
  readonly progress?: (part: string) => void;
}

/**
 * Derives the tour: explores every scope of every part with the inputs that targets have, and returns a shortest path to each transition that
 * is taken on no path before it, and to two later occurrences of it.
 */
export async function deriveTour({
  limit,
  parts = PARTS,
  progress,
}: TourOptions): Promise<readonly TourSequence[]> {
  const tour: { transitions: readonly string[]; readonly inputs: readonly SuiteInput[] }[] = [];
  const named = new Set<string>();
  const occurrences = new Map<string, number>();
  for (const part of parts) {
    progress?.(part.name);
    const covered = new Set<string>();
    for (const sequence of tour)
      for (const id of await lastTransitions(part, sequence.inputs)) {
        covered.add(id);
        if (!named.has(id)) sequence.transitions = [...sequence.transitions, id];
        named.add(id);
      }
    const { chart } = part.create();
    for (const [index, abilities] of ABILITIES.entries())
      if (part.isTimed || !abilities.includes("advance"))
        for (const scope of scopesOf(chart)) {
          const reduced = withInputs(scope, abilities);
          const before = ABILITIES[index - 1];
          if (!before || !isSameScope(reduced, withInputs(scope, before)))
            for (const { transitions, inputs } of tourOf(chart, reduced, { limit, covered, occurrences })) {
              const [first = ""] = transitions;
              const others = transitions.filter((id) => id !== first && !named.has(id));
              tour.push({ transitions: [first, ...others], inputs });
              for (const id of transitions) named.add(id);
            }
        }
  }
  return tour;
}

/** Returns the transitions that the last input of a sequence takes on a part, with the chart's id before each. */
export async function lastTransitions(part: Part, inputs: readonly SuiteInput[]): Promise<readonly string[]> {
  let transitionIds: readonly string[] = [];
  const target = new DeviceTarget(part.name, () => {
    const device = part.create();
    device.transition$.subscribe((transition) => {
      transitionIds = transition.taken.map(({ id }) => `${device.chart.id} ${id}`);
    });
    return device;
  });
  for (const input of inputs) {
    transitionIds = [];
    await perform(target, input);
  }
  return transitionIds;
}

const scopesOf = (chart: Chart): readonly Scope[] =>
  chart.id === "serial"
    ? [serialScope as Scope]
    : [
        ...uart16550ScopeNames(chart).map(
          (name) => uart16550Slice(name, chart as ReturnType<typeof uart16550Chart>) as Scope,
        ),
        uart16550Scope(chart) as Scope,
      ];

/** Returns a scope without the inputs that a target with these abilities cannot take. */
function withInputs(scope: Scope, abilities: readonly SuiteInput["type"][]): Scope {
  const { restores, ...rest } = scope;
  const inputs = scope.inputs.filter((input) => {
    const type = toSuiteInput(input, 1)?.type;
    return type === "read" || type === "write" || (type !== undefined && abilities.includes(type));
  });
  return { ...rest, ...(restores && abilities.includes("restore") ? { restores } : {}), inputs };
}

const isSameScope = (one: Scope, other: Scope): boolean =>
  one.inputs.length === other.inputs.length && one.restores === other.restores;

/** What was explored before a scope. */
interface Explored {
  readonly limit: number;
  /** The transitions that are covered on the part. */
  readonly covered: Set<string>;
  /** How often each transition was taken, on any part. */
  readonly occurrences: Map<string, number>;
}

/** Returns a sequence for each transition that is not covered yet, on the first path on which exploring takes it, and for later occurrences. */
function tourOf(chart: Chart, scope: Scope, { limit, covered, occurrences }: Explored): TourSequence[] {
  const graph = explore(chart, scope, { limit });
  const paths = new Map<number, readonly SuiteInput[]>([[0, []]]);
  const sequences: TourSequence[] = [];
  for (const { from, to, input, taken: takenTransitions } of graph.transitions) {
    const before = paths.get(from);
    const own = toSuiteInput(input, chart.clock);
    if (!before || !own) continue;
    if (!paths.has(to)) paths.set(to, [...before, own]);
    const transitions = [...new Set(takenTransitions.map(({ id }) => `${chart.id} ${id}`))];
    let isNew = false;
    for (const id of transitions) {
      const count = (occurrences.get(id) ?? 0) + 1;
      occurrences.set(id, count);
      isNew ||= !covered.has(id) || OCCURRENCES.includes(count);
      covered.add(id);
    }
    if (!isNew) continue;
    sequences.push({ transitions, inputs: [...before, own] });
  }
  return sequences;
}

/** Returns an input of a scope as one of a suite; undefined for one that a target cannot take. */
function toSuiteInput(input: Input, clock: number): SuiteInput | undefined {
  switch (input.type) {
    case "read":
    case "write":
      return input.offset < 8 ? input : undefined;
    case "advance":
      return { type: "advance", ticks: toNanoseconds(input.ticks, clock) };
    case "reset":
      return { type: "masterReset" };
    case "restore":
      return { type: "restore" };
    case "hold":
    case "release":
    case "modem":
      return input;
    case "receive": {
      const bytes = Array.from(input.characters);
      return bytes.every((character) => typeof character === "number")
        ? { type: "receive", bytes: bytes as number[] }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Returns the transitions that entries of the tour name, and that their last input takes on no part. */
export async function missingTransitions(
  tour: readonly (readonly [transitions: readonly string[], inputs: string])[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [transitions, text] of tour) {
    const rest = new Set(transitions);
    for (const part of PARTS) {
      if (rest.size === 0) break;
      for (const id of await lastTransitions(part, fromSuiteText(text))) rest.delete(id);
    }
    missing.push(...rest);
  }
  return missing;
}
