import type { AnyStateMachine } from "xstate";
import type { Chart } from "../../device/index.js";
import { BitSet } from "./bit-set.js";
import { ConfigurationTable } from "./configuration-table.js";
import { LazyDeviceState } from "./device-state.js";
import { ABSENT, FieldValues } from "./field-values.js";
import { IntegerList } from "./integer-list.js";
import { Observers } from "./observers.js";
import { RowTable } from "./row-table.js";
import type { Scope } from "./scope.js";
import type { SteppingEngine } from "./stepping-engine.js";
import type { DeviceState } from "./types.js";
import type { ValueIdentity } from "./value-identity.js";

/** The column of the configuration, and that of the first field. */
export const CONFIGURATION_COLUMN = 0;
export const FIRST_FIELD_COLUMN = 1;

const NOT_COMPUTED = -1;

/** What a store of states needs. */
interface StoreParts<TState> {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly scope: Scope<TState>;
  readonly engine: SteppingEngine;
  readonly identity: ValueIdentity;
  /** The names of all fields that the context may have. */
  readonly fieldNames: readonly string[];
  /** The length of a configuration. */
  readonly configurationLength: number;
  readonly inputCount: number;
}

/**
 * The states of a state space, with ids in the order in which they were added.
 *
 * A state is a configuration, whether the machine has ended, the exact value of each field of the context, and the states of the observers.
 * Configurations and values have ids as well, which different values never share, so a state is stored as a row of ids.
 */
export class StoredStates<TState> {
  readonly fieldNames: readonly string[];
  readonly configurations: ConfigurationTable;
  readonly observers: Observers;
  readonly hasObservers: boolean;
  /** By state id: the id of its configuration, then those of the fields' values, then that of the observers' states if there are any. */
  readonly rows: RowTable;
  /** The column of the observers' states. */
  readonly observerColumn: number;
  /** The states in which no eventless transition is enabled. */
  readonly settled = new BitSet();
  /** True if some value is not frozen. */
  hasContainers = false;
  readonly #chart: Chart<AnyStateMachine, TState>;
  readonly #engine: SteppingEngine;
  readonly #identity: ValueIdentity;
  readonly #fieldValues: readonly FieldValues[];
  /** By state id: the id of the configuration that it restores to. */
  readonly #restoredIds = new IntegerList();

