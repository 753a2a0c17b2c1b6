import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { sendInput } from "../../device/internal.js";
import type {
  ChartTransition,
  Collector,
  CompiledRun,
  Configuration,
  Emissions,
} from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { BitSet } from "./bit-set.js";
import { ConfigurationTable } from "./configuration-table.js";
import { LazyDeviceState } from "./device-state.js";
import type { EnvironmentEvent } from "./environment.js";
import { ABSENT, FieldValues } from "./field-values.js";
import { hasSnapshotStates } from "./machine-chart.js";
import { Observers } from "./observers.js";
import { hashContribution, RowTable } from "./row-table.js";
import { checkScope, inputsIn, isDevice, RESTORE_INPUT, type Scope } from "./scope.js";
import { INITIAL_LAYOUT, LayoutChange, OUT_OF_SCOPE, OVER_LIMIT, type StateLayout } from "./state-layout.js";
import type { FunctionFault, ObservedRun, SteppingEngine, SteppingRun } from "./stepping-engine.js";
import { steppingEngineFor } from "./stepping-engine-for.js";
import type { DeviceState } from "./types.js";
import { copyOfValue, freezeValue, ValueIdentity } from "./value-identity.js";

/** The outcome of a step: the row of the state that it led to, and its emissions as a text. */
interface StepOutcome {
  readonly row: readonly (number | string)[];
  readonly emissions: string;
}

/**
 * The state space of one chart in one scope: its states, with ids in the order in which they were found.
 *
 * A state is a configuration, whether the machine has ended, and the exact value of each field of the context. Configurations and values
 * have ids as well, which different values never share, so a state is stored as a row of ids.
 */
export class StateSpace<TState> {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly scope: Scope<TState>;
  readonly layout: StateLayout;
  /** The engine that takes the steps. */
  readonly engine: SteppingEngine;
  /** The comparison of values. */
  readonly identity: ValueIdentity;
  /** The scope's inputs, then the input that saves and restores, if the scope has it, then the events of the environment. */
  readonly inputs: readonly Input[];
  /** The number of these that are the scope's own. */
  readonly #scopeInputCount: number;
  /** What is sent for each input: a frozen copy. */
  readonly #sentInputs: readonly Input[];

  readonly #run: SteppingRun;
  readonly #fieldNames: readonly string[];
  readonly #fieldValues: FieldValues[];
  /** True if some field may be absent. */
  readonly #isVariable: boolean;
  readonly #configurations: ConfigurationTable;
  readonly #observers: Observers;
  /** The column of the observers' states. */
  readonly #observerColumn: number;
  readonly #hasObservers: boolean;
  /** The observers' states after the last input. */
  #targetObserverId = 0;
  /** By state id: the id of the configuration that it restores to, once it was computed. */
  readonly #restoredIds = new Map<number, number>();
  /** By state id: the id of its configuration, then those of the fields' values. */
  readonly #stateRows: RowTable;
  /** By change: the id of its value, or -1 if the value is new; in use where a scope has a limit. */
  readonly #foundIds: number[] = [];
  /** False while the target row lacks the changed values: the target is outside of the scope. */
  #isRowRead = true;

  /** The states in which no eventless transition is enabled. */
  readonly #settledStates = new BitSet();

  /** The row of the state that inputs are taken from, and the values of its fields. */
  readonly #sourceRow: Uint32Array;
  readonly #sourceValues: unknown[];
  #sourceConfiguration: Configuration;
  #sourceDone = false;
  #sourceId = -1;
  /** The row of the state that the last input led to. */
  readonly #targetRow: Uint32Array;
  /** The indexes of the fields that the last input changed, and their values; the first `#changeCount` are in use. */
  readonly #changedFields: number[] = [];
  readonly #changedValues: unknown[] = [];
  #changeCount = 0;
  #inputIndex = 0;
  #isMoved = false;
  /** True if some value is not frozen. */
  #hasContainers = false;
  #observedRun: ObservedRun | undefined;

