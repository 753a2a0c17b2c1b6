import type { AnyStateMachine } from "xstate";
import { Fifo } from "../../machines/index.js";
import { compiledEngineFor } from "../device/engines.js";
import type { Chart, ChartEmission } from "../device/index.js";
import type { ChartTransition, Collector, CompiledEngine, CompiledRun, Place } from "../engine/index.js";
import type { Input } from "../journal/index.js";
import type { Situation } from "./graph.js";
import { Bits, mixed, Rows } from "./rows.js";
import { checkScope, inputsIn, type Scope } from "./scope.js";
import { Stood } from "./situation.js";
import { restoredEvent, sendTo } from "./step.js";

/** A step leads out of the scope. */
export const LEAVES = -1;
/** A step leads to a state for which there is no more room. */
export const NO_ROOM = -2;

/**
 * The states of one chart in one scope, each known by a number, in the order in which they were found.
 *
 * A state is where the chart stands and its whole context, each field of it exactly: what a field holds is given a number too, and a state
 * is a row of those. A number is as good as what it stands for, as a different value never shares it.
 */
export class World<TState> {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly scope: Scope<TState>;
  /** The scope's inputs, and after them the restoring of what is saved, where that is in the scope. */
  readonly inputs: readonly Input[];

  readonly #engine: CompiledEngine<AnyStateMachine>;
  readonly #run: CompiledRun<AnyStateMachine>;
  readonly #fields: readonly string[];
  readonly #values: Values[];
  readonly #places: Rows;
  readonly #placeNumbers: Place[] = [];
  readonly #stateValues: unknown[] = [];
  readonly #resolved = new Map<string, Place>();
  /** By state: the number of the place in which it would be restored, as far as it has been asked. */
  readonly #restored = new Map<number, number>();
  /** First the number of the place, then those of the fields' values. */
  readonly #states: Rows;
  /** States that are not in the scope. */
  readonly #outside: Rows;

  /** States at which no eventless transition waits. */
  readonly #settled = new Bits();

  /** The state that steps are taken from: its row and the values of its fields. */
  readonly #here: Uint32Array;
  readonly #hereValues: unknown[];
  #herePlace: Place;
  #from = -1;
  /** The row of what the last step led to. */
  readonly #row: Uint32Array;
  /** The fields that it changed and what they hold now: so many of these. */
  readonly #changed: number[] = [];
  readonly #found: unknown[] = [];
  #changes = 0;
  #input = 0;
  /** By place and input: the number of the place that it led to last. */
  readonly #lately: number[] = [];
  #moved = false;

  /** @throws RangeError if the scope has no input, or one that the chart does not take. */
  constructor(chart: Chart<AnyStateMachine, TState>, scope: Scope<TState>) {
    checkScope(scope, chart);
    this.chart = chart;
    this.scope = scope;
    this.inputs = inputsIn(scope);
    this.#engine = compiledEngineFor(chart);
    this.#run = this.#engine.start(
      chart.initial === undefined ? undefined : (chart.snapshotOf(chart.initial) as never),
    );
    const context = this.#context;
    this.#fields = Object.keys(context);
    this.#values = this.#fields.map((field) => new Values(scope.abstract?.[field]));
    this.#places = new Rows(this.#run.place.length);
    this.#states = new Rows(1 + this.#fields.length);
    this.#outside = new Rows(1 + this.#fields.length);
    this.#here = new Uint32Array(1 + this.#fields.length);
    this.#row = new Uint32Array(1 + this.#fields.length);
    this.#hereValues = Object.values(context);
    this.#herePlace = this.#run.place;
    this.#row[0] = this.#numberOf(this.#herePlace);
    for (const [i, value] of this.#hereValues.entries()) this.#readField(i, value);
    this.#states.add(this.#row);
  }

  /** How many states have been found. The first is that in which a device begins. */
  get count(): number {
    return this.#states.count;
  }

  /** Steps are taken from this state now. */
  enter(state: number): void {
    this.#from = state;
    const place = this.#states.at(state, 0);
    this.#here[0] = this.#row[0] = place;
    for (let i = 0; i < this.#fields.length; i++) {
      const number = this.#states.at(state, 1 + i);
      this.#here[1 + i] = this.#row[1 + i] = number;
      this.#hereValues[i] = (this.#values[i] as Values).at(number);
    }
    this.#herePlace = this.#placeNumbers[place] as Place;
    this.#goBack();
  }

