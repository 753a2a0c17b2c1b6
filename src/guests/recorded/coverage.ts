import type { AnyStateMachine } from "xstate";
import {
  activeStates,
  statesOf,
  type Transition,
  type TransitionInWords,
  transitionsOf,
} from "../../device/index.js";

/** How much of a chart was used. */
export interface Coverage {
  /** Every state that has none inside, in the chart's order, and how often it was entered, the start included. */
  readonly states: readonly { readonly id: string; readonly count: number }[];
  /** Every transition, in the chart's order, and how often it was taken. */
  readonly transitions: readonly TransitionCount[];
}

/** How often a transition was taken. */
export interface TransitionCount
  extends Pick<TransitionInWords, "id" | "source" | "event" | "guard" | "description"> {
  readonly count: number;
}

/** Counts which states and transitions of a chart are used, whatever the machine. */
export class CoverageCount {
  readonly #states: Map<string, number>;
  readonly #transitions: Map<TransitionInWords, number>;
  #active: ReadonlySet<string> = new Set();
  #value = "";

  /** @param value - the state value at the start. */
  constructor(machine: AnyStateMachine, value: unknown) {
    this.#states = new Map(statesOf(machine).map((id) => [id, 0]));
    this.#transitions = new Map(transitionsOf(machine).map((transition) => [transition, 0]));
    this.#enter(value);
  }

  /** Counts one input's transitions and the states that they entered. */
  add({ taken, value, input }: Transition): void {
    let moved = input.type === "restore";
    for (const transition of taken) {
      this.#transitions.set(transition, (this.#transitions.get(transition) ?? 0) + 1);
      if (transition.target !== undefined) moved = true;
    }
    if (moved) this.#enter(value);
  }

  /** The counts so far. */
  result(): Coverage {
    return {
      states: [...this.#states].map(([id, count]) => ({ id, count })),
      transitions: [...this.#transitions].map(([{ id, source, event, guard, description }, count]) => ({
        id,
        source,
        event,
        ...(guard === undefined ? {} : { guard }),
        description,
        count,
      })),
    };
  }

  #enter(value: unknown): void {
    const text = JSON.stringify(value);
    if (text === this.#value) return;
    this.#value = text;
    const active = new Set(activeStates(value));
    for (const state of active)
      if (!this.#active.has(state)) this.#states.set(state, (this.#states.get(state) ?? 0) + 1);
    this.#active = active;
  }
}
