import type { AnyStateMachine } from "xstate";
import {
  activeStates,
  statesOf,
  type Transition,
  type TransitionInWords,
  transitionsOf,
} from "../../device/index.js";
import type { LeftOut } from "./excluded-parts.js";

/** The coverage of a chart. */
export interface Coverage {
  /** Every state that has none inside and is not left out, in the chart's order, and how often it was entered, the start included. */
  readonly states: readonly { readonly id: string; readonly count: number }[];
  /** Every transition that is not left out, in the chart's order, and how often it was taken. */
  readonly transitions: readonly TransitionCount[];
  /**
   * Ids of the states and the transitions that the chart's options exclude, in the chart's order: they need what this part has not got. One that
   * was used all the same is not among them.
   */
  readonly leftOut: { readonly states: readonly string[]; readonly transitions: readonly string[] };
}

/** The number of times that a transition was taken. */
export interface TransitionCount
  extends Pick<TransitionInWords, "id" | "source" | "event" | "guard" | "description"> {
  readonly count: number;
}

/** Counts which states and transitions of a chart are used, whatever the machine. */
export class CoverageCount {
  readonly #states: Map<string, number>;
  readonly #transitions: Map<TransitionInWords, number>;
  readonly #leftOut: LeftOut;
  #active: ReadonlySet<string> = new Set();
  #value = "";

  /**
   * @param stateValue - the state value at the start.
   * @param leftOut - what is not counted among what can be used; what is used all the same is.
   */
  constructor(machine: AnyStateMachine, stateValue: unknown, leftOut: LeftOut) {
    this.#leftOut = leftOut;
    this.#states = new Map(statesOf(machine).map((id) => [id, 0]));
    this.#transitions = new Map(transitionsOf(machine).map((transition) => [transition, 0]));
    this.#enter(stateValue);
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
    const { states: statesOut, transitions: out } = this.#leftOut;
    const isOut = ([transition, occurrences]: readonly [TransitionInWords, number]) =>
      occurrences === 0 && out.has(transition);
    const isStateOut = ([transitionId, occurrences]: readonly [string, number]) =>
      occurrences === 0 && statesOut.has(transitionId);
    const states = [...this.#states];
    const transitions = [...this.#transitions];
    return {
      states: states
        .filter((counted) => !isStateOut(counted))
        .map(([transitionId, occurrences]) => ({ id: transitionId, count: occurrences })),
      transitions: transitions
        .filter((counted) => !isOut(counted))
        .map(([{ id, source, event, guard, description }, occurrences]) => ({
          id,
          source,
          event,
          ...(guard === undefined ? {} : { guard }),
          description,
          count: occurrences,
        })),
      leftOut: {
        states: states.filter(isStateOut).map(([transitionId]) => transitionId),
        transitions: transitions.filter(isOut).map(([{ id }]) => id),
      },
    };
  }

  #enter(stateValue: unknown): void {
    const stateText = JSON.stringify(stateValue);
    if (stateText === this.#value) return;
    this.#value = stateText;
    const active = new Set(activeStates(stateValue));
    for (const stateName of active)
      if (!this.#active.has(stateName)) this.#states.set(stateName, (this.#states.get(stateName) ?? 0) + 1);
    this.#active = active;
  }
}
