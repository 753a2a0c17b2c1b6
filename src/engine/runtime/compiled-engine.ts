import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { LoweredMachine } from "../frontend/lower-machine.js";
import { type EmissionKind, internKinds } from "../ir/emission-kind.js";
import { refuseReservedType } from "../ir/event-descriptors.js";
import { activeCondition, nodeAt } from "../ir/program-queries.js";
import { executionFacts } from "../passes/execution-facts.js";
import { inertScope } from "../xstate/actor-scope.js";
import { activeNodes, type RawNode, raw } from "../xstate/machine-internals.js";
import type { CompiledEngine, CompiledRun, Configuration } from "./engine.js";
import { createEventPort } from "./event-port.js";
import type { BoundHandler, Executable, Port } from "./executable.js";
import type { Context, RunState } from "./run-state.js";
import { copyOfContext, createSnapshotMaker, startingSnapshot } from "./snapshot.js";
import { createStateValues } from "./state-values.js";
import { assignToContext, dropKeys, restoreFields } from "./undo-log.js";

/** An executable whose states are known to itself alone: it is passed only states that it has created. */
type AnyExecutable = Executable;

/**
 * Creates an engine that runs an executable.
 *
 * @param fallback - returns an executable without constant guards, for a run in whose context one of them throws: then it
 * must throw where XState calls it.
 */