  constructor({
    chart,
    scope,
    engine,
    identity,
    fieldNames,
    configurationLength,
    inputCount,
  }: StoreParts<TState>) {
    this.#chart = chart;
    this.#engine = engine;
    this.#identity = identity;
    this.fieldNames = fieldNames;
    this.#fieldValues = fieldNames.map(
      (fieldName) =>
        new FieldValues(fieldName, identity, scope.abstract?.[fieldName], () => {
          this.hasContainers = true;
        }),
    );
    this.observers = new Observers(scope.observers ?? {}, identity);
    this.hasObservers = Object.keys(scope.observers ?? {}).length > 0;
    this.observerColumn = FIRST_FIELD_COLUMN + fieldNames.length;
    this.configurations = new ConfigurationTable(engine, configurationLength, inputCount);
    this.rows = new RowTable(this.observerColumn + (this.hasObservers ? 1 : 0));
  }

  /** The number of states. The first is the initial state. */
  get count(): number {
    return this.rows.rowCount;
  }

  /** The memory of the states, in bytes: that of tables as it is, that of the values of fields by an estimate. */
  get byteLength(): number {
    const valueBytes = this.#fieldValues.reduce((sum, { byteEstimate }) => sum + byteEstimate, 0);
    const tables = [this.rows, this.configurations, this.settled, this.#restoredIds];
    return tables.reduce((sum, { byteLength }) => sum + byteLength, valueBytes);
  }

  /** Removes the states with this id and greater ones. */
  forgetFrom(firstId: number): void {
    for (let stateId = firstId; stateId < this.count; stateId++) {
      this.settled.delete(stateId);
      if (stateId < this.#restoredIds.length) this.#restoredIds.set(stateId, NOT_COMPUTED, NOT_COMPUTED);
    }
    this.rows.removeFrom(firstId);
  }

  /** Returns the values of a field of the context. */
  valuesOf(field: number): FieldValues {
    return this.#fieldValues[field] as FieldValues;
  }

  /** Returns the id of the observers' states in a state; 0 if there are none. */
  observerIdAt(stateId: number): number {
    return this.hasObservers ? this.rows.cellAt(stateId, this.observerColumn) : 0;
  }

  /** True if the context holds objects, or did so in some state. */
  get hasObjects(): boolean {
    return this.#fieldValues.some((fieldValues) => fieldValues.hasObjects);
  }

  /** The different state values that the states have. */
  get stateValues(): readonly unknown[] {
    return this.configurations.stateValuesOf(this.#configurationIds());
  }

  *#configurationIds(): Generator<number> {
    for (let stateId = 0; stateId < this.count; stateId++)
      yield this.rows.cellAt(stateId, CONFIGURATION_COLUMN);
  }

  /** The initial state as a text, which is the same for the same state. */
  get startText(): string {
    const valueTexts = this.fieldNames.map((fieldName, field) =>
      this.#identity.keyOf(
        this.valuesOf(field).valueAt(this.rows.cellAt(0, FIRST_FIELD_COLUMN + field)),
        `context.${fieldName}`,
      ),
    );
    return JSON.stringify([this.configurations.stateValueAt(0), this.fieldNames, valueTexts]);
  }

  /** Returns the device in a state. */
  stateAt(stateId: number): DeviceState<TState> {
    let context: unknown;
    const buildContext = (): unknown => {
      const fields: Record<string, unknown> = {};
      for (const [field, fieldName] of this.fieldNames.entries()) {
        const valueId = this.rows.cellAt(stateId, FIRST_FIELD_COLUMN + field);
        const value = this.valuesOf(field).valueAt(valueId);
        if (value !== ABSENT) fields[fieldName] = value;
      }
      return fields;
    };
    return this.deviceState(
      () => (context ??= buildContext()),
      this.rows.cellAt(stateId, CONFIGURATION_COLUMN),
      this.observerIdAt(stateId),
    );
  }

  /** Returns the device in a configuration, with a context and the observers' states. */
  deviceState(contextOf: () => unknown, configurationId: number, observerId: number): DeviceState<TState> {
    const isDone = this.configurations.isDoneAt(configurationId);
    return new LazyDeviceState(
      this.#chart,
      contextOf,
      () => this.configurations.stateValueAt(configurationId),
      isDone,
      () =>
        this.#engine.snapshotIn(this.configurations.configurationAt(configurationId), contextOf(), isDone),
      this.observers.snapshotsAt(observerId),
    );
  }

  /** Returns the device after it was saved in a state and restored. */
  restoredAt(stateId: number): DeviceState<TState> {
    const resolveSaved = () => this.resolve(this.stateAt(stateId).state);
    const stateValue = (): unknown => {
      const isComputed = stateId < this.#restoredIds.length && this.#restoredIds.at(stateId) !== NOT_COMPUTED;
      if (!isComputed)
        this.#restoredIds.set(stateId, this.#configurationIdOf(resolveSaved().value), NOT_COMPUTED);
      return this.configurations.stateValueAt(this.#restoredIds.at(stateId));
    };
    return new LazyDeviceState(this.#chart, () => resolveSaved().context, stateValue);
  }

  /** Returns the device after a state was saved and restored. */
  restoredFrom(state: TState): DeviceState<TState> {
    const resolveSaved = () => this.resolve(state);
    return new LazyDeviceState(
      this.#chart,
      () => resolveSaved().context,
      () => this.configurations.stateValueAt(this.#configurationIdOf(resolveSaved().value)),
    );
  }

  /** Returns the state value and the context of a saved state. */
  resolve(state: unknown): { readonly value: unknown; readonly context: object } {
    return this.#chart.resolve?.(state) ?? this.#chart.snapshotOf(state);
  }

  #configurationIdOf(value: unknown): number {
    return this.configurations.intern(this.configurations.configurationOf(value), false);
  }
}
