import { MCR } from "../../../machines/index.js";
import type { Device, Emission } from "../../device/index.js";

/** What a device did about one input, as far as a recording can say the same. What the device has not got is absent. */
export interface Observed {
  /** What a read gave. */
  readonly value: number | undefined;
  /** The cause of each interrupt: of each trigger, or each rise of the line. */
  readonly interrupts: readonly string[];
  /** How often it triggered, where its interrupt line pulses. */
  readonly triggers: number | undefined;
  /** The interrupt line's level afterwards, where it has one. */
  readonly level: 0 | 1 | undefined;
  /** The levels to which it changed. */
  readonly edges: readonly (0 | 1)[] | undefined;
  /** What was transmitted. */
  readonly output: readonly number[];
  /** How many characters were taken. */
  readonly accepted: number;
  /** The modem outputs afterwards: MCR's bits DTR and RTS. */
  readonly modemOutputs: number | undefined;
  /** How often SOUT left marking. */
  readonly breaks: number | undefined;
}

/** The pins that a device may have. */
interface Pins {
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

  /** @param device - as it is before the first input. */
  constructor(device: Device) {
    const { interruptLine, modemOutputs, serialOutput }: Pins = device as Pins;
    const { chart } = device;
    if (chart.interrupt === "level") {
      this.#level = interruptLine?.level ?? 0;
      this.#cause = chart.causeOf?.(chart.snapshotOf(device.save().state).context as never) ?? "";
    }
    if (modemOutputs)
      this.#modemOutputs = MCR.DTR * Number(modemOutputs.dtr) + MCR.RTS * Number(modemOutputs.rts);
    this.#hasSOUT = serialOutput !== undefined;
  }

  /** Takes what the device emitted about one input. */
  observe(emissions: readonly Emission[]): Observed {
    let value: number | undefined;
    let accepted = 0;
    let breaks = 0;
    let interrupts: string[] | undefined;
    let edges: (0 | 1)[] | undefined;
    let output: number[] | undefined;
    for (const emission of emissions) {
      const { level } = emission;
      switch (emission.type) {
        case "data":
          value ??= emission.value;
          break;
        case "transmit":
          output ??= [];
          output.push(emission.value ?? 0);
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
          // After a restore the level is told anew, which is no edge.
          if (level === undefined || level === this.#level) break;
          this.#level = level;
          edges ??= [];
          edges.push(level);
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
      value,
      interrupts: interrupts ?? NONE,
      triggers: pulses ? (interrupts?.length ?? 0) : undefined,
      level: this.#level,
      edges: pulses ? undefined : (edges ?? NONE),
      output: output ?? NONE,
      accepted,
      modemOutputs: this.#modemOutputs,
      breaks: this.#hasSOUT ? breaks : undefined,
    };
  }

  #moveModemOutput(pin: string | undefined, asserted: boolean): void {
    if (pin !== "DTR" && pin !== "RTS") return;
    const others = (this.#modemOutputs ?? 0) & ~MCR[pin];
    this.#modemOutputs = asserted ? others | MCR[pin] : others;
  }
}
