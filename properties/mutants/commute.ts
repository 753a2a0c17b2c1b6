/** Which actions may change places without any difference. */
import type { AnyStateMachine } from "xstate";
import { Fifo } from "../../machines/index.js";

interface Effect {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  readonly emits: boolean;
}

type Compute = (asked: { readonly context: object; readonly event: object }) => unknown;

/** An event with whatever an action may look for. */
const EVENT = { type: "any", value: 0xa5, level: 1, on: true, ticks: 1, character: 0x41, characters: [0x41] };

/** FIFOs from which something can be taken. */
const QUEUED = Fifo.of([0x41, 0x42]);

const known = new WeakMap<object, Effect>();

/** What an action reads and writes of the context. It has no branch, so what it does once it always does. */
function effectOf(chart: AnyStateMachine, action: string): Effect {
  const given = chart.implementations.actions[action] as unknown as {
    readonly assignment?: Readonly<Record<string, unknown>> | Compute;
    readonly event?: unknown;
  };
  const before = known.get(given);
  if (before) return before;
  const reads = new Set<string>();
  const writes = new Set<string>();
  const start = (chart.config.context ?? {}) as object | ((input: object) => object);
  const registers = typeof start === "function" ? start({ input: undefined }) : start;
  const context = new Proxy(
    { ...registers, receiveFifo: QUEUED, transmitFifo: QUEUED },
    {
      get: (held, key) => {
        reads.add(String(key));
        return Reflect.get(held, key);
      },
    },
  );
  const ask = (compute: unknown): unknown =>
    typeof compute === "function" ? (compute as Compute)({ context, event: EVENT }) : compute;
  const { assignment, event } = given;
  if (typeof assignment === "function")
    for (const key of Object.keys(ask(assignment) as object)) writes.add(key);
  else
    for (const [key, compute] of Object.entries(assignment ?? {})) {
      writes.add(key);
      ask(compute);
    }
  ask(event);
  const effect = { reads, writes, emits: event !== undefined };
  known.set(given, effect);
  return effect;
}

const meet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((key) => b.has(key));

/** Whether two actions do the same in either order: neither writes what the other reads or writes, and one at most tells anything. */
export function commute(chart: AnyStateMachine, first: string, second: string): boolean {
  const [a, b] = [effectOf(chart, first), effectOf(chart, second)];
  return !(
    (a.emits && b.emits) ||
    meet(a.writes, b.writes) ||
    meet(a.writes, b.reads) ||
    meet(a.reads, b.writes)
  );
}
