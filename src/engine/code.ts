import type { EventObject } from "xstate";
import type { Collector, Emissions } from "./emissions.js";
import type { EmissionKind } from "./kinds.js";
import type { Context, State } from "./runtime.js";

/** Takes one event to its end. `emitted` and `taken` are appended to. */
export type Handler<S extends State = State> = (
  state: S,
  event: EventObject,
  emitted: Collector<EventObject>,
  taken?: object[],
) => void;

/** A {@link Handler} of one state. */
export type BoundHandler = (event: EventObject, emitted: Collector<EventObject>, taken?: object[]) => void;

/**
 * A {@link Handler} of one state for several types: `at` is the place of the event's type in their list. What is emitted
 * alone it may give back instead of appending it.
 */
export type BoundDispatcher = (
  at: number,
  event: EventObject,
  emitted: Collector<EventObject>,
  taken?: object[],
) => EventObject | undefined;

/**
 * Takes events that it makes itself: of the type at the place `at`, with `payload`. The first thing emitted it may give back, as
 * the number of its kind, with its payload in `given`; what else is emitted is appended to `rest`.
 */
export interface Port {
  readonly rest: Emissions<EventObject>;
  readonly given: unknown;
  take(at: number, payload?: unknown): number;
}

/** Event types that come by their places in a list. */
export interface EventGroup {
  readonly types: readonly string[];
  /** The one key that their events have beside `type`, if there is one. */
  readonly payload?: string;
  /** The type among them that comes most: a port asks for it first. */
  readonly often?: string;
}

/** A machine made executable: by the table, or by generated source. */
export interface Code<S extends State = State> {
  /** A state with every variable 0. */
  create(context: Context): S;
  /** The keys of the contexts that `copy` copies, in their order. */
  readonly keys?: readonly string[] | undefined;
  /** Copies a context that has these keys and no others. */
  readonly copy?: ((context: Context) => Context) | undefined;
  /** Where such a context holds other values than these, and which: the first so many of `places` and `found`. */
  readonly differ?:
    | ((context: Context, values: readonly unknown[], places: number[], found: unknown[]) => number)
    | undefined;
  /** Makes such a context hold these values. */
  readonly fill?: ((context: Context, values: readonly unknown[]) => void) | undefined;
  /** The numbers of a state: its variables, then the ages of its leaves. */
  read(state: S): number[];
  write(state: S, numbers: readonly number[]): void;
  /** Whether a state's variables are these. */
  stands(state: S, numbers: readonly number[]): boolean;
  /** Takes an event of whatever type. */
  readonly send: Handler<S>;
  /** What takes events of one type for one state; it need not look at the type. */
  bind(state: S, type: string): BoundHandler;
  /** The lists of types for which there are a dispatcher and a port. */
  readonly groups: readonly EventGroup[];
  /** The dispatcher of one of these lists for one state. */
  dispatcher(state: S, group: number): BoundDispatcher;
  /** The kinds of emissions that ports tell by number. */
  readonly kinds: readonly EmissionKind[];
  /** The port of one of these lists for one state. */
  port(state: S, group: number): Port;
}
