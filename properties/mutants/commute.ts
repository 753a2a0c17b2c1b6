/** Which actions may change places without any difference. */
import type { AnyStateMachine } from "xstate";
import { Fifo } from "../../machines/index.js";

interface Effect {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  readonly emits: boolean;
}

type Compute = (guardArguments: { readonly context: object; readonly event: object }) => unknown;

/** An event with whatever an action may look for. */
const EVENT = { type: "any", value: 0xa5, level: 1, on: true, ticks: 1, character: 0x41, characters: [0x41] };

/** FIFOs from which something can be taken. */
const QUEUED = Fifo.of([0x41, 0x42]);

const effects = new WeakMap<object, Effect>();

/** Returns the fields of the context that an action reads and writes. It has no branch, so one call shows them all. */
function effectOf(chartMachine: AnyStateMachine, actionName: string): Effect {
  const implementation = chartMachine.implementations.actions[actionName] as unknown as {
    readonly assignment?: Readonly<Record<string, unknown>> | Compute;
    readonly event?: unknown;
  };
  const previous = effects.get(implementation);
  if (previous) return previous;
  const reads = new Set<string>();
  const writeEvents = new Set<string>();
  const start = (chartMachine.config.context ?? {}) as object | ((input: object) => object);
  const registers = typeof start === "function" ? start({ input: undefined }) : start;
  const context = new Proxy(
    { ...registers, receiveFifo: QUEUED, transmitFifo: QUEUED },
    {
      get: (held, configKey) => {
        reads.add(String(configKey));
        return Reflect.get(held, configKey);
      },
    },
  );
  const ask = (compute: unknown): unknown =>
    typeof compute === "function" ? (compute as Compute)({ context, event: EVENT }) : compute;
  const { assignment, event } = implementation;
  if (typeof assignment === "function")
    for (const configKey of Object.keys(ask(assignment) as object)) writeEvents.add(configKey);
  else
    for (const [configKey, compute] of Object.entries(assignment ?? {})) {
      writeEvents.add(configKey);
      ask(compute);
    }
  ask(event);
  const effect = { reads, writes: writeEvents, emits: event !== undefined };
  effects.set(implementation, effect);
  return effect;
}

const intersects = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  [...a].some((key) => b.has(key));

/** True if two actions do the same in either order: neither writes a field that the other reads or writes, and at most one emits. */
export function commute(chartMachine: AnyStateMachine, firstAction: string, secondAction: string): boolean {
  const [a, b] = [effectOf(chartMachine, firstAction), effectOf(chartMachine, secondAction)];
  return !(
    (a.emits && b.emits) ||
    intersects(a.writes, b.writes) ||
    intersects(a.writes, b.reads) ||
    intersects(a.reads, b.writes)
  );
}
