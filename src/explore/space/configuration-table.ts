import type { StateValue } from "xstate";
import type { Configuration } from "../../engine/index.js";
import { BitSet } from "./bit-set.js";
import { RowTable } from "./row-table.js";
import type { SteppingEngine, SteppingRun } from "./stepping-engine.js";

/** The number of configurations, and of their state values, that are kept besides their rows; the others are read from their rows. */
const MOST_KEPT = 1 << 14;
/** The greatest number of targets that are remembered; a power of two, as any smaller one. */
const MOST_REMEMBERED = 1 << 14;

/** The configurations of a state space, each with an id, and whether the machine has ended in it. */
export class ConfigurationTable {
  readonly #engine: SteppingEngine;
  readonly #inputCount: number;
  /** By configuration id: the configuration, and 1 if the machine has ended in it. */
  readonly #rows: RowTable;
  readonly #length: number;
  readonly #configurations: Configuration[] = [];
  readonly #stateValues: unknown[] = [];
  readonly #restoredConfigurations = new Map<string, Configuration>();
  /** By configuration id and input, as far as there is room: the id of a configuration that it may lead to. */
  #targets = new Int32Array(0);

  /** @param length - the length of a configuration. */
  constructor(engine: SteppingEngine, length: number, inputCount: number) {
    this.#engine = engine;
    this.#inputCount = inputCount;
    this.#length = length;
    this.#rows = new RowTable(length + 1);
  }

  /** The memory of the configurations, in bytes: that of the rows as it is, the rest by an estimate. */
  get byteLength(): number {
    const keptBytes = this.#configurations.length * (32 + 8 * this.#length);
    return this.#rows.byteLength + this.#targets.byteLength + keptBytes;
  }

  /** Returns the id of a configuration, which is added if it is new. */
  intern(configuration: Configuration, isDone: boolean): number {
    const rows = this.#rows;
    for (let index = 0; index < this.#length; index++)
      rows.setDraftCell(index, configuration[index] as number);
    rows.setDraftCell(this.#length, isDone ? 1 : 0);
    const knownCount = rows.rowCount;
    const configurationId = rows.internDraft();
    if (configurationId === knownCount && configurationId < MOST_KEPT)
      this.#configurations.push([...configuration]);
    return configurationId;
  }

  /** Returns the id of the configuration that a run is in after an input: mostly the one to which the input led last. */
  internAfter(run: SteppingRun, sourceId: number, inputIndex: number): number {
    const wantedLength = Math.min(MOST_REMEMBERED, this.#rows.rowCount * this.#inputCount);
    if (this.#targets.length < wantedLength)
      this.#targets = new Int32Array(2 ** (32 - Math.clz32(wantedLength - 1)));
    const slot = (sourceId * this.#inputCount + inputIndex) & (this.#targets.length - 1);
    const guessedId = this.#targets[slot] as number;
    if (
      guessedId < MOST_KEPT &&
      run.isIn(this.#configurations[guessedId] as Configuration) &&
      this.isDoneAt(guessedId) === run.isDone
    )
      return guessedId;
    const configurationId = this.intern(run.configuration, run.isDone);
    this.#targets[slot] = configurationId;
    return configurationId;
  }

  /** Returns the configuration with this id. */
  configurationAt(configurationId: number): Configuration {
    const keptConfiguration = this.#configurations[configurationId];
    if (keptConfiguration) return keptConfiguration;
    const configuration: number[] = [];
    for (let index = 0; index < this.#length; index++)
      configuration.push(this.#rows.cellAt(configurationId, index));
    return configuration;
  }

  /** Returns true if the machine has ended in the configuration with this id. */
  isDoneAt(configurationId: number): boolean {
    return this.#rows.cellAt(configurationId, this.#length) === 1;
  }

  /** Returns the state value of the configuration with this id. */
  stateValueAt(configurationId: number): unknown {
    const stateValue =
      this.#stateValues[configurationId] ?? this.#engine.stateValueOf(this.configurationAt(configurationId));
    if (configurationId < MOST_KEPT) this.#stateValues[configurationId] = stateValue;
    return stateValue;
  }

  /** Returns the configuration of a state value. They are few, so each is looked up once. */
  configurationOf(value: unknown): Configuration {
    const valueJson = JSON.stringify(value);
    const configuration =
      this.#restoredConfigurations.get(valueJson) ?? this.#engine.configurationOf(value as StateValue);
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