export const createEngine = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  { program, rawNodes: nodes }: LoweredMachine,
  executable: AnyExecutable,
  fallback: () => AnyExecutable = () => executable,
): CompiledEngine<TMachine> => {
  const innerMachine = raw(machine);
  const { ageSlots } = executionFacts(program);
  const stateValues = createStateValues(program);
  const variableCount = program.variables.length;
  /** The ages of leaves that were entered in document order. */
  const initialAges = Array.from(new Set(ageSlots.values()), (_, slotIndex) => slotIndex);
  const withAges = (configuration: Configuration): Configuration =>
    configuration.length === variableCount + initialAges.length
      ? configuration
      : [...configuration, ...initialAges];
  const createSnapshot = createSnapshotMaker(innerMachine);
  const indexByNode = new Map(nodes.map((rawNode, index) => [rawNode, index]));
  const actorScope = inertScope(
    () => {},
    () => {},
  );

  /** Returns the state numbers and ages of a list of active nodes. */
  const numbersOfNodes = (activeRawNodes: readonly RawNode[]): number[] => {
    const stateNumbers = new Array<number>(variableCount + new Set(ageSlots.values()).size).fill(0);
    for (const [age, rawNode] of activeRawNodes.entries()) {
      const nodeIndex = indexByNode.get(rawNode) as number;
      const { value: stateNumber, parent } = nodeAt(program, nodeIndex);
      if (stateNumber > 0) stateNumbers[nodeAt(program, parent).variable] = stateNumber;
      const slotIndex = ageSlots.get(nodeIndex);
      if (slotIndex !== undefined) stateNumbers[variableCount + slotIndex] = age;
    }
    return stateNumbers;
  };

  const agesOf = (stateNumbers: readonly number[]) => {
    if (ageSlots.size === 0) return undefined;
    return (leafNode: RawNode): number => {
      const slotIndex = ageSlots.get(indexByNode.get(leafNode) as number);
      // Leaves without an age slot are last, or they would move others before them.
      return slotIndex === undefined
        ? Number.MAX_SAFE_INTEGER
        : (stateNumbers[variableCount + slotIndex] as number);
    };
  };

  /** Replaces the age of each slot by its rank among the slots whose state is active, and those of the others by 0. */
  const withRanks = (stateNumbers: number[]): number[] => {
    const activeSlots: number[] = [];
    for (const [nodeIndex, slotIndex] of ageSlots) {
      const activation = activeCondition(program, nodeIndex);
      if (activation === undefined || stateNumbers[activation[0]] === activation[1])
        activeSlots.push(variableCount + slotIndex);
    }
    activeSlots.sort((a, b) => (stateNumbers[a] as number) - (stateNumbers[b] as number));
    stateNumbers.fill(0, variableCount);
    for (const [rank, slotIndex] of activeSlots.entries()) stateNumbers[slotIndex] = rank;
    return stateNumbers;
  };

  const copyContext = ({ hasKnownKeys, context }: RunState): Context =>
    hasKnownKeys && executable.copy !== undefined ? executable.copy(context) : { ...context };

  const constantFields = executable.constantFields ?? [];
  const constantIndexes = constantFields.map((field) => executable.keys?.indexOf(field) ?? -1);

  /** Returns true if a constant guard may have another result with these values of the fields. */
  const changesConstants = ({ context, hasKnownKeys }: RunState, values: readonly unknown[]): boolean => {
    if (!hasKnownKeys) return true;
    for (let index = 0; index < constantFields.length; index++)
      if (context[constantFields[index] as string] !== values[constantIndexes[index] as number]) return true;
    return false;
  };

  /** Returns true if the code can copy a context with these keys. */
  const matchesKnownKeys = (context: Context): boolean =>
    executable.keys !== undefined && hasSameItems(Reflect.ownKeys(context), executable.keys);

  const snapshotOf = (runState: RunState, { read }: AnyExecutable): AnyMachineSnapshot => {
    const stateNumbers = read(runState);
    return createSnapshot(
      stateNumbers.slice(0, variableCount).join(),
      () => stateValues.valueOf(stateNumbers),
      {
        context: copyContext(runState),
        status: runState.done ? "done" : "active",
        output: runState.output,
      },
      agesOf(stateNumbers),
    );
  };

  const moveState = (
    runState: RunState,
    { write }: AnyExecutable,
    configuration: Configuration,
    settled: boolean,
  ): void => {
    write(runState, withAges(configuration));
    runState.clock = initialAges.length;
    runState.done = false;
    runState.output = undefined;
    if (settled) runState.dirty = 0;
  };

  /** Saves a state. @returns a function that puts it back, whatever has happened to the run since. */
  const savepoint = (runState: RunState, executable: AnyExecutable): (() => void) => {
    const { read, write, fill, keys = [] } = executable;
    const stateNumbers = read(runState);
    const { done, output, clock, dirty, context, hasKnownKeys } = runState;
    const contextBefore = copyContext(runState);
    return () => {
      const hasOtherConstants = constantFields.some((field) => context[field] !== contextBefore[field]);
      write(runState, stateNumbers);
      // The table, on which a run may be where the source has no code for its state, fills nothing.
      if (!hasKnownKeys || fill === undefined) restoreFields(context, contextBefore);
      else {
        if (!runState.hasKnownKeys) dropKeys(context, keys);
        fill(context, Object.values(contextBefore));
      }
      runState.hasKnownKeys = hasKnownKeys;
      if (hasOtherConstants) executable.ask?.(runState);
      runState.done = done;
      runState.output = output;
      runState.clock = clock;
      runState.dirty = dirty;
    };
  };

  const runFrom = (runState: RunState, executable: AnyExecutable): CompiledRun<AnyStateMachine> => ({
    send(event, emitted, selected) {
      try {
        executable.send(runState, event as EventObject, emitted, selected);
      } finally {
        // The list is the caller's: a port, which records none, must not append to it after an error.
        runState.taken = undefined;
      }
    },
    handler: (type) => executable.bind(runState, type),
    dispatcher: (types) => createDispatcher(executable, runState, types),
    port: (types, payload, emissionKinds) => createPort(executable, runState, types, payload, emissionKinds),
    get snapshot() {
      return snapshotOf(runState, executable);
    },
    get value() {
      return stateValues.valueOf(executable.read(runState));
    },
    get context() {
      return runState.context;
    },
    get configuration() {
      const stateNumbers = executable.read(runState);
      for (let slotIndex = 0; slotIndex < initialAges.length; slotIndex++)
        stateNumbers[variableCount + slotIndex] = slotIndex;
      return stateNumbers;
    },
    moveTo(configuration, fields) {
      assignToContext(runState, fields, false);
      if (executable.ask && constantFields.some((field) => Object.hasOwn(fields, field)))
        executable.ask(runState);
      moveState(runState, executable, configuration, false);
    },
    isIn: (configuration) => executable.stands(runState, configuration),
    changedFields(contextValues, fieldIndexes, fieldValues) {
      if (runState.hasKnownKeys && executable.differ)
        return executable.differ(runState.context, contextValues, fieldIndexes, fieldValues);
      let changedCount = 0;
      const currentValues = Object.values(runState.context);
      if (currentValues.length !== contextValues.length) return -1;
      for (const [fieldIndex, value] of currentValues.entries())
        if (!Object.is(value, contextValues[fieldIndex])) {
          fieldIndexes[changedCount] = fieldIndex;
          fieldValues[changedCount++] = value;
        }
      return changedCount;
    },
    get settled() {
      return runState.dirty === 0;
    },
    get isDone() {
      return runState.done;
    },
    get orderedConfiguration() {
      return withRanks(executable.read(runState));
    },
    restore(configuration, contextValues, settled, isDone = false) {
      const asks = executable.ask !== undefined && changesConstants(runState, contextValues);
      if (runState.hasKnownKeys && executable.fill) executable.fill(runState.context, contextValues);
      else
        for (const [keyIndex, contextKey] of Object.keys(runState.context).entries())
          runState.context[contextKey] = contextValues[keyIndex];
      if (asks) executable.ask?.(runState);
      moveState(runState, executable, configuration, settled);
      runState.done = isDone;
    },
    preview(event, emitted) {
      const rewind = savepoint(runState, executable);
      try {
        executable.send(runState, event as EventObject, emitted);
      } finally {
        rewind();
      }
    },
    transact(task) {
      const rewind = savepoint(runState, executable);
      try {
        task();
      } catch (error) {
        rewind();
        throw error;
      }
    },
    fork() {
      const runCopy = executable.create(copyContext(runState));
      executable.write(runCopy, executable.read(runState));
      runCopy.hasKnownKeys = runState.hasKnownKeys;
      runCopy.done = runState.done;
      runCopy.output = runState.output;
      runCopy.clock = runState.clock;
      executable.adopt?.(runCopy, runState);
      runCopy.dirty = runState.dirty;
      return runFrom(runCopy, executable);
    },
  });

  return {
    machine,
    configurationOf: (value) => withAges(stateValues.numbersOf(value)),
    stateValueOf: stateValues.valueOf,
    start(startSnapshot, input) {
      const snapshot = startingSnapshot(
        innerMachine,
        actorScope,
        startSnapshot as AnyMachineSnapshot | undefined,
        input,
      );
      if (snapshot.status === "error" || snapshot.status === "stopped") {
        return endedRun(snapshot, numbersOfNodes(activeNodes(snapshot))) as unknown as CompiledRun<TMachine>;
      }
      const activeRawNodes = activeNodes(snapshot);
      const context = copyOfContext(snapshot.context);
      const hasKnownKeys = matchesKnownKeys(context);
      const stateOn = ({ create, write }: AnyExecutable): RunState => {
        const runState: RunState = create(hasKnownKeys ? (executable.copy?.(context) ?? context) : context);
        runState.hasKnownKeys = hasKnownKeys;
        write(runState, numbersOfNodes(activeRawNodes));
        runState.clock = activeRawNodes.length;
        runState.done = snapshot.status === "done";
        runState.output = snapshot.output;
        return runState;
      };
      const runState = stateOn(executable);
      try {
        executable.ask?.(runState);
      } catch {
        const slower = fallback();
        return runFrom(stateOn(slower), slower) as unknown as CompiledRun<TMachine>;
      }
      return runFrom(runState, executable) as unknown as CompiledRun<TMachine>;
    },
  };
};

