import { LSR, type Uart16550Context } from "../../../machines/index.js";
import type { Chart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { Drawn, Effect, Scene, Signal, SignalValue } from "./drawn.js";
import { type LineCharacter, type LineFormat, lineCharacter, lineFormat, stretches } from "./frame.js";
import { type Beginning, Player, type Step } from "./player.js";
import { DrawingQueue } from "./queue.js";
import { effectsOf, rowOf } from "./row.js";
import { ACCESS, INTR, type Reading, readingsOf, SIN, SOUT } from "./signals.js";

const NS = 1e9;
/** Nanoseconds that an access takes of a device without time: about what it took on a PC's bus. */
const BUS_CYCLE = 1000;
/** What needs the line of a device without time. */
const ON_SOUT: ReadonlySet<string> = new Set(["transmit", "serialOutput"]);
/** The most characters that are looked back for, to draw them before they were complete. */
const LOOK_BACK = 64;

/**
 * Draws what enters a chart and what it does in time.
 *
 * A chart that has time is drawn at its own; accesses at one tick lie a unit apart. Of a chart that transmits at once an access takes a
 * bus cycle, a character is on the line for its time, and what follows waits until the line is free: the drawing takes longer than what was
 * recorded.
 */
export class Drawing {
  readonly scene: Scene;
  readonly #chart: Chart;
  readonly #player: Player;
  readonly #queue = new DrawingQueue();
  readonly #unit: number;
  readonly #timed: boolean;
  readonly #spacing: number;
  /** Before anything happens: a line that falls at once could not be seen to fall. */
  readonly #lead: number;
  readonly #start: number;
  readonly #always: readonly Reading[];
  readonly #regions: ReadonlyMap<string, Reading>;
  readonly #values: Map<Signal, SignalValue>;
  /** When the last thing was that entered, and when the lines are free. */
  #last = 0;
  readonly #free: Record<"SOUT" | "SIN", number>;
  /** When the break on SIN began, while it lasts. */
  #breakBegan: number | undefined;
  /** When the character on SOUT began and ended, of a chart that has time. */
  readonly #sent = { start: 0, end: 0 };
  /** What an input that lets time pass has done so far. */
  #effects: Effect[] = [];
  #before: number;

  /**
   * @param unit - nanoseconds that can be told apart.
   * @throws TypeError, RangeError or SerialError if it begins in what is no state of the chart.
   */
  constructor(chart: Chart, beginning: Beginning, unit: number) {
    this.#chart = chart;
    this.#unit = unit;
    this.#player = new Player(chart, beginning);
    this.#timed = chart.options["txTimed"] === true;
    this.#lead = Math.max(BUS_CYCLE, 10 * unit);
    this.#spacing = this.#timed ? unit : this.#lead;
    this.#free = { SOUT: this.#lead, SIN: this.#lead };
    this.#start = this.#player.tick;
    this.#before = this.#player.tick;
    const { context } = this.#player;
    const value = this.#player.value as Readonly<Record<string, unknown>>;
    const { always, regions } = readingsOf(chart, this.#timed, context);
    this.#always = always;
    this.#regions = new Map(regions.map((reading) => [reading.signal.name, reading]));
    const first: [Signal, SignalValue][] = [
      [SOUT, Number(value["serialOutput"] !== "spacing")],
      [SIN, levelOfSIN(context)],
      [INTR, Number(chart.levelOf?.(context) ?? 0)],
      [ACCESS, ""],
      ...[...always, ...regions].map((it): [Signal, SignalValue] => [it.signal, it.of(context, value)]),
    ];
    this.#values = new Map(first);
    this.scene = { chart, signals: [...this.#values.keys()], initial: new Map(this.#values) };
  }

  /** What the last input gave, if it was a read. */
  answer: number | undefined;

  /** When the last thing was drawn, in nanoseconds. */
  get end(): number {
    return Math.max(this.#last + this.#spacing, this.#free.SOUT, this.#free.SIN);
  }

  /**
   * Draws an input, and gives what nothing can be drawn before any more.
   *
   * @param index - its own, where it is not the one after that before.
   * @throws TypeError, RangeError or SerialError if the chart takes no such input.
   */
  *take(input: Input, index?: number): Generator<Drawn, void> {
    for (const step of this.#player.take(input, index)) {
      const at = this.#place(step);
      this.#draw(step, at);
      yield* this.#queue.release(at - this.#lookBack(step));
    }
  }

  /** Gives what is left. */
  *finish(): Generator<Drawn, void> {
    yield* this.#queue.release(Number.POSITIVE_INFINITY);
  }

  /** What may still be drawn before the present: characters that are complete when they arrive. */
  #lookBack({ context }: Step): number {
    return this.#timed ? LOOK_BACK * lineFormat(this.#chart, context).length : 0;
  }

  /** When a step is drawn, and what of it is on a line beside that. */
  #place(step: Step): number {
    const { input } = step;
    const due = this.#due(step);
    const earliest = Math.max(due, this.#last + (input.type === "advance" ? 0 : this.#spacing));
    const sends = !this.#timed && step.emitted.some(({ type }) => ON_SOUT.has(type));
    const at = this.#arrivals(step, sends ? Math.max(earliest, this.#free.SOUT) : earliest);
    this.#last = at;
    return at;
  }

  #due({ tick }: Step): number {
    return this.#lead + ((tick - this.#start) / this.#chart.clock) * NS;
  }

  /** Draws what arrives with a step that is at `at` at the earliest; gives when it is then. */
  #arrivals(step: Step, at: number): number {
    const { input, emitted, context } = step;
    const format = lineFormat(this.#chart, context);
    if (input.type === "receive" && !isInBreak(context)) {
      const taken = emitted.find(({ type }) => type === "accepted")?.count ?? 0;
      const all = Array.from(input.characters, lineCharacter);
      const characters = this.#chart.characters === "bytes" ? all.slice(0, taken) : all;
      const length = characters.reduce((sum, each) => sum + lengthOf(stretches(format, each)), 0);
      let place = this.#begin("SIN", at, length);
      for (const character of characters) place = this.#character("SIN", place, format, character);
      return this.#timed ? at : Math.max(at, place);
    }
    if (input.type === "break") return this.#break(input.on, at, format);
    if (input.type === "line") this.#signal(SIN, input.level, at);
    else if (emitted.some(({ type }) => type === "accepted")) this.#sampled(context, at, format);
    return at;
  }

  /** When something of this length begins that should be over at `at`, on a line that may be busy. */
  #begin(line: "SIN" | "SOUT", at: number, length: number): number {
    const floor = this.#timed ? this.#queue.released : this.#last;
    return Math.max(this.#free[line], floor, at - length);
  }

  #break(on: boolean, at: number, format: LineFormat): number {
    const length = format.length + format.bit;
    if (on && this.#breakBegan === undefined) {
      const began = this.#begin("SIN", at, length);
      this.#breakBegan = began;
      this.#signal(SIN, 0, began);
      this.#queue.add({ at: Math.max(at, began), what: "break", line: "SIN" });
      return this.#timed ? at : Math.max(at, began + length);
    }
    if (on || this.#breakBegan === undefined) return at;
    const ends = Math.max(at, this.#breakBegan + length);
    this.#breakBegan = undefined;
    this.#signal(SIN, 1, ends);
    this.#free.SIN = ends + format.bit;
    return this.#timed ? at : ends;
  }

  /** A character that the receiver has sampled from SIN's levels. */
  #sampled({ received }: Uart16550Context, at: number, format: LineFormat): void {
    const character = { value: received & 0xff, errors: received >> 8 };
    if (character.errors & LSR.BI) this.#queue.add({ at, what: "break", line: "SIN" });
    this.#queue.add({ at, what: "character", line: "SIN", start: at - format.length, character });
  }

  /** Draws a character bit by bit; gives when it is over. */
  #character(line: "SIN" | "SOUT", start: number, format: LineFormat, character: LineCharacter): number {
    const signal = line === "SIN" ? SIN : SOUT;
    let at = start;
    for (const { level, length } of stretches(format, character)) {
      this.#signal(signal, level, at);
      at += length;
    }
    this.#signal(signal, 1, at);
    if (character.errors & LSR.BI) this.#queue.add({ at, what: "break", line });
    this.#queue.add({ at, what: "character", line, start, character });
    this.#free[line] = at;
    return at;
  }

  #draw(step: Step, at: number): void {
    const { input, taken, emitted, context, last } = step;
    this.#input(step, at);
    if (this.#timed) this.#timedOutput(step);
    else this.#output(step, at);
    this.#interrupts(step, at);
    for (const { type } of emitted) if (type === "overrun") this.#queue.add({ at, what: "overrun" });
    const value = step.value as Readonly<Record<string, unknown>>;
    for (const reading of this.#always)
      this.#reading(reading, context, value, reading.signal === SOUT ? this.#onTime(step) : at);
    if (input.type === "restore" && last)
      for (const reading of this.#regions.values()) this.#reading(reading, context, value, at);
    else
      for (const { source, target } of taken)
        if (target !== undefined) {
          const reading = this.#regions.get(source.split(".", 1)[0] as string);
          if (reading) this.#reading(reading, context, value, at);
        }
  }

  #input(step: Step, at: number): void {
    this.#effects.push(...effectsOf(step));
    if (!step.last) return;
    const row = rowOf(this.#chart, step, this.#before, this.#effects);
    this.#effects = [];
    this.#before = step.tick;
    this.answer = step.input.type === "read" ? row.value : undefined;
    if (step.input.type !== "advance") this.#signal(ACCESS, row.text, at);
    this.#queue.add({ at, what: "input", row, span: this.#spacing });
  }

  /** Of a chart that transmits at once: its characters take their time, and a break that of one. */
  #output({ emitted, context }: Step, at: number): void {
    const format = lineFormat(this.#chart, context);
    for (const { type, value, level } of emitted)
      if (type === "transmit") {
        const character = { value: value as number, errors: 0 };
        this.#character("SOUT", Math.max(at, this.#free.SOUT), format, character);
      } else if (type === "serialOutput" && level !== this.#values.get(SOUT)) {
        this.#signal(SOUT, level as 0 | 1, at);
        if (level === 0) this.#queue.add({ at, what: "break", line: "SOUT" });
        this.#free.SOUT = at + format.bit + (level === 0 ? format.length : 0);
      }
  }

  /** When the line changes: exactly when it is due, whatever else is drawn later to be told apart. */
  #onTime = (step: Step): number => Math.max(this.#due(step), this.#queue.released);

  /** SOUT is read off a chart that has time; here is when its characters begin and end. */
  #timedOutput(step: Step): void {
    const at = this.#onTime(step);
    const { serialOutput } = step.value as { readonly serialOutput: string };
    const breaks = step.taken.some(({ target }) => target === "breakControl.on");
    if (breaks && serialOutput === "spacing") this.#queue.add({ at, what: "break", line: "SOUT" });
    for (const { actions } of step.taken) {
      if (actions.includes("stopFrame")) this.#sent.end = at;
      if (actions.includes("beginStartBit")) this.#sent.start = at;
    }
    for (const { type, value } of step.emitted)
      if (type === "transmit") {
        const character = { value: value as number, errors: 0 };
        this.#queue.add({ at, what: "character", line: "SOUT", start: this.#sent.start, character });
      }
  }

  /** The interrupt line: each change of a level, or a pulse for each trigger. */
  #interrupts({ emitted }: Step, at: number): void {
    let changes = 0;
    for (const { type, level } of emitted)
      if (type === "interruptLine") this.#signal(INTR, level as 0 | 1, at + changes++ * this.#unit);
    const triggers =
      this.#chart.interrupt === "pulse" ? emitted.filter(({ type }) => type === "interrupt").length : 0;
    const half = Math.floor(this.#spacing / this.#unit / (2 * triggers)) * this.#unit;
    for (let i = 0; i < triggers; i++) {
      this.#signal(INTR, 1, at + 2 * i * half);
      this.#signal(INTR, 0, at + (2 * i + 1) * half);
    }
  }

  #reading(
    { signal, of }: Reading,
    context: never,
    value: Readonly<Record<string, unknown>>,
    at: number,
  ): void {
    const now = of(context, value);
    if (now === this.#values.get(signal)) return;
    this.#signal(signal, now, at);
  }

  #signal(signal: Signal, value: SignalValue, at: number): void {
    this.#values.set(signal, value);
    this.#queue.add({ at, what: "signal", signal, value });
  }
}

const lengthOf = (parts: readonly { readonly length: number }[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

const isInBreak = (context: Partial<Uart16550Context>): boolean => context.awaitingMark === true;

const levelOfSIN = (context: Partial<Uart16550Context>): number =>
  isInBreak(context) ? 0 : (context.SIN ?? 1);
