/** Which places of a chart an event reaches: a chart that does the same, and tells. */
import { type AnyStateMachine, and, or } from "xstate";
import { machineOf } from "../support/changed-chart.js";
import type { Reach } from "./chart-mutants.js";

/** A set of small numbers. */
export class Marks {
  readonly bits: Uint32Array;

  constructor(size: number) {
    this.bits = new Uint32Array((size + 31) >> 5);
  }

  add(at: number): void {
    this.bits[at >> 5] = (this.bits[at >> 5] as number) | (1 << (at & 31));
  }

  has(at: number): boolean {
    return ((this.bits[at >> 5] as number) & (1 << (at & 31))) !== 0;
  }

  /** What is in it, which then is empty. */
  take(): Marks {
    const taken = new Marks(this.bits.length << 5);
    taken.bits.set(this.bits);
    this.bits.fill(0);
    return taken;
  }
}

type Config = Readonly<Record<string, unknown>>;
type Tell = (place: string, refused: boolean) => () => boolean;

const mapped = (record: unknown, of: (value: never, key: string) => unknown): Config =>
  Object.fromEntries(
    Object.entries((record ?? {}) as Config).map(([key, value]) => [key, of(value as never, key)]),
  );

/** A transition, or some, with guards that tell: first whether it is taken, then whether it is not. */
function telling(given: unknown, place: string, tell: Tell): unknown {
  if (Array.isArray(given)) return given.map((each, index) => telling(each, `${place} ${index}`, tell));
  const { guard, ...rest } = given as Config;
  const taken = tell(place, false);
  if (guard === undefined) return { ...rest, guard: taken };
  return { ...rest, guard: or([and([guard as never, taken]), tell(place, true)]) };
}

function tellingState(config: Config, place: string, tell: Tell): Config {
  const at = (key: string) => (place === "" ? key : `${place} ${key}`);
  const { on, always, states, ...rest } = config;
  const acting = (key: "entry" | "exit") =>
    rest[key] === undefined ? {} : { [key]: [tell(at(key), false), rest[key]].flat() };
  return {
    ...rest,
    ...acting("entry"),
    ...acting("exit"),
    ...(on === undefined ? {} : { on: mapped(on, (each, key) => telling(each, at(`on ${key}`), tell)) }),
    ...(always === undefined ? {} : { always: telling(always, at("always"), tell) }),
    ...(states === undefined
      ? {}
      : { states: mapped(states, (state, key) => tellingState(state, at(`states ${key}`), tell)) }),
  };
}

export interface Telling {
  readonly machine: AnyStateMachine;
  /** What has been reached since it was last taken. */
  readonly marks: Marks;
  /** Whether what was reached matters for a mutant. */
  readonly matters: (reach: Reach, reached: Marks) => boolean;
}

/** A chart that does what `chart` does, and marks what it reaches. */
export function tellingOf(chart: AnyStateMachine): Telling {
  const numbers = new Map<string, number>();
  const told: ((at: number) => void)[] = [];
  const tell: Tell = (place, refused) => {
    const at = numbers.size;
    numbers.set(refused ? `not ${place}` : place, at);
    return () => {
      told[0]?.(at);
      return !refused;
    };
  };
  const machine = machineOf(chart, tellingState(chart.config as Config, "", tell));
  const marks = new Marks(numbers.size);
  told.push((at) => marks.add(at));
  const has = (reached: Marks, key: string): boolean => {
    const at = numbers.get(key);
    return at !== undefined && reached.has(at);
  };
  return {
    machine,
    marks,
    matters: ({ place, when }, reached) =>
      (when !== "refused" && has(reached, place)) || (when !== "taken" && has(reached, `not ${place}`)),
  };
}
