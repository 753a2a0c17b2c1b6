import type { AnyActorRef } from "xstate";
import type { Chart, Device } from "../../device/index.js";
import { type JournalView, shown } from "../../journal/index.js";
import { actorSource } from "./actor-source.js";
import { Messages, type StatelyMessage } from "./messages.js";
import { deviceSource, journalSource, type Source } from "./source.js";

/** Where messages go: a function, or an inspector that `@statelyai/inspect` made. */
export type StatelySink =
  | ((message: StatelyMessage) => void)
  | { readonly adapter: { send(message: never): void } };

/** How something is inspected. */
export interface StatelyOptions {
  /** Where the messages go. Whoever is to see them later may be told with {@link StatelyInspection.connect}. */
  readonly to?: StatelySink;
  /** What it is called in the inspector; "serial 0.8.2" or "uart16550" unless given. */
  readonly name?: string;
  /**
   * How many inputs are shown a second, from 1: 100 unless given. What a device gets beyond that is skipped, and how much that was is told; a journal is
   * played back at this speed, all of it.
   */
  readonly perSecond?: number;
  /** Of a journal: the absolute index at which the playback begins; its first unless given. */
  readonly from?: number;
  /** Of a journal: the absolute index before which it ends; its next unless given. */
  readonly until?: number;
}

/** Something that is being inspected. */
export interface StatelyInspection {
  /** How many inputs were shown. */
  readonly shown: number;
  /** How many were skipped. */
  readonly skipped: number;
  /** Kept when a journal has been played to its end; never of what lives. */
  readonly ended: Promise<void>;
  /**
   * Adds one who looks on. It is sent the chart's definition and the present state first, however late it comes.
   *
   * @returns what ends it.
   */
  connect(sink: StatelySink): () => void;
  /** Shows what has happened, without waiting for the next time. */
  flush(): void;
  /** Ends the inspection. What was inspected goes on. */
  stop(): void;
}

/** How often what has happened is looked at. Milliseconds. */
const EVERY = 50;
/** An inspector of `@statelyai/inspect` keeps 200 messages for whoever comes late: the definition has to be among them. */
const AGAIN_AFTER = 100;
const DEFAULT_RATE = 100;

let count = 0;

/**
 * Shows a device, a journal or a plain actor in Stately's inspector.
 *
 * A device is not slowed down: nothing listens to it. Twenty times a second its journal is looked at, and the latest inputs are shown; what lies
 * between is skipped, and told as the event "vm-superio.skipped". A device that keeps no journal shows its state only. What is shown holds what
 * was typed.
 *
 * @param target - a device, a journal (of either chart), or a started XState actor of one of our machines.
 * @throws TypeError if it is none of these, RangeError for a rate below 1, a range outside the journal, or another chart.
 *
 * @example
 * inspectWithStately(uart, { to: createBrowserInspector({ serialize: (message) => message }) });
 */
export function inspectWithStately(
  target: Device | JournalView | AnyActorRef,
  options: StatelyOptions = {},
): StatelyInspection {
  const { perSecond = DEFAULT_RATE } = options;
  if (!(perSecond >= 1)) throw new RangeError(`perSecond: expected a number from 1, got ${shown(perSecond)}`);
  const inspection = new Inspection(target, options, Math.ceil((perSecond * EVERY) / 1000));
  if (options.to) inspection.connect(options.to);
  return inspection;
}

function sourceOf(target: Device | JournalView | AnyActorRef, options: StatelyOptions, most: number): Source {
  if (typeof target !== "object" || target === null)
    throw new TypeError(`target: expected a device, a journal or an actor, got ${shown(target)}`);
  if ("apply" in target) return deviceSource(target);
  if ("entries" in target) {
    const { from = target.first, until = target.next } = options;
    target.entries({ from, until });
    return journalSource(target, from, until);
  }
  if ("getSnapshot" in target) return actorSource(target, most);
  throw new TypeError(`target: expected a device, a journal or an actor, got ${shown(target)}`);
}

/** A chart's configuration as JSON: all that there is to draw. The registers' first values are no part of a drawing. */
const definitionOf = ({ machine }: Chart): string => {
  const { context: _, ...config } = machine.config as Readonly<Record<string, unknown>>;
  return JSON.stringify(config);
};

const nameOf = ({ id, options }: Chart): string =>
  [id, options["revision"]].filter((word) => word !== undefined).join(" ");

class Inspection implements StatelyInspection {
  shown = 0;
  skipped = 0;
  readonly ended: Promise<void>;
  readonly #source: Source;
  readonly #messages: Messages;
  readonly #most: number;
  readonly #sinks = new Set<(message: StatelyMessage) => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #end: () => void = () => {};

  constructor(target: Device | JournalView | AnyActorRef, options: StatelyOptions, most: number) {
    this.#most = most;
    this.#source = sourceOf(target, options, most);
    const { chart } = this.#source;
    this.#messages = new Messages(
      options.name ?? nameOf(chart),
      `${chart.id}:${count++}`,
      definitionOf(chart),
    );
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#timer = setInterval(() => this.flush(), EVERY);
    // Of what lives it keeps no process alive.
    if (!("entries" in target)) (this.#timer as { unref?(): void }).unref?.();
  }

  connect(sink: StatelySink): () => void {
    const send =
      typeof sink === "function" ? sink : this.#again((message) => sink.adapter.send(message as never));
    send(this.#messages.actor(this.#source.snapshot()));
    this.#sinks.add(send);
    return () => void this.#sinks.delete(send);
  }

  flush(): void {
    const { skipped, shown } = this.#source.news(this.#most);
    if (skipped > 0) {
      const event = {
        type: "vm-superio.skipped",
        inputs: skipped,
        text: `${skipped} inputs are not shown`,
      };
      this.#send(this.#messages.event(event));
      if (shown.length === 0) this.#send(this.#messages.snapshot(event, this.#source.snapshot()));
    }
    for (const { event, snapshot } of shown) {
      this.#send(this.#messages.event(event));
      this.#send(this.#messages.snapshot(event, snapshot));
    }
    this.skipped += skipped;
    this.shown += shown.length;
    if (!this.#source.over) return;
    clearInterval(this.#timer);
    this.#end();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#source.stop();
    this.#sinks.clear();
    this.#end();
  }

  #send(message: StatelyMessage): void {
    for (const send of this.#sinks) send(message);
  }

  /** Sends the definition again from time to time. */
  #again(send: (message: StatelyMessage) => void): (message: StatelyMessage) => void {
    let since = 0;
    return (message) => {
      if (since++ >= AGAIN_AFTER && message.type === "@xstate.snapshot") {
        send(this.#messages.actor(message.snapshot));
        since = 0;
      }
      send(message);
    };
  }
}
