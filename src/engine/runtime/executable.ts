import type { EventObject } from "xstate";
import type { EmissionKind } from "../ir/emission-kind.js";
import type { Collector, Emissions } from "./emissions.js";
import type { Context, RunState } from "./run-state.js";

/** Runs the macrostep of one event. It appends to `emitted` and `selected`. */
export type EventFunction<S extends RunState = RunState> = (
  runState: S,
  event: EventObject,
  emitted: Collector<EventObject>,
  selected?: object[],
) => void;

/** An {@link EventFunction} bound to one state. */
export type BoundHandler = (event: EventObject, emitted: Collector<EventObject>, selected?: object[]) => void;

/**
 * Creates and handles events of the type at `typeIndex`, with `payload`. The first emission may be returned, as
 * the number of its kind, with its payload in `given`; the others are appended to `rest`.
 */
export interface Port {
  readonly rest: Emissions<EventObject>;
  readonly given: unknown;
  take(typeIndex: number, payload?: unknown): number;
}

/** A list of event types that events name by index. */
export interface EventGroup {
  readonly types: readonly string[];
  /** The one key that their events have beside `type`, if there is one. */
  readonly payload?: string;
  /** The most frequent of the types: a port tests for it first. */
  readonly often?: string;
}

/** An executable machine: the table's, or of generated source, which relies on these names. */
export interface Executable<S extends RunState = RunState> {
  /** Creates a state with every variable 0. */
  create(context: Context): S;
  /** The keys of the contexts that `copy` copies, in their order. */
  readonly keys?: readonly string[] | undefined;
  /** Copies a context that has these keys and no others. */
  readonly copy?: ((context: Context) => Context) | undefined;
  /** Writes the indexes and values of the fields that differ from these values, and returns their number. */
  readonly differ?:
    | ((
        context: Context,
        contextValues: readonly unknown[],
        fieldIndexes: number[],
        fieldValues: unknown[],
      ) => number)
    | undefined;
  /** Assigns these values to the fields of such a context. */
  readonly fill?: ((context: Context, contextValues: readonly unknown[]) => void) | undefined;
  /** The fields of the context that constant guards read; absent if there is no such guard. */
  readonly constantFields?: readonly string[];
  /** Evaluates the constant guards in a state's context. */
  ask?(runState: S): void;
  /** Copies the results of constant guards from another state with the same values of these fields. */
  adopt?(runState: S, from: S): void;
  /** Returns the numbers of a state: its variables, then the ages of its leaves. */
  read(runState: S): number[];
  /** Sets the numbers of a state; each part must look for eventless transitions. */
  write(runState: S, stateNumbers: readonly number[]): void;
  /** Returns true if a state's variables equal these. */
  stands(runState: S, stateNumbers: readonly number[]): boolean;
  /** Handles an event of any type. */
  send(...handled: Parameters<EventFunction<S>>): void;
  /** Returns the handler of one event type for one state; it does not read the event's type. */
  bind(runState: S, eventType: string): BoundHandler;
  /** The lists of types that have a port. */
  readonly groups: readonly EventGroup[];
  /** The kinds of emissions that ports return by number. */
  readonly kinds: readonly EmissionKind[];
  /** Returns the port of one of these lists for one state. */
  port(runState: S, groupIndex: number): Port;
}

/** A module whose text {@link generate} wrote. */
export interface GeneratedSource {
  /** The hash of the definition that it was generated from. */
  readonly hash: string;
  /** Links the code with a machine's functions. */
  // biome-ignore lint/suspicious/noExplicitAny: generated modules are plain JavaScript, without types of their own.
  readonly default: (environment: any) => any;
}
