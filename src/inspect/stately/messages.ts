/** The protocol's version: that of `@statelyai/inspect` 0.7. */
const PROTOCOL = "0.7.2";

/** A snapshot as the inspector shows it: JSON, and small enough that nothing of it is cut. */
export interface StatelySnapshot {
  /** "active". */
  readonly status: string;
  /** The chart's state value. */
  readonly value: unknown;
  /** The registers and queues in groups, as texts. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** An event as the inspector shows it: the chart's, with what it is in words. */
export interface StatelyEvent {
  /** The chart's event type, such as "write.IER_DLM"; "vm-superio.skipped" where inputs were left out. */
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What every message of Stately's inspector says. */
export interface StatelyOrigin {
  /** Which actor it is about. */
  readonly sessionId: string;
  /** Which actor stands above it: itself. */
  readonly rootId: string;
  /** When it was made: milliseconds since 1970, as a text. */
  readonly createdAt: string;
  /** Nothing. */
  readonly id: string | null;
  /** The protocol's version. */
  readonly _version: string;
}

/** A message of Stately's inspector, of the three that there are. */
export type StatelyMessage =
  /** An actor is there: `definition` is its chart's configuration, as JSON. */
  | (StatelyOrigin & {
      readonly type: "@xstate.actor";
      readonly name: string;
      readonly definition: string;
      readonly snapshot: StatelySnapshot;
    })
  /** An event was sent to it. */
  | (StatelyOrigin & { readonly type: "@xstate.event"; readonly event: StatelyEvent })
  /** It is in another state. */
  | (StatelyOrigin & {
      readonly type: "@xstate.snapshot";
      readonly event: StatelyEvent;
      readonly snapshot: StatelySnapshot;
    });

/** Makes the messages of one actor. */
export class Messages {
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
    return { type: "@xstate.actor", name, definition, snapshot, ...this.#base() };
  }

  event(event: StatelyEvent): StatelyMessage {
    return { type: "@xstate.event", event, ...this.#base() };
  }

  snapshot(event: StatelyEvent, snapshot: StatelySnapshot): StatelyMessage {
    return { type: "@xstate.snapshot", event, snapshot, ...this.#base() };
  }

  #base(): StatelyOrigin {
    return {
      sessionId: this.#sessionId,
      rootId: this.#sessionId,
      createdAt: Date.now().toString(),
      id: null,
      _version: PROTOCOL,
    };
  }
}
