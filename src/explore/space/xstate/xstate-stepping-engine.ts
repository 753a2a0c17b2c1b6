import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, AnyStateNode, StateValue } from "xstate";
import type { Chart } from "../../../device/index.js";
import type { Configuration } from "../../../engine/index.js";
import { activeNodes, type RawNode } from "../../../engine/internal.js";
import { type ActorBehaviour, type EnvironmentEvent, recordEnvironmentEvent } from "../environment.js";
import type { ObservedRun, SteppingEngine } from "../stepping-engine.js";
import { copyOfValue, freezeValue, type ValueIdentity } from "../value-identity.js";
import { ActorEvents, UNKNOWN_LOGIC } from "./actor-behaviour.js";
import { ActorHost, type HostedStep } from "./actor-host.js";
import { Timers } from "./timers.js";
import { type HostedState, XStateRun } from "./xstate-run.js";

/** The number of microsteps of one event from which on it is taken not to end, unless the machine has a limit of its own. */
const MICROSTEP_LIMIT = 10_000;

/** The greatest number of equal timers that run at once in a state that is explored. */
const MOST_EQUAL_TIMERS = 2;

/** Everything in a state but the context. */
interface Control {
  readonly state: HostedState;
  readonly value: StateValue;
  /** The snapshot with the nodes of the user's own machine, once it was asked for. */
  userSnapshot?: AnyMachineSnapshot;
}

/** Takes the steps of any machine by XState's own functions. What the machine's actors and timers do are events of its environment. */
export class XStateSteppingEngine implements SteppingEngine {
  readonly host: ActorHost;
  /** The machine, with a logic for each actor and a limit of microsteps. */
  readonly #machine: AnyStateMachine;
  readonly #userMachine: AnyStateMachine;
  readonly #identity: ValueIdentity;
  readonly #actorEvents: ActorEvents;
  readonly #expectEvents: (events: readonly EnvironmentEvent[]) => void;
  /** True if the order in which states were entered may matter. */
  readonly #hasOrder: boolean;
  readonly #controlIds = new Map<string, number>();
  readonly #controls: Control[] = [];

