import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { compiledEngineFor, sendInput } from "../../device/internal.js";
import type { ChartTransition, Run } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { LazyDeviceState } from "./device-state.js";
import { actorsOf, classesOf } from "./machine-chart.js";
import { isDevice } from "./scope.js";
import type { DeviceState } from "./types.js";
import { ValueIdentity } from "./value-identity.js";
import type { XStateRun } from "./xstate/xstate-run.js";
import { XStateSteppingEngine } from "./xstate/xstate-stepping-engine.js";

/** A chart in one state, from which any number of inputs can be taken: it never changes. */
export interface ChartPoint<TState> {
  /** The device in this state. */
  readonly deviceState: DeviceState<TState>;
  /** The chart's state as JSON. */
  readonly state: TState;
  /** The chart's state value. */
  readonly value: unknown;
  /** Returns the point after an input. Emissions and the transitions taken are appended. */
  after(input: Input, emissions: ChartEmission[], transitions: ChartTransition[]): ChartPoint<TState>;
}

/** Returns a chart in its first state, or in `state`, on the compiled engine. */
export function chartPointAt<TState>(
  chart: Chart<AnyStateMachine, TState>,
  state: unknown = chart.initial,
): ChartPoint<TState> {
  if (actorsOf(chart)) return hostedPointAt(chart, state);
  const engine = compiledEngineFor(chart);
  const startRun = (runState: unknown): Run<AnyStateMachine> =>
    engine.start(runState === undefined ? undefined : chart.snapshotOf(runState));
  const pointOf = (run: Run<AnyStateMachine>): ChartPoint<TState> => {
    const { value } = run;
    return {
      state: chart.stateOf(run.context),
      value,
      get deviceState() {
        const context = { ...(run.context as object) };
        return new LazyDeviceState<TState>(
          chart,
          () => context,
          () => value,
        );
      },
      after(input, emissions, transitions) {
        if (!isDevice(chart as Chart)) {
          const eventRun = run.fork();
          eventRun.send(input, emissions, transitions);
          return pointOf(eventRun);
        }
        const nextRun = input.type === "restore" ? startRun(input.state) : run.fork();
        sendInput(chart, nextRun, input, emissions, transitions);
        return pointOf(nextRun);
      },
    };
  };
  return pointOf(startRun(state));
}

/** Returns the chart of a machine in its first state, or in `state`, on XState itself. */
function hostedPointAt<TState>(chart: Chart<AnyStateMachine, TState>, state: unknown): ChartPoint<TState> {
  const engine = new XStateSteppingEngine(
    chart as Chart,
    actorsOf(chart) ?? {},
    new ValueIdentity(classesOf(chart)),
    () => undefined,
  );
  const pointOf = (run: XStateRun): ChartPoint<TState> => {
    const deviceState = new LazyDeviceState<TState>(
      chart,
      () => run.context,
      () => run.value,
      run.isDone,
      () => engine.snapshotIn(run.configuration, run.context),
    );
    return {
      deviceState,
      state: deviceState.state,
      value: run.value,
      after(input, emissions, transitions) {
        const nextRun = run.fork();
        nextRun.send(input, emissions, transitions);
        return pointOf(nextRun);
      },
    };
  };
  return pointOf(engine.start({ ...chart, initial: state } as Chart));
}
