import type { RegisterName } from "../../../machines/index.js";
import { type Chart, valueInWords } from "../../device/index.js";
import { VERSION } from "../../version.js";
import type { Drawn, Format, Scene, Signal, SignalValue } from "./drawn.js";

/** Letters that begin no value, as a reader that skips what it does not know may take a name for one. */
const LETTERS = "ACDEFGHIJKLMNOPQTUVWY";

/** How precisely times are written. */
export type Timescale = "1ns" | "10ns" | "100ns" | "1us";

/** Nanoseconds of a unit. */
export const TIMESCALES: Readonly<Record<Timescale, number>> = {
  "1ns": 1,
  "10ns": 10,
  "100ns": 100,
  "1us": 1000,
};

/** A short name for a signal. */
function codeOf(index: number): string {
  const letter = LETTERS[index % LETTERS.length] as string;
  return index < LETTERS.length ? letter : codeOf(Math.floor(index / LETTERS.length) - 1) + letter;
}

/** A text as a VCD string, which ends at a blank. */
const word = (text: string): string => text.replace(/ (<-|->) /, "$1").replace(/\s+/g, "_") || "-";

/** A register's value as a string: "0x05:ERBFI|ELSI". */
const registerWord = (chart: Chart, name: string, value: number): string =>
  word(valueInWords(name as RegisterName, value, chart).replace(" ", ":"));

/**
 * A value change dump (IEEE 1364, 18). Pins are wires, so that logic analysers take them, and FIFO levels real numbers. Registers with their bits
 * by name, the accesses and the chart's states are strings, which is GTKWave's extension: libsigrok 0.5 passes over strings, and reads
 * nothing after a vector.
 */
export class Vcd implements Format {
  readonly #timescale: Timescale;
  readonly #pinsOnly: boolean;
  /** The signals that are written, with their short names. */
  readonly #codes = new Map<Signal, string>();
  #chart: Chart | undefined;
  #time = 0;

  /** @param pinsOnly - leaves out what is not strictly VCD: all but the pins. */
  constructor(timescale: Timescale, pinsOnly: boolean) {
    this.#timescale = timescale;
    this.#pinsOnly = pinsOnly;
  }

  begin({ chart, signals: all, initial }: Scene): string {
    this.#chart = chart;
    const signals = all.filter(({ kind }) => kind === "pin" || !this.#pinsOnly);
    signals.forEach((signal, i) => {
      this.#codes.set(signal, codeOf(i));
    });
    const states = signals.filter(({ kind }) => kind === "state");
    const others = signals.filter(({ kind }) => kind !== "state");
    return [
      `$version vm-superio ${VERSION} $end`,
      `$comment ${chart.id} ${JSON.stringify(chart.options)} $end`,
      `$timescale ${this.#timescale.replace(/(\d)([a-z])/, "$1 $2")} $end`,
      "$scope module uart $end",
      ...others.map((signal) => this.#declared(signal)),
      ...(states.length === 0
        ? []
        : ["$scope module states $end", ...states.map((signal) => this.#declared(signal)), "$upscope $end"]),
      "$upscope $end",
      "$enddefinitions $end",
      // The time comes first: sigrok reads nothing otherwise.
      "#0",
      "$dumpvars",
      ...signals.map((signal) => this.#change(signal, initial.get(signal) ?? "")),
      "$end",
      "",
    ].join("\n");
  }

  add(drawn: Drawn): string {
    if (drawn.what !== "signal" || !this.#codes.has(drawn.signal)) return "";
    return `${this.#at(drawn.at)}${this.#change(drawn.signal, drawn.value)}\n`;
  }

  end(at: number): string {
    return this.#at(at);
  }

  #at(ns: number): string {
    const time = Math.round(ns / TIMESCALES[this.#timescale]);
    if (time <= this.#time) return "";
    this.#time = time;
    return `#${time}\n`;
  }

  #declared(signal: Signal): string {
    const code = this.#codes.get(signal);
    return `$var ${TYPES[signal.kind]} ${code} ${signal.name} $end`;
  }

  #change(signal: Signal, value: SignalValue): string {
    const code = this.#codes.get(signal);
    const { kind, name } = signal;
    if (kind === "pin") return `${value}${code}`;
    if (kind === "level") return `r${value} ${code}`;
    const text =
      kind === "register" && this.#chart
        ? registerWord(this.#chart, name, value as number)
        : word(`${value}`);
    return `s${text} ${code}`;
  }
}

/** What a signal is declared as, with its size. */
const TYPES: Readonly<Record<Signal["kind"], string>> = {
  pin: "wire 1",
  level: "real 64",
  register: "string 1",
  state: "string 1",
  words: "string 1",
};
