import { type Action, isDriverCall } from "./action.js";
import { Violation } from "./claims.js";
import { runSync } from "./coroutine.js";
import type { MakeDriver } from "./driver.js";
import { checkOptions, type PlayOptions } from "./options.js";
import { performAction, runUntilQuiet, startDriver } from "./play.js";
import { Schedule } from "./schedule.js";
import { isRunEnd } from "./stop.js";
import { TestBench } from "./test-bench.js";

/**
 * A driver on a device, with an environment that performs one action after the other: for scenarios of your own, and as the system under
 * test of fast-check's commands.
 */
export class DriverSession {
  readonly #schedule = new Schedule([]);
  readonly #plannedActions: Action[] = [];
  readonly #testBench: TestBench;

  /**
   * Starts a fresh driver on a fresh device.
   *
   * @throws RangeError or TypeError if an option has an invalid value, Violation if a claim is broken.
   */
  constructor(makeDriver: MakeDriver, options: PlayOptions) {
    checkOptions(options);
    this.#testBench = TestBench.create(makeDriver, options, this.#schedule, false);
    this.#throwViolationsOf(() => runSync(startDriver(this.#testBench)));
  }

  /** The device. Inputs that you send to it yourself are not accounted for. */
  get device(): TestBench["subject"]["device"] {
    return this.#testBench.subject.device;
  }

  /**
   * Performs an action of the environment. `send` and `print` call the driver at once; actions planned before take place within them, each
   * at its position between two accesses. Any other action is planned: it takes place in the next call, or when the session is closed.
   *
   * @throws Violation if a claim is broken.
   */
  act(action: Action): void {
    if (!isDriverCall(action)) {
      this.#plannedActions.push(action);
      return;
    }
    this.#schedule.append(action);
    this.#throwViolationsOf(() => this.#playPlanned());
  }

  /**
   * Performs the planned actions; the environment is quiet from then on.
   *
   * @throws Violation if a claim is broken.
   */
  close(): void {
    try {
      this.#throwViolationsOf(() => {
        this.#playPlanned();
        runSync(runUntilQuiet(this.#testBench));
      });
    } finally {
      this.#testBench.close();
    }
  }

  #playPlanned(): void {
    for (const action of this.#plannedActions.splice(0)) this.#schedule.append(action);
    for (let action = this.#schedule.takeNext(); action; action = this.#schedule.takeNext())
      runSync(performAction(this.#testBench, action));
  }

  #throwViolationsOf(operation: () => void): void {
    try {
      operation();
    } catch (error) {
      if (!isRunEnd(error) || error instanceof Violation) throw error;
    }
    if (this.#testBench.violation) throw this.#testBench.violation;
  }
}
