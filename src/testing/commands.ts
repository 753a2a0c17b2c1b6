import type fc from "fast-check";
import type { Action } from "./action.js";
import { actions, type EnvironmentOptions, type SendingDriver } from "./environment.js";
import type { DriverSession } from "./session.js";

/** What the commands know of a session: how much was done. */
export interface DriverModel {
  /** Actions so far. */
  actions: number;
}

/** One action of the environment as a command of fast-check's; it needs no more than a session. */
export class ActionCommand implements fc.Command<DriverModel, DriverSession> {
  /** The action. */
  readonly action: Action;

  /** @param action - what the environment does. */
  constructor(action: Action) {
    this.action = action;
  }

  /** It can always be done. */
  check(): boolean {
    return true;
  }

  /** Does it. @throws Violation if a claim is broken. */
  run(model: DriverModel, session: DriverSession): void {
    model.actions++;
    session.act(this.action);
  }

  /** The action as JSON. */
  toString(): string {
    return JSON.stringify(this.action);
  }
}

/**
 * An arbitrary command: give it to `fc.commands` beside commands of your own, with `size: "max"`, and run them with `fc.modelRun` on a
 * {@link DriverSession}, which is to be closed at the end.
 *
 * @param driver - the entry points that there are, as in `environment`.
 */
export function actionCommand(
  options: EnvironmentOptions,
  driver?: SendingDriver,
): fc.Arbitrary<ActionCommand> {
  return actions(options, driver).map(
    (action) => new ActionCommand(action),
    (command) => (command as ActionCommand).action,
  );
}
