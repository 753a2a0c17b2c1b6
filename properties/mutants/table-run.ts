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
import { contextOfUart16550, stateOfUart16550 } from "../../src/device/internal.js";
import { compileLowered, executionFacts, lowerMachine, tableExecutable } from "../../src/engine/internal.js";
import type { Input } from "../../src/journal/index.js";
import { sendInput, type TimedEmission } from "../support/uart16550-subject.js";

/** All of a run's state. */
export interface RunCheckpoint {
  readonly context: Uart16550Context;
  /** Which child of each compound state is active. */
  readonly numbers: readonly number[];
  /** When leaves were entered whose eventless transitions come in that order, by the state that they are in. */
  readonly entryOrder: ReadonlyMap<number, number>;
  readonly clock: number;
  readonly now: number;
}

/** Later than all that is entered as a run begins. */
const BEGUN = 1000;

export class MutantTable {
  readonly machine: AnyStateMachine;
  readonly #engine: ReturnType<typeof compileLowered>;
  readonly #code: ReturnType<typeof tableExecutable>;
  readonly #variables: number;
  /** For each age the state whose leaves it is of. */
  readonly #slots: readonly number[];

  constructor(machine: AnyStateMachine) {
    const analysis = lowerMachine(machine);
    const { ageSlots: slots } = executionFacts(analysis.program);
    const { nodes } = analysis.program;
    this.machine = machine;
    this.#engine = compileLowered(machine, analysis);
    this.#code = tableExecutable(analysis.program, analysis.links);
    this.#variables = analysis.program.variables.length;
    const stateIds: number[] = [];
    for (const [leaf, slot] of slots) stateIds[slot] = nodes[leaf]?.value ? nodes[leaf].parent : leaf;
    this.#slots = stateIds;
  }

  start(options: Uart16550Options): TableRun {
    const { context, configuration } = this.#engine.start(undefined, options);
    const numbers = configuration.slice(0, this.#variables);
    const entryOrder = new Map(this.#slots.map((stateId, slot) => [stateId, slot]));
    return this.runFrom({ context: context, numbers, entryOrder, clock: BEGUN, now: 0 });
  }

  /** A run in a state of this chart, or of one of which this one is a mutant. */
  runFrom({ context, numbers, entryOrder: ages, clock, now }: RunCheckpoint): TableRun {
    const tableState = this.#code.create({ ...context });
    this.#code.write(tableState, [...numbers, ...this.#slots.map((stateId) => ages.get(stateId) ?? 0)]);
    tableState.clock = clock;
    return new TableRun(this, tableState, now);
  }

  send(tableState: TableState, chartEvent: EventObject): Uart16550Emission[] {
    const emitted: EventObject[] = [];
    this.#code.send(tableState, chartEvent, emitted);
    return emitted as unknown as Uart16550Emission[];
  }

  stateOf(tableState: TableState, currentTick: number): RunCheckpoint {
    const numbers = this.#code.read(tableState);
    const entryOrder = new Map(
      this.#slots.map((stateId, slot) => [stateId, numbers[this.#variables + slot] as number]),
    );
    const context = { ...tableState.context } as unknown as Uart16550Context;
    return {
      context,
      numbers: numbers.slice(0, this.#variables),
      entryOrder,
      clock: tableState.clock,
      now: currentTick,
    };
  }

  fork(tableState: TableState): TableState {
    const copy = this.#code.create({ ...tableState.context });
    this.#code.write(copy, this.#code.read(tableState));
    copy.clock = tableState.clock;
    return copy;
  }

  /** True if the regions are in the states that the registers stand for. */
  agrees(options: Uart16550Options, { context, numbers }: RunCheckpoint): boolean {
    const registers = contextOfUart16550(options, stateOfUart16550(context));
    const configuration = this.#engine.configurationOf(uart16550StateValue(registers));
    return numbers.every((number, variable) => number === configuration[variable]);
  }
}

type TableState = ReturnType<ReturnType<typeof tableExecutable>["create"]>;

export class TableRun {
  readonly #table: MutantTable;
  readonly #state: TableState;
  now: number;

  constructor(table: MutantTable, tableState: TableState, currentTick: number) {
    this.#table = table;
    this.#state = tableState;
    this.now = currentTick;
  }

  get nextDue(): number | undefined {
    const tickCount = ticksUntilDue(this.#state.context as unknown as Uart16550Context);
    return tickCount === undefined ? undefined : this.now + tickCount;
  }

  /** A copy. */
  get state(): RunCheckpoint {
    return this.#table.stateOf(this.#state, this.now);
  }

  apply(input: Input): readonly TimedEmission[] {
    const emissions: TimedEmission[] = [];
    sendInput(input, this, (chartEvent) => {
      for (const emission of this.#table.send(this.#state, chartEvent))
        emissions.push({ ...emission, tick: this.now });
    });
    return emissions;
  }

  /** The emissions after a restore. */
  get announced(): readonly Uart16550Emission[] {
    return this.#table.send(this.#table.fork(this.#state), { type: "restored" });
  }

  peek(registerOffset: number): number {
    const emitted = this.#table.send(this.#table.fork(this.#state), {
      type: `read.${READ_NAMES[registerOffset] ?? "unmapped"}`,
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

const inOrder = (entryOrder: RunCheckpoint["entryOrder"], stateIds: RunCheckpoint["entryOrder"]): string =>
  [...entryOrder]
    .filter(([stateId]) => stateIds.has(stateId))
    .sort(([, a], [, b]) => a - b)
    .map(([stateId]) => stateId)
    .join();

/** True if a state is equivalent to that of another run, whose chart has all transitions of this one and perhaps more. */
export function isSame(one: RunCheckpoint, otherState: RunCheckpoint): boolean {
  if (
    one.now !== otherState.now ||
    one.numbers.some((number, variableIndex) => number !== otherState.numbers[variableIndex])
  )
    return false;
  const fields = one.context as unknown as Readonly<Record<string, unknown>>;
  const others = otherState.context as unknown as Readonly<Record<string, unknown>>;
  for (const configKey in fields) if (!sameField(fields[configKey], others[configKey])) return false;
  return inOrder(one.entryOrder, one.entryOrder) === inOrder(otherState.entryOrder, one.entryOrder);
}
