/** The protocol's version: that of `@statelyai/inspect` 0.7. */
const PROTOCOL = "0.7.2";

/** A snapshot in the inspector's form: JSON, and small enough that nothing is cut. */
export interface StatelySnapshot {
  /** Our charts never end. */
  readonly status: "active";
  /** Absent: as the chart never ends. */
  readonly output: undefined;
  /** Absent: as the chart never ends. */
  readonly error: undefined;
  /** The chart's state value. */
  readonly value: unknown;
  /** The registers and queues in groups, as texts. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** An event in the inspector's form: the chart's, with its description. */
export interface StatelyEvent {
  /** The chart's event type, such as "write.IER_DLM"; "vm-superio.skipped" for skipped inputs. */
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The common fields of Stately's messages. */
export interface StatelyOrigin {
  /** The actor's id. */
  readonly sessionId: string;
  /** The root actor's id: the same. */
  readonly rootId: string;
  /** Its creation time: milliseconds since 1970, as a text. */
  readonly createdAt: string;
  /** The actor's id again. */
  readonly id: string;
  /** The protocol's version. */
  readonly _version: string;
}

/** A message of Stately's inspector, one of three. */
export type StatelyMessage =
  /** A new actor: `definition` is its chart's configuration, as JSON. */
  | (StatelyOrigin & {
      readonly type: "@xstate.actor";
      readonly name: string;
      /** Undefined: it is nobody's child. */
      readonly parentId: string | undefined;
      /** Absent for the guest and the host. */
      readonly definition: string | undefined;
      readonly snapshot: StatelySnapshot;
    })
  /** An event sent to it; `sessionId` is the receiver's. */
  | (StatelyOrigin & {
      readonly type: "@xstate.event";
      /** The sender's `sessionId`; undefined where it is no actor. */
      readonly sourceId: string | undefined;
      readonly event: StatelyEvent;
    })
  /** Its state after an event. */
  | (StatelyOrigin & {
      readonly type: "@xstate.snapshot";
      readonly event: StatelyEvent;
      readonly snapshot: StatelySnapshot;
    });

/** The actors beside the device: who accesses its registers, and who is at the other end of the line. */
export const NEIGHBOURS = ["guest", "host"] as const;
export type Neighbour = (typeof NEIGHBOURS)[number];

/** Creates the messages of a device and its neighbours. */
export class MessageFactory {
  readonly #name: string;
  readonly #sessionId: string;
  readonly #definition: string;

  constructor(name: string, sessionId: string, definition: string) {
    this.#name = name;
    this.#sessionId = sessionId;
    this.#definition = definition;
  }

  actor(snapshot: StatelySnapshot): StatelyMessage {
    const { name, definition } = { name: this.#name, definition: this.#definition };
    return {
      ...{ type: "@xstate.actor", name, parentId: undefined, definition, snapshot },
      ...this.#originFields(),
    };
  }

  /** Returns the messages that introduce the guest and the host. */
  neighbours(): StatelyMessage[] {
    return NEIGHBOURS.map((neighbour) => ({
      ...{ type: "@xstate.actor", name: neighbour, parentId: undefined, definition: undefined },
      snapshot: { status: "active", output: undefined, error: undefined, value: {}, context: {} },
      ...this.#originFields(this.#idOf(neighbour)),
    }));
  }

  /** Returns an event that the device is sent, by a neighbour or by nobody. */
  event(event: StatelyEvent, sender?: Neighbour): StatelyMessage {
    const sourceId = sender && this.#idOf(sender);
    return { type: "@xstate.event", sourceId, event, ...this.#originFields() };
  }

  /** Returns an event that the device sends to a neighbour. */
  output(event: StatelyEvent, receiver: Neighbour): StatelyMessage {
    return {
      ...{ type: "@xstate.event", sourceId: this.#sessionId, event },
      ...this.#originFields(this.#idOf(receiver)),
    };
  }

  snapshot(event: StatelyEvent, snapshot: StatelySnapshot): StatelyMessage {
    return { type: "@xstate.snapshot", event, snapshot, ...this.#originFields() };
  }

  #idOf(neighbour: Neighbour): string {
    return `${this.#sessionId}:${neighbour}`;
  }

  #originFields(sessionId = this.#sessionId): StatelyOrigin {
    return {
      sessionId,
      rootId: this.#sessionId,
      createdAt: Date.now().toString(),
      id: sessionId,
      _version: PROTOCOL,
    };
  }
}
