import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, AnyStateNode, EventObject } from "xstate";
import { activeNodes, LivelockError, type RawMachine, raw } from "../../../engine/internal.js";
import type { ValueIdentity } from "../value-identity.js";
import { type Timer, Timers } from "./timers.js";

type ActorScope = Parameters<RawMachine["transition"]>[2];

/** An action of XState's own, as it is handed to an actor for execution. */
interface OwnAction {
  readonly type: string;
  readonly params?: unknown;
}

interface SendParameters {
  /** The actor, or the id of one that was spawned in the same list of actions and could not be found. */
  readonly to: AnyActorRef | string | undefined;
  readonly event: EventObject;
  readonly id: string | undefined;
  readonly delay: number | undefined;
}

/** The result of a step of a machine. */
export interface HostedStep {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: Timers;
  readonly emissions: readonly EventObject[];
  readonly transitions: readonly object[];
}

/** The actions that XState itself has a meaning for, and that have no effect on a machine that is explored. */
const SILENT_ACTIONS = new Set(["xstate.spawnChild", "xstate.stopChild", "xstate.log"]);

/**
 * The actor around a machine that is explored: it starts no actor and no timer, and sends to nobody. Timers are recorded, an event that the
 * machine sends itself is processed at the end of the step, and one that it sends to another actor is an emission of the type "xstate.sendTo".
 */
export class ActorHost {
  readonly #machine: RawMachine;
  readonly #identity: ValueIdentity;
  readonly #scope: ActorScope;
  readonly #self: object;
  #snapshot: AnyMachineSnapshot | undefined;
  #emissions: EventObject[] = [];
  #transitions: object[] = [];
  /** The timers and the events sent, in order, which take effect at the end of the macrostep. */
  #deferred: (() => void)[] = [];
  #mailbox: EventObject[] = [];
  #timers = Timers.NONE;
  #bookedIds = new Set<string>();

