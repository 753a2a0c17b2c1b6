import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { Fifo } from "../../../machines/index.js";
import { chartOfJournal } from "../journal-chart.js";
import { type StatelySource, snapshotOf } from "./source.js";

/** The part of the context that identifies the device. */
interface WithOptions {
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Creates a source of a plain XState actor that runs one of our charts. Only the latest events are kept until the next poll. */
export function actorSource(actor: AnyActorRef, mostEvents: number): StatelySource {
  const machine = (actor as { readonly logic?: AnyStateMachine }).logic;
  const currentSnapshot = (): AnyMachineSnapshot => withQueues(actor.getSnapshot() as AnyMachineSnapshot);
  const { options } = currentSnapshot().context as WithOptions;
  const chart = chartOfJournal({
    chart: machine?.id ?? "",
    options: options ?? { revision: machine?.config.version },
  });
  let recentEvents: { readonly event: unknown; readonly snapshot: AnyMachineSnapshot }[] = [];
  let skippedCount = 0;
  const subscription = actor.system.inspect({
    next: (message) => {
      if (message.type !== "@xstate.snapshot" || message.actorRef !== actor) return;
      recentEvents.push({
        event: message.event,
        snapshot: withQueues(message.snapshot as AnyMachineSnapshot),
      });
      if (recentEvents.length < 2 * mostEvents) return;
      skippedCount += recentEvents.length - mostEvents;
      recentEvents = recentEvents.slice(-mostEvents);
    },
  });
  return {
    chart,
    snapshot: () => snapshotOf(chart, currentSnapshot().value, currentSnapshot().context),
    isFinished: false,
    stop: () => subscription.unsubscribe(),
    takeRecent() {
      const newEvents = recentEvents.slice(-mostEvents).map(({ event, snapshot }) => ({
        event: presentActorEvent(event),
        snapshot: snapshotOf(chart, snapshot.value, snapshot.context),
      }));
      const recentBatch = {
        skipped: skippedCount + recentEvents.length - newEvents.length,
        events: newEvents,
      };
      recentEvents = [];
      skippedCount = 0;
      return recentBatch;
    },
  };
}

/** Returns a snapshot whose queues are queues: those of an actor restored from JSON are plain objects. */
function withQueues(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  const context = snapshot.context as Readonly<Record<string, unknown>>;
  const queueNames = ["receiveFifo", "transmitFifo"].filter((name) => context[name] !== undefined);
  const queues = queueNames.map((name) => [name, Fifo.of(context[name] as Fifo)]);
  return { ...snapshot, context: { ...context, ...Object.fromEntries(queues) } } as AnyMachineSnapshot;
}

/** Returns an event that the inspector does not cut: a list becomes a text. */
function presentActorEvent(event: unknown) {
  const { type, ...fields } = event as { readonly type: string };
  const shownFields = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(isList(value) ? [...value] : value) : value,
  ]);
  return { type, ...Object.fromEntries(shownFields) };
}

const isList = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;
