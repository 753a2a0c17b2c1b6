import {
  FIFO_SIZE,
  LCR,
  MCR,
  SERIAL_RULES,
  type SerialContext,
  type SerialMachine,
  type SerialRevision,
  serialMachine,
  serialMachine081,
  serialStateValue,
} from "../../machines/index.js";
import type { GeneratedSource } from "../engine/index.js";
import { formatValue } from "../journal/internal.js";
import { checkMachine } from "./check-machine.js";
import * as serial081 from "./compiled/serial-0.8.1.js";
import * as serial082 from "./compiled/serial-0.8.2.js";
import type { Chart, RegisterView } from "./device.js";
import { EMISSION_KINDS } from "./effects.js";
import { contextOfState, type SerialState, stateOfContext } from "./serial-state.js";

/** The registers as stored: a read of IIR adds the FIFO bits, one of MSR in loopback shows MCR's outputs. */
const STORED_REGISTERS = ["DLL", "DLM", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const;

const registers: readonly RegisterView<SerialContext>[] = [
  {
    name: "RBR",
    value: ({ receiveFifo }: SerialContext) => (receiveFifo.length > 0 ? receiveFifo.front : 0),
  },
  ...STORED_REGISTERS.map((name) => ({ name, value: (context: SerialContext) => context[name] })),
];

const resolve = (state: unknown) => {
  const context = contextOfState(state);
  return { value: serialStateValue(context), context };
};

const chartOf = (
  revision: SerialRevision,
  machine: SerialMachine,
  source?: GeneratedSource,
): Chart<SerialMachine, SerialState> => ({
  id: "serial",
  machine,
  ...(source === undefined ? {} : { source }),
  options: { revision },
  clock: 1_843_200,
  interrupt: "pulse",
  registers,
  rules: SERIAL_RULES,
  inputs: ["read", "write", "receive", "advance", "restore"],
  characters: "bytes",
  kinds: EMISSION_KINDS,
  capacityOf: ({ MCR: modemControl, receiveFifo }: SerialContext) =>
    modemControl & MCR.LOOP ? 0 : FIFO_SIZE - receiveFifo.length,
  divisorLatchOpen: ({ LCR: lineControl }: SerialContext) => (lineControl & LCR.DLAB) !== 0,
  stateOf: stateOfContext,
  snapshotOf: (state) => machine.resolveState(resolve(state)),
  resolve,
});

const CHARTS_BY_REVISION: Readonly<Record<string, Chart<SerialMachine, SerialState>>> = {
  "0.8.1": chartOf("0.8.1", serialMachine081, serial081),
  "0.8.2": chartOf("0.8.2", serialMachine, serial082),
};

/**
 * Returns the chart of vm-superio's `Serial` in a revision.
 *
 * @param machine - in place of the revision's: it runs from a table, as no code has been generated for it.
 * @throws RangeError if there is no such revision.
 */
export function serialChart(
  revision: SerialRevision = "0.8.2",
  machine?: SerialMachine,
): Chart<SerialMachine, SerialState> {
  const chart =
    typeof revision === "string" && Object.hasOwn(CHARTS_BY_REVISION, revision)
      ? CHARTS_BY_REVISION[revision]
      : undefined;
  if (!chart)
    throw new RangeError(
      `revision: expected one of ${Object.keys(CHARTS_BY_REVISION).join(", ")}, got ${formatValue(revision)}`,
    );
  if (machine === undefined) return chart;
  checkMachine(machine);
  return chartOf(revision, machine);
}
