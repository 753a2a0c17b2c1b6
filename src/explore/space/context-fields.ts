import type { Chart } from "../../device/index.js";
import type { Configuration } from "../../engine/index.js";
import { ABSENT } from "./field-values.js";
import { LayoutChange, type StateLayout } from "./state-layout.js";
import type { SteppingRun } from "./stepping-engine.js";

type Fields = Record<string, unknown>;

/** The fields that the context of a chart may have: those of the initial one, then those that came later, which may be absent. */
export class ContextFields {
  readonly names: readonly string[];
  readonly #chart: Chart;
  readonly #layout: StateLayout;
  /** True if some field may be absent. */
  readonly #isVariable: boolean;

  /** @throws RangeError if a property of the context has no name. */
  constructor(chart: Chart, layout: StateLayout, initialContext: object) {
    const initialNames = Object.keys(initialContext);
    if (Reflect.ownKeys(initialContext).length > initialNames.length)
      throw new RangeError("context: expected properties with names, got symbols or hidden ones");
    this.names = [...initialNames, ...layout.laterFields];
    this.#chart = chart;
    this.#layout = layout;
    this.#isVariable = layout.laterFields.length > 0;
  }

  /** Returns the value of each field. @throws LayoutChange if the context has another field. */
  valuesIn(context: Fields): unknown[] {
    if (Object.keys(context).some((fieldName) => !this.names.includes(fieldName))) this.#refuseNew(context);
    return this.names.map((fieldName) => (Object.hasOwn(context, fieldName) ? context[fieldName] : ABSENT));
  }

  /** Puts a run into a state, with a value for each field. */
  restore(
    run: SteppingRun,
    configuration: Configuration,
    values: readonly unknown[],
    isSettled: boolean,
    isDone: boolean,
  ): void {
    let orderedValues = values;
    if (this.#isVariable) {
      const context = run.context as Fields;
      for (const [field, fieldName] of this.names.entries())
        if (values[field] === ABSENT) delete context[fieldName];
        else context[fieldName] = values[field];
      orderedValues = Object.values(context);
    }
    run.restore(configuration, orderedValues, isSettled, isDone);
  }

  /**
   * Finds the fields in which the context of a run differs from other values. Their indexes and values are written to two lists.
   *
   * @returns the number of these fields.
   * @throws LayoutChange if the context has another field.
   */
  changesOf(
    run: SteppingRun,
    values: readonly unknown[],
    changedFields: number[],
    changedValues: unknown[],
  ): number {
    const changeCount = this.#isVariable
      ? this.#variableChanges(run.context as Fields, values, changedFields, changedValues)
      : run.changedFields(values, changedFields, changedValues);
    return changeCount < 0 ? this.#refuseNew(run.context) : changeCount;
  }

  /** Finds the changed fields where some may be absent; returns -1 if the context has another field. */
  #variableChanges(
    context: Fields,
    values: readonly unknown[],
    changedFields: number[],
    changedValues: unknown[],
  ): number {
    let changeCount = 0;
    let presentCount = 0;
    for (const [field, fieldName] of this.names.entries()) {
      const isPresent = Object.hasOwn(context, fieldName);
      if (isPresent) presentCount++;
      const value = isPresent ? context[fieldName] : ABSENT;
      if (Object.is(value, values[field])) continue;
      changedFields[changeCount] = field;
      changedValues[changeCount++] = value;
    }
    return presentCount === Object.keys(context).length ? changeCount : -1;
  }

  /** @throws LayoutChange with the fields that are new. */
  #refuseNew(context: object): never {
    const newFields = Object.keys(context).filter((fieldName) => !this.names.includes(fieldName));
    throw new LayoutChange(this.#chart, {
      ...this.#layout,
      laterFields: [...this.#layout.laterFields, ...newFields],
    });
  }
}
