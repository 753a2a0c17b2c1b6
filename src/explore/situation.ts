import type { RegisterName } from "../../machines/index.js";
import type { Chart } from "../device/index.js";
import type { Situation } from "./graph.js";

/** A device as it stands. What is asked of it is made when it is asked first. */
export class Stood<TState> implements Situation<TState> {
  readonly #chart: Chart;
  readonly #contextOf: () => unknown;
  readonly #stateValue: () => unknown;
  #state: TState | undefined;
  #registers: Situation["registers"] | undefined;

  /**
   * @param contextOf - gives the context, the same whenever it is asked.
   * @param stateValue - gives the state value.
   */
  constructor(chart: Chart, contextOf: () => unknown, stateValue: () => unknown) {
    this.#chart = chart;
    this.#contextOf = contextOf;
    this.#stateValue = stateValue;
  }

  get #context(): never {
    return this.#contextOf() as never;
  }

  get state(): TState {
    this.#state ??= this.#chart.stateOf(this.#context) as TState;
    return this.#state;
  }

  get value(): unknown {
    return this.#stateValue();
  }

  get registers(): Situation["registers"] {
    this.#registers ??= registersOf(this.#chart, this.#context);
    return this.#registers;
  }

  get divisorLatchOpen(): boolean {
    return this.#chart.divisorLatchOpen(this.#context);
  }

  get characterTicks(): number {
    return this.#chart.characterTicks?.(this.#context) ?? 0;
  }
}

function registersOf({ registers }: Chart, context: never): Situation["registers"] {
  const found: Partial<Record<RegisterName, number>> = {};
  for (const register of registers) found[register.name] = register.value(context);
  return found;
}
