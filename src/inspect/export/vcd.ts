import type { RegisterName } from "../../../machines/index.js";
import { type Chart, valueInWords } from "../../device/index.js";
import { VERSION } from "../../version.js";
import type { DiagramItem, DiagramScene, FileFormat, Signal, SignalValue } from "./diagram-items.js";

/** Letters that begin no value, as a reader that skips what it does not know may take a name for one. */
const CODE_LETTERS = "ACDEFGHIJKLMNOPQTUVWY";

/** The unit of the times in a file. */
export type Timescale = "1ns" | "10ns" | "100ns" | "1us";

/** Nanoseconds of a unit. */
export const TIMESCALES: Readonly<Record<Timescale, number>> = {
  "1ns": 1,
  "10ns": 10,
  "100ns": 100,
  "1us": 1000,
};

/** Returns a short name for a signal. */
function codeOf(index: number): string {
  const letter = CODE_LETTERS[index % CODE_LETTERS.length] as string;
  return index < CODE_LETTERS.length ? letter : codeOf(Math.floor(index / CODE_LETTERS.length) - 1) + letter;
}

/** Returns a text as a VCD string, which ends at a blank. */
const vcdWord = (valueText: string): string =>
  valueText.replace(/ (<-|->) /, "$1").replace(/\s+/g, "_") || "-";

/** Returns a register's value as a string: "0x05:ERBFI|ELSI". */
const registerWord = (chart: Chart, registerName: string, signalValue: number): string =>
  vcdWord(valueInWords(registerName as RegisterName, signalValue, chart).replace(" ", ":"));

/**
 * A value change dump (IEEE 1364, 18). Pins are wires, so that logic analysers take them, and FIFO levels real numbers. Registers with their bits
 * by name, the accesses and the chart's states are strings, which is GTKWave's extension: libsigrok 0.5 passes over strings, and reads
 * nothing after a vector.
 */
export class VcdFormat implements FileFormat {
  readonly #timescale: Timescale;
  readonly #pinsOnly: boolean;
  /** The signals that are written, with their short names. */
  readonly #signalCodes = new Map<Signal, string>();
  #chart: Chart | undefined;
  #writtenTime = 0;

  /** @param pinsOnly - leaves out what is not strictly VCD: all but the pins. */
  constructor(timescale: Timescale, pinsOnly: boolean) {
    this.#timescale = timescale;
    this.#pinsOnly = pinsOnly;
  }

  writeStart({ chart, signals: allSignals, initial }: DiagramScene): string {
    this.#chart = chart;
    const signals = allSignals.filter(({ signalKind }) => signalKind === "pin" || !this.#pinsOnly);
    signals.forEach((signal, i) => {
      this.#signalCodes.set(signal, codeOf(i));
    });
    const stateSignals = signals.filter(({ signalKind }) => signalKind === "state");
    const otherSignals = signals.filter(({ signalKind }) => signalKind !== "state");
    return [
      `$version vm-superio ${VERSION} $end`,
      `$comment ${chart.id} ${JSON.stringify(chart.options)} $end`,
      `$timescale ${this.#timescale.replace(/(\d)([a-z])/, "$1 $2")} $end`,
      "$scope module uart $end",
      ...otherSignals.map((signal) => this.#declareSignal(signal)),
      ...(stateSignals.length === 0
        ? []
        : [
            "$scope module states $end",
            ...stateSignals.map((signal) => this.#declareSignal(signal)),
            "$upscope $end",
          ]),
      "$upscope $end",
      "$enddefinitions $end",
      // The time comes first: sigrok reads nothing otherwise.
      "#0",
      "$dumpvars",
      ...signals.map((signal) => this.#writeChange(signal, initial.get(signal) ?? "")),
      "$end",
      "",
    ].join("\n");
  }

  writeItem(diagramItem: DiagramItem): string {
    if (diagramItem.itemType !== "signal" || !this.#signalCodes.has(diagramItem.signal)) return "";
    return `${this.#writeTime(diagramItem.nanoseconds)}${this.#writeChange(diagramItem.signal, diagramItem.value)}\n`;
  }

  writeEnd(nanoseconds: number): string {
    return this.#writeTime(nanoseconds);
  }

  #writeTime(nanoseconds: number): string {
    const timeUnits = Math.round(nanoseconds / TIMESCALES[this.#timescale]);
    if (timeUnits <= this.#writtenTime) return "";
    this.#writtenTime = timeUnits;
    return `#${timeUnits}\n`;
  }

  #declareSignal(signal: Signal): string {
    const signalCode = this.#signalCodes.get(signal);
    return `$var ${VARIABLE_TYPES[signal.signalKind]} ${signalCode} ${signal.name} $end`;
  }

  #writeChange(signal: Signal, signalValue: SignalValue): string {
    const signalCode = this.#signalCodes.get(signal);
    const { signalKind, name } = signal;
    if (signalKind === "pin") return `${signalValue}${signalCode}`;
    if (signalKind === "level") return `r${signalValue} ${signalCode}`;
    const valueText =
      signalKind === "register" && this.#chart
        ? registerWord(this.#chart, name, signalValue as number)
        : vcdWord(`${signalValue}`);
    return `s${valueText} ${signalCode}`;
  }
}

/** The declared type of each kind of signal, with its size. */
const VARIABLE_TYPES: Readonly<Record<Signal["signalKind"], string>> = {
  pin: "wire 1",
  level: "real 64",
  register: "string 1",
  state: "string 1",
  words: "string 1",
};
