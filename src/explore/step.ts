import type { AnyStateMachine } from "xstate";
import { LSR } from "../../machines/index.js";
import { placeOf, READ_EVENTS, WRITE_EVENTS } from "../device/access-events.js";
import { compiledEngineFor } from "../device/engines.js";
import type { Chart, ChartEmission } from "../device/index.js";
import type { ChartTransition, Run } from "../engine/index.js";
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
export const restoredEvent = (run: AnyRun, emitted: ChartEmission[], taken: ChartTransition[]): void =>
  run.send({ type: "restored" } as never, emitted as never, taken);

/** As `Fold` takes an input; a run that is forked for each input cannot be a `Fold`, which keeps its own. */
export function sendTo(
  chart: Chart,
  run: AnyRun,
  input: Input,
  emitted: ChartEmission[],
  taken: ChartTransition[],
): void {
  const one = (event: unknown): void => run.send(event as never, emitted as never, taken);
  switch (input.type) {
    case "read":
      one(READ_EVENTS[input.offset]);
      break;
    case "write":
      one(WRITE_EVENTS[(placeOf(input.offset) << 8) | input.value]);
      break;
    case "restore":
      restoredEvent(run, emitted, taken);
      break;
    case "receive":
      if (chart.characters === "bytes") one(input);
      else for (const character of input.characters) one({ type: "receive", character: marked(character) });
      break;
    case "advance": {
      // An event never passes what is due.
      let left = input.ticks;
      do {
        const ticks = Math.min(chart.ticksUntilDue?.(run.context as never) ?? left, left);
        one({ type: "advance", ticks });
        left -= ticks;
      } while (left > 0);
      break;
    }
    default:
      one(input);
  }
}

/** A character with its errors as LSR's bits, shifted left by 8. */
function marked(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: broken } = character;
  const errors = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (broken ? LSR.BI : 0);
  return value | (errors << 8);
}
