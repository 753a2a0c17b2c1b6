import type { TextLines } from "../../../journal/index.js";
import { formatValue } from "../../../journal/internal.js";
import { RecordingError, type Step } from "../step.js";
import type { LeftOut } from "./left-out.js";
import { chooseSignal, setUpSteps, type WireFormat } from "./wire.js";

/** A value change dump (IEEE 1364, section 18): declarations, then times and the values of one-bit signals. */
const TIMESCALE = /^(1|10|100)\s*(s|ms|us|ns|ps|fs)$/;
/** Femtoseconds in a unit. */
const UNITS: Readonly<Record<string, bigint>> = {
  ...{ s: 10n ** 15n, ms: 10n ** 12n, us: 10n ** 9n },
  ...{ ns: 10n ** 6n, ps: 1000n, fs: 1n },
};
const FEMTOSECONDS = 10n ** 6n;
const MOST_SIGNALS = 10_000;

/** True for the first line of such a file: a declaration, or what sigrok-cli writes before it. */
export const isVcdLine = (text: string): boolean =>
  /^\s*\$(?:date|version|comment|timescale|scope)\b|^META samplerate: \d+$/.test(text);

/** Declarations of a file. */
interface VcdHeader {
  /** Femtoseconds in a unit of its times. */
  readonly unit: bigint;
  readonly signalId: string;
}

/** Reads the edges of one signal; its steps count nanoseconds. */
export class VcdReader {
  readonly #textLines: TextLines;
  readonly #wire: WireFormat;
  readonly #signal: string | undefined;
  readonly #leftOut: LeftOut;
  readonly #signals = new Map<string, string>();
  readonly #scopes: string[] = [];
  #words: string[] = [];
  #timescale = "1ns";
  #header: VcdHeader | undefined;
  #time = 0n;
  #lastTime: bigint | undefined;
  #level: 0 | 1 = 1;

  constructor(textLines: TextLines, wire: WireFormat, signal: string | undefined, leftOut: LeftOut) {
    this.#textLines = textLines;
    this.#wire = wire;
    this.#signal = signal;
    this.#leftOut = leftOut;
  }

  /** Reads the steps. @throws RecordingError at a line that is broken. */
  async *steps(): AsyncGenerator<Step, void> {
    let line = 0;
    yield* setUpSteps(this.#wire);
    for await (const texts of this.#textLines)
      for (const text of texts) {
        line++;
        for (const word of text.split(/\s+/))
          if (word === "") continue;
          else if (this.#header) yield* this.#changes(word, line);
          else this.#declare(word, line);
      }
    if (!this.#header) throw new RecordingError("vcd: expected $enddefinitions, got the end of the file");
    if (this.#lastTime !== undefined && this.#time > this.#lastTime) yield* this.#advance(line);
  }

  #declare(word: string, line: number): void {
    // Words before a declaration are sigrok-cli's.
    if (this.#words.length === 0 && !word.startsWith("$")) return;
    this.#words.push(word);
    if (this.#words.length > MOST_SIGNALS)
      throw new RecordingError("vcd: expected $end within a declaration, got none", line);
    if (word !== "$end") return;
    const [keyword, ...fields] = this.#words.slice(0, -1);
    this.#words = [];
    switch (keyword) {
      case "$timescale":
        this.#timescale = fields.join("");
        break;
      case "$scope":
        this.#scopes.push(fields[1] ?? "");
        break;
      case "$upscope":
        this.#scopes.pop();
        break;
      case "$var":
        this.#declareSignal(fields, line);
        break;
      case "$enddefinitions":
        this.#header = this.#endDeclarations(line);
        break;
    }
  }

  #declareSignal([, width, id = "", name = ""]: readonly string[], line: number): void {
    if (width !== "1") return;
    if (this.#signals.size === MOST_SIGNALS)
      throw new RecordingError(`vcd: expected at most ${MOST_SIGNALS} signals, got more`, line);
    this.#signals.set([...this.#scopes, name].filter(Boolean).join("."), id);
  }

  #endDeclarations(line: number): VcdHeader {
    const [, factor, unit = ""] = TIMESCALE.exec(this.#timescale) ?? [];
    if (factor === undefined)
      throw new RecordingError(
        `vcd: expected a timescale such as 100ns, got ${formatValue(this.#timescale)}`,
        line,
      );
    const name = chooseSignal([...this.#signals.keys()], this.#signal);
    return { unit: (UNITS[unit] as bigint) * BigInt(factor), signalId: this.#signals.get(name) ?? "" };
  }

  *#changes(word: string, line: number): Generator<Step, void> {
    if (word.startsWith("#")) {
      const time = /^#\d{1,19}$/.test(word) ? BigInt(word.slice(1)) : undefined;
      if (time === undefined)
        throw new RecordingError(`vcd: expected a time such as #100, got ${formatValue(word)}`, line);
      if (time < this.#time) this.#leftOut.addFact("# times are earlier than the one before", line);
      else this.#time = time;
      this.#lastTime ??= this.#time;
      return;
    }
    const { signalId } = this.#header as VcdHeader;
    if (word.slice(1) !== signalId || !/^[01xz]/i.test(word)) return;
    const value = word[0] ?? "x";
    if (value !== "0" && value !== "1")
      this.#leftOut.addFact("# unknown levels (x, z) count as marking", line);
    const level = value === "0" ? 0 : 1;
    if (level === this.#level) return;
    this.#level = level;
    yield* this.#advance(line);
    yield { line, input: { type: "line", level } };
  }

  *#advance(line: number): Generator<Step, void> {
    const { unit } = this.#header as VcdHeader;
    const nanoseconds = (time: bigint) => (time * unit) / FEMTOSECONDS;
    const ticks = nanoseconds(this.#time) - nanoseconds(this.#lastTime ?? this.#time);
    this.#lastTime = this.#time;
    if (ticks > BigInt(Number.MAX_SAFE_INTEGER))
      throw new RecordingError("vcd: expected pauses of less than 2^53 ns, got more", line);
    if (ticks > 0n) yield { line, counts: false, input: { type: "advance", ticks: Number(ticks) } };
  }
}
