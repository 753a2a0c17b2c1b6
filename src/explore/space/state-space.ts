import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { compiledEngineFor, sendInput } from "../../device/internal.js";
import type {
  ChartTransition,
  Collector,
  CompiledEngine,
  CompiledRun,
  Configuration,
} from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { BitSet } from "./bit-set.js";
import { LazyDeviceState } from "./device-state.js";
import { FieldValues } from "./field-values.js";
import { hashContribution, RowTable } from "./row-table.js";
import { checkScope, inputsIn, type Scope } from "./scope.js";
import type { DeviceState } from "./types.js";

/** The target of an edge that leads out of the scope. */
export const OUT_OF_SCOPE = -1;
/** The target of an edge that leads to a new state beyond the limit. */
export const OVER_LIMIT = -2;

/**
 * The state space of one chart in one scope: its states, with ids in the order in which they were found.
 *
 * A state is a configuration and the exact value of each field of the context. Configurations and values have ids as well, which
 * different values never share, so a state is stored as a row of ids.
 */
export class StateSpace<TState> {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly scope: Scope<TState>;
  /** The scope's inputs, then the input that saves and restores, if the scope has it. */
  readonly inputs: readonly Input[];

  readonly #engine: CompiledEngine<AnyStateMachine>;
  readonly #run: CompiledRun<AnyStateMachine>;
  readonly #fieldNames: readonly string[];
  readonly #fieldValues: FieldValues[];
  readonly #configurationRows: RowTable;
  readonly #configurations: Configuration[] = [];
  readonly #stateValues: unknown[] = [];
  readonly #restoredConfigurations = new Map<string, Configuration>();
  /** By state id: the id of the configuration that it restores to, once it was computed. */
  readonly #restoredIds = new Map<number, number>();
  /** By state id: the id of its configuration, then those of the fields' values. */
  readonly #stateRows: RowTable;
  /** The rows of states that are not in the scope. */
  readonly #outsideRows: RowTable;

  /** The states in which no eventless transition is enabled. */
  readonly #settledStates = new BitSet();

  /** The row of the state that inputs are taken from, and the values of its fields. */
  readonly #sourceRow: Uint32Array;
  readonly #sourceValues: unknown[];
  #sourceConfiguration: Configuration;
  #sourceId = -1;
  /** The row of the state that the last input led to. */
  readonly #targetRow: Uint32Array;
  /** The indexes of the fields that the last input changed, and their values; the first `#changeCount` are in use. */
  readonly #changedFields: number[] = [];
  readonly #changedValues: unknown[] = [];
  #changeCount = 0;
  #inputIndex = 0;
  /** By configuration id and input: the id of the configuration that it led to last. */
  readonly #lastTargets: number[] = [];
  #isMoved = false;

