import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { chartOf } from "../journal.js";
import { type Source, snapshotOf } from "./source.js";

/** The part of the context that says which part it is. */
interface WithOptions {
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A plain XState actor that runs one of our charts. What it is sent is kept until it is asked for, the latest of it only. */
export function actorSource(actor: AnyActorRef, most: number): Source {
  const machine = (actor as { readonly logic?: AnyStateMachine }).logic;
  const now = (): AnyMachineSnapshot => actor.getSnapshot() as AnyMachineSnapshot;
  const { options } = now().context as WithOptions;
  const chart = chartOf({
    chart: machine?.id ?? "",
    options: options ?? { revision: machine?.config.version },
  });
  let kept: { readonly event: unknown; readonly snapshot: AnyMachineSnapshot }[] = [];
  let skipped = 0;
  const subscription = actor.system.inspect({
    next: (message) => {
      if (message.type !== "@xstate.snapshot" || message.actorRef !== actor) return;
      kept.push({ event: message.event, snapshot: message.snapshot as AnyMachineSnapshot });
      if (kept.length < 2 * most) return;
      skipped += kept.length - most;
      kept = kept.slice(-most);
    },
  });
  return {
    chart,
    snapshot: () => snapshotOf(chart, now().value, now().context as never),
    over: false,
    stop: () => subscription.unsubscribe(),
    news() {
      const shown = kept.slice(-most).map(({ event, snapshot }) => ({
        event: shownEvent(event),
        snapshot: snapshotOf(chart, snapshot.value, snapshot.context as never),
      }));
      const news = { skipped: skipped + kept.length - shown.length, shown };
      kept = [];
      skipped = 0;
      return news;
    },
  };
}

/** An event without what the inspector would cut: a list becomes a text. */
function shownEvent(event: unknown) {
  const { type, ...fields } = event as { readonly type: string };
  const shown = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(isList(value) ? [...value] : value) : value,
  ]);
  return { type, ...Object.fromEntries(shown) };
}

const isList = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;
