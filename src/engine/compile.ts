import type { AnyMachineSnapshot, AnyStateMachine, EventObject, StateValue } from "xstate";
import { type Analysis, analyse } from "./analyse.js";
import type { BoundDispatcher, Code, Port } from "./code.js";
import type { CompiledEngine, CompiledRun, Place } from "./engine.js";
import { StaleSourceError } from "./errors.js";
import { expectMachine, expectSource } from "./expect.js";
import { hashOf } from "./hash.js";
import { inertScope, nodesOf, type RawNode, raw } from "./internals.js";
import { type EmissionKind, interned } from "./kinds.js";
import { layoutOf, nodeAt } from "./layout.js";
import { environment, type GeneratedSource } from "./link.js";
import { makingEvents } from "./port.js";
import type { Program } from "./program.js";
import { type Context, merge, type State } from "./runtime.js";
import { copyOfContext, makeSnapshot, startingSnapshot } from "./start.js";
import { refuseType, tableCode } from "./table.js";

/** What {@link compile} can be told. */
export interface CompileOptions {
  /** The module that {@link generate} wrote for this machine. Without it a table is walked, which is slower. */
  readonly source?: GeneratedSource;
}

/**
 * Compiles a machine to a fast engine: with `source`, to the code that was generated for it; without, to a table, which needs
 * no generated code. Neither evaluates text.
 *
 * The functions of the machine see one context that is changed in place: they may read it, and must not keep it.
 *
 * @param machine - an XState machine without child actors, delays and history.
 * @param options - see {@link CompileOptions}.
 * @throws {TypeError} where `machine` is no machine, or `source` no generated module.
 * @throws {UnsupportedError} where the machine uses what cannot be compiled.
 * @throws {StaleSourceError} where `source` was generated for another definition.
 */
export const compile = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  options: CompileOptions = {},
): CompiledEngine<TMachine> => {
  expectMachine(machine);
  return build(machine, analyse(machine), options.source);
};

/** {@link compile} for a machine that has been analysed. */
export const build = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  analysis: Analysis,
  source?: GeneratedSource,
): CompiledEngine<TMachine> => {
  const { program, links } = analysis;
  if (source === undefined) return engineOf(machine, analysis, tableCode(program, links));
  expectSource(source);
  const hash = hashOf(program);
  if (source.hash !== hash) throw new StaleSourceError(machine.id, hash, source.hash);
  return engineOf(machine, analysis, source.default(environment(program, links)));
};

const stateValue = (program: Program, numbers: readonly number[], index = 0): StateValue => {
  const { type, variable, children } = nodeAt(program, index);
  const key = (child: number) => nodeAt(program, child).key;
  if (type === "compound") {
    const active = children.find((child) => nodeAt(program, child).value === numbers[variable]) as number;
    const isLeaf = ["atomic", "final"].includes(nodeAt(program, active).type);
    return isLeaf ? key(active) : { [key(active)]: stateValue(program, numbers, active) };
  }
  return Object.fromEntries(children.map((child) => [key(child), stateValue(program, numbers, child)]));
};

/** The place of a state value: {@link stateValue} turned round. */
const placeOf = (program: Program, value: StateValue): number[] => {
  const numbers = program.variables.map(() => 0);
  const visit = (index: number, inner: StateValue | undefined): void => {
    const { type, variable, children } = nodeAt(program, index);
    if (type === "compound") {
      const key = typeof inner === "string" ? inner : Object.keys(inner ?? {})[0];
      const active = children.find((child) => nodeAt(program, child).key === key);
      if (active === undefined)
        throw new RangeError(`value: expected a state in ${nodeAt(program, index).id}, got ${String(key)}`);
      numbers[variable] = nodeAt(program, active).value;
      visit(active, typeof inner === "string" ? undefined : inner?.[key as string]);
    } else if (type === "parallel")
      for (const child of children)
        visit(child, typeof inner === "object" ? inner[nodeAt(program, child).key] : undefined);
  };
  visit(0, value);
  return numbers;
};