  /** @param expectEvents - called with the events of the environment that are possible in a state; may throw. */
  constructor(
    chart: Chart,
    actors: Readonly<Record<string, ActorBehaviour>>,
    identity: ValueIdentity,
    expectEvents: (events: readonly EnvironmentEvent[]) => void,
  ) {
    this.#userMachine = chart.machine;
    this.#machine = executableMachine(chart.machine);
    this.#identity = identity;
    this.#actorEvents = new ActorEvents(actors, identity);
    this.#expectEvents = expectEvents;
    this.#hasOrder = nodesOf(this.#machine.root).some(({ type }) => type === "parallel");
    this.host = new ActorHost(this.#machine, identity);
  }

  /** XState does not say whether an action emits before it is executed. */
  readonly emits = true;

  handles(eventType: string): boolean {
    return nodesOf(this.#machine.root).some(({ transitions }) =>
      [...transitions.keys()].some((descriptor) => matchesDescriptor(eventType, descriptor as string)),
    );
  }

  /** The order of entry is part of each state. */
  isOrderDoubtful(): boolean {
    return false;
  }

  reversedOf(configuration: Configuration): Configuration {
    return configuration;
  }

  configurationOf(value: StateValue): Configuration {
    const snapshot = this.#machine.resolveState({ value, context: {} });
    return [this.controlIdOf({ snapshot, timers: Timers.NONE, endedActors: new Set() })];
  }

  stateValueOf([controlId]: Configuration): StateValue {
    return this.#controlAt(controlId).value;
  }

  snapshotIn([controlId]: Configuration, context: unknown): AnyMachineSnapshot {
    const control = this.#controlAt(controlId);
    control.userSnapshot ??= withNodesOf(this.#userMachine, control.state.snapshot);
    return { ...control.userSnapshot, context } as AnyMachineSnapshot;
  }

  isPossible(event: EnvironmentEvent, [controlId]: Configuration): boolean {
    const { snapshot, timers, endedActors } = this.#controlAt(controlId).state;
    if (event.kind === "timer") return timers.canGoOff(event.key);
    const actor: AnyActorRef | undefined = snapshot.children[event.actorId];
    return (
      actor !== undefined && !endedActors.has(actor) && this.#actorEvents.logicKeyOf(actor) === event.logicKey
    );
  }

  /** Timers that are equal, and still run when the next one is started, may be any number: time is abstracted away. */
  isBounded([controlId]: Configuration): boolean {
    return this.#controlAt(controlId).state.timers.mostEqual <= MOST_EQUAL_TIMERS;
  }

  start({ initial }: Chart): XStateRun {
    return new XStateRun(
      this,
      initial === undefined ? stateAfter(this.host.enter()) : this.#startIn(initial),
    );
  }

  startFrozen({ initial }: Chart, identity: ValueIdentity): void {
    if (initial !== undefined) return;
    const { config, implementations } = this.#machine;
    const { context } = config as { readonly context?: unknown };
    const frozenMachine = machineOf(
      this.#machine,
      {
        ...config,
        context: (parameters: unknown) => {
          const fields = copyOfValue(
            typeof context === "function" ? context(parameters) : (context ?? {}),
            identity,
          );
          freezeValue(fields, identity);
          return fields;
        },
      },
      implementations,
    );
    new ActorHost(frozenMachine, identity).enter();
  }

  startObserved(): ObservedRun {
    const run = new XStateRun(this, (this.#controls[0] as Control).state, true);
    return { run, observed: run };
  }

  /** Returns the id of everything in a state but the context. */
  controlIdOf(state: HostedState): number {
    const text = this.#textOf(state);
    const knownId = this.#controlIds.get(text);
    if (knownId !== undefined) return knownId;
    this.#expectEvents(this.#eventsIn(state));
    this.#controlIds.set(text, this.#controls.length);
    return this.#controls.push({ state, value: this.#documentOrder(state.snapshot.value) }) - 1;
  }

  /** Returns a state by the id of its control, with a context. */
  stateOf(controlId: number, context: unknown): HostedState {
    const { state } = this.#controlAt(controlId);
    return { ...state, snapshot: { ...state.snapshot, context } as AnyMachineSnapshot };
  }

  /** Returns the text of each field of a context. */
  fieldKeysOf(context: unknown): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(context as object).map(([fieldName, value]) => {
        try {
          return [fieldName, this.#identity.keyOf(value, fieldName)];
        } catch {
          return [fieldName, "?"];
        }
      }),
    );
  }

  #controlAt(controlId: number | undefined): Control {
    return this.#controls[controlId as number] as Control;
  }

  #textOf({ snapshot, timers, endedActors }: HostedState): string {
    const { status, output, error } = snapshot;
    const nodes = activeNodes(snapshot).map(({ id }) => id);
    if (!this.#hasOrder) nodes.sort();
    if (status !== "active")
      return JSON.stringify([
        status,
        nodes,
        this.#identity.keyOf(output, "output"),
        this.#identity.keyOf(error, "error"),
      ]);
    const history = Object.entries(historyOf(snapshot)).map(([id, remembered]) => [
      id,
      remembered.map((node) => node.id),
    ]);
    const children = Object.entries(snapshot.children as Readonly<Record<string, AnyActorRef>>).map(
      ([id, child]) => [id, this.#actorEvents.logicKeyOf(child), endedActors.has(child)],
    );
    return JSON.stringify([nodes, history.sort(), children.sort(), timers.text]);
  }

  #eventsIn({ snapshot, timers, endedActors }: HostedState): EnvironmentEvent[] {
    if (snapshot.status !== "active") return [];
    const timerEvents = timers.list.map(({ key, event, targetId }) =>
      recordEnvironmentEvent({
        kind: "timer",
        key,
        // Another object than the machine's own: only this one stands for the timer.
        event: { ...event },
        ...(targetId === undefined ? {} : { targetId }),
      }),
    );
    const children = Object.values(snapshot.children as Readonly<Record<string, AnyActorRef>>);
    const actorEvents = children
      .filter((child) => !endedActors.has(child))
      .flatMap((child) => this.#actorEvents.eventsOf(child));
    return [...timerEvents, ...actorEvents];
  }

  /** Returns the state of a snapshot from which exploring begins: its delayed transitions wait from then on. */
  #startIn(initial: unknown): HostedState {
    const snapshot = withNodesOf(this.#machine, initial as AnyMachineSnapshot);
    const { children, status } = snapshot;
    if (status !== "active") return { snapshot, timers: Timers.NONE, endedActors: new Set() };
    const ended = Object.values(children as Readonly<Record<string, AnyActorRef>>).filter(
      (child) => child.getSnapshot()?.status !== "active",
    );
    const timers = this.host.timersOfStates(snapshot);
    return { snapshot, timers, endedActors: new Set(ended) };
  }

  /** Returns a state value with its regions in document order. */
  #documentOrder(value: StateValue, node: AnyStateNode = this.#machine.root): StateValue {
    if (typeof value === "string") return value;
    const entries = Object.keys(node.states).flatMap((key) => {
      const child = value[key];
      return child === undefined ? [] : [[key, this.#documentOrder(child, node.states[key])]];
    });
    return Object.fromEntries(entries) as StateValue;
  }
}

/** Returns a snapshot as one of another copy of its machine. */
function withNodesOf(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  const nodeOf = ({ id }: { readonly id: string }) => machine.getStateNodeById(id);
  const remembered = Object.entries(historyOf(snapshot));
  return {
    ...snapshot,
    machine,
    _nodes: activeNodes(snapshot).map(nodeOf),
    historyValue: Object.fromEntries(remembered.map(([id, nodes]) => [id, nodes.map(nodeOf)])),
  } as unknown as AnyMachineSnapshot;
}

const stateAfter = ({ snapshot, timers }: HostedStep): HostedState => ({
  snapshot,
  timers,
  endedActors: new Set(),
});

const historyOf = (snapshot: AnyMachineSnapshot): Readonly<Record<string, readonly RawNode[]>> =>
  (snapshot as { readonly historyValue?: Readonly<Record<string, readonly RawNode[]>> }).historyValue ?? {};

const nodesOf = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode)),
];

/** Returns true if a descriptor of a transition stands for events of a type. */
function matchesDescriptor(eventType: string, descriptor: string): boolean {
  if (descriptor === "*" || descriptor === eventType) return true;
  if (!descriptor.endsWith(".*")) return false;
  const prefix = descriptor.slice(0, -2);
  return eventType === prefix || eventType.startsWith(`${prefix}.`);
}

/** Builds another machine by the class of one. */
const machineOf = (
  machine: AnyStateMachine,
  config: object,
  implementations: AnyStateMachine["implementations"],
): AnyStateMachine => {
  const MachineClass = machine.constructor as new (
    config: object,
    implementations: AnyStateMachine["implementations"],
  ) => AnyStateMachine;
  return new MachineClass(config, implementations);
};

/** Returns a copy of a machine in which each actor has a logic, and steps end. */
function executableMachine(machine: AnyStateMachine): AnyStateMachine {
  const { implementations } = machine;
  const actors = new Proxy(implementations.actors, {
    get: (logics, src) => Reflect.get(logics, src) ?? UNKNOWN_LOGIC,
  });
  const copy = machineOf(machine, machine.config, { ...implementations, actors });
  const { options } = copy as unknown as { readonly options: { maxIterations: number } };
  options.maxIterations = Math.min(options.maxIterations, MICROSTEP_LIMIT);
  return copy;
}
