import type { AnyActorRef } from "xstate";
import type { Chart, Device } from "../../device/index.js";
import type { JournalView } from "../../journal/index.js";
import { checkReadable, formatValue, withKnownNames } from "../../journal/internal.js";
import { actorSource } from "./actor-source.js";
import { MessageFactory, type StatelyMessage } from "./messages.js";
import { deviceSource, journalSource, type StatelySource } from "./source.js";

/** The receiver of messages: a function, or an inspector of `@statelyai/inspect`. */
export type StatelySink =
  | ((message: StatelyMessage) => void)
  | { readonly adapter: { send(message: StatelyMessage): void } };

/** Options of an inspection. */
export interface StatelyOptions {
  /** The receiver of the messages. Others are added with {@link StatelyInspection.connect}. */
  readonly to?: StatelySink;
  /** The name in the inspector; by default "serial 0.8.2" or "uart16550". */
  readonly name?: string;
  /**
   * The number of inputs shown a second, from 1; by default 100. Further inputs of a device are skipped, and their number is reported; a journal is
   * played back at this speed, all of it.
   */
  readonly perSecond?: number;
  /** Of a journal: the absolute index at which the playback begins; by default its first. */
  readonly from?: number;
  /** Of a journal: the absolute index before which it ends; by default its next. */
  readonly until?: number;
}

/** A running inspection. */
export interface StatelyInspection {
  /** The number of inputs shown. */
  readonly shown: number;
  /** The number of inputs skipped. */
  readonly skipped: number;
  /** Resolves when a journal has been played to its end; for a live target, when the inspection is stopped. */
  readonly ended: Promise<void>;
  /**
   * Adds a receiver. It is sent the chart's definition and the current state first, however late it connects.
   *
   * @returns a function that removes it.
   */
  connect(sink: StatelySink): () => void;
  /** Sends the latest events now, without waiting for the next poll. */
  flush(): void;
  /** Ends the inspection. The target goes on. */
  stop(): void;
}

const OPTIONS: readonly (keyof StatelyOptions)[] = ["to", "name", "perSecond", "from", "until"];
/** Interval of the polls, in milliseconds. */
const POLL_MILLISECONDS = 50;
/** An inspector of `@statelyai/inspect` keeps 200 messages for late receivers: the definition has to be among them. */
const REPEAT_DEFINITION_AFTER = 100;
const DEFAULT_RATE = 100;

let inspectionCount = 0;

/**
 * Shows a device, a journal or a plain actor in Stately's inspector.
 *
 * A device is not slowed down: it has no listener. Twenty times a second its journal is polled, and the latest inputs are shown; the others
 * are skipped, and reported as the event "vm-superio.skipped". A device without a journal shows its state only. The inspector shows
 * everything that was typed.
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
  const known = withKnownNames(options, OPTIONS, "inspectWithStately");
  const { perSecond = DEFAULT_RATE } = known;
  if (typeof perSecond !== "number" || !(perSecond >= 1))
    throw new RangeError(`perSecond: expected a number from 1, got ${formatValue(perSecond)}`);
  const inspection = new Inspection(target, known, Math.ceil((perSecond * POLL_MILLISECONDS) / 1000));
  if (known.to !== undefined) inspection.connect(known.to);
  return inspection;
}

function sourceOf(
  target: Device | JournalView | AnyActorRef,
  options: StatelyOptions,
  mostPerPoll: number,
): StatelySource {
  const expected = "a device, a journal or an actor";
  checkReadable(target, "target", expected, () => {
    const isTarget =
      typeof target === "object" &&
      target !== null &&
      ["apply", "checkpoint", "getSnapshot"].some((name) => name in target);
    if (!isTarget) throw new TypeError(`target: expected ${expected}, got ${formatValue(target)}`);
  });
  if ("apply" in target) return deviceSource(target);
  if ("entries" in target) {
    const { from = target.first, until = target.next } = options;
    target.entries({ from, until });
    return journalSource(target, from, until);
  }
  return actorSource(target, mostPerPoll);
}

/** Returns a chart's configuration as JSON, without the registers' initial values, which are not drawn. */
const definitionOf = ({ machine }: Chart): string => {
  const { context: _, ...config } = machine.config as Readonly<Record<string, unknown>>;
  return JSON.stringify(config);
};