  /**
   * Takes an input from the state that was entered. What leaves and the transitions taken are appended.
   *
   * @param input - its place among the inputs.
   */
  take(input: number, emitted: Collector<ChartEmission>, taken: ChartTransition[]): void {
    if (this.#moved) this.#goBack();
    this.#moved = true;
    this.#send(this.inputs[input] as Input, emitted, taken);
    this.#input = input;
    this.#changes = this.#run.differ(this.#hereValues, this.#changed, this.#found);
  }

  /**
   * The state that the last step led to: {@link LEAVES} if that is not in the scope, {@link NO_ROOM} if it is a new one and there are
   * `limit` already.
   */
  reached(limit: number): number {
    const row = this.#row;
    const here = this.#here;
    let hash = this.#states.hashAt(this.#from);
    let isElsewhere = false;
    let isItself = true;
    const place = this.#placeNow();
    if (place !== here[0]) {
      row[0] = place;
      hash += mixed(0, place) - mixed(0, here[0] as number);
      isElsewhere = true;
    }
    for (let at = 0; at < this.#changes; at++) {
      const i = this.#changed[at] as number;
      isItself = this.#readField(i, this.#found[at]) && isItself;
      const [now, was] = [row[1 + i] as number, here[1 + i] as number];
      if (now === was) continue;
      hash += mixed(1 + i, now) - mixed(1 + i, was);
      isElsewhere = true;
    }
    if (!isElsewhere) return this.#from;
    hash |= 0;
    const known = this.#states.find(row, hash);
    if (known >= 0) return known;
    const { scope, chart } = this;
    if (scope.within) {
      if (this.#outside.find(row, hash) >= 0) return LEAVES;
      if (!scope.within(chart.stateOf(this.#context as never))) {
        this.#outside.add(row, hash);
        return LEAVES;
      }
    }
    if (this.#states.count >= limit) return NO_ROOM;
    const state = this.#states.add(row, hash);
    if (isItself && this.#run.settled) this.#settled.set(state);
    return state;
  }

  /** The device as it stands after the last step. */
  get after(): Situation<TState> {
    const place = this.#placeNow();
    const context = { ...this.#context };
    return new Stood(
      this.chart,
      () => context,
      () => this.#valueAt(place),
    );
  }

  /** The device in the state that was entered, before the first step from it. */
  get entered(): Situation<TState> {
    const context = { ...this.#context };
    const place = this.#here[0] as number;
    return new Stood(
      this.chart,
      () => context,
      () => this.#valueAt(place),
    );
  }

  /** The device in a state. */
  at(state: number): Situation<TState> {
    let context: unknown;
    const make = (): unknown => {
      const made = { ...this.#context };
      for (const [i, field] of this.#fields.entries())
        made[field] = (this.#values[i] as Values).at(this.#states.at(state, 1 + i));
      return made;
    };
    return new Stood(
      this.chart,
      () => (context ??= make()),
      () => this.#valueAt(this.#states.at(state, 0)),
    );
  }

  /** How the device would stand if it were saved and restored as it stands in a state. */
  restored(state: number): Situation<TState> {
    const resolved = () => this.#resolve(this.at(state).state);
    const value = (): unknown => {
      const known = this.#restored.get(state) ?? this.#numberOf(this.#placeOf(resolved().value));
      this.#restored.set(state, known);
      return this.#valueAt(known);
    };
    return new Stood(this.chart, () => resolved().context, value);
  }

  /** The different state values that the states have. */
  get stateValues(): readonly unknown[] {
    const places = new Set<number>();
    for (let state = 0; state < this.count; state++) places.add(this.#states.at(state, 0));
    return [...places].map((place) => this.#valueAt(place));
  }

  /** How many different state values the states have. */
  get configurations(): number {
    const places = new Bits();
    let count = 0;
    for (let state = 0; state < this.count; state++) {
      const place = this.#states.at(state, 0);
      if (places.has(place)) continue;
      places.set(place);
      count++;
    }
    return count;
  }

  get #context(): Record<string, unknown> {
    return this.#run.context as never;
  }

  #valueAt(place: number): unknown {
    this.#stateValues[place] ??= this.#engine.valueAt(this.#placeNumbers[place] as Place);
    return this.#stateValues[place];
  }

  #resolve(state: unknown): { readonly value: unknown; readonly context: object } {
    const { chart } = this;
    return chart.resolve?.(state) ?? chart.snapshotOf(state);
  }

  #send(input: Input, emitted: Collector<ChartEmission>, taken: ChartTransition[]): void {
    if (input.type !== "restore") {
      sendTo(this.chart, this.#run, input, emitted, taken);
      return;
    }
    const { value, context } = this.#resolve(this.chart.stateOf(this.#context as never));
    this.#run.moveTo(this.#placeOf(value), context as Record<string, unknown>);
    restoredEvent(this.#run, emitted, taken);
  }

  /** The place of a state value. They are few: each is looked for once. */
  #placeOf(value: unknown): Place {
    const key = JSON.stringify(value);
    const place = this.#resolved.get(key) ?? this.#engine.placeOf(value as never);
    this.#resolved.set(key, place);
    return place;
  }

  #goBack(): void {
    this.#run.putBack(this.#herePlace, this.#hereValues, this.#settled.has(this.#from));
    for (let at = 0; at < this.#changes; at++) {
      const column = 1 + (this.#changed[at] as number);
      this.#row[column] = this.#here[column] as number;
    }
    this.#row[0] = this.#here[0] as number;
    this.#changes = 0;
    this.#moved = false;
  }

  /** The number of the place where the run stands. */
  #placeNow(): number {
    if (this.#run.standsAt(this.#herePlace)) return this.#here[0] as number;
    const way = (this.#here[0] as number) * this.inputs.length + this.#input;
    const guess = this.#lately[way] as number;
    if (this.#run.standsAt(this.#placeNumbers[guess] as Place)) return guess;
    const place = this.#numberOf(this.#run.place);
    this.#lately[way] = place;
    return place;
  }

  /** Writes a field down. Gives whether what stands for its value is that value. */
  #readField(i: number, value: unknown): boolean {
    const values = this.#values[i];
    if (!values) throw new Error(`context: expected the fields ${this.#fields.join(", ")}, and no other`);
    const number = values.numberOf(value);
    this.#row[1 + i] = number;
    return !values.isAbstract || values.at(number) === value;
  }

  #numberOf(place: Place): number {
    const known = this.#places.intern(place);
    if (known === this.#placeNumbers.length) {
      this.#placeNumbers.push(place);
      for (const _ of this.inputs) this.#lately.push(known);
    }
    return known;
  }
}

/** The values of one field of the context, each known by a number. What is no primitive is told apart by its JSON. */
class Values {
  readonly #abstract: ((value: never) => unknown) | undefined;
  /** By value, or by text: the number of the value that stands for it. */
  readonly #numbers = new Map<unknown, number>();
  readonly #queues = new Map<string, number>();
  readonly #objects = new Map<string, number>();
  readonly #known: unknown[] = [];

  constructor(abstract: ((value: never) => unknown) | undefined) {
    this.#abstract = abstract;
  }

  /** Whether another value may stand for one. */
  get isAbstract(): boolean {
    return this.#abstract !== undefined;
  }

  at(number: number): unknown {
    return this.#known[number];
  }

  /** The number of what stands for a value. */
  numberOf(value: unknown): number {
    // Queues are often new objects: their characters as text are found sooner than their JSON.
    if (value instanceof Fifo)
      return this.#find(this.#queues, String.fromCharCode.apply(null, value.toArray()), value);
    if (typeof value === "object" && value !== null)
      return this.#find(this.#objects, JSON.stringify(value), value);
    return this.#find(this.#numbers, value, value);
  }

  #find<T>(numbers: Map<T, number>, key: T, value: unknown): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const standing = this.#abstract ? this.#abstract(value as never) : value;
    const isItself = !this.#abstract || textOf(standing) === textOf(value);
    const number = isItself ? this.#known.push(standing) - 1 : this.numberOf(standing);
    numbers.set(key, number);
    return number;
  }
}

/** Text that tells values of one field apart. */
const textOf = (value: unknown): string => `${typeof value} ${JSON.stringify(value) ?? String(value)}`;
