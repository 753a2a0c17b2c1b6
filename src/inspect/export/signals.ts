import { MSR, type Uart16550Context } from "../../../machines/index.js";
import { type AnyContext, activeStates, type Chart } from "../../device/index.js";
import { queueLength } from "./chart-player.js";
import type { Signal, SignalValue } from "./diagram-items.js";

/** A signal that is read from a chart after every input. */
export interface SignalReading {
  readonly signal: Signal;
  /** Returns its value, by the registers and the state value. */
  readSignal(context: AnyContext, stateValue: Readonly<Record<string, unknown>>): SignalValue;
}

const pinSignal = (signalName: string): Signal => ({ name: signalName, signalKind: "pin" });

/** The transmitter's line: 1 is marking. */
export const SOUT = pinSignal("SOUT");
/** The receiver's line. */
export const SIN = pinSignal("SIN");
/** The interrupt line. */
export const INTR = pinSignal("INTR");
/** The access, in words. */
export const ACCESS: Signal = { name: "access", signalKind: "words" };

/** Returns the active states inside a region: "closed", "on.sixteen". */
const regionState = (stateValue: unknown): string => activeStates(stateValue).join("+");

const QUEUE_SIGNALS = { receiveFifo: "rx_fifo", transmitFifo: "tx_fifo" } as const;
const INPUT_PINS = { CTS: MSR.CTS, DSR: MSR.DSR, RI: MSR.RI, DCD: MSR.DCD } as const;
const OUTPUT_PINS = ["DTR", "RTS", "OUT1", "OUT2"] as const;

/** Returns the readings of a chart's pins. Only a 16550's time is that of its line. */
function pinReadings(chart: Chart, hasLineTime: boolean): SignalReading[] {
  if (chart.id !== "uart16550") return [];
  const outputs = OUTPUT_PINS.map((signalName): SignalReading => {
    return {
      signal: pinSignal(signalName),
      readSignal: (_, stateValue) => Number(stateValue[signalName] === "asserted"),
    };
  });
  const inputs = Object.entries(INPUT_PINS).map(([signalName, mask]): SignalReading => {
    return {
      signal: pinSignal(signalName),
      readSignal: ({ modemInputs }: Uart16550Context) => Number((modemInputs & mask) !== 0),
    };
  });
  const sout: SignalReading = {
    signal: SOUT,
    readSignal: (_, stateValue) => Number(stateValue["serialOutput"] === "marking"),
  };
  return [...(hasLineTime ? [sout] : []), ...outputs, ...inputs];
}

/** Returns the readings of all signals of a chart, and of its regions. */
export function readingsOf(chart: Chart, hasLineTime: boolean, context: object) {
  const registers = chart.registers.map(({ name, value }): SignalReading => {
    return { signal: { name, signalKind: "register" }, readSignal: value };
  });
  const queueLevels = (["receiveFifo", "transmitFifo"] as const)
    .filter((queueName) => queueLength(context, queueName) !== undefined)
    .map((queueName): SignalReading => {
      return {
        signal: { name: QUEUE_SIGNALS[queueName], signalKind: "level" },
        readSignal: (currentContext) => queueLength(currentContext, queueName) ?? 0,
      };
    });
  const regions = Object.keys(chart.machine.root.states).map((signalName): SignalReading => {
    return {
      signal: { name: signalName, signalKind: "state" },
      readSignal: (_, stateValue) => regionState(stateValue[signalName]),
    };
  });
  return { always: [...pinReadings(chart, hasLineTime), ...registers, ...queueLevels], regions };
}
