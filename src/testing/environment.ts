import type * as fastCheck from "fast-check";
import type { Action, Deed } from "./action.js";
import type { Driver } from "./driver.js";
import { fc } from "./fast-check.js";
import { checkOptionNames } from "./options.js";
import type { SubjectOptions } from "./subject.js";

/** Options for the environment of a driver. */
export interface EnvironmentOptions extends Pick<SubjectOptions, "device"> {
  /** The greatest number of actions, from 1: 24 by default. */
  readonly maxActions?: number;
}

/** Accesses before an action: few, as a driver's calls are short; now and then as many as a slow poll makes. */
const accessDelay = () =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: fc.nat({ max: 12 }) },
    { weight: 2, arbitrary: fc.nat({ max: 60 }) },
    { weight: 1, arbitrary: fc.nat({ max: 400 }) },
  );

const actionCount = (greatest: number) =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: greatest }) },
  );

type WeightedDeed = { readonly weight: number; readonly arbitrary: fastCheck.Arbitrary<Deed> };

/** The entry points that matter to the environment: it sends or prints only if the driver can. */
export type SendingDriver = { readonly [Entry in "send" | "print"]?: Driver[Entry] | boolean | undefined };

/**
 * Creates an arbitrary for environments, which are arrays of actions. They shrink to few actions, small counts and no delay.
 *
 * @param driver - the driver's entry points: nothing is sent or printed without one.
 */
export function environment(
  options: EnvironmentOptions,
  driver?: SendingDriver,
): fastCheck.Arbitrary<readonly Action[]> {
  return fc.array(actions(options, driver), {
    minLength: 1,
    maxLength: options.maxActions ?? 24,
    size: "max",
  });
}

/**
 * Creates an arbitrary for single actions of the environment; {@link environment} makes arrays of them.
 *
 * @param driver - the driver's entry points: nothing is sent or printed without one.
 */
export function actions(
  options: EnvironmentOptions,
  driver: SendingDriver = { send: true, print: true },
): fastCheck.Arbitrary<Action> {
  checkOptionNames(options);
  const constantType = <T extends Deed["type"]>(type: T) => fc.constant(type);
  const deeds: WeightedDeed[] = [
    { weight: 10, arbitrary: fc.record({ type: constantType("arrive"), count: actionCount(20) }) },
    { weight: 1, arbitrary: fc.record({ type: constantType("snapshot") }) },
  ];
  if (driver.send)
    deeds.push({ weight: 5, arbitrary: fc.record({ type: constantType("send"), count: actionCount(40) }) });
  if (driver.print)
    deeds.push({ weight: 3, arbitrary: fc.record({ type: constantType("print"), count: actionCount(6) }) });
  if (options.device === "uart16550") {
    const halves = fc.integer({ min: 1, max: 12 });
    deeds.push(
      { weight: 1, arbitrary: fc.record({ type: constantType("error") }) },
      { weight: 1, arbitrary: fc.record({ type: constantType("break") }) },
      { weight: 2, arbitrary: fc.record({ type: constantType("pass"), halves }) },
      { weight: 1, arbitrary: fc.record({ type: constantType("stall"), halves }) },
    );
  }
  return fc.tuple(fc.oneof({ withCrossShrink: true }, ...deeds), accessDelay()).map(
    ([deed, accesses]): Action => ({ ...deed, after: accesses }),
    (generatedAction) => {
      const { after: accesses, ...deed } = generatedAction as Action;
      return [deed as Deed, accesses];
    },
  );
}
