import fc from "fast-check";
import type { AnyStateMachine, EventObject } from "xstate";
import { type Engine, interpret } from "../../src/engine/index.js";
import { compileLowered, contextKeys, generateModule, lowerMachine } from "../../src/engine/internal.js";
import { type Between, compareOn, Difference, loadGenerated, outcome, stateOf } from "./compare-runs.js";

/** XState's interpreter and both compiled forms of a machine, the interpreter first. The table checks that guards declare what they read. */
export const enginesOf = async (machine: AnyStateMachine): Promise<Engine<AnyStateMachine>[]> => {
  const analysis = lowerMachine(machine);
  const generated = loadGenerated(generateModule(analysis.program, {}, contextKeys(machine)));
  return [
    interpret(machine),
    compileLowered(machine, analysis),
    compileLowered(machine, analysis, generated),
  ];
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

/** The result of {@link everyConfigurationAgrees}. */
interface Coverage {
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
  key: (stateName: { value: unknown; context: unknown }) => string = ({ value }) => JSON.stringify(value),
  limit = 100_000,
): Coverage => {
  const start = engines.map((engine) => engine.start());
  const [firstRun] = start;
  if (firstRun === undefined) throw new RangeError("There is no engine");
  const visited = new Set([key(stateOf(firstRun))]);
  const waiting = [start];
  let checked = 0;
  for (let runs = waiting.pop(); runs !== undefined; runs = waiting.pop()) {
    for (const chartEvent of events) {
      const forks = runs.map((run) => run.fork());
      const [expected, ...others] = forks.map((run) => outcome(run, chartEvent, []));
      if (expected === undefined) continue;
      for (const [engineIndex, actualOutcome] of others.entries())
        Difference.check(`engine ${engineIndex + 1}`, chartEvent, checked, expected, actualOutcome);
      checked += 1;
      const reached = key(expected);
      if (visited.has(reached)) continue;
      visited.add(reached);
      if (visited.size > limit) throw new RangeError(`There are more than ${limit} configurations`);
      waiting.push(forks);
    }
  }
  return { configurations: visited.size, checked };
};
