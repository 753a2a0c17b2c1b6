import { MSR, type Uart16550Context } from "../../../machines/index.js";
import { activeStates, type Chart } from "../../device/index.js";
import type { Signal, SignalValue } from "./drawn.js";
import { lengthOf } from "./player.js";

/** A signal that is read off a chart after every input. */
export interface Reading {
  readonly signal: Signal;
  /** Its value, by the registers and the state value. */
  of(context: never, value: Readonly<Record<string, unknown>>): SignalValue;
}

const pin = (name: string): Signal => ({ name, kind: "pin" });

/** The transmitter's line: 1 is marking. */
export const SOUT = pin("SOUT");
/** The receiver's line. */
export const SIN = pin("SIN");
/** The interrupt line. */
export const INTR = pin("INTR");
/** The access, in words. */
export const ACCESS: Signal = { name: "access", kind: "words" };

/** The state inside a region: "closed", "on.sixteen"; of several at once all. */
export const stateIn = (value: unknown): string => activeStates(value).join("+");

const QUEUES = { receiveFifo: "rx_fifo", transmitFifo: "tx_fifo" } as const;
const INPUTS = { CTS: MSR.CTS, DSR: MSR.DSR, RI: MSR.RI, DCD: MSR.DCD } as const;
const OUTPUTS = ["DTR", "RTS", "OUT1", "OUT2"] as const;

/** The pins that a chart has, as they are after an input. Only a 16550's time is that of its line. */
function pinsOf(chart: Chart, timed: boolean): Reading[] {
  if (chart.id !== "uart16550") return [];
  const outputs = OUTPUTS.map((name): Reading => {
    return { signal: pin(name), of: (_, value) => Number(value[name] === "asserted") };
  });
  const inputs = Object.entries(INPUTS).map(([name, mask]): Reading => {
    return {
      signal: pin(name),
      of: ({ modemInputs }: Uart16550Context) => Number((modemInputs & mask) !== 0),
    };
  });
  const sout: Reading = { signal: SOUT, of: (_, value) => Number(value["serialOutput"] === "marking") };
  return [...(timed ? [sout] : []), ...outputs, ...inputs];
}

/** Every signal that is read off a chart, and each region of the chart by its name. */
export function readingsOf(chart: Chart, timed: boolean, context: object) {
  const registers = chart.registers.map(({ name, value }): Reading => {
    return { signal: { name, kind: "register" }, of: value };
  });
  const levels = (["receiveFifo", "transmitFifo"] as const)
    .filter((queue) => lengthOf(context, queue) !== undefined)
    .map((queue): Reading => {
      return {
        signal: { name: QUEUES[queue], kind: "level" },
        of: (now) => lengthOf(now, queue) ?? 0,
      };
    });
  const regions = Object.keys(chart.machine.root.states).map((name): Reading => {
    return { signal: { name, kind: "state" }, of: (_, value) => stateIn(value[name]) };
  });
  return { always: [...pinsOf(chart, timed), ...registers, ...levels], regions };
}
