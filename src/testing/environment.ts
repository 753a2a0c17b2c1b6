import fc from "fast-check";
import type { Action, Deed } from "./action.js";
import type { Driver } from "./driver.js";
import type { SubjectOptions } from "./subject.js";

/** What the environment may do to a driver on a device. */
export interface EnvironmentOptions extends Pick<SubjectOptions, "device"> {
  /** How many actions there are at most, from 1: 24 by default. */
  readonly maxActions?: number;
}

/** How many accesses pass before an action: few, as a driver's calls are short, and now and then as many as a slow poll makes. */
const after = fc.oneof(
  { withCrossShrink: true },
  { weight: 12, arbitrary: fc.nat({ max: 12 }) },
  { weight: 2, arbitrary: fc.nat({ max: 60 }) },
  { weight: 1, arbitrary: fc.nat({ max: 400 }) },
);

const several = (greatest: number) =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: greatest }) },
  );

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Deed> };

/** The entry points that matter: nothing is sent or printed by a driver that has none for it. */
export type SendingDriver = { readonly [Entry in "send" | "print"]?: Driver[Entry] | boolean | undefined };

/**
 * Arbitrary environments, as arrays of actions: they shrink to few actions, small counts and no waiting.
 *
 * @param driver - the entry points that there are: nothing is sent or printed by one that has none for it.
 */
export function environment(
  options: EnvironmentOptions,
  driver?: SendingDriver,
): fc.Arbitrary<readonly Action[]> {
  return fc.array(actions(options, driver), {
    minLength: 1,
    maxLength: options.maxActions ?? 24,
    size: "max",
  });
}

/**
 * Arbitrary actions of the environment, of which {@link environment} makes arrays.
 *
 * @param driver - as there.
 */
export function actions(
  options: EnvironmentOptions,
  driver: SendingDriver = { send: true, print: true },
): fc.Arbitrary<Action> {
  const is = <T extends Deed["type"]>(type: T) => fc.constant(type);
  const deeds: Weighted[] = [
    { weight: 10, arbitrary: fc.record({ type: is("arrive"), count: several(20) }) },
    { weight: 1, arbitrary: fc.record({ type: is("snapshot") }) },
  ];
  if (driver.send) deeds.push({ weight: 5, arbitrary: fc.record({ type: is("send"), count: several(40) }) });
  if (driver.print) deeds.push({ weight: 3, arbitrary: fc.record({ type: is("print"), count: several(6) }) });
  if (options.device === "uart16550") {
    const halves = fc.integer({ min: 1, max: 12 });
    deeds.push(
      { weight: 1, arbitrary: fc.record({ type: is("error") }) },
      { weight: 1, arbitrary: fc.record({ type: is("break") }) },
      { weight: 2, arbitrary: fc.record({ type: is("pass"), halves }) },
      { weight: 1, arbitrary: fc.record({ type: is("stall"), halves }) },
    );
  }
  return fc.tuple(fc.oneof({ withCrossShrink: true }, ...deeds), after).map(
    ([deed, accesses]): Action => ({ ...deed, after: accesses }),
    (value) => {
      const { after: accesses, ...deed } = value as Action;
      return [deed as Deed, accesses];
    },
  );
}
