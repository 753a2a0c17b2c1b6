import { LSR, type Uart16550Context } from "../../../machines/index.js";
import type { AnyContext, Chart } from "../../device/index.js";
import type { Input, Note } from "../../journal/index.js";
import { type Beginning, ChartPlayer, type PlayerStep } from "./chart-player.js";
import type { DiagramItem, DiagramScene, Effect, Signal, SignalValue } from "./diagram-items.js";
import { DiagramQueue } from "./diagram-queue.js";
import { emittedEffects, inputRowOf } from "./input-row.js";
import {
  type LineCharacter,
  type LineFormat,
  levelRuns,
  lineCharacterOf,
  lineFormatOf,
} from "./line-format.js";
import { ACCESS, INTR, readingsOf, SIN, type SignalReading, SOUT } from "./signals.js";

const NANOSECONDS_PER_SECOND = 1e9;
/** Nanoseconds of an access to a device without time, about as on a PC's bus. */
const BUS_CYCLE = 1000;
/** Emissions that occupy the line of a device without time. */
const NEEDS_SOUT: ReadonlySet<string> = new Set(["transmit", "serialOutput"]);
/** The most characters that are looked back for, to draw them before they were complete. */
const LOOK_BACK = 64;

/**
 * Draws the inputs and outputs of a chart as a timing diagram.
 *
 * A chart that has time is drawn at its own; accesses at one tick lie a unit apart. Of a chart that transmits at once an access takes a
 * bus cycle, a character is on the line for its time, and what follows waits until the line is free: the drawing takes longer than what was
 * recorded.
 */
export class TimingDiagram {
  readonly diagramScene: DiagramScene;
  readonly #chart: Chart;
  readonly #chartPlayer: ChartPlayer;
  readonly #diagramQueue = new DiagramQueue();
  readonly #timeUnit: number;
  readonly #hasLineTime: boolean;
  readonly #spacing: number;
  /** Before anything happens: a line that falls at once could not be seen to fall. */
  readonly #leadTime: number;
  readonly #startTick: number;
  readonly #constantReadings: readonly SignalReading[];
  readonly #regionReadings: ReadonlyMap<string, SignalReading>;
  readonly #signalValues: Map<Signal, SignalValue>;
  /** The time of the last input. */
  #lastInputTime = 0;
  /** The times from which the lines are free, in nanoseconds. */
  readonly #freeFrom: Record<"SOUT" | "SIN", number>;
  /** The start of the break on SIN, while it lasts. */
  #breakBegan: number | undefined;
  /** The start and end of the character on SOUT, of a chart that has time. */
  readonly #sentFrame = { start: 0, end: 0 };
  /** The effects so far of an advance of time. */
  #pendingEffects: Effect[] = [];
  #tickBefore: number;

