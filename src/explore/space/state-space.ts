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
import { ContextFields } from "./context-fields.js";
import type { EnvironmentEvent } from "./environment.js";
import { hasSnapshotStates } from "./machine-chart.js";
import { checkScope, inputsIn, isDevice, RESTORE_INPUT, type Scope } from "./scope.js";
import { INITIAL_LAYOUT, OUT_OF_SCOPE, OVER_LIMIT, type StateLayout } from "./state-layout.js";
import type { FunctionFault, ObservedRun, SteppingEngine, SteppingRun } from "./stepping-engine.js";
import { steppingEngineFor } from "./stepping-engine-for.js";
import { CONFIGURATION_COLUMN, FIRST_FIELD_COLUMN, StoredStates } from "./stored-states.js";
import type { DeviceState } from "./types.js";
import { copyOfValue, freezeValue, ValueIdentity } from "./value-identity.js";

/** The outcome of a step: the row of the state that it led to, and its emissions as a text. */
interface StepOutcome {
  readonly row: readonly (number | string)[];
  readonly emissions: string;
}

/** The state space of one chart in one scope: takes inputs from its states, and stores the states that they lead to. */
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
  /** The states found. */
  readonly states: StoredStates<TState>;
  /** The number of inputs that are the scope's own. */
  readonly #scopeInputCount: number;
  /** What is sent for each input: a frozen copy. */
  readonly #sentInputs: readonly Input[];

  readonly #run: SteppingRun;
  readonly #fields: ContextFields;
  /** The observers' states after the last input. */
  #targetObserverId = 0;
  /** By change: the id of its value, or -1 if the value is new; in use where a scope has a limit. */
  readonly #foundIds: number[] = [];
  /** False while the draft of the target lacks the changed values: the target is outside of the scope. */
  #isRowRead = true;

  /** The row of the state that inputs are taken from, and the values of its fields. The draft of the table is the row of the target. */
  readonly #sourceRow: Uint32Array;
  readonly #sourceValues: unknown[];
  #sourceConfiguration: Configuration;
  #sourceDone = false;
  #sourceId = -1;
  /** The indexes of the fields that the last input changed, and their values; the first `#changeCount` are in use. */
  readonly #changedFields: number[] = [];
  readonly #changedValues: unknown[] = [];
  #changeCount = 0;
  #inputIndex = 0;
  #isMoved = false;
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
    this.identity = new ValueIdentity(scope.classes);
    this.#sentInputs = this.inputs.map((input, inputIndex) => {
      // The object itself stands for an event of the environment.
      const isOwn = input === RESTORE_INPUT || inputIndex >= this.#scopeInputCount;
      const sentInput = isOwn ? input : (copyOfValue(input, this.identity) as Input);
      freezeValue(sentInput, this.identity);
      return sentInput;
    });
    this.engine = steppingEngineFor(chart as Chart, this.identity, layout);
    this.#run = this.engine.start(chart as Chart);
    this.#fields = new ContextFields(chart as Chart, layout, this.#context);
    this.states = new StoredStates({
      chart,
      scope,
      engine: this.engine,
      identity: this.identity,
      fieldNames: this.#fields.names,
      configurationLength: this.#run.configuration.length,
      inputCount: this.inputs.length,
    });
    const { rows, configurations } = this.states;
    this.#sourceRow = new Uint32Array(rows.rowWidth);
    this.#sourceValues = this.#fields.valuesIn(this.#context);
    for (const [field, value] of this.#sourceValues.entries())
      rows.setDraftCell(FIRST_FIELD_COLUMN + field, this.states.valuesOf(field).initialIdOf(value));
    this.#sourceConfiguration = this.#currentConfiguration(this.#run);
    rows.setDraftCell(
      CONFIGURATION_COLUMN,
      configurations.intern(this.#sourceConfiguration, this.#run.isDone),
    );
    rows.addDraft();
  }

  /** The number of states found. The first is the initial state. */
  get stateCount(): number {
    return this.states.count;
  }

  /** Enters a state: the next inputs are taken from it. */
  enterState(stateId: number): void {
    const { rows, configurations } = this.states;
    this.#sourceId = stateId;
    for (let column = 0; column < rows.rowWidth; column++)
      this.#sourceRow[column] = rows.cellAt(stateId, column);
    for (let field = 0; field < this.#sourceValues.length; field++)
      this.#sourceValues[field] = this.states
        .valuesOf(field)
        .valueAt(this.#sourceRow[FIRST_FIELD_COLUMN + field] as number);
    rows.beginDraft(stateId);
    this.#targetObserverId = this.states.observerIdAt(stateId);
    const configurationId = this.#sourceRow[CONFIGURATION_COLUMN] as number;
    this.#sourceConfiguration = configurations.configurationAt(configurationId);
    this.#sourceDone = configurations.isDoneAt(configurationId);
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
    this.#changeCount = 0;
    this.#changeCount = this.#fields.changesOf(
      this.#run,
      this.#sourceValues,
      this.#changedFields,
      this.#changedValues,
    );
    if (this.states.hasObservers) this.#observe(inputIndex, emissions);
  }

  /** Takes the observers on by the last input. */
  #observe(inputIndex: number, emissions: Collector<ChartEmission>): void {
    const { states } = this;
    const step = {
      before: states.stateAt(this.#sourceId),
      after: this.afterStep,
      emissions: Array.isArray(emissions)
        ? [...(emissions as ChartEmission[])]
        : (emissions as Emissions<ChartEmission>).toArray(),
    };
    const sourceObserverId = this.#sourceRow[states.observerColumn] as number;
    this.#targetObserverId = states.observers.idAfter(
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
    const sourceRow = this.#sourceRow;
    const { rows } = this.states;
    let isChanged = false;
    let isConcrete = true;
    const configurationId = this.#currentConfigurationId();
    if (configurationId !== sourceRow[CONFIGURATION_COLUMN]) {
      rows.setDraftCell(CONFIGURATION_COLUMN, configurationId);
      isChanged = true;
    }
    // A state outside of the scope leaves no trace.
    this.#isRowRead = !this.scope.within || !this.#findValues() || this.#isTargetInside(configurationId);
    if (!this.#isRowRead) return OUT_OF_SCOPE;
    for (let change = 0; change < this.#changeCount; change++) {
      const column = FIRST_FIELD_COLUMN + (this.#changedFields[change] as number);
      isConcrete = this.#readField(change) && isConcrete;
      isChanged ||= rows.draftCell(column) !== sourceRow[column];
    }
    const { observerColumn, hasObservers } = this.states;
    if (hasObservers && this.#targetObserverId !== sourceRow[observerColumn]) {
      rows.setDraftCell(observerColumn, this.#targetObserverId);
      isChanged = true;
    }
    if (!isChanged) return this.#sourceId;
    const knownId = rows.findDraft();
    if (knownId >= 0) return knownId;
    if (!this.#isTargetInside(configurationId)) return OUT_OF_SCOPE;
    if (rows.rowCount >= limit) return OVER_LIMIT;
    const stateId = rows.addDraft();
    if (isConcrete && this.#run.settled) this.states.settled.add(stateId);
    return stateId;
  }

  /** Looks the changed values up. Returns true if one of them is new. */
  #findValues(): boolean {
    let isNew = false;
    for (let index = 0; index < this.#changeCount; index++) {
      const fieldValues = this.states.valuesOf(this.#changedFields[index] as number);
      this.#foundIds[index] = fieldValues.findId(this.#changedValues[index]);
      isNew ||= this.#foundIds[index] === -1;
    }
    return isNew;
  }

  #isTargetInside(configurationId: number): boolean {
    const { scope, chart } = this;
    const hasEnvironment = this.layout.environment.length > 0;
    if (hasEnvironment && !this.engine.isBounded(this.states.configurations.configurationAt(configurationId)))
      return false;
    return (
      !scope.within ||
      scope.within(hasSnapshotStates(chart) ? this.afterStep.state : chart.stateOf(this.#context))
    );
  }

  /** Returns true if another space begins in the same state. */
  hasSameStart(other: StateSpace<TState>): boolean {
    return this.states.startText === other.states.startText;
  }

  /** Returns the outcome of the last input, after {@link internTarget}. */
  outcome(emissions: readonly ChartEmission[]): StepOutcome {
    const { rows, observerColumn } = this.states;
    const row: (number | string)[] = Array.from({ length: observerColumn }, (_, column) =>
      rows.draftCell(column),
    );
    if (!this.#isRowRead)
      for (let index = 0; index < this.#changeCount; index++) {
        const field = this.#changedFields[index] as number;
        row[FIRST_FIELD_COLUMN + field] = this.states.valuesOf(field).cellOf(this.#changedValues[index]);
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
    const values = this.#sourceValues.map((_, field) =>
      this.states.valuesOf(field).copyAt(this.#sourceRow[FIRST_FIELD_COLUMN + field] as number),
    );
    observed.fault = undefined;
    this.#fields.restore(run, this.#sourceConfiguration, values, false, this.#sourceDone);
    const emissions: ChartEmission[] = [];
    try {
      this.#sendInput(run, this.#inputIndex, emissions, []);
    } catch {
      return { outcome: undefined, fault: observed.fault };
    }
    // A copy may have been changed in place.
    const row = observed.fault ? undefined : this.#rowOf(run, () => false);
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
    this.#fields.restore(this.#run, reversed, this.#sourceValues, false, this.#sourceDone);
    this.#isMoved = true;
    const emissions: ChartEmission[] = [];
    this.#sendInput(this.#run, this.#inputIndex, emissions, []);
    const row = this.#rowOf(this.#run, (value, field) => Object.is(value, this.#sourceValues[field]));
    return { row, emissions: this.#emissionsText(emissions) };
  }

  /** Returns true if a value of the state that was entered is not the one that was recorded: something changed it in place. */
  get hasChangedValue(): boolean {
    if (!this.states.hasContainers) return false;
    return this.#sourceValues.some((_, field) => {
      const fieldValues = this.states.valuesOf(field);
      return (
        fieldValues.hasContainers &&
        fieldValues.isChanged(this.#sourceRow[FIRST_FIELD_COLUMN + field] as number)
      );
    });
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

  /**
   * Returns the row of the state that a run is in.
   *
   * @param isUnchanged - returns true if a value is that of the state that was entered.
   */
  #rowOf(
    run: SteppingRun,
    isUnchanged: (value: unknown, field: number) => boolean,
  ): readonly (number | string)[] {
    const cells = this.#fields
      .valuesIn(run.context as Record<string, unknown>)
      .map((value, field) =>
        isUnchanged(value, field)
          ? (this.#sourceRow[FIRST_FIELD_COLUMN + field] as number)
          : this.states.valuesOf(field).cellOf(value),
      );
    return [this.states.configurations.intern(this.#currentConfiguration(run), run.isDone), ...cells];
  }

  #currentConfiguration(run: SteppingRun): Configuration {
    return this.layout.hasOrder ? run.orderedConfiguration : run.configuration;
  }

  /** The device after the last input. */
  get afterStep(): DeviceState<TState> {
    const context = { ...this.#context };
    return this.states.deviceState(() => context, this.#currentConfigurationId(), this.#targetObserverId);
  }

  /** The device in the state that was entered; to be read before the first input is taken. */
  get enteredState(): DeviceState<TState> {
    const context = { ...this.#context };
    const configurationId = this.#sourceRow[CONFIGURATION_COLUMN] as number;
    return this.states.deviceState(() => context, configurationId, this.#targetObserverId);
  }

  get #context(): Record<string, unknown> {
    return this.#run.context;
  }

  #sendInput(
    run: SteppingRun,
    inputIndex: number,
    emissions: Collector<ChartEmission>,
    transitions: ChartTransition[],
  ): void {
    const input = this.#sentInputs[inputIndex] as Input;
    if (!isDevice(this.chart as Chart)) {
      run.send(input, emissions, transitions);
      return;
    }
    if (input === RESTORE_INPUT) {
      const { value, context } = this.states.resolve(this.chart.stateOf(run.context));
      run.moveTo(this.states.configurations.configurationOf(value), context as Record<string, unknown>);
    }
    // Devices are compiled.
    sendInput(this.chart as Chart, run as CompiledRun<AnyStateMachine>, input, emissions, transitions);
  }

  #returnToSource(): void {
    const isSettled = this.states.settled.has(this.#sourceId);
    this.#fields.restore(
      this.#run,
      this.#sourceConfiguration,
      this.#sourceValues,
      isSettled,
      this.#sourceDone,
    );
    this.states.rows.resetDraft();
    this.#changeCount = 0;
    this.#isMoved = false;
  }

  /** Returns the id of the configuration that the run is in. */
  #currentConfigurationId(): number {
    const run = this.#run;
    const { configurations } = this.states;
    if (this.layout.hasOrder) return configurations.intern(run.orderedConfiguration, run.isDone);
    const sourceConfigurationId = this.#sourceRow[CONFIGURATION_COLUMN] as number;
    if (run.isDone === this.#sourceDone && run.isIn(this.#sourceConfiguration)) return sourceConfigurationId;
    return configurations.internAfter(run, sourceConfigurationId, this.#inputIndex);
  }

  /** Writes the field of a change to the draft of the target. Returns true if the value is its own representative. */
  #readField(change: number): boolean {
    const field = this.#changedFields[change] as number;
    const value = this.#changedValues[change];
    const fieldValues = this.states.valuesOf(field);
    const foundId = this.scope.within ? (this.#foundIds[change] as number) : -1;
    const valueId = foundId >= 0 ? foundId : fieldValues.valueIdOf(value);
    this.states.rows.setDraftCell(FIRST_FIELD_COLUMN + field, valueId);
    return !fieldValues.isAbstract || fieldValues.valueAt(valueId) === value;
  }
}
