import type { AnyStateNode } from "xstate";
import type { RegisterName } from "../../../machines/index.js";
import type { AnyContext, Chart } from "../../device/index.js";
import { hasSnapshotStates, snapshotIn } from "./machine-chart.js";
import type { DeviceState } from "./types.js";

/** A device state whose parts are computed on first use. */
export class LazyDeviceState<TState> implements DeviceState<TState> {
  readonly #chart: Chart;
  readonly #contextOf: () => unknown;
  readonly #stateValue: () => unknown;
  readonly #snapshotOf: (() => unknown) | undefined;
  #state: TState | undefined;
  #snapshot: DeviceState<TState>["snapshot"] | undefined;
  #registers: DeviceState["registers"] | undefined;

  readonly isDone: boolean;
  readonly observers: DeviceState["observers"];

  /**
   * @param contextOf - returns the context, always the same.
   * @param stateValue - returns the state value.
   * @param isDone - true if the machine has ended.
   * @param observers - the snapshots of the observers, by name.
   * @param snapshotOf - returns the snapshot; by default that of the state value and the context.
   */
  constructor(
    chart: Chart,
    contextOf: () => unknown,
    stateValue: () => unknown,
    isDone = false,
    snapshotOf?: () => unknown,
    observers: DeviceState["observers"] = {},
  ) {
    this.observers = observers;
    this.#snapshotOf = snapshotOf;
    this.isDone = isDone;
    this.#chart = chart;
    this.#contextOf = contextOf;
    this.#stateValue = stateValue;
  }

  get #context(): AnyContext {
    return this.#contextOf();
  }

  get state(): TState {
    this.#state ??= hasSnapshotStates(this.#chart)
      ? (this.snapshot as TState)
      : (this.#chart.stateOf(this.#context) as TState);
    return this.#state;
  }

  get snapshot(): DeviceState<TState>["snapshot"] {
    this.#snapshot ??= (this.#snapshotOf?.() ??
      snapshotIn(
        this.#chart.machine,
        this.value,
        this.#context,
        this.isDone,
      )) as DeviceState<TState>["snapshot"];
    return this.#snapshot;
  }

  get context(): Readonly<Record<string, unknown>> {
    return this.#contextOf() as Readonly<Record<string, unknown>>;
  }

  isIn(state: string): boolean {
    const names = stateNamesOf(this.#chart);
    if (!names.has(state))
      throw new RangeError(`state: expected one of ${[...names].join(", ")}, got ${String(state)}`);
    let value: unknown = this.value;
    const path = state.split(".");
    for (const [index, key] of path.entries()) {
      if (typeof value === "string") return value === key && index === path.length - 1;
      if (!Object.hasOwn(value as object, key)) return false;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return true;
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

const stateNames = new WeakMap<object, ReadonlySet<string>>();

/** Returns the paths of all states of a chart. */
function stateNamesOf({ machine }: Chart): ReadonlySet<string> {
  const knownNames = stateNames.get(machine);
  if (knownNames) return knownNames;
  const names = new Set<string>();
  const visit = (node: AnyStateNode): void => {
    if (node.path.length > 0) names.add(node.path.join("."));
    for (const child of Object.values(node.states)) visit(child as AnyStateNode);
  };
  visit(machine.root);
  stateNames.set(machine, names);
  return names;
}

function registersOf({ registers }: Chart, context: AnyContext): DeviceState["registers"] {
  const registerValues: Partial<Record<RegisterName, number>> = {};
  for (const register of registers) registerValues[register.name] = register.value(context);
  return registerValues;
}
