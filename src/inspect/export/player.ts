import { Fifo } from "../../../machines/index.js";
import { engineFor } from "../../device/engines.js";
import { Fold } from "../../device/fold.js";
import type { Chart, ChartEmission, TransitionInWords } from "../../device/index.js";
import { inputFor } from "../../device/input.js";
import { inWords } from "../../device/words.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";

/** Where a chart begins: its state as JSON, and what had happened before. */
export interface Beginning {
  /** The chart's state, such as a journal's header has it; a fresh device's unless given. */
  readonly state?: unknown;
  /** Index of the first input; 0 unless given. */
  readonly first?: number;
  /** Ticks that had passed; 0 unless given. */
  readonly tick?: number;
}

/** An input, or a part of one that lets time pass: it ends wherever the chart does something by itself. */
export interface Step {
  /** Index of the input. */
  readonly index: number;
  /** Ticks that had passed when it was over. */
  readonly tick: number;
  /** The whole input. */
  readonly input: Input;
  /** Whether it is the input's last part; all but the passing of time is one part. */
  readonly last: boolean;
  /** Whether the divisor latch was open before. */
  readonly dlab: boolean;
  /** What the chart emitted. */
  readonly emitted: readonly ChartEmission[];
  /** The transitions taken. */
  readonly taken: readonly TransitionInWords[];
  /** The registers afterwards: to be read, not kept. */
  readonly context: never;
  /** The state value afterwards. */
  readonly value: unknown;
}

/** Drives a chart with inputs, and tells of every instant at which it does something. */
export class Player {
  readonly chart: Chart;
  readonly #fold: Fold;
  #index: number;
  #tick: number;

  /** @throws TypeError, RangeError or SerialError if it is no state of the chart. */
  constructor(chart: Chart, { state, first = 0, tick = 0 }: Beginning = {}) {
    this.chart = chart;
    this.#fold = new Fold(chart, engineFor(chart), state);
    this.#index = first;
    this.#tick = tick;
  }

  /** Index of the next input. */
  get index(): number {
    return this.#index;
  }

  /** Ticks that have passed. */
  get tick(): number {
    return this.#tick;
  }

  /** The registers now. */
  get context(): never {
    return this.#fold.context;
  }

  /** The state value now. */
  get value(): unknown {
    return this.#fold.value;
  }

  /**
   * Takes an input, part by part.
   *
   * @param index - its own, where it is not the one after that before.
   * @throws TypeError, RangeError or SerialError if the chart takes no such input.
   */
  *take(given: Input, index = this.#index): Generator<Step, void> {
    this.#index = index;
    const input = inputFor(this.chart, given);
    if (input.type !== "advance") {
      yield this.#part(input, input, 0, true);
    } else {
      let left = input.ticks;
      do {
        const ticks = Math.min(this.chart.ticksUntilDue?.(this.context) ?? left, left);
        left -= ticks;
        yield this.#part(input, { type: "advance", ticks }, ticks, left === 0);
      } while (left > 0);
    }
    this.#index++;
  }

  #part(input: Input, part: Input, ticks: number, last: boolean): Step {
    const dlab = this.chart.divisorLatchOpen(this.context);
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] = [];
    this.#fold.take(part, emitted, taken);
    this.#tick += ticks;
    const { context, value } = this;
    const words = taken.map(inWords);
    return { index: this.#index, tick: this.#tick, input, last, dlab, emitted, taken: words, context, value };
  }
}

/** How many characters a queue of a chart holds; undefined if it has no such queue. */
export function lengthOf(context: object, queue: "receiveFifo" | "transmitFifo"): number | undefined {
  const held = (context as Readonly<Record<string, unknown>>)[queue];
  return held === undefined ? undefined : Fifo.of(held as Fifo).length;
}
