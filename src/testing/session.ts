import { type Action, isCall } from "./action.js";
import { Violation } from "./claims.js";
import type { MakeDriver } from "./driver.js";
import { atOnce, isEnd } from "./ends.js";
import { checkOptions, type PlayOptions } from "./options.js";
import { act, settle, start } from "./play.js";
import { Schedule } from "./schedule.js";
import { World } from "./world.js";

/**
 * A driver on a device, to which the environment does one thing after the other: for those who compose their own scenarios, and as the
 * system under test of fast-check's commands.
 */
export class DriverSession {
  readonly #schedule = new Schedule([]);
  readonly #planned: Action[] = [];
  readonly #world: World;

  /**
   * A fresh driver on a fresh device, started.
   *
   * @throws RangeError or TypeError if an option has a value that it cannot have, Violation if a claim is broken.
   */
  constructor(makeDriver: MakeDriver, options: PlayOptions) {
    checkOptions(options);
    this.#world = World.of(makeDriver, options, this.#schedule, false);
    this.#do(() => atOnce(start(this.#world)));
  }

  /** The device. Whoever changes it himself is not accounted for. */
  get device(): World["subject"]["device"] {
    return this.#world.subject.device;
  }

  /**
   * The environment does something. `send` and `print` are made at once; within them what was planned before is done, each at its place
   * between two accesses. Anything else is planned, and done at the next call, or else when the session is closed.
   *
   * @throws Violation if a claim is broken.
   */
  act(action: Action): void {
    if (!isCall(action)) {
      this.#planned.push(action);
      return;
    }
    this.#schedule.add(action);
    this.#do(() => this.#finish());
  }

  /**
   * What was planned is done, and the environment is quiet from then on.
   *
   * @throws Violation if a claim is broken.
   */
  close(): void {
    this.#do(() => {
      this.#finish();
      atOnce(settle(this.#world));
    });
  }

  #finish(): void {
    for (const action of this.#planned.splice(0)) this.#schedule.add(action);
    for (let action = this.#schedule.dueIdle(); action; action = this.#schedule.dueIdle())
      atOnce(act(this.#world, action));
  }

  #do(what: () => void): void {
    try {
      what();
    } catch (error) {
      if (!isEnd(error) || error instanceof Violation) throw error;
    }
    if (this.#world.violation) throw this.#world.violation;
  }
}
