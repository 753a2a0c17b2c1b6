/** A chart of the 16550 on the table, whose state can be taken out and put into that of one of its mutants. */
import type { AnyStateMachine, EventObject } from "xstate";
import {
  Fifo,
  READ_NAMES,
  ticksUntilDue,
  type Uart16550Context,
  type Uart16550Emission,
  type Uart16550Options,
  uart16550StateValue,
} from "../../machines/index.js";
import { contextOfUart16550, stateOfUart16550 } from "../../src/device/uart16550-state.js";
import { analyse } from "../../src/engine/analyse.js";
import { build } from "../../src/engine/compile.js";
import { layoutOf } from "../../src/engine/layout.js";
import { tableCode } from "../../src/engine/table.js";
import type { Input } from "../../src/journal/index.js";
import { type Seen, sendInput } from "../support/uart16550-subject.js";

/** All of a run's state. */
export interface State {
  readonly context: Uart16550Context;
  /** Which child of each compound state is active. */
  readonly numbers: readonly number[];
  /** When leaves were entered whose eventless transitions come in that order, by the state that they are in. */
  readonly ages: ReadonlyMap<number, number>;
  readonly clock: number;
  readonly now: number;
}

/** Later than all that is entered as a run begins. */
const BEGUN = 1000;

export class Table {
  readonly machine: AnyStateMachine;
  readonly #engine: ReturnType<typeof build>;
  readonly #code: ReturnType<typeof tableCode>;
  readonly #variables: number;
  /** For each age the state whose leaves it is of. */
  readonly #slots: readonly number[];

  constructor(machine: AnyStateMachine) {
    const analysis = analyse(machine);
    const { slots } = layoutOf(analysis.program);
    const { nodes } = analysis.program;
    this.machine = machine;
    this.#engine = build(machine, analysis);
    this.#code = tableCode(analysis.program, analysis.links);
    this.#variables = analysis.program.variables.length;
    const places: number[] = [];
    for (const [leaf, slot] of slots) places[slot] = nodes[leaf]?.value ? nodes[leaf].parent : leaf;
    this.#slots = places;
  }

  start(options: Uart16550Options): TableRun {
    const { context, place } = this.#engine.start(undefined, options as never);
    const numbers = place.slice(0, this.#variables);
    const ages = new Map(this.#slots.map((place, slot) => [place, slot]));
    return this.at({ context: context as never, numbers, ages, clock: BEGUN, now: 0 });
  }

  /** A run in a state of this chart, or of one of which this one is a mutant. */
  at({ context, numbers, ages, clock, now }: State): TableRun {
    const state = this.#code.create({ ...context });
    this.#code.write(state, [...numbers, ...this.#slots.map((place) => ages.get(place) ?? 0)]);
    state.clock = clock;
    return new TableRun(this, state, now);
  }

  send(state: TableState, event: EventObject): Uart16550Emission[] {
    const emitted: EventObject[] = [];
    this.#code.send(state, event, emitted);
    return emitted as unknown as Uart16550Emission[];
  }

  stateOf(state: TableState, now: number): State {
    const numbers = this.#code.read(state);
    const ages = new Map(
      this.#slots.map((place, slot) => [place, numbers[this.#variables + slot] as number]),
    );
    const context = { ...state.context } as unknown as Uart16550Context;
    return { context, numbers: numbers.slice(0, this.#variables), ages, clock: state.clock, now };
  }

  fork(state: TableState): TableState {
    const copy = this.#code.create({ ...state.context });
    this.#code.write(copy, this.#code.read(state));
    copy.clock = state.clock;
    return copy;
  }

  /** Whether the regions are in the states that the registers stand for. */
  agrees(options: Uart16550Options, { context, numbers }: State): boolean {
    const registers = contextOfUart16550(options, stateOfUart16550(context));
    const place = this.#engine.placeOf(uart16550StateValue(registers) as never);
    return numbers.every((number, variable) => number === place[variable]);
  }
}

type TableState = ReturnType<ReturnType<typeof tableCode>["create"]>;

export class TableRun {
  readonly #table: Table;
  readonly #state: TableState;
  now: number;

  constructor(table: Table, state: TableState, now: number) {
    this.#table = table;
    this.#state = state;
    this.now = now;
  }

  get nextDue(): number | undefined {
    const ticks = ticksUntilDue(this.#state.context as never);
    return ticks === undefined ? undefined : this.now + ticks;
  }

  /** A copy. */
  get state(): State {
    return this.#table.stateOf(this.#state, this.now);
  }

  apply(input: Input): readonly Seen[] {
    const seen: Seen[] = [];
    sendInput(input, this, (event) => {
      for (const emission of this.#table.send(this.#state, event)) seen.push({ ...emission, tick: this.now });
    });
    return seen;
  }

  /** What it tells of itself after it has been restored. */
  get told(): readonly Uart16550Emission[] {
    return this.#table.send(this.#table.fork(this.#state), { type: "restored" });
  }

  peek(offset: number): number {
    const emitted = this.#table.send(this.#table.fork(this.#state), {
      type: `read.${READ_NAMES[offset] ?? "unmapped"}`,
    });
    return (emitted.find(({ type }) => type === "data") as { value: number } | undefined)?.value ?? 0;
  }
}

const sameField = (a: unknown, b: unknown): boolean =>
  a === b ||
  (a instanceof Fifo &&
    b instanceof Fifo &&
    a.length === b.length &&
    a.toArray().join() === b.toArray().join());

const inOrder = (ages: State["ages"], places: State["ages"]): string =>
  [...ages]
    .filter(([place]) => places.has(place))
    .sort(([, a], [, b]) => a - b)
    .map(([place]) => place)
    .join();

/** Whether a state is for all that comes that of another run, whose chart has all transitions of its own and perhaps more. */
export function isSame(one: State, other: State): boolean {
  if (one.now !== other.now || one.numbers.some((number, at) => number !== other.numbers[at])) return false;
  const fields = one.context as unknown as Readonly<Record<string, unknown>>;
  const others = other.context as unknown as Readonly<Record<string, unknown>>;
  for (const key in fields) if (!sameField(fields[key], others[key])) return false;
  return inOrder(one.ages, one.ages) === inOrder(other.ages, one.ages);
}