  /** @throws RangeError if the scope has no input, or one that the chart does not take. */
  constructor(chart: Chart<AnyStateMachine, TState>, scope: Scope<TState>) {
    checkScope(scope, chart);
    this.chart = chart;
    this.scope = scope;
    this.inputs = inputsIn(scope);
    this.#engine = compiledEngineFor(chart);
    this.#run = this.#engine.start(chart.initial === undefined ? undefined : chart.snapshotOf(chart.initial));
    const context = this.#context;
    this.#fieldNames = Object.keys(context);
    this.#fieldValues = this.#fieldNames.map((fieldName) => new FieldValues(scope.abstract?.[fieldName]));
    this.#configurationRows = new RowTable(this.#run.configuration.length);
    this.#stateRows = new RowTable(1 + this.#fieldNames.length);
    this.#outsideRows = new RowTable(1 + this.#fieldNames.length);
    this.#sourceRow = new Uint32Array(1 + this.#fieldNames.length);
    this.#targetRow = new Uint32Array(1 + this.#fieldNames.length);
    this.#sourceValues = Object.values(context);
    this.#sourceConfiguration = this.#run.configuration;
    this.#targetRow[0] = this.#internConfiguration(this.#sourceConfiguration);
    for (const [field, value] of this.#sourceValues.entries()) this.#readField(field, value);
    this.#stateRows.addRow(this.#targetRow);
  }

  /** The number of states found. The first is the initial state. */
  get stateCount(): number {
    return this.#stateRows.rowCount;
  }

  /** Enters a state: the next inputs are taken from it. */
  enterState(stateId: number): void {
    this.#sourceId = stateId;
    const configurationId = this.#stateRows.cellAt(stateId, 0);
    this.#sourceRow[0] = this.#targetRow[0] = configurationId;
    for (let field = 0; field < this.#fieldNames.length; field++) {
      const valueId = this.#stateRows.cellAt(stateId, 1 + field);
      this.#sourceRow[1 + field] = this.#targetRow[1 + field] = valueId;
      this.#sourceValues[field] = (this.#fieldValues[field] as FieldValues).valueAt(valueId);
    }
    this.#sourceConfiguration = this.#configurations[configurationId] as Configuration;
    this.#returnToSource();
  }

  /**
   * Takes an input from the state that was entered. Emissions and the transitions taken are appended.
   *
   * @param inputIndex - an index into {@link inputs}.
   */
  takeInput(inputIndex: number, emissions: Collector<ChartEmission>, transitions: ChartTransition[]): void {
    if (this.#isMoved) this.#returnToSource();
    this.#isMoved = true;
    this.#sendInput(this.inputs[inputIndex] as Input, emissions, transitions);
    this.#inputIndex = inputIndex;
    this.#changeCount = this.#run.changedFields(this.#sourceValues, this.#changedFields, this.#changedValues);
  }

  /**
   * Returns the id of the state that the last input led to, which is added if it is new: {@link OUT_OF_SCOPE} if it is not in the scope,
   * {@link OVER_LIMIT} if it is new and there are `limit` states already.
   */
  internTarget(limit: number): number {
    const targetRow = this.#targetRow;
    const sourceRow = this.#sourceRow;
    let rowHash = this.#stateRows.hashAt(this.#sourceId);
    let isChanged = false;
    let isConcrete = true;
    const configurationId = this.#currentConfigurationId();
    if (configurationId !== sourceRow[0]) {
      targetRow[0] = configurationId;
      rowHash += hashContribution(0, configurationId) - hashContribution(0, sourceRow[0] as number);
      isChanged = true;
    }
    for (let change = 0; change < this.#changeCount; change++) {
      const field = this.#changedFields[change] as number;
      isConcrete = this.#readField(field, this.#changedValues[change]) && isConcrete;
      const targetCell = targetRow[1 + field] as number;
      const sourceCell = sourceRow[1 + field] as number;
      if (targetCell === sourceCell) continue;
      rowHash += hashContribution(1 + field, targetCell) - hashContribution(1 + field, sourceCell);
      isChanged = true;
    }
    if (!isChanged) return this.#sourceId;
    rowHash |= 0;
    const knownId = this.#stateRows.findRow(targetRow, rowHash);
    if (knownId >= 0) return knownId;
    const { scope, chart } = this;
    if (scope.within) {
      if (this.#outsideRows.findRow(targetRow, rowHash) >= 0) return OUT_OF_SCOPE;
      if (!scope.within(chart.stateOf(this.#context as never))) {
        this.#outsideRows.addRow(targetRow, rowHash);
        return OUT_OF_SCOPE;
      }
    }
    if (this.#stateRows.rowCount >= limit) return OVER_LIMIT;
    const stateId = this.#stateRows.addRow(targetRow, rowHash);
    if (isConcrete && this.#run.settled) this.#settledStates.add(stateId);
    return stateId;
  }

  /** The device after the last input. */
  get afterStep(): DeviceState<TState> {
    const configurationId = this.#currentConfigurationId();
    const context = { ...this.#context };
    return new LazyDeviceState(
      this.chart,
      () => context,
      () => this.#stateValueAt(configurationId),
    );
  }

  /** The device in the state that was entered; to be read before the first input is taken. */
  get enteredState(): DeviceState<TState> {
    const context = { ...this.#context };
    const configurationId = this.#sourceRow[0] as number;
    return new LazyDeviceState(
      this.chart,
      () => context,
      () => this.#stateValueAt(configurationId),
    );
  }

  /** Returns the device in a state. */
  stateAt(stateId: number): DeviceState<TState> {
    let context: unknown;
    const buildContext = (): unknown => {
      const fields = { ...this.#context };
      for (const [field, fieldName] of this.#fieldNames.entries()) {
        const valueId = this.#stateRows.cellAt(stateId, 1 + field);
        fields[fieldName] = (this.#fieldValues[field] as FieldValues).valueAt(valueId);
      }
      return fields;
    };
    return new LazyDeviceState(
      this.chart,
      () => (context ??= buildContext()),
      () => this.#stateValueAt(this.#stateRows.cellAt(stateId, 0)),
    );
  }

  /** Returns the device after it was saved in a state and restored. */
  restoredAt(stateId: number): DeviceState<TState> {
    const resolveSaved = () => this.#resolveState(this.stateAt(stateId).state);
    const stateValue = (): unknown => {
      const configurationId =
        this.#restoredIds.get(stateId) ??
        this.#internConfiguration(this.#configurationOf(resolveSaved().value));
      this.#restoredIds.set(stateId, configurationId);
      return this.#stateValueAt(configurationId);
    };
    return new LazyDeviceState(this.chart, () => resolveSaved().context, stateValue);
  }

  /** The different state values that the states have. */
  get stateValues(): readonly unknown[] {
    const configurationIds = new Set<number>();
    for (let stateId = 0; stateId < this.stateCount; stateId++)
      configurationIds.add(this.#stateRows.cellAt(stateId, 0));
    return [...configurationIds].map((configurationId) => this.#stateValueAt(configurationId));
  }

  /** The number of different state values that the states have. */
  get configurationCount(): number {
    const configurationIds = new BitSet();
    let count = 0;
    for (let stateId = 0; stateId < this.stateCount; stateId++) {
      const configurationId = this.#stateRows.cellAt(stateId, 0);
      if (configurationIds.has(configurationId)) continue;
      configurationIds.add(configurationId);
      count++;
    }
    return count;
  }

  get #context(): Record<string, unknown> {
    return this.#run.context;
  }

  #stateValueAt(configurationId: number): unknown {
    this.#stateValues[configurationId] ??= this.#engine.stateValueOf(
      this.#configurations[configurationId] as Configuration,
    );
    return this.#stateValues[configurationId];
  }

  #resolveState(state: unknown): { readonly value: unknown; readonly context: object } {
    const { chart } = this;
    return chart.resolve?.(state) ?? chart.snapshotOf(state);
  }

  #sendInput(input: Input, emissions: Collector<ChartEmission>, transitions: ChartTransition[]): void {
    if (input.type !== "restore") {
      sendInput(this.chart, this.#run, input, emissions, transitions);
      return;
    }
    const { value, context } = this.#resolveState(this.chart.stateOf(this.#context as never));
    this.#run.moveTo(this.#configurationOf(value), context as Record<string, unknown>);
    sendInput(this.chart, this.#run, input, emissions, transitions);
  }

  /** Returns the configuration of a state value. They are few, so each is looked up once. */
  #configurationOf(value: unknown): Configuration {
    const valueJson = JSON.stringify(value);
    const configuration =
      this.#restoredConfigurations.get(valueJson) ?? this.#engine.configurationOf(value as never);
    this.#restoredConfigurations.set(valueJson, configuration);
    return configuration;
  }

  #returnToSource(): void {
    this.#run.restore(this.#sourceConfiguration, this.#sourceValues, this.#settledStates.has(this.#sourceId));
    for (let change = 0; change < this.#changeCount; change++) {
      const column = 1 + (this.#changedFields[change] as number);
      this.#targetRow[column] = this.#sourceRow[column] as number;
    }
    this.#targetRow[0] = this.#sourceRow[0] as number;
    this.#changeCount = 0;
    this.#isMoved = false;
  }

  /** Returns the id of the configuration that the run is in. */
  #currentConfigurationId(): number {
    if (this.#run.isIn(this.#sourceConfiguration)) return this.#sourceRow[0] as number;
    const lookupIndex = (this.#sourceRow[0] as number) * this.inputs.length + this.#inputIndex;
    const guessedId = this.#lastTargets[lookupIndex] as number;
    if (this.#run.isIn(this.#configurations[guessedId] as Configuration)) return guessedId;
    const configurationId = this.#internConfiguration(this.#run.configuration);
    this.#lastTargets[lookupIndex] = configurationId;
    return configurationId;
  }

  /** Writes a field of the target row. Returns true if the value is its own representative. */
  #readField(field: number, value: unknown): boolean {
    const fieldValues = this.#fieldValues[field];
    if (!fieldValues)
      throw new Error(`context: expected the fields ${this.#fieldNames.join(", ")}, and no other`);
    const valueId = fieldValues.valueIdOf(value);
    this.#targetRow[1 + field] = valueId;
    return !fieldValues.isAbstract || fieldValues.valueAt(valueId) === value;
  }

  #internConfiguration(configuration: Configuration): number {
    const configurationId = this.#configurationRows.internRow(configuration);
    if (configurationId === this.#configurations.length) {
      this.#configurations.push(configuration);
      for (const _ of this.inputs) this.#lastTargets.push(configurationId);
    }
    return configurationId;
  }
}
