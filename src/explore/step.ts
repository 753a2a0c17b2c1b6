import type { AnyStateMachine } from "xstate";
import { LSR } from "../../machines/index.js";
import { placeOf, READ_EVENTS, WRITE_EVENTS } from "../device/access-events.js";
import { compiledEngineFor } from "../device/engines.js";
import type { Chart, ChartEmission } from "../device/index.js";
import type { ChartTransition, Collector, Run } from "../engine/index.js";
import type { Character, Input } from "../journal/index.js";
import type { Situation } from "./graph.js";
import { Stood } from "./situation.js";

/** A chart at some state, which inputs lead on from as often as one likes: it is left as it is. */
export interface Standing<TState> {
  /** All of it. */
  readonly at: Situation<TState>;
  readonly state: TState;
  readonly value: unknown;
  /** Takes an input from here. What leaves and the transitions taken are appended; where it leads is given back. */
  take(input: Input, emitted: ChartEmission[], taken: ChartTransition[]): Standing<TState>;
}

type AnyRun = Run<AnyStateMachine>;

/** A chart in its first state, or in `state`, on the compiled engine. */
export function standingAt<TState>(
  chart: Chart<AnyStateMachine, TState>,
  state: unknown = chart.initial,
): Standing<TState> {
  const engine = compiledEngineFor(chart);
  const start = (from: unknown): AnyRun =>
    engine.start(from === undefined ? undefined : chart.snapshotOf(from));
  const standing = (run: AnyRun): Standing<TState> => {
    const state = chart.stateOf(run.context as never);
    const { value } = run;
    return {
      state,
      value,
      get at() {
        const context = { ...(run.context as object) };
        return new Stood<TState>(
          chart,
          () => context,
          () => value,
        );
      },
      take(input, emitted, taken) {
        const next = input.type === "restore" ? start(input.state) : run.fork();
        sendTo(chart, next, input, emitted, taken);
        return standing(next);
      },
    };
  };
  return standing(start(state));
}

/** The chart is told that it has been restored. */
export const restoredEvent = (
  run: AnyRun,
  emitted: Collector<ChartEmission>,
  taken: ChartTransition[],
): void => run.send({ type: "restored" } as never, emitted as never, taken);

/** As `Fold` takes an input; a run that is forked for each input cannot be a `Fold`, which keeps its own. */
export function sendTo(
  chart: Chart,
  run: AnyRun,
  input: Input,
  emitted: Collector<ChartEmission>,
  taken: ChartTransition[],
): void {
  const out = emitted as Collector<never>;
  switch (input.type) {
    case "read":
      run.send(READ_EVENTS[input.offset] as never, out, taken);
      break;
    case "write":
      run.send(WRITE_EVENTS[(placeOf(input.offset) << 8) | input.value] as never, out, taken);
      break;
    case "restore":
      restoredEvent(run, emitted, taken);
      break;
    case "receive":
      if (chart.characters === "bytes") run.send(input as never, out, taken);
      else
        for (const character of input.characters)
          run.send({ type: "receive", character: marked(character) } as never, out, taken);
      break;
    case "advance": {
      // An event never passes what is due.
      let left = input.ticks;
      do {
        const ticks = Math.min(chart.ticksUntilDue?.(run.context as never) ?? left, left);
        run.send({ type: "advance", ticks } as never, out, taken);
        left -= ticks;
      } while (left > 0);
      break;
    }
    default:
      run.send(input as never, out, taken);
  }
}

/** A character with its errors as LSR's bits, shifted left by 8. */
function marked(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: broken } = character;
  const errors = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (broken ? LSR.BI : 0);
  return value | (errors << 8);
}
