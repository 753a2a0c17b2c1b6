import fc from "fast-check";
import type { AnyStateMachine, EventObject } from "xstate";
import { analyse } from "../../src/engine/analyse.js";
import { build } from "../../src/engine/compile.js";
import { contextKeys, generateFrom } from "../../src/engine/generate.js";
import { type Engine, interpret } from "../../src/engine/index.js";
import { type Between, compareOn, Difference, load, outcome } from "./equal.js";

/** XState's interpreter and both compiled forms of a machine, the interpreter first. */
export const enginesOf = async (machine: AnyStateMachine): Promise<Engine<AnyStateMachine>[]> => {
  const analysis = analyse(machine);
  const source = await load(generateFrom(analysis.program, {}, contextKeys(machine)));
  return [interpret(machine), build(machine, analysis), build(machine, analysis, source)];
};

/**
 * A property: both compiled forms of a machine do what XState does, on sequences of events, also across forks and across
 * snapshots that one engine makes and another goes on from.
 *
 * @param engines - from {@link enginesOf}.
 * @param event - what the sequences are made of.
 * @param maxLength - the most events in a sequence.
 */
export const sequencesAgree = <TEvent extends EventObject>(
  engines: readonly Engine<AnyStateMachine>[],
  event: fc.Arbitrary<TEvent>,
  maxLength = 100,
) =>
  fc.property(
    fc.array(event, { minLength: 1, maxLength, size: "max" }),
    fc.array(fc.constantFrom<Between>("go on", "go on", "go on", "fork", "exchange"), { maxLength }),
    (events, between) => compareOn(engines, events, [], between),
  );

/** What {@link everyConfigurationAgrees} has seen. */
export interface Coverage {
  readonly configurations: number;
  readonly checked: number;
}

/**
 * Sends every event in every reachable configuration, on all engines, and compares the outcomes.
 *
 * @param engines - from {@link enginesOf}.
 * @param events - every event to send; where payloads matter, one for each that does.
 * @param key - what two states have in common that count as one configuration. Context that it leaves out is explored as
 * it is first met.
 * @param limit - more configurations than this are an error: the key is too fine.
 * @throws {Difference} where an engine differs from the first.
 */
export const everyConfigurationAgrees = (
  engines: readonly Engine<AnyStateMachine>[],
  events: readonly EventObject[],
  key: (state: { value: unknown; context: unknown }) => string = ({ value }) => JSON.stringify(value),
  limit = 100_000,
): Coverage => {
  const start = engines.map((engine) => engine.start());
  const [first] = start;
  if (first === undefined) throw new RangeError("There is no engine");
  const seen = new Set([key(first.snapshot as never)]);
  const waiting = [start];
  let checked = 0;
  for (let runs = waiting.pop(); runs !== undefined; runs = waiting.pop()) {
    for (const event of events) {
      const forks = runs.map((run) => run.fork());
      const [expected, ...others] = forks.map((run) => outcome(run, event, []));
      if (expected === undefined) continue;
      for (const [at, found] of others.entries())
        Difference.check(`engine ${at + 1}`, event, checked, expected, found);
      checked += 1;
      const reached = key(expected as never);
      if (seen.has(reached)) continue;
      seen.add(reached);
      if (seen.size > limit) throw new RangeError(`There are more than ${limit} configurations`);
      waiting.push(forks);
    }
  }
  return { configurations: seen.size, checked };
};