  /**
   * @param timeUnit - the resolution in nanoseconds.
   * @throws TypeError, RangeError or SerialError if the initial state is no state of the chart.
   */
  constructor(chart: Chart, beginning: Beginning, timeUnit: number) {
    this.#chart = chart;
    this.#timeUnit = timeUnit;
    this.#chartPlayer = new ChartPlayer(chart, beginning);
    this.#hasLineTime = chart.options["transmitterIsTimed"] === true;
    this.#leadTime = Math.max(BUS_CYCLE, 10 * timeUnit);
    this.#spacing = this.#hasLineTime ? timeUnit : this.#leadTime;
    this.#freeFrom = { SOUT: this.#leadTime, SIN: this.#leadTime };
    this.#startTick = this.#chartPlayer.tick;
    this.#tickBefore = this.#chartPlayer.tick;
    const { context } = this.#chartPlayer;
    const stateValue = this.#chartPlayer.stateValue as Readonly<Record<string, unknown>>;
    const { always, regions } = readingsOf(chart, this.#hasLineTime, context);
    this.#constantReadings = always;
    this.#regionReadings = new Map(regions.map((reading) => [reading.signal.name, reading]));
    const initialValues: [Signal, SignalValue][] = [
      [SOUT, Number(stateValue["serialOutput"] !== "spacing")],
      [SIN, sinLevelOf(context)],
      [INTR, Number(chart.levelOf?.(context) ?? 0)],
      [ACCESS, ""],
      ...[...always, ...regions].map((it): [Signal, SignalValue] => [
        it.signal,
        it.readSignal(context, stateValue),
      ]),
    ];
    this.#signalValues = new Map(initialValues);
    this.diagramScene = {
      chart,
      signals: [...this.#signalValues.keys()],
      initial: new Map(this.#signalValues),
    };
  }

  /** The result of the last input, if it was a read. */
  readAnswer: number | undefined;

  /** The end of the diagram so far, in nanoseconds. */
  get endTime(): number {
    return Math.max(this.#lastInputTime + this.#spacing, this.#freeFrom.SOUT, this.#freeFrom.SIN);
  }

  /**
   * Draws an input, and yields the items that nothing can be drawn before any more.
   *
   * @param entryIndex - its index, if it does not follow the previous one.
   * @throws TypeError, RangeError or SerialError if the chart does not accept the input.
   */
  *drawInput(input: Input, index?: number): Generator<DiagramItem, void> {
    for (const playerStep of this.#chartPlayer.playInput(input, index)) {
      const nanoseconds = this.#timeOfStep(playerStep);
      this.#drawStep(playerStep, nanoseconds);
      yield* this.#diagramQueue.releaseUntil(nanoseconds - this.#lookBack(playerStep));
    }
  }

  /** Draws a note at the time of the input before it. */
  drawNote(note: Note, index: number): void {
    const text = note.type === "mark" ? note.text : `the ${note.what} failed for #${note.index}`;
    const { tick } = this.#chartPlayer;
    const nanoseconds = this.#lastInputTime;
    this.#diagramQueue.insertItem({ nanoseconds, itemType: "note", noteRow: { index, tick, note, text } });
  }

  /** Yields the remaining items. */
  *drainQueue(): Generator<DiagramItem, void> {
    yield* this.#diagramQueue.releaseUntil(Number.POSITIVE_INFINITY);
  }

  /** Returns the time for which items may still be drawn before the current one: characters are complete when they arrive. */
  #lookBack({ context }: PlayerStep): number {
    return this.#hasLineTime ? LOOK_BACK * lineFormatOf(this.#chart, context).characterDuration : 0;
  }

  /** Returns the time at which a step is drawn, and draws its characters on the lines. */
  #timeOfStep(playerStep: PlayerStep): number {
    const { input } = playerStep;
    const dueTime = this.#dueTimeOf(playerStep);
    const earliest = Math.max(dueTime, this.#lastInputTime + (input.type === "advance" ? 0 : this.#spacing));
    const needsLine = !this.#hasLineTime && playerStep.emitted.some(({ type }) => NEEDS_SOUT.has(type));
    const nanoseconds = this.#drawArrivals(
      playerStep,
      needsLine ? Math.max(earliest, this.#freeFrom.SOUT) : earliest,
    );
    this.#lastInputTime = nanoseconds;
    return nanoseconds;
  }

  #dueTimeOf({ tick }: PlayerStep): number {
    return this.#leadTime + ((tick - this.#startTick) / this.#chart.clock) * NANOSECONDS_PER_SECOND;
  }

  /** Draws the characters that arrive with a step; returns the step's time, `nanoseconds` at the earliest. */
  #drawArrivals(playerStep: PlayerStep, nanoseconds: number): number {
    const { input, emitted, context } = playerStep;
    const characterFormat = lineFormatOf(this.#chart, context);
    if (input.type === "receive" && !isInBreak(context)) {
      const acceptedCount = emitted.find(({ type }) => type === "accepted")?.count ?? 0;
      const allCharacters = Array.from(input.characters, lineCharacterOf);
      const characters =
        this.#chart.characters === "bytes" ? allCharacters.slice(0, acceptedCount) : allCharacters;
      const totalDuration = characters.reduce(
        (sum, each) => sum + totalDurationOf(levelRuns(characterFormat, each)),
        0,
      );
      let characterTime = this.#beginTime("SIN", nanoseconds, totalDuration);
      for (const character of characters)
        characterTime = this.#drawCharacter("SIN", characterTime, characterFormat, character);
      return this.#hasLineTime ? nanoseconds : Math.max(nanoseconds, characterTime);
    }
    if (input.type === "break") return this.#drawBreak(input.on, nanoseconds, characterFormat);
    if (input.type === "line") this.#drawSignal(SIN, input.level, nanoseconds);
    else if (emitted.some(({ type }) => type === "accepted"))
      this.#drawSampled(context, nanoseconds, characterFormat);
    return nanoseconds;
  }

  /** Returns the start of an item of this duration that should end at `nanoseconds`, on a line that may be busy. */
  #beginTime(line: "SIN" | "SOUT", nanoseconds: number, totalDuration: number): number {
    const earliestStart = this.#hasLineTime ? this.#diagramQueue.releasedUntil : this.#lastInputTime;
    return Math.max(this.#freeFrom[line], earliestStart, nanoseconds - totalDuration);
  }

  #drawBreak(on: boolean, nanoseconds: number, characterFormat: LineFormat): number {
    const totalDuration = characterFormat.characterDuration + characterFormat.bitDuration;
    if (on && this.#breakBegan === undefined) {
      const breakStart = this.#beginTime("SIN", nanoseconds, totalDuration);
      this.#breakBegan = breakStart;
      this.#drawSignal(SIN, 0, breakStart);
      this.#diagramQueue.insertItem({
        nanoseconds: Math.max(nanoseconds, breakStart),
        itemType: "break",
        line: "SIN",
      });
      return this.#hasLineTime ? nanoseconds : Math.max(nanoseconds, breakStart + totalDuration);
    }
    if (on || this.#breakBegan === undefined) return nanoseconds;
    const breakEnd = Math.max(nanoseconds, this.#breakBegan + totalDuration);
    this.#breakBegan = undefined;
    this.#drawSignal(SIN, 1, breakEnd);
    this.#freeFrom.SIN = breakEnd + characterFormat.bitDuration;
    return this.#hasLineTime ? nanoseconds : breakEnd;
  }

  /** A character that the receiver has sampled from SIN's levels. */
  #drawSampled({ received }: Uart16550Context, nanoseconds: number, characterFormat: LineFormat): void {
    const character = { byteValue: received & 0xff, errorBits: received >> 8 };
    if (character.errorBits & LSR.BI)
      this.#diagramQueue.insertItem({ nanoseconds, itemType: "break", line: "SIN" });
    this.#diagramQueue.insertItem({
      nanoseconds,
      itemType: "character",
      line: "SIN",
      startTime: nanoseconds - characterFormat.characterDuration,
      character,
    });
  }

  /** Draws a character bit by bit; returns its end. */
  #drawCharacter(
    line: "SIN" | "SOUT",
    startTime: number,
    characterFormat: LineFormat,
    character: LineCharacter,
  ): number {
    const signal = line === "SIN" ? SIN : SOUT;
    let nanoseconds = startTime;
    for (const { level, duration } of levelRuns(characterFormat, character)) {
      this.#drawSignal(signal, level, nanoseconds);
      nanoseconds += duration;
    }
    this.#drawSignal(signal, 1, nanoseconds);
    if (character.errorBits & LSR.BI) this.#diagramQueue.insertItem({ nanoseconds, itemType: "break", line });
    this.#diagramQueue.insertItem({ nanoseconds, itemType: "character", line, startTime, character });
    this.#freeFrom[line] = nanoseconds;
    return nanoseconds;
  }

  #drawStep(playerStep: PlayerStep, nanoseconds: number): void {
    const { input, transitions, emitted, context, isLastPart } = playerStep;
    this.#drawInputRow(playerStep, nanoseconds);
    if (this.#hasLineTime) this.#timedOutput(playerStep);
    else this.#drawOutput(playerStep, nanoseconds);
    this.#drawInterrupts(playerStep, nanoseconds);
    for (const { type } of emitted)
      if (type === "overrun") this.#diagramQueue.insertItem({ nanoseconds, itemType: "overrun" });
    const stateValue = playerStep.stateValue as Readonly<Record<string, unknown>>;
    for (const reading of this.#constantReadings)
      this.#drawReading(
        reading,
        context,
        stateValue,
        reading.signal === SOUT ? this.#exactTime(playerStep) : nanoseconds,
      );
    if (input.type === "restore" && isLastPart)
      for (const reading of this.#regionReadings.values())
        this.#drawReading(reading, context, stateValue, nanoseconds);
    else
      for (const { source, target } of transitions)
        if (target !== undefined) {
          const reading = this.#regionReadings.get(source.split(".", 1)[0] as string);
          if (reading) this.#drawReading(reading, context, stateValue, nanoseconds);
        }
  }

  #drawInputRow(playerStep: PlayerStep, nanoseconds: number): void {
    this.#pendingEffects.push(...emittedEffects(playerStep));
    if (!playerStep.isLastPart) return;
    const inputRow = inputRowOf(this.#chart, playerStep, this.#tickBefore, this.#pendingEffects);
    this.#pendingEffects = [];
    this.#tickBefore = playerStep.tick;
    this.readAnswer = playerStep.input.type === "read" ? inputRow.value : undefined;
    if (playerStep.input.type !== "advance") this.#drawSignal(ACCESS, inputRow.text, nanoseconds);
    this.#diagramQueue.insertItem({ nanoseconds, itemType: "input", inputRow, duration: this.#spacing });
  }

  /** Draws the output of a chart that transmits at once: each character, and a break, for its duration on the line. */
  #drawOutput({ emitted, context }: PlayerStep, nanoseconds: number): void {
    const characterFormat = lineFormatOf(this.#chart, context);
    for (const { type, value, level } of emitted)
      if (type === "transmit") {
        const character = { byteValue: value as number, errorBits: 0 };
        this.#drawCharacter("SOUT", Math.max(nanoseconds, this.#freeFrom.SOUT), characterFormat, character);
      } else if (type === "serialOutput" && level !== this.#signalValues.get(SOUT)) {
        this.#drawSignal(SOUT, level as 0 | 1, nanoseconds);
        if (level === 0) this.#diagramQueue.insertItem({ nanoseconds, itemType: "break", line: "SOUT" });
        this.#freeFrom.SOUT =
          nanoseconds + characterFormat.bitDuration + (level === 0 ? characterFormat.characterDuration : 0);
      }
  }

  /** Returns the time at which the line changes: exactly when due, even if other signals are drawn later to stay distinct. */
  #exactTime = (playerStep: PlayerStep): number =>
    Math.max(this.#dueTimeOf(playerStep), this.#diagramQueue.releasedUntil);

  /** Draws the characters of a chart that has time; SOUT's level is read from the chart. */
  #timedOutput(playerStep: PlayerStep): void {
    const nanoseconds = this.#exactTime(playerStep);
    const { serialOutput } = playerStep.stateValue as { readonly serialOutput: string };
    const startsBreak = playerStep.transitions.some(({ target }) => target === "breakControl.on");
    if (startsBreak && serialOutput === "spacing")
      this.#diagramQueue.insertItem({ nanoseconds, itemType: "break", line: "SOUT" });
    for (const { actions } of playerStep.transitions) {
      if (actions.includes("stopFrame")) this.#sentFrame.end = nanoseconds;
      if (actions.includes("beginStartBit")) this.#sentFrame.start = nanoseconds;
    }
    for (const { type, value } of playerStep.emitted)
      if (type === "transmit") {
        const character = { byteValue: value as number, errorBits: 0 };
        this.#diagramQueue.insertItem({
          nanoseconds,
          itemType: "character",
          line: "SOUT",
          startTime: this.#sentFrame.start,
          character,
        });
      }
  }

  /** Draws the interrupt line: each change of its level, or a pulse for each trigger. */
  #drawInterrupts({ emitted }: PlayerStep, nanoseconds: number): void {
    let changes = 0;
    for (const { type, level } of emitted)
      if (type === "interruptLine")
        this.#drawSignal(INTR, level as 0 | 1, nanoseconds + changes++ * this.#timeUnit);
    const triggers =
      this.#chart.interrupt === "pulse" ? emitted.filter(({ type }) => type === "interrupt").length : 0;
    const halfPeriod = Math.floor(this.#spacing / this.#timeUnit / (2 * triggers)) * this.#timeUnit;
    for (let i = 0; i < triggers; i++) {
      this.#drawSignal(INTR, 1, nanoseconds + 2 * i * halfPeriod);
      this.#drawSignal(INTR, 0, nanoseconds + (2 * i + 1) * halfPeriod);
    }
  }

  #drawReading(
    { signal, readSignal }: SignalReading,
    context: AnyContext,
    stateValue: Readonly<Record<string, unknown>>,
    nanoseconds: number,
  ): void {
    const newValue = readSignal(context, stateValue);
    if (newValue === this.#signalValues.get(signal)) return;
    this.#drawSignal(signal, newValue, nanoseconds);
  }

  #drawSignal(signal: Signal, stateValue: SignalValue, nanoseconds: number): void {
    this.#signalValues.set(signal, stateValue);
    this.#diagramQueue.insertItem({ nanoseconds, itemType: "signal", signal, value: stateValue });
  }
}

const totalDurationOf = (sequence: readonly { readonly duration: number }[]): number =>
  sequence.reduce((sum, { duration }) => sum + duration, 0);

const isInBreak = (context: Partial<Uart16550Context>): boolean => context.awaitingMark === true;

const sinLevelOf = (context: Partial<Uart16550Context>): number =>
  isInBreak(context) ? 0 : (context.SIN ?? 1);