/** Returns a function that calls the handler of one of these types. */
const createDispatcher = <S extends RunState>(
  executable: Executable<S>,
  runState: S,
  eventTypes: readonly string[],
): ((typeIndex: number, ...handled: Parameters<BoundHandler>) => undefined) => {
  const handlers = eventTypes.map((eventType) => executable.bind(runState, eventType));
  return (typeIndex, ...handled) => {
    handlers[typeIndex]?.(...handled);
    return undefined;
  };
};

/** Returns the generated port of these types, if there is such a group, else one that calls a handler for each. */
const createPort = <S extends RunState>(
  executable: Executable<S>,
  runState: S,
  eventTypes: readonly string[],
  payload: string | undefined,
  emissionKinds: readonly EmissionKind[] = [],
): Port => {
  const groupIndex = executable.groups.findIndex(
    (eventGroup) => eventGroup.payload === payload && hasSameItems(eventGroup.types, eventTypes),
  );
  if (groupIndex >= 0 && internKinds(executable.kinds) === internKinds(emissionKinds))
    return executable.port(runState, groupIndex);
  return createEventPort(
    eventTypes.map((eventType) => executable.bind(runState, eventType)),
    eventTypes,
    payload,
    emissionKinds,
  );
};

const hasSameItems = (one: readonly (string | symbol)[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((type, index) => type === other[index]);

/** A run of a machine that an actor has stopped, or that has failed: it handles nothing more. */
const endedRun = (
  snapshot: AnyMachineSnapshot,
  configuration: Configuration,
): CompiledRun<AnyStateMachine> => {
  const run: CompiledRun<AnyStateMachine> = {
    send: ({ type }) => refuseReservedType(type),
    handler(type) {
      refuseReservedType(type);
      return () => {};
    },
    dispatcher(types) {
      for (const type of types) refuseReservedType(type);
      return () => undefined;
    },
    port(types) {
      for (const type of types) refuseReservedType(type);
      return createEventPort([], types, undefined, []);
    },
    snapshot,
    value: snapshot.value,
    context: snapshot.context,
    configuration,
    moveTo: () => {},
    isIn: (other) => hasSameItems(other.map(String), configuration.map(String)),
    changedFields: () => 0,
    settled: true,
    isDone: true,
    orderedConfiguration: configuration,
    restore: () => {},
    preview: ({ type }) => refuseReservedType(type),
    transact: (task) => task(),
    fork: () => run,
  };
  return run;
};
