import { MCR } from "../../../machines/index.js";
import type { Device, Emission } from "../../device/index.js";

/** The results of one input on a device, as far as a recording can have them. Pins that the device does not have are absent. */
export interface Observed {
  /** The value of a read. */
  readonly value: number | undefined;
  /** The cause of each interrupt: of each trigger, or each rise of the line. */
  readonly interrupts: readonly string[];
  /** The number of triggers, where its interrupt line pulses. */
  readonly triggers: number | undefined;
  /** The interrupt line's level afterwards, where it has one. */
  readonly level: 0 | 1 | undefined;
  /** The levels to which it changed. */
  readonly edges: readonly (0 | 1)[] | undefined;
  /** The bytes transmitted. */
  readonly output: readonly number[];
  /** The number of characters accepted. */
  readonly accepted: number;
  /** The modem outputs afterwards: MCR's bits DTR and RTS. */
  readonly modemOutputs: number | undefined;
  /** The number of times SOUT left marking. */
  readonly breaks: number | undefined;
}

/** The pins that a device may have. */
interface DevicePins {
  readonly interruptLine?: { readonly level: 0 | 1 };
  readonly modemOutputs?: { readonly dtr: boolean; readonly rts: boolean };
  readonly serialOutput?: 0 | 1;
}

const NONE: readonly never[] = [];

/** Follows a device's pins by what it emits. */
export class Observer {
  /** The level of the interrupt line; undefined where it pulses. */
  #level: 0 | 1 | undefined;
  #cause = "";
  #modemOutputs: number | undefined;
  readonly #hasSOUT: boolean;

  /** @param uartDevice - in its state before the first input. */
  constructor(uartDevice: Device) {
    const { interruptLine, modemOutputs, serialOutput }: DevicePins = uartDevice as DevicePins;
    const { chart } = uartDevice;
    if (chart.interrupt === "level") {
      this.#level = interruptLine?.level ?? 0;
      this.#cause = chart.causeOf?.(chart.snapshotOf(uartDevice.save().state).context) ?? "";
    }
    if (modemOutputs)
      this.#modemOutputs = MCR.DTR * Number(modemOutputs.dtr) + MCR.RTS * Number(modemOutputs.rts);
    this.#hasSOUT = serialOutput !== undefined;
  }

  /** Takes what the device emitted about one input. */
  observe(emissions: readonly Emission[]): Observed {
    let dataByte: number | undefined;
    let accepted = 0;
    let breaks = 0;
    let interrupts: string[] | undefined;
    let lineEdges: (0 | 1)[] | undefined;
    let outputBytes: number[] | undefined;
    for (const emission of emissions) {
      const { level } = emission;
      switch (emission.type) {
        case "data":
          dataByte ??= emission.value;
          break;
        case "transmit":
          outputBytes ??= [];
          outputBytes.push(emission.value ?? 0);
          break;
        case "accepted":
          accepted += emission.count ?? 0;
          break;
        case "interrupt":
          interrupts ??= [];
          interrupts.push(emission.cause ?? "");
          break;
        case "identified":
          this.#cause = emission.cause ?? "";
          break;
        case "interruptLine":
          // After a restore the level is emitted again, which is no edge.
          if (level === undefined || level === this.#level) break;
          this.#level = level;
          lineEdges ??= [];
          lineEdges.push(level);
          if (level === 0) break;
          interrupts ??= [];
          interrupts.push(this.#cause);
          break;
        case "modemOutput":
          this.#moveModemOutput(emission.pin, level === 1);
          break;
        case "serialOutput":
          if (level === 0) breaks++;
          break;
      }
    }
    const pulses = this.#level === undefined;
    return {
      value: dataByte,
      interrupts: interrupts ?? NONE,
      triggers: pulses ? (interrupts?.length ?? 0) : undefined,
      level: this.#level,
      edges: pulses ? undefined : (lineEdges ?? NONE),
      output: outputBytes ?? NONE,
      accepted,
      modemOutputs: this.#modemOutputs,
      breaks: this.#hasSOUT ? breaks : undefined,
    };
  }

  #moveModemOutput(pinName: string | undefined, asserted: boolean): void {
    if (pinName !== "DTR" && pinName !== "RTS") return;
    const otherOutputs = (this.#modemOutputs ?? 0) & ~MCR[pinName];
    this.#modemOutputs = asserted ? otherOutputs | MCR[pinName] : otherOutputs;
  }
}
