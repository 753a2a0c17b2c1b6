import { Fifo } from "../../../machines/index.js";
import type { AnyContext, Chart, ChartEmission, TransitionInWords } from "../../device/index.js";
import { checkedInput, describeTransition, engineFor, Fold } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";

/** The initial state of an export, with the inputs and ticks before it. */
export interface Beginning {
  /** The chart's state, such as that of a journal's header; by default a new device's. */
  readonly state?: unknown;
  /** Index of the first input; by default 0. */
  readonly first?: number;
  /** Ticks passed before it; by default 0. */
  readonly tick?: number;
}

/** An input, or a part of an advance of time, which ends at each due action of the chart. */
export interface PlayerStep {
  /** Index of the input. */
  readonly entryIndex: number;
  /** Ticks that had passed when it was over. */
  readonly tick: number;
  /** The whole input. */
  readonly input: Input;
  /** True for the input's last part; only advances of time have several. */
  readonly isLastPart: boolean;
  /** True if the divisor latch was open before. */
  readonly divisorLatchOpen: boolean;
  /** The chart's emissions. */
  readonly emitted: readonly ChartEmission[];
  /** The transitions taken. */
  readonly transitions: readonly TransitionInWords[];
  /** The registers afterwards, valid until the next step. */
  readonly context: AnyContext;
  /** The state value afterwards. */
  readonly stateValue: unknown;
}

/** Drives a chart with inputs, and yields a step for every instant at which it acts. */
export class ChartPlayer {
  readonly chart: Chart;
  readonly #chartFold: Fold;
  #entryIndex: number;
  #tick: number;

  /** @throws TypeError, RangeError or SerialError if it is no state of the chart. */
  constructor(chart: Chart, { state, first = 0, tick = 0 }: Beginning = {}) {
    this.chart = chart;
    this.#chartFold = new Fold(chart, engineFor(chart), state);
    this.#entryIndex = first;
    this.#tick = tick;
  }

  /** Index of the next input. */
  get entryIndex(): number {
    return this.#entryIndex;
  }

  /** Ticks that have passed. */
  get tick(): number {
    return this.#tick;
  }

  /** The registers now. */
  get context(): AnyContext {
    return this.#chartFold.context;
  }

  /** The state value now. */
  get stateValue(): unknown {
    return this.#chartFold.value;
  }

  /**
   * Takes an input, part by part.
   *
   * @param entryIndex - its index, if it does not follow the previous one.
   * @throws TypeError, RangeError or SerialError if the chart does not accept the input.
   */
  *playInput(givenInput: Input, entryIndex = this.#entryIndex): Generator<PlayerStep, void> {
    this.#entryIndex = entryIndex;
    const input = checkedInput(this.chart, givenInput);
    if (input.type !== "advance") {
      yield this.#playPart(input, input, 0, true);
    } else {
      let ticksLeft = input.ticks;
      do {
        const ticks = Math.min(this.chart.ticksUntilDue?.(this.context) ?? ticksLeft, ticksLeft);
        ticksLeft -= ticks;
        yield this.#playPart(input, { type: "advance", ticks }, ticks, ticksLeft === 0);
      } while (ticksLeft > 0);
    }
    this.#entryIndex++;
  }

  #playPart(input: Input, partialInput: Input, ticks: number, isLastPart: boolean): PlayerStep {
    const divisorLatchOpen = this.chart.divisorLatchOpen(this.context);
    const emitted: ChartEmission[] = [];
    const transitionsTaken: ChartTransition[] = [];
    this.#chartFold.apply(partialInput, emitted, transitionsTaken);
    this.#tick += ticks;
    const { context, stateValue } = this;
    const transitionWords = transitionsTaken.map(describeTransition);
    return {
      entryIndex: this.#entryIndex,
      tick: this.#tick,
      input,
      isLastPart,
      divisorLatchOpen,
      emitted,
      transitions: transitionWords,
      context,
      stateValue,
    };
  }
}

/** Returns the number of characters in a chart's queue; undefined if it has no such queue. */
export function queueLength(context: object, queueName: "receiveFifo" | "transmitFifo"): number | undefined {
  const queueContents = (context as Readonly<Record<string, unknown>>)[queueName];
  return queueContents === undefined ? undefined : Fifo.of(queueContents as Fifo).length;
}
