import type { ChartEmission, TransitionInWords } from "../../device/index.js";
import { describeTransition } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import type { DeviceState, IncomingStep, ReachedState } from "./types.js";

/** A reached state whose restored state is computed on use. */
export class LazyReachedState<TState> implements ReachedState<TState> {
  readonly #deviceState: DeviceState<TState>;
  readonly #restoredState: () => DeviceState<TState>;
  readonly step?: IncomingStep<TState>;

  constructor(
    deviceState: DeviceState<TState>,
    restoredState: () => DeviceState<TState>,
    step?: IncomingStep<TState>,
  ) {
    this.#deviceState = deviceState;
    this.#restoredState = restoredState;
    if (step) this.step = step;
  }

  get state(): TState {
    return this.#deviceState.state;
  }

  get snapshot(): DeviceState<TState>["snapshot"] {
    return this.#deviceState.snapshot;
  }

  get value(): unknown {
    return this.#deviceState.value;
  }

  get context(): Readonly<Record<string, unknown>> {
    return this.#deviceState.context;
  }

  get isDone(): boolean {
    return this.#deviceState.isDone;
  }

  get observers(): DeviceState["observers"] {
    return this.#deviceState.observers;
  }

  isIn(state: string): boolean {
    return this.#deviceState.isIn(state);
  }

  get registers(): DeviceState["registers"] {
    return this.#deviceState.registers;
  }

  get divisorLatchOpen(): boolean {
    return this.#deviceState.divisorLatchOpen;
  }

  get characterTicks(): number {
    return this.#deviceState.characterTicks;
  }

  get restored(): DeviceState<TState> {
    return this.#restoredState();
  }
}

/** A step whose transitions are described on use. */
export class LazyIncomingStep<TState> implements IncomingStep<TState> {
  readonly before: DeviceState<TState>;
  readonly input: Input;
  readonly emissions: readonly ChartEmission[];
  readonly #transitions: readonly ChartTransition[];

  constructor(
    before: DeviceState<TState>,
    input: Input,
    emissions: readonly ChartEmission[],
    transitions: readonly ChartTransition[],
  ) {
    this.before = before;
    this.input = input;
    this.emissions = emissions;
    this.#transitions = transitions;
  }

  get event(): { readonly type: string } {
    return this.input;
  }

  get taken(): readonly TransitionInWords[] {
    return this.#transitions.map(describeTransition);
  }
}
