import { type Action, isDriverCall, isPrintWithin } from "./action.js";

/** The environment's actions in order, with the next one's position. */
export class Schedule {
  #actions: Action[];
  #nextIndex = 0;
  #accessCount = 0;
  /** True while no action is due in the middle of a call: the environment is quiet. */
  isHeld = false;

  constructor(actions: readonly Action[]) {
    this.#actions = [...actions];
  }

  /** Begins again, with other actions. */
  restart(actions: readonly Action[]): void {
    this.#actions = [...actions];
    this.#nextIndex = 0;
    this.#accessCount = 0;
  }

  /** True if there is another action. */
  get hasNext(): boolean {
    return this.#nextIndex < this.#actions.length;
  }

  /** Appends an action. */
  append(action: Action): void {
    this.#actions.push(action);
  }

  /** Counts an access of the driver. */
  countAccess(): void {
    this.#accessCount++;
  }

  /** The number of accesses that the driver has made since the last action. */
  get accessCount(): number {
    return this.#accessCount;
  }

  /**
   * True if an action is due in the middle of a call.
   *
   * @param canPrint - true if the kernel may print there.
   */
  isDueWithinCall(canPrint: boolean): boolean {
    const action = this.#actions[this.#nextIndex];
    if (action === undefined || this.isHeld || this.#accessCount < action.after) return false;
    return isPrintWithin(action) ? canPrint : !isDriverCall(action);
  }

  /** Takes the next action if it is due in the middle of a call; one that calls the driver has to wait. */
  takeDueWithinCall(canPrint: boolean): Action | undefined {
    return this.isDueWithinCall(canPrint) ? this.#takeAction() : undefined;
  }

  /** Takes the next action, as the driver is idle. */
  takeNext(): Action | undefined {
    return this.#takeAction();
  }

  #takeAction(): Action | undefined {
    const action = this.#actions[this.#nextIndex];
    if (action === undefined) return undefined;
    this.#nextIndex++;
    this.#accessCount = 0;
    return action;
  }
}
