import type { RegisterName } from "../../../machines/index.js";
import type { Chart } from "../../device/index.js";
import type { DeviceState } from "./types.js";

/** A device state whose parts are computed on first use. */
export class LazyDeviceState<TState> implements DeviceState<TState> {
  readonly #chart: Chart;
  readonly #contextOf: () => unknown;
  readonly #stateValue: () => unknown;
  #state: TState | undefined;
  #registers: DeviceState["registers"] | undefined;

  /**
   * @param contextOf - returns the context, always the same.
   * @param stateValue - returns the state value.
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

  get registers(): DeviceState["registers"] {
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

function registersOf({ registers }: Chart, context: never): DeviceState["registers"] {
  const registerValues: Partial<Record<RegisterName, number>> = {};
  for (const register of registers) registerValues[register.name] = register.value(context);
  return registerValues;
}