const displayName = ({ id, options }: Chart): string =>
  [id, options["revision"]].filter((word) => word !== undefined).join(" ");

class Inspection implements StatelyInspection {
  shown = 0;
  skipped = 0;
  readonly ended: Promise<void>;
  readonly #statelySource: StatelySource;
  readonly #messages: MessageFactory;
  readonly #mostPerPoll: number;
  readonly #sinks = new Set<(message: StatelyMessage) => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #resolveEnded: () => void = () => {};

  constructor(target: Device | JournalView | AnyActorRef, options: StatelyOptions, mostPerPoll: number) {
    this.#mostPerPoll = mostPerPoll;
    this.#statelySource = sourceOf(target, options, mostPerPoll);
    const { chart } = this.#statelySource;
    this.#messages = new MessageFactory(
      options.name ?? displayName(chart),
      `${chart.id}:${inspectionCount++}`,
      definitionOf(chart),
    );
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#timer = setInterval(() => this.flush(), POLL_MILLISECONDS);
    // The timer of a live target keeps no process alive.
    if (!("entries" in target)) (this.#timer as { unref?(): void }).unref?.();
  }

  connect(sink: StatelySink): () => void {
    checkReadable(sink, "to", "a function or an inspector of @statelyai/inspect", () => {
      if (typeof sink !== "function" && typeof sink?.adapter?.send !== "function")
        throw new TypeError(
          `to: expected a function or an inspector of @statelyai/inspect, got ${formatValue(sink)}`,
        );
    });
    const sendMessage =
      typeof sink === "function" ? sink : this.#repeatDefinition((message) => sink.adapter.send(message));
    sendMessage(this.#messages.actor(this.#statelySource.snapshot()));
    for (const message of this.#messages.neighbours()) sendMessage(message);
    this.#sinks.add(sendMessage);
    return () => void this.#sinks.delete(sendMessage);
  }

  flush(): void {
    const { skipped, events } = this.#statelySource.takeRecent(this.#mostPerPoll);
    if (skipped > 0) {
      const event = {
        type: "vm-superio.skipped",
        inputs: skipped,
        text: `${skipped} inputs are not shown`,
      };
      this.#sendMessage(this.#messages.event(event));
      if (events.length === 0)
        this.#sendMessage(this.#messages.snapshot(event, this.#statelySource.snapshot()));
    }
    for (const { event, snapshot, sender, outputs = [] } of events) {
      this.#sendMessage(this.#messages.event(event, sender));
      this.#sendMessage(this.#messages.snapshot(event, snapshot));
      for (const { receiver, event } of outputs) this.#sendMessage(this.#messages.output(event, receiver));
    }
    this.skipped += skipped;
    this.shown += events.length;
    if (!this.#statelySource.isFinished) return;
    clearInterval(this.#timer);
    this.#resolveEnded();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#statelySource.stop();
    this.#sinks.clear();
    this.#resolveEnded();
  }

  #sendMessage(message: StatelyMessage): void {
    for (const sendMessage of this.#sinks) sendMessage(message);
  }

  /** Returns a sender that repeats the definition from time to time. */
  #repeatDefinition(sendMessage: (message: StatelyMessage) => void): (message: StatelyMessage) => void {
    let sentSince = 0;
    return (message) => {
      if (sentSince++ >= REPEAT_DEFINITION_AFTER && message.type === "@xstate.snapshot") {
        sendMessage(this.#messages.actor(message.snapshot));
        sentSince = 0;
      }
      sendMessage(message);
    };
  }
}
