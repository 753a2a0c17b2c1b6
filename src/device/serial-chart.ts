import {
  SERIAL_RULES,
  type SerialContext,
  type SerialMachine,
  type SerialRevision,
  serialMachine,
  serialMachine081,
  serialStateValue,
} from "../../machines/index.js";
import type { Chart, RegisterView } from "./device.js";
import { contextOfState, type SerialState, stateOfContext } from "./serial-state.js";

/** The registers as stored: a read of IIR adds the FIFO bits, one of MSR in loopback shows MCR's outputs. */
const STORED = ["DLL", "DLM", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const;

const registers: readonly RegisterView[] = [
  {
    name: "RBR",
    value: ({ receiveFifo }: SerialContext) => (receiveFifo.length > 0 ? receiveFifo.front : 0),
  },
  ...STORED.map((name) => ({ name, value: (context: SerialContext) => context[name] })),
];

const chartOf = (revision: SerialRevision, machine: SerialMachine): Chart<SerialMachine, SerialState> => ({
  id: "serial",
  machine,
  options: { revision },
  clock: 1_843_200,
  interrupt: "pulse",
  registers,
  rules: SERIAL_RULES,
  inputs: ["receive"],
  stateOf: stateOfContext,
  snapshotOf: (state) => {
    const context = contextOfState(state);
    return machine.resolveState({ value: serialStateValue(context), context });
  },
});

const CHARTS: Readonly<Record<string, Chart<SerialMachine, SerialState>>> = {
  "0.8.1": chartOf("0.8.1", serialMachine081),
  "0.8.2": chartOf("0.8.2", serialMachine),
};

/**
 * The chart of vm-superio's `Serial` in a revision.
 *
 * @throws RangeError if there is no such revision.
 */
export function serialChart(revision: SerialRevision = "0.8.2"): Chart<SerialMachine, SerialState> {
  const chart = Object.hasOwn(CHARTS, revision) ? CHARTS[revision] : undefined;
  if (!chart)
    throw new RangeError(`revision: expected one of ${Object.keys(CHARTS).join(", ")}, got ${revision}`);
  return chart;
}
