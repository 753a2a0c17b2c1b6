import type fc from "fast-check";
import type { Action } from "./action.js";
import { actions, type EnvironmentOptions, type SendingDriver } from "./environment.js";
import type { DriverSession } from "./session.js";

/** The commands' model of a session. */
export interface DriverModel {
  /** The number of actions so far. */
  actions: number;
}

/** An action of the environment as a command of fast-check's, to run on a session. */
export class ActionCommand implements fc.Command<DriverModel, DriverSession> {
  /** The action. */
  readonly action: Action;

  /** @param action - the environment's action. */
  constructor(action: Action) {
    this.action = action;
  }

  /** Returns true: an action is always possible. */
  check(): boolean {
    return true;
  }

  /** Performs the action. @throws Violation if a claim is broken. */
  run(model: DriverModel, session: DriverSession): void {
    model.actions++;
    session.act(this.action);
  }

  /** Returns the action as JSON. */
  toString(): string {
    return JSON.stringify(this.action);
  }
}

/**
 * Creates an arbitrary for commands. Give it to `fc.commands` beside commands of your own, with `maxCommands` and `size: "max"`, run them with `fc.modelRun`
 * on a {@link DriverSession}, and close that at the end.
 *
 * @param driver - the driver's entry points, as in `environment`.
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
