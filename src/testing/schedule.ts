import { type Action, isCall } from "./action.js";

/** The environment's actions in order, and whose turn it is. */
export class Schedule {
  readonly #actions: readonly Action[];
  #next = 0;
  #accesses = 0;

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  /** The driver has made an access. */
  count(): void {
    this.#accesses++;
  }

  /** The next action that is due in the middle of a call; one that calls the driver has to wait. */
  dueWithin(): Action | undefined {
    const action = this.#actions[this.#next];
    if (action === undefined || isCall(action) || this.#accesses < action.after) return undefined;
    return this.#advance();
  }

  /** The next action, as the driver is idle. */
  dueIdle(): Action | undefined {
    return this.#advance();
  }

  #advance(): Action | undefined {
    this.#accesses = 0;
    return this.#actions[this.#next++];
  }
}
