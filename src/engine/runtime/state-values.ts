import type { StateValue } from "xstate";
import type { Program } from "../ir/program.js";
import { nodeAt } from "../ir/program-queries.js";

/** Returns the state value of a node while it is active in a configuration. */
type ValueReader = (stateNumbers: readonly number[]) => StateValue;
/** Writes the state numbers of a node's state value. */
type ValueWriter = (value: StateValue | undefined, stateNumbers: number[]) => void;

/** Converts between state values and state numbers. */
export interface StateValues {
  /** Returns the state value of a configuration, in document order. It is the caller's own object. */
  valueOf: ValueReader;
  /** Returns the state numbers of a state value. @throws RangeError if the machine has no such value, naming the state. */
  numbersOf(value: StateValue): number[];
}

/** Creates the conversions for a program. */
export const createStateValues = (program: Program): StateValues => {
  const write = valueWriter(program, 0);
  return {
    valueOf: valueReader(program, 0),
    numbersOf(value) {
      const stateNumbers = program.variables.map(() => 0);
      write(value, stateNumbers);
      return stateNumbers;
    },
  };
};

const isLeaf = (program: Program, nodeIndex: number): boolean =>
  ["atomic", "final"].includes(nodeAt(program, nodeIndex).type);

const valueReader = (program: Program, nodeIndex: number): ValueReader => {
  const { type: nodeType, variable, children } = nodeAt(program, nodeIndex);
  if (nodeType !== "compound") return regionsReader(program, children);
  const keys: string[] = [];
  const readers: (ValueReader | undefined)[] = [];
  for (const child of children) {
    const { key, value: stateNumber } = nodeAt(program, child);
    keys[stateNumber] = key;
    readers[stateNumber] = isLeaf(program, child) ? undefined : valueReader(program, child);
  }
  return (stateNumbers) => {
    const stateNumber = stateNumbers[variable] as number;
    const reader = readers[stateNumber];
    const key = keys[stateNumber] as string;
    return reader === undefined ? key : { [key]: reader(stateNumbers) };
  };
};

/** Returns the reader of a parallel state, which copies its last result: V8 copies an object faster than it fills one. */
const regionsReader = (program: Program, children: readonly number[]): ValueReader => {
  const keys = children.map((child) => nodeAt(program, child).key);
  // An object that is given many computed keys is a slow one in V8; one that is parsed is not.
  const lastValue: Record<string, StateValue> = JSON.parse(
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, ""]))),
  );
  const regions = children.map((child) => ({
    key: nodeAt(program, child).key,
    read: valueReader(program, child),
  }));
  return (stateNumbers) => {
    for (const { key, read } of regions) {
      const value = read(stateNumbers);
      if (lastValue[key] !== value || typeof value === "object") lastValue[key] = value;
    }
    return { ...lastValue };
  };
};

const ownValue = (value: StateValue | undefined, stateKey: string): StateValue | undefined =>
  typeof value === "object" && Object.hasOwn(value, stateKey) ? value[stateKey] : undefined;

const valueWriter = (program: Program, nodeIndex: number): ValueWriter => {
  const { type: nodeType, variable, children, id } = nodeAt(program, nodeIndex);
  const writers = new Map(
    children.map((child) => {
      const { key, value: stateNumber } = nodeAt(program, child);
      return [key, { stateNumber, write: valueWriter(program, child) }];
    }),
  );
  if (nodeType !== "compound") {
    return (value, stateNumbers) => {
      for (const [stateKey, { write }] of writers) write(ownValue(value, stateKey), stateNumbers);
    };
  }
  return (value, stateNumbers) => {
    const stateKey = typeof value === "string" ? value : Object.keys(value ?? {})[0];
    const active = stateKey === undefined ? undefined : writers.get(stateKey);
    if (active === undefined)
      throw new RangeError(`value: expected a state in ${id}, got ${String(stateKey)}`);
    stateNumbers[variable] = active.stateNumber;
    active.write(ownValue(value, stateKey as string), stateNumbers);
  };
};
