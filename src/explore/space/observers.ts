import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { Input } from "../../journal/index.js";
import { ExploreError } from "./explore-error.js";
import type { DeviceState } from "./types.js";
import type { ValueIdentity } from "./value-identity.js";
import { ActorHost } from "./xstate/actor-host.js";
import { Timers } from "./xstate/timers.js";

/** Charts that run beside the one that is explored, by name. */
export type ObserverCharts = Readonly<Record<string, AnyStateMachine>>;

/** A step as observers see it. */
export interface ObservedStep {
  /** The state before. */
  readonly before: DeviceState;
  /** The state after. */
  readonly after: DeviceState;
  /** The emissions, in order. */
  readonly emissions: readonly { readonly type: string }[];
}

/** The states of the observers, each combination with an id. A step takes each of them on by one event. */
export class Observers {
  readonly #identity: ValueIdentity;
  readonly #hosts: readonly (readonly [name: string, host: ActorHost])[];
  readonly #ids = new Map<string, number>();
  readonly #snapshots: Readonly<Record<string, AnyMachineSnapshot>>[] = [];

  /** @throws ExploreError if an observer cannot be started. */
  constructor(charts: ObserverCharts, identity: ValueIdentity) {
    this.#identity = identity;
    this.#hosts = Object.entries(charts).map(([name, machine]) => [name, new ActorHost(machine, identity)]);
    this.#intern(this.#nextOf((host) => host.enter().snapshot));
  }

  /** Returns the id of the states after a step. The initial one is 0. */
  idAfter(id: number, input: Input, step: ObservedStep): number {
    if (this.#hosts.length === 0) return 0;
    const type = input.type.replace(/^xstate\./, "");
    const event = { ...input, ...step, type };
    const snapshots = this.snapshotsAt(id);
    return this.#intern(
      this.#nextOf((host, name) => {
        const snapshot = snapshots[name] as AnyMachineSnapshot;
        return snapshot.status === "active" ? host.take(snapshot, Timers.NONE, event).snapshot : snapshot;
      }),
    );
  }

  /** Returns the observers' snapshots by their id. */
  snapshotsAt(id: number): Readonly<Record<string, AnyMachineSnapshot>> {
    return this.#snapshots[id] as Readonly<Record<string, AnyMachineSnapshot>>;
  }

  #nextOf(
    next: (host: ActorHost, name: string) => AnyMachineSnapshot,
  ): Readonly<Record<string, AnyMachineSnapshot>> {
    return Object.fromEntries(
      this.#hosts.map(([name, host]) => {
        try {
          return [name, next(host, name)];
        } catch (error) {
          throw new ExploreError(`observer ${name}: ${(error as Error).message}`, [], { cause: error });
        }
      }),
    );
  }

  #intern(snapshots: Readonly<Record<string, AnyMachineSnapshot>>): number {
    const key = Object.entries(snapshots)
      .map(([name, { value, context, status }]) =>
        this.#identity.keyOf([value, context, status], `observer ${name}`),
      )
      .join();
    const id = this.#ids.get(key) ?? this.#snapshots.push(snapshots) - 1;
    this.#ids.set(key, id);
    return id;
  }
}
