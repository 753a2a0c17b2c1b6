import { type SerialMachine, serialMachine, serialStateValue } from "../../../machines/index.js";
import type { Chart } from "../../device/index.js";
import { type SerialState, serialChart } from "../../device/index.js";
import { contextOfState } from "../../device/internal.js";

type Provided = Parameters<SerialMachine["provide"]>[0];

/** The chart of 0.8.2 with some of its guards or actions replaced. */
export function brokenChart(provided: Provided): Chart<SerialMachine, SerialState> {
  const machine = serialMachine.provide(provided);
  const { source: _source, ...chart } = serialChart("0.8.2");
  return {
    ...chart,
    machine,
    snapshotOf: (state) => {
      const context = contextOfState(state);
      return machine.resolveState({ value: serialStateValue(context), context });
    },
  };
}