  /**
   * @throws RangeError if the scope has an invalid input. IdentityError if the initial context has a value that cannot be compared exactly.
   */
  constructor(
    chart: Chart<AnyStateMachine, TState>,
    scope: Scope<TState>,
    layout: StateLayout = INITIAL_LAYOUT,
  ) {
    checkScope(scope, chart as Chart);
    this.chart = chart;
    this.scope = scope;
    this.layout = layout;
    const scopeInputs = inputsIn(scope);
    this.#scopeInputCount = scopeInputs.length;
    this.inputs = [...scopeInputs, ...layout.environment.map(({ event }) => event as Input)];
    this.identity = new ValueIdentity(scope.classes as never);
    this.#sentInputs = this.inputs.map((input, inputIndex) => {
      // The object itself stands for an event of the environment.
      const isOwn = input === RESTORE_INPUT || inputIndex >= this.#scopeInputCount;
      const sentInput = isOwn ? input : (copyOfValue(input, this.identity) as Input);
      freezeValue(sentInput, this.identity);
      return sentInput;
    });
    this.engine = steppingEngineFor(chart as Chart, this.identity, layout);
    this.#run = this.engine.start(chart as Chart);
    const context = this.#context;
    const initialFields = Object.keys(context);
    if (Reflect.ownKeys(context).length > initialFields.length)
      throw new RangeError("context: expected properties with names, got symbols or hidden ones");
    this.#fieldNames = [...initialFields, ...layout.laterFields];
    this.#isVariable = layout.laterFields.length > 0;
    this.#fieldValues = this.#fieldNames.map(
      (fieldName) =>
        new FieldValues(fieldName, this.identity, scope.abstract?.[fieldName], () => {
          this.#hasContainers = true;
        }),
    );
    this.#observers = new Observers(scope.observers ?? {}, this.identity);
    this.#hasObservers = Object.keys(scope.observers ?? {}).length > 0;
    this.#observerColumn = 1 + this.#fieldNames.length;
    const rowWidth = this.#observerColumn + (this.#hasObservers ? 1 : 0);
    this.#configurations = new ConfigurationTable(
      this.engine,
      this.#run.configuration.length,
      this.inputs.length,
    );
    this.#stateRows = new RowTable(rowWidth);
    this.#sourceRow = new Uint32Array(rowWidth);
    this.#targetRow = new Uint32Array(rowWidth);
    this.#sourceValues = this.#fieldNames.map((fieldName) =>
      Object.hasOwn(context, fieldName) ? context[fieldName] : ABSENT,
    );
    for (const [field, value] of this.#sourceValues.entries())
      this.#targetRow[1 + field] = (this.#fieldValues[field] as FieldValues).initialIdOf(value);
    this.#sourceConfiguration = this.#currentConfiguration(this.#run);
    this.#targetRow[0] = this.#configurations.intern(this.#sourceConfiguration, this.#run.isDone);
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
    if (this.#hasObservers)
      this.#sourceRow[this.#observerColumn] =
        this.#targetRow[this.#observerColumn] =
        this.#targetObserverId =
          this.#stateRows.cellAt(stateId, this.#observerColumn);
    this.#sourceConfiguration = this.#configurations.configurationAt(configurationId);
    this.#sourceDone = this.#configurations.isDoneAt(configurationId);
    this.#returnToSource();
  }

  /** Returns true if an input is possible in the state that was entered: those of the scope always are. */
  isPossible(inputIndex: number): boolean {
    if (inputIndex < this.#scopeInputCount) return true;
    const event = this.layout.environment[inputIndex - this.#scopeInputCount] as EnvironmentEvent;
    return !this.#sourceDone && this.engine.isPossible(event, this.#sourceConfiguration);
  }

  /**
   * Takes an input from the state that was entered. Emissions and the transitions taken are appended.
   *
   * @param inputIndex - an index into {@link inputs}.
   * @throws the error of a guard or an action; LayoutChange if the context has a new field.
   */
  takeInput(inputIndex: number, emissions: Collector<ChartEmission>, transitions: ChartTransition[]): void {
    if (this.#isMoved) this.#returnToSource();
    this.#isMoved = true;
    this.#inputIndex = inputIndex;
    this.#sendInput(this.#run, inputIndex, emissions, transitions);
    this.#changeCount = this.#isVariable
      ? this.#variableChanges()
      : this.#run.changedFields(this.#sourceValues, this.#changedFields, this.#changedValues);
    if (this.#changeCount < 0) {
      this.#changeCount = 0;
      this.#refuseNewFields(this.#run.context);
    }
    if (this.#hasObservers) this.#observe(inputIndex, emissions);
  }

  /** Takes the observers on by the last input. */
  #observe(inputIndex: number, emissions: Collector<ChartEmission>): void {
    const step = {
      before: this.stateAt(this.#sourceId),
      after: this.afterStep,
      emissions: Array.isArray(emissions)
        ? [...(emissions as ChartEmission[])]
        : (emissions as Emissions<ChartEmission>).toArray(),
    };
    const sourceObserverId = this.#sourceRow[this.#observerColumn] as number;
    this.#targetObserverId = this.#observers.idAfter(
      sourceObserverId,
      this.#sentInputs[inputIndex] as Input,
      step,
    );
  }

  /**
   * Returns the id of the state that the last input led to, which is added if it is new: {@link OUT_OF_SCOPE} if it is not in the scope,
   * {@link OVER_LIMIT} if it is new and there are `limit` states already.
   *
   * @throws IdentityError if a value cannot be compared exactly.
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
    // A state outside of the scope leaves no trace.
    this.#isRowRead = !this.scope.within || !this.#findValues() || this.#isTargetInside(configurationId);
    if (!this.#isRowRead) return OUT_OF_SCOPE;
    for (let change = 0; change < this.#changeCount; change++) {
      const field = this.#changedFields[change] as number;
      isConcrete = this.#readField(change) && isConcrete;
      const targetCell = targetRow[1 + field] as number;
      const sourceCell = sourceRow[1 + field] as number;
      if (targetCell === sourceCell) continue;
      rowHash += hashContribution(1 + field, targetCell) - hashContribution(1 + field, sourceCell);
      isChanged = true;
    }
    if (this.#hasObservers && this.#targetObserverId !== sourceRow[this.#observerColumn]) {
      const column = this.#observerColumn;
      targetRow[column] = this.#targetObserverId;
      rowHash +=
        hashContribution(column, this.#targetObserverId) -
        hashContribution(column, sourceRow[column] as number);
      isChanged = true;
    }
    if (!isChanged) return this.#sourceId;
    rowHash |= 0;
    const knownId = this.#stateRows.findRow(targetRow, rowHash);
    if (knownId >= 0) return knownId;
    if (!this.#isTargetInside(configurationId)) return OUT_OF_SCOPE;
    if (this.#stateRows.rowCount >= limit) return OVER_LIMIT;
    const stateId = this.#stateRows.addRow(targetRow, rowHash);
    if (isConcrete && this.#run.settled) this.#settledStates.add(stateId);
    return stateId;
  }

  /** Looks the changed values up. Returns true if one of them is new. */
  #findValues(): boolean {
    let isNew = false;
    for (let index = 0; index < this.#changeCount; index++) {
      const fieldValues = this.#fieldValues[this.#changedFields[index] as number] as FieldValues;
      this.#foundIds[index] = fieldValues.findId(this.#changedValues[index]);
      isNew ||= this.#foundIds[index] === -1;
    }
    return isNew;
  }

  #isTargetInside(configurationId: number): boolean {
    const { scope, chart } = this;
    if (!this.engine.isBounded(this.#configurations.configurationAt(configurationId))) return false;
    return (
      !scope.within ||
      scope.within(hasSnapshotStates(chart) ? this.afterStep.state : chart.stateOf(this.#context as never))
    );
  }

  /** Returns true if another space begins in the same state. */
  hasSameStart(other: StateSpace<TState>): boolean {
    const keysOf = (space: StateSpace<TState>) =>
      space.#fieldNames.map((fieldName, field) =>
        this.identity.keyOf(
          space.#fieldValues[field]?.valueAt(space.#stateRows.cellAt(0, 1 + field)),
          `context.${fieldName}`,
        ),
      );
    const text = (space: StateSpace<TState>) =>
      JSON.stringify([space.#configurations.stateValueAt(0), space.#fieldNames, keysOf(space)]);
    return text(this) === text(other);
  }

  /** Returns the outcome of the last input, after {@link internTarget}. */
  outcome(emissions: readonly ChartEmission[]): StepOutcome {
    const row: (number | string)[] = [...this.#targetRow.subarray(0, this.#observerColumn)];
    if (!this.#isRowRead)
      for (let index = 0; index < this.#changeCount; index++) {
        const field = this.#changedFields[index] as number;
        row[1 + field] = (this.#fieldValues[field] as FieldValues).cellOf(this.#changedValues[index]);
      }
    return { row, emissions: this.#emissionsText(emissions) };
  }

  /**
   * Takes the last input once more, from a copy of the state in which nothing is frozen, on the table, and observes every function.
   *
   * @returns the outcome, undefined if a function threw, and the first function that threw or that changed its context.
   */
  takeObserved(): {
    readonly outcome: StepOutcome | undefined;
    readonly fault: FunctionFault | undefined;
  } {
    this.#observedRun ??= this.engine.startObserved(this.#run.snapshot, this.identity);
    const { run, observed } = this.#observedRun;
    const values = this.#fieldValues.map((fieldValues, field) =>
      fieldValues.copyAt(this.#sourceRow[1 + field] as number),
    );
    observed.fault = undefined;
    this.#restoreRun(run, this.#sourceConfiguration, values, false);
    const emissions: ChartEmission[] = [];
    try {
      this.#sendInput(run, this.#inputIndex, emissions, []);
    } catch {
      return { outcome: undefined, fault: observed.fault };
    }
    const row = observed.fault ? undefined : this.#rowOf(run);
    return {
      outcome: row && { row, emissions: this.#emissionsText(emissions) },
      fault: observed.fault,
    };
  }

  /** Frees what {@link takeObserved} needs, at the end of exploring. */
  releaseObserved(): void {
    this.#observedRun = undefined;
  }

  /** Takes the last input once more, from the state as if its regions had been entered in the opposite order. */
  takeReversed(): StepOutcome {
    const reversed = this.engine.reversedOf(this.#sourceConfiguration);
    this.#restoreRun(this.#run, reversed, this.#sourceValues, false);
    this.#isMoved = true;
    const emissions: ChartEmission[] = [];
    this.#sendInput(this.#run, this.#inputIndex, emissions, []);
    return { row: this.#rowOf(this.#run), emissions: this.#emissionsText(emissions) };
  }

  /** Returns true if a value of the state that was entered is not the one that was recorded: something changed it in place. */
  get hasChangedValue(): boolean {
    if (!this.#hasContainers) return false;
    return this.#fieldValues.some(
      (fieldValues, field) =>
        fieldValues.hasContainers && fieldValues.isChanged(this.#sourceRow[1 + field] as number),
    );
  }

  /** True if the context holds objects, or did so in some state. */
  get hasObjects(): boolean {
    return this.#fieldValues.some((fieldValues) => fieldValues.hasObjects);
  }

  #emissionsText(emissions: readonly ChartEmission[]): string {
    try {
      return emissions
        .map((emission) => this.identity.keyOf(emission, "emission"))
        .sort()
        .join();
    } catch {
      return `${emissions.length}`;
    }
  }

  /** Returns the row of the state that a run is in. */
  #rowOf(run: SteppingRun): (number | string)[] {
    const context = run.context as Record<string, unknown>;
    if (Object.keys(context).some((fieldName) => !this.#fieldNames.includes(fieldName)))
      this.#refuseNewFields(context);
    const cells = this.#fieldNames.map((fieldName, field) =>
      (this.#fieldValues[field] as FieldValues).cellOf(
        Object.hasOwn(context, fieldName) ? context[fieldName] : ABSENT,
      ),
    );
    return [this.#configurations.intern(this.#currentConfiguration(run), run.isDone), ...cells];
  }

  /** Finds the changed fields where some may be absent. */
  #variableChanges(): number {
    const context = this.#context;
    let changeCount = 0;
    let presentCount = 0;
    for (const [field, fieldName] of this.#fieldNames.entries()) {
      const isPresent = Object.hasOwn(context, fieldName);
      if (isPresent) presentCount++;
      const value = isPresent ? context[fieldName] : ABSENT;
      if (Object.is(value, this.#sourceValues[field])) continue;
      this.#changedFields[changeCount] = field;
      this.#changedValues[changeCount++] = value;
    }
    return presentCount === Object.keys(context).length ? changeCount : -1;
  }

  /** @throws LayoutChange with the fields that are new. */
  #refuseNewFields(context: object): never {
    const newFields = Object.keys(context).filter((fieldName) => !this.#fieldNames.includes(fieldName));
    throw new LayoutChange(this.chart, {
      ...this.layout,
      laterFields: [...this.layout.laterFields, ...newFields],
    });
  }

  #currentConfiguration(run: SteppingRun): Configuration {
    return this.layout.hasOrder ? run.orderedConfiguration : run.configuration;
  }

  #restoreRun(
    run: SteppingRun,
    configuration: Configuration,
    values: readonly unknown[],
    isSettled: boolean,
  ): void {
    let orderedValues = values;
    if (this.#isVariable) {
      const context = run.context as Record<string, unknown>;
      for (const [field, fieldName] of this.#fieldNames.entries())
        if (values[field] === ABSENT) delete context[fieldName];
        else context[fieldName] = values[field];
      orderedValues = Object.values(context);
    }
    run.restore(configuration, orderedValues, isSettled, this.#sourceDone);
  }

  /** The device after the last input. */
  get afterStep(): DeviceState<TState> {
    const context = { ...this.#context };
    return this.#deviceState(() => context, this.#currentConfigurationId(), this.#targetObserverId);
  }

  /** The device in the state that was entered; to be read before the first input is taken. */
  get enteredState(): DeviceState<TState> {
    const context = { ...this.#context };
    return this.#deviceState(() => context, this.#sourceRow[0] as number, this.#targetObserverId);
  }

  /** Returns the device in a state. */
  stateAt(stateId: number): DeviceState<TState> {
    let context: unknown;
    const buildContext = (): unknown => {
      const fields: Record<string, unknown> = {};
      for (const [field, fieldName] of this.#fieldNames.entries()) {
        const valueId = this.#stateRows.cellAt(stateId, 1 + field);
        const value = (this.#fieldValues[field] as FieldValues).valueAt(valueId);
        if (value !== ABSENT) fields[fieldName] = value;
      }
      return fields;
    };
    return this.#deviceState(
      () => (context ??= buildContext()),
      this.#stateRows.cellAt(stateId, 0),
      this.#hasObservers ? this.#stateRows.cellAt(stateId, this.#observerColumn) : 0,
    );
  }

  #deviceState(contextOf: () => unknown, configurationId: number, observerId: number): DeviceState<TState> {
    const isDone = this.#configurations.isDoneAt(configurationId);
    return new LazyDeviceState(
      this.chart,
      contextOf,
      () => this.#configurations.stateValueAt(configurationId),
      isDone,
      () =>
        this.engine.snapshotIn(this.#configurations.configurationAt(configurationId), contextOf(), isDone),
      this.#observers.snapshotsAt(observerId),
    );
  }

  /** Returns the device after it was saved in a state and restored. */
  restoredAt(stateId: number): DeviceState<TState> {
    const resolveSaved = () => this.#resolveState(this.stateAt(stateId).state);
    const stateValue = (): unknown => {
      const configurationId = this.#restoredIds.get(stateId) ?? this.#restoredIdOf(resolveSaved().value);
      this.#restoredIds.set(stateId, configurationId);
      return this.#configurations.stateValueAt(configurationId);
    };
    return new LazyDeviceState(this.chart, () => resolveSaved().context, stateValue);
  }

  /** Returns the device after a state was saved and restored. */
  restoredFrom(state: TState): DeviceState<TState> {
    const resolveSaved = () => this.#resolveState(state);
    return new LazyDeviceState(
      this.chart,
      () => resolveSaved().context,
      () => this.#configurations.stateValueAt(this.#restoredIdOf(resolveSaved().value)),
    );
  }

  #restoredIdOf(value: unknown): number {
    return this.#configurations.intern(this.#configurations.configurationOf(value), false);
  }

  /** The different state values that the states have. */
  get stateValues(): readonly unknown[] {
    return this.#configurations.stateValuesOf(this.#configurationIds());
  }

  *#configurationIds(): Generator<number> {
    for (let stateId = 0; stateId < this.stateCount; stateId++) yield this.#stateRows.cellAt(stateId, 0);
  }

  get #context(): Record<string, unknown> {
    return this.#run.context;
  }

  #resolveState(state: unknown): { readonly value: unknown; readonly context: object } {
    const { chart } = this;
    return chart.resolve?.(state) ?? chart.snapshotOf(state);
  }

  #sendInput(
    run: SteppingRun,
    inputIndex: number,
    emissions: Collector<ChartEmission>,
    transitions: ChartTransition[],
  ): void {
    const input = this.#sentInputs[inputIndex] as Input;
    if (!isDevice(this.chart as Chart)) {
      run.send(input as never, emissions as never, transitions);
      return;
    }
    if (input === RESTORE_INPUT) {
      const { value, context } = this.#resolveState(this.chart.stateOf(run.context as never));
      run.moveTo(this.#configurations.configurationOf(value), context as Record<string, unknown>);
    }
    // Devices are compiled.
    sendInput(this.chart as Chart, run as CompiledRun<AnyStateMachine>, input, emissions, transitions);
  }

  #returnToSource(): void {
    this.#restoreRun(
      this.#run,
      this.#sourceConfiguration,
      this.#sourceValues,
      this.#settledStates.has(this.#sourceId),
    );
    for (let change = 0; change < this.#changeCount; change++) {
      const column = 1 + (this.#changedFields[change] as number);
      this.#targetRow[column] = this.#sourceRow[column] as number;
    }
    this.#targetRow[0] = this.#sourceRow[0] as number;
    if (this.#hasObservers)
      this.#targetRow[this.#observerColumn] = this.#sourceRow[this.#observerColumn] as number;
    this.#changeCount = 0;
    this.#isMoved = false;
  }

  /** Returns the id of the configuration that the run is in. */
  #currentConfigurationId(): number {
    const run = this.#run;
    if (this.layout.hasOrder) return this.#configurations.intern(run.orderedConfiguration, run.isDone);
    if (run.isDone === this.#sourceDone && run.isIn(this.#sourceConfiguration))
      return this.#sourceRow[0] as number;
    return this.#configurations.internAfter(run, this.#sourceRow[0] as number, this.#inputIndex);
  }

  /** Writes the field of a change to the target row. Returns true if the value is its own representative. */
  #readField(change: number): boolean {
    const field = this.#changedFields[change] as number;
    const value = this.#changedValues[change];
    const fieldValues = this.#fieldValues[field] as FieldValues;
    const foundId = this.scope.within ? (this.#foundIds[change] as number) : -1;
    const valueId = foundId >= 0 ? foundId : fieldValues.valueIdOf(value);
    this.#targetRow[1 + field] = valueId;
    return !fieldValues.isAbstract || fieldValues.valueAt(valueId) === value;
  }
}
