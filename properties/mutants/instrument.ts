/** Which places of a chart an event reaches: a chart that does the same, and tells. */
import { type AnyStateMachine, and, or } from "xstate";
import { machineOf } from "../support/changed-chart.js";
import type { ReachCondition } from "./chart-mutants.js";

/** A set of small numbers. */
export class MarkSet {
  readonly bits: Uint32Array;

  constructor(size: number) {
    this.bits = new Uint32Array((size + 31) >> 5);
  }

  add(markIndex: number): void {
    this.bits[markIndex >> 5] = (this.bits[markIndex >> 5] as number) | (1 << (markIndex & 31));
  }

  has(markIndex: number): boolean {
    return ((this.bits[markIndex >> 5] as number) & (1 << (markIndex & 31))) !== 0;
  }

  /** Returns a copy and empties the set. */
  take(): MarkSet {
    const takenMarks = new MarkSet(this.bits.length << 5);
    takenMarks.bits.set(this.bits);
    this.bits.fill(0);
    return takenMarks;
  }
}

type Config = Readonly<Record<string, unknown>>;
type Tell = (sitePath: string, refused: boolean) => () => boolean;

const mapped = (record: unknown, convert: (value: unknown, configKey: string) => unknown): Config =>
  Object.fromEntries(
    Object.entries((record ?? {}) as Config).map(([configKey, value]) => [
      configKey,
      convert(value, configKey),
    ]),
  );

/** A transition, or some, with guards that tell: first whether it is taken, then whether it is not. */
function telling(configured: unknown, sitePath: string, tell: Tell): unknown {
  if (Array.isArray(configured))
    return configured.map((each, index) => telling(each, `${sitePath} ${index}`, tell));
  const { guard, ...rest } = configured as Config;
  const takenGuard = tell(sitePath, false);
  if (guard === undefined) return { ...rest, guard: takenGuard };
  return { ...rest, guard: or([and([guard as never, takenGuard]), tell(sitePath, true)]) };
}

function tellingState(config: Config, sitePath: string, tell: Tell): Config {
  const childPath = (key: string) => (sitePath === "" ? key : `${sitePath} ${key}`);
  const { on, always, states, ...rest } = config;
  const acting = (key: "entry" | "exit") =>
    rest[key] === undefined ? {} : { [key]: [tell(childPath(key), false), rest[key]].flat() };
  return {
    ...rest,
    ...acting("entry"),
    ...acting("exit"),
    ...(on === undefined
      ? {}
      : { on: mapped(on, (configured, key) => telling(configured, childPath(`on ${key}`), tell)) }),
    ...(always === undefined ? {} : { always: telling(always, childPath("always"), tell) }),
    ...(states === undefined
      ? {}
      : {
          states: mapped(states, (state, key) =>
            tellingState(state as Config, childPath(`states ${key}`), tell),
          ),
        }),
  };
}

export interface Telling {
  readonly machine: AnyStateMachine;
  /** The sites reached since they were last taken. */
  readonly marks: MarkSet;
  /** True if what was reached matters for a mutant. */
  readonly matters: (reach: ReachCondition, reached: MarkSet) => boolean;
}

/** A chart that does what `chart` does, and marks what it reaches. */
export function tellingOf(chartMachine: AnyStateMachine): Telling {
  const numbers = new Map<string, number>();
  const listeners: ((markIndex: number) => void)[] = [];
  const tell: Tell = (sitePath, refused) => {
    const markIndex = numbers.size;
    numbers.set(refused ? `not ${sitePath}` : sitePath, markIndex);
    return () => {
      listeners[0]?.(markIndex);
      return !refused;
    };
  };
  const machine = machineOf(chartMachine, tellingState(chartMachine.config as Config, "", tell));
  const errorMarks = new MarkSet(numbers.size);
  listeners.push((markIndex) => errorMarks.add(markIndex));
  const has = (reached: MarkSet, configKey: string): boolean => {
    const markIndex = numbers.get(configKey);
    return markIndex !== undefined && reached.has(markIndex);
  };
  return {
    machine,
    marks: errorMarks,
    matters: ({ site: place, when }, reached) =>
      (when !== "refused" && has(reached, place)) || (when !== "taken" && has(reached, `not ${place}`)),
  };
}