const engineOf = <TMachine extends AnyStateMachine, S extends State>(
  machine: TMachine,
  { program, nodes }: Analysis,
  code: Code<S>,
): CompiledEngine<TMachine> => {
  const inner = raw(machine);
  const { slots } = layoutOf(program);
  const variables = program.variables.length;
  /** The ages of leaves that were entered in document order. */
  const inOrder = Array.from(new Set(slots.values()), (_, slot) => slot);
  const aged = (place: Place): Place =>
    place.length === variables + inOrder.length ? place : [...place, ...inOrder];
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const scope = inertScope(
    () => {},
    () => {},
  );

  /** Variables and ages, from the nodes that are active. */
  const numbersOf = (active: readonly RawNode[]): number[] => {
    const numbers = new Array<number>(variables + new Set(slots.values()).size).fill(0);
    for (const [age, node] of active.entries()) {
      const index = indexes.get(node) as number;
      const { value, parent } = nodeAt(program, index);
      if (value > 0) numbers[nodeAt(program, parent).variable] = value;
      const slot = slots.get(index);
      if (slot !== undefined) numbers[variables + slot] = age;
    }
    return numbers;
  };

  const agesOf = (numbers: readonly number[]) => {
    if (slots.size === 0) return undefined;
    return (leaf: RawNode): number => {
      const slot = slots.get(indexes.get(leaf) as number);
      // Those whose age does not matter come last, or they would draw others before them.
      return slot === undefined ? Number.MAX_SAFE_INTEGER : (numbers[variables + slot] as number);
    };
  };

  const copyOf = ({ known, context }: S): Context =>
    known && code.copy !== undefined ? code.copy(context) : { ...context };

  /** Whether a context is one that the code knows how to copy. */
  const isKnown = (context: Context): boolean =>
    code.keys !== undefined && isSame(Reflect.ownKeys(context), code.keys);

  const snapshotOf = (state: S): AnyMachineSnapshot => {
    const numbers = code.read(state);
    return makeSnapshot(
      inner,
      {
        value: stateValue(program, numbers),
        context: copyOf(state),
        status: state.done ? "done" : "active",
        output: state.output,
      },
      agesOf(numbers),
    );
  };

  const goTo = (state: S, place: Place, settled: boolean): void => {
    code.write(state, aged(place));
    state.clock = inOrder.length;
    state.done = false;
    state.output = undefined;
    state.settled = settled;
  };

  const runFrom = (state: S): CompiledRun<AnyStateMachine> => ({
    send: (event, emitted, taken) => code.send(state, event as EventObject, emitted, taken),
    handler: (type) => code.bind(state, type) as never,
    dispatcher: (types) => dispatcherOf(code, state, types) as never,
    port: (types, payload, kinds) => portOf(code, state, types, payload, kinds) as never,
    get snapshot() {
      return snapshotOf(state);
    },
    get value() {
      return stateValue(program, code.read(state));
    },
    get context() {
      return state.context;
    },
    get place() {
      const numbers = code.read(state);
      for (let slot = 0; slot < inOrder.length; slot++) numbers[variables + slot] = slot;
      return numbers;
    },
    moveTo(place, fields) {
      merge(state, fields, false);
      goTo(state, place, false);
    },
    standsAt: (place) => code.stands(state, place),
    differ(values, places, found) {
      if (state.known && code.differ) return code.differ(state.context, values, places, found);
      let count = 0;
      for (const [at, value] of Object.values(state.context).entries())
        if (value !== values[at]) {
          places[count] = at;
          found[count++] = value;
        }
      return count;
    },
    get settled() {
      return state.settled;
    },
    putBack(place, values, settled) {
      if (state.known && code.fill) code.fill(state.context, values);
      else for (const [at, key] of Object.keys(state.context).entries()) state.context[key] = values[at];
      goTo(state, place, settled);
    },
    fork() {
      const copy = code.create(copyOf(state));
      code.write(copy, code.read(state));
      copy.known = state.known;
      copy.done = state.done;
      copy.output = state.output;
      copy.clock = state.clock;
      copy.settled = state.settled;
      return runFrom(copy);
    },
  });

  return {
    machine,
    placeOf: (value) => aged(placeOf(program, value)),
    valueAt: (place) => stateValue(program, place),
    start(given, input) {
      const snapshot = startingSnapshot(inner, scope, given as AnyMachineSnapshot | undefined, input);
      if (snapshot.status === "error" || snapshot.status === "stopped") {
        return endedRun(snapshot, numbersOf(nodesOf(snapshot))) as unknown as CompiledRun<TMachine>;
      }
      const active = nodesOf(snapshot);
      const context = copyOfContext(snapshot.context);
      const known = isKnown(context);
      const state = code.create(known ? (code.copy?.(context) ?? context) : context);
      state.known = known;
      code.write(state, numbersOf(active));
      state.clock = active.length;
      state.done = snapshot.status === "done";
      state.output = snapshot.output;
      return runFrom(state) as unknown as CompiledRun<TMachine>;
    },
  };
};

/** What takes events of these types: as generated, where there is such a group, else a handler for each. */
const dispatcherOf = <S extends State>(
  code: Code<S>,
  state: S,
  types: readonly string[],
): BoundDispatcher => {
  const group = code.groups.findIndex(({ types: known }) => isSame(known, types));
  if (group >= 0) return code.dispatcher(state, group);
  const handlers = types.map((type) => code.bind(state, type));
  return (at, event, emitted, taken) => {
    handlers[at]?.(event, emitted, taken);
    return undefined;
  };
};

/** What makes and takes events of these types: as generated, where there is such a group, else by a handler for each. */
const portOf = <S extends State>(
  code: Code<S>,
  state: S,
  types: readonly string[],
  payload: string | undefined,
  kinds: readonly EmissionKind[] = [],
): Port => {
  const group = code.groups.findIndex((each) => each.payload === payload && isSame(each.types, types));
  if (group >= 0 && interned(code.kinds) === interned(kinds)) return code.port(state, group);
  return makingEvents(
    types.map((type) => code.bind(state, type)),
    types,
    payload,
    kinds,
  );
};

const isSame = (one: readonly (string | symbol)[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((type, at) => type === other[at]);

/** A run of a machine that an actor has stopped, or that has failed: it handles nothing more. */
const endedRun = (snapshot: AnyMachineSnapshot, place: Place): CompiledRun<AnyStateMachine> => {
  const run: CompiledRun<AnyStateMachine> = {
    send: ({ type }) => refuseType(type),
    handler(type) {
      refuseType(type);
      return () => {};
    },
    dispatcher(types) {
      for (const type of types) refuseType(type);
      return () => undefined;
    },
    port(types) {
      for (const type of types) refuseType(type);
      return makingEvents([], types, undefined, []) as never;
    },
    snapshot,
    value: snapshot.value,
    context: snapshot.context,
    place,
    moveTo: () => {},
    standsAt: (other) => isSame(other.map(String), place.map(String)),
    differ: () => 0,
    settled: true,
    putBack: () => {},
    fork: () => run,
  };
  return run;
};
