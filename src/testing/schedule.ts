import { type Action, isCall } from "./action.js";

/** The environment's actions in order, and whose turn it is. */
export class Schedule {
  readonly #actions: Action[];
  #next = 0;
  #accesses = 0;

  constructor(actions: readonly Action[]) {
    this.#actions = [...actions];
  }

  /** One more, after all others. */
  add(action: Action): void {
    this.#actions.push(action);
  }

  /** The driver has made an access. */
  count(): void {
    this.#accesses++;
  }

  /** How many accesses the driver has made since the last action. */
  get accesses(): number {
    return this.#accesses;
  }

  /** Whether an action is due in the middle of a call. */
  isDueWithin(): boolean {
    const action = this.#actions[this.#next];
    return action !== undefined && !isCall(action) && this.#accesses >= action.after;
  }

  /** The next action that is due in the middle of a call; one that calls the driver has to wait. */
  dueWithin(): Action | undefined {
    return this.isDueWithin() ? this.#advance() : undefined;
  }

  /** The next action, as the driver is idle. */
  dueIdle(): Action | undefined {
    return this.#advance();
  }

  #advance(): Action | undefined {
    const action = this.#actions[this.#next];
    if (action === undefined) return undefined;
    this.#next++;
    this.#accesses = 0;
    return action;
  }
}
