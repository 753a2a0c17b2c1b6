import type { Configuration } from "../../engine/index.js";
import { BitSet } from "./bit-set.js";
import { RowTable } from "./row-table.js";
import type { SteppingEngine, SteppingRun } from "./stepping-engine.js";

/** The configurations of a state space, each with an id, and whether the machine has ended in it. */
export class ConfigurationTable {
  readonly #engine: SteppingEngine;
  readonly #inputCount: number;
  readonly #rows: RowTable;
  readonly #configurations: Configuration[] = [];
  /** By configuration id: true if the machine has ended in it. */
  readonly #doneFlags: boolean[] = [];
  readonly #stateValues: unknown[] = [];
  readonly #restoredConfigurations = new Map<string, Configuration>();
  /** By configuration id and input: the id of the configuration that it led to last. */
  readonly #lastTargets: number[] = [];

  /** @param length - the length of a configuration. */
  constructor(engine: SteppingEngine, length: number, inputCount: number) {
    this.#engine = engine;
    this.#inputCount = inputCount;
    this.#rows = new RowTable(length + 1);
  }

  /** Returns the id of a configuration, which is added if it is new. */
  intern(configuration: Configuration, isDone: boolean): number {
    const configurationId = this.#rows.internRow([...configuration, isDone ? 1 : 0]);
    if (configurationId === this.#configurations.length) {
      this.#configurations.push(configuration);
      this.#doneFlags.push(isDone);
      for (let input = 0; input < this.#inputCount; input++) this.#lastTargets.push(configurationId);
    }
    return configurationId;
  }

  /** Returns the id of the configuration that a run is in after an input: mostly the one to which the input led last. */
  internAfter(run: SteppingRun, sourceId: number, inputIndex: number): number {
    const lookupIndex = sourceId * this.#inputCount + inputIndex;
    const guessedId = this.#lastTargets[lookupIndex] as number;
    if (
      this.#doneFlags[guessedId] === run.isDone &&
      run.isIn(this.#configurations[guessedId] as Configuration)
    )
      return guessedId;
    const configurationId = this.intern(run.configuration, run.isDone);
    this.#lastTargets[lookupIndex] = configurationId;
    return configurationId;
  }

  /** Returns the configuration with this id. */
  configurationAt(configurationId: number): Configuration {
    return this.#configurations[configurationId] as Configuration;
  }

  /** Returns true if the machine has ended in the configuration with this id. */
  isDoneAt(configurationId: number): boolean {
    return this.#doneFlags[configurationId] as boolean;
  }

  /** Returns the state value of the configuration with this id, always the same object. */
  stateValueAt(configurationId: number): unknown {
    this.#stateValues[configurationId] ??= this.#engine.stateValueOf(this.configurationAt(configurationId));
    return this.#stateValues[configurationId];
  }

  /** Returns the configuration of a state value. They are few, so each is looked up once. */
  configurationOf(value: unknown): Configuration {
    const valueJson = JSON.stringify(value);
    const configuration =
      this.#restoredConfigurations.get(valueJson) ?? this.#engine.configurationOf(value as never);
    this.#restoredConfigurations.set(valueJson, configuration);
    return configuration;
  }

  /** Returns the different state values of some configurations. */
  stateValuesOf(configurationIds: Iterable<number>): unknown[] {
    const seenIds = new BitSet();
    const valuesByText = new Map<string, unknown>();
    for (const configurationId of configurationIds) {
      if (seenIds.has(configurationId)) continue;
      seenIds.add(configurationId);
      const value = this.stateValueAt(configurationId);
      valuesByText.set(JSON.stringify(value), value);
    }
    return [...valuesByText.values()];
  }
}
