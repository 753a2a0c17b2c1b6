import {
  type ActorScope,
  type AnyStateMachine,
  createActor,
  type EmittedFrom,
  type EventFromLogic,
  type InputFrom,
  initialTransition,
  type SnapshotFrom,
} from "xstate";
import type { ChartTransition, Engine, Run } from "./engine.js";

/** XState itself as an engine: what the machine means, slowly. */
export function interpret<TMachine extends AnyStateMachine>(machine: TMachine): Engine<TMachine> {
  return {
    machine,
    start: (snapshot, input) => new Interpretation(machine, snapshot ?? initial(machine, input)),
  };
}

function initial<TMachine extends AnyStateMachine>(machine: TMachine, input?: InputFrom<TMachine>) {
  return initialTransition(machine, input as never)[0] as SnapshotFrom<TMachine>;
}

class Interpretation<TMachine extends AnyStateMachine> implements Run<TMachine> {
  readonly #machine: TMachine;
  #snapshot: SnapshotFrom<TMachine>;
  #emitted: EmittedFrom<TMachine>[] = [];
  #taken: ChartTransition[] | undefined;
  /** One scope serves every event: making one costs more than the event. */
  readonly #scope: ActorScope<never, never, never, never>;

  constructor(machine: TMachine, snapshot: SnapshotFrom<TMachine>) {
    this.#machine = machine;
    this.#snapshot = snapshot;
    const self = createActor(machine as AnyStateMachine);
    const inspected = (event: { _transitions?: ChartTransition[] }) => {
      if (event._transitions) this.#taken?.push(...event._transitions);
    };
    this.#scope = {
      self,
      id: "",
      sessionId: "",
      logger: () => {},
      defer: (task: () => void) => task(),
      emit: (event: EmittedFrom<TMachine>) => void this.#emitted.push(event),
      system: Object.assign(Object.create(self.system), { _sendInspectionEvent: inspected }),
      stopChild: () => {},
      actionExecutor: (action: {
        exec?: (info: unknown, params: unknown) => void;
        info: unknown;
        params: unknown;
      }) => action.exec?.(action.info, action.params),
    } as never;
  }

  get snapshot(): SnapshotFrom<TMachine> {
    return this.#snapshot;
  }

  get context(): Run<TMachine>["context"] {
    return (this.#snapshot as { context: unknown }).context as never;
  }

  send(event: EventFromLogic<TMachine>, emitted: EmittedFrom<TMachine>[], taken?: ChartTransition[]): void {
    this.#emitted = emitted;
    this.#taken = taken;
    this.#snapshot = this.#machine.transition(
      this.#snapshot as never,
      event as never,
      this.#scope as never,
    ) as unknown as SnapshotFrom<TMachine>;
  }

  fork(): Run<TMachine> {
    return new Interpretation(this.#machine, this.#snapshot);
  }
}