  constructor(machine: AnyStateMachine, identity: ValueIdentity) {
    this.#machine = raw(machine);
    this.#identity = identity;
    const refOf = (id: string, parent: object | undefined) => ({
      id,
      sessionId: id,
      src: id,
      _parent: parent,
      send: (event: EventObject) => this.#deliver(id, event),
      getSnapshot: () => this.#snapshot,
      on: () => ({ unsubscribe: () => undefined }),
      subscribe: () => ({ unsubscribe: () => undefined }),
      system: undefined as object | undefined,
    });
    const self = refOf(machine.id, refOf("#_parent", undefined));
    this.#self = self;
    const system = {
      _sendInspectionEvent: (event: { type: string; _transitions?: readonly object[] }) => {
        if (event.type === "@xstate.microstep") this.#transitions.push(...(event._transitions ?? []));
      },
      _bookId: () => this.#bookId(),
      _register: (sessionId: string) => sessionId,
      _unregister: () => undefined,
      _set: () => undefined,
      _relay: (_source: unknown, target: AnyActorRef, event: EventObject) => this.#deliver(target, event),
      get: (systemId: string) => this.#children.find((child) => child.systemId === systemId),
      getAll: () =>
        Object.fromEntries(
          this.#children.flatMap((child) => (child.systemId ? [[child.systemId, child]] : [])),
        ),
      inspect: () => ({ unsubscribe: () => undefined }),
      scheduler: { schedule: () => undefined, cancel: () => undefined, cancelAll: () => undefined },
      _logger: () => undefined,
      _clock: { setTimeout: () => 0, clearTimeout: () => undefined },
    };
    self.system = system;
    this.#scope = {
      self,
      id: machine.id,
      sessionId: machine.id,
      logger: () => undefined,
      // Actors are not started: what they do is an event of the environment.
      defer: () => undefined,
      emit: (event) => this.#emissions.push(event),
      stopChild: () => undefined,
      actionExecutor: (action) => this.#execute(action),
      system,
    };
  }

  get #children(): (AnyActorRef & { readonly systemId?: string })[] {
    return Object.values((this.#snapshot?.children ?? {}) as Readonly<Record<string, AnyActorRef>>);
  }

  /** Returns an id for an actor without one: the first that is free, so that a step always has the same. */
  #bookId(): string {
    for (let index = 0; ; index++) {
      const id = `x:${index}`;
      if (this.#bookedIds.has(id) || this.#snapshot?.children[id]) continue;
      this.#bookedIds.add(id);
      return id;
    }
  }

  #deliver(target: AnyActorRef | string | undefined, event: EventObject): void {
    if (target === undefined || target === this.#self) this.#mailbox.push(event);
    else if (target === this.#machine.id) this.#mailbox.push(event);
    else {
      const to = typeof target === "string" ? target : target.id;
      this.#emissions.push({ type: "xstate.sendTo", to, event } as EventObject);
    }
  }

  #execute(action: Parameters<ActorScope["actionExecutor"]>[0]): void {
    const { type, params } = action as unknown as OwnAction;
    if (SILENT_ACTIONS.has(type)) return;
    switch (type) {
      case "xstate.emit":
        this.#emissions.push((params as { readonly event: EventObject }).event);
        return;
      case "xstate.raise": {
        const { event, id, delay } = params as SendParameters;
        if (typeof delay === "number") this.#deferred.push(() => this.#startTimer(event, id, delay));
        return;
      }
      case "xstate.cancel": {
        const { sendId } = params as { readonly sendId: string };
        this.#deferred.push(() => {
          this.#timers = this.#timers.cancel(sendId);
        });
        return;
      }
      case "xstate.sendTo":
        // Its target is looked up once more at the end of the list of actions.
        this.#deferred.push(() => this.#send(params as SendParameters));
        return;
      default:
        action.exec?.(action.info, action.params);
    }
  }

  #send({ to, event, id, delay }: SendParameters): void {
    if (typeof delay !== "number") this.#deliver(to, event);
    else if (to === undefined || to === this.#self) this.#startTimer(event, id, delay);
    else this.#startTimer(event, id, delay, typeof to === "string" ? to : to.id);
  }

  #startTimer(event: EventObject, sendId: string | undefined, delay: number, targetId?: string): void {
    const key = this.#identity.keyOf([event, sendId, delay, targetId], `the delayed event ${event.type}`);
    const timer: Timer = { key, sendId, event, delay, ...(targetId === undefined ? {} : { targetId }) };
    this.#timers = this.#timers.start(timer);
  }

  /** Returns the timers of the delayed transitions of a snapshot's states, as if all were entered now. */
  timersOfStates(snapshot: AnyMachineSnapshot): Timers {
    this.#timers = Timers.NONE;
    const { delays } = snapshot.machine.implementations;
    const parameters = { context: snapshot.context, event: { type: "xstate.init" }, self: this.#self };
    for (const node of activeNodes(snapshot) as unknown as readonly AnyStateNode[]) {
      const started = new Set<string>();
      for (const { eventType, delay } of node.after) {
        if (started.has(eventType)) continue;
        started.add(eventType);
        const named = typeof delay === "string" ? delays[delay] : delay;
        const milliseconds = typeof named === "function" ? named(parameters as never, {} as never) : named;
        if (typeof milliseconds === "number") this.#startTimer({ type: eventType }, eventType, milliseconds);
      }
    }
    return this.#timers.settle();
  }

  /** Enters the initial state. @throws the error of a function of the machine. */
  enter(): HostedStep {
    return this.#run(undefined, Timers.NONE, () => {
      const snapshot = this.#machine.getInitialSnapshot(this.#scope, undefined);
      if (snapshot.status === "error") throw snapshot.error;
      return snapshot;
    });
  }

  /** Takes an event in a snapshot. @throws the error of a function of the machine. */
  take(snapshot: AnyMachineSnapshot, timers: Timers, event: EventObject): HostedStep {
    return this.#run(snapshot, timers, () => this.#machine.transition(snapshot, event, this.#scope));
  }

  /** Sends an event to another actor: nothing but an emission. */
  relay(snapshot: AnyMachineSnapshot, timers: Timers, targetId: string, event: EventObject): HostedStep {
    return this.#run(snapshot, timers, () => {
      this.#deliver(targetId, event);
      return snapshot;
    });
  }

  #run(
    source: AnyMachineSnapshot | undefined,
    timers: Timers,
    macrostep: () => AnyMachineSnapshot,
  ): HostedStep {
    this.#snapshot = source;
    this.#emissions = [];
    this.#transitions = [];
    this.#mailbox = [];
    this.#timers = timers;
    this.#bookedIds = new Set();
    let snapshot = this.#macrostep(macrostep);
    const limit = this.#machine.options?.maxIterations ?? Number.POSITIVE_INFINITY;
    for (let count = 0; this.#mailbox.length > 0 && snapshot.status === "active"; count++) {
      if (count > limit)
        throw new LivelockError(`Infinite loop detected: the machine sends itself more than ${limit} events`);
      const event = this.#mailbox.shift() as EventObject;
      const present = snapshot;
      snapshot = this.#macrostep(() => this.#machine.transition(present, event, this.#scope));
    }
    return {
      snapshot,
      timers: snapshot.status === "active" ? this.#timers.settle() : Timers.NONE,
      emissions: this.#emissions,
      transitions: this.#transitions,
    };
  }

  #macrostep(take: () => AnyMachineSnapshot): AnyMachineSnapshot {
    this.#deferred = [];
    const snapshot = withLivelocks(take);
    this.#snapshot = snapshot;
    for (const task of this.#deferred) task();
    return snapshot;
  }
}

/** Runs a task, and gives XState's error for steps that do not end a class of its own. */
function withLivelocks<TResult>(task: () => TResult): TResult {
  try {
    return task();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Infinite loop detected"))
      throw new LivelockError(error.message);
    throw error;
  }
}
