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
  /** Deeds that are never drawn have false, such as `{ restart: false }`; by default all are drawn that suit the device and the driver. */
  readonly draw?: { readonly [Type in Deed["type"]]?: boolean };
}

/** What matters to the environment: it sends, prints or suspends only if the driver can, and floods one that may drop bytes or has RTS to prevent it. */
export type SendingDriver = {
  readonly [Entry in "send" | "print" | "suspend"]?: Driver[Entry] | boolean | undefined;
} & Pick<Driver, "flowControl" | "dropped">;

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
    { weight: 2, arbitrary: fc.integer({ min: 1, max: Math.min(4, greatest) }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: greatest }) },
  );

/** The number of bytes of a stream: some, seldom as many as fill several buffers of a driver. */
const streamCount = () =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: fc.integer({ min: 2, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 41, max: 600 }) },
  );

/** The number of bytes of a flood: as many as fill a buffer, seldom a large one. */
const floodCount = () =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 160 }) },
    { weight: 1, arbitrary: fc.integer({ min: 161, max: 600 }) },
  );

/** Half character times: few, seldom a long silence. */
const halfCount = () =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 1, arbitrary: fc.integer({ min: 13, max: 80 }) },
  );

/** Creates an arbitrary for deeds with bytes: letters by default, now and then any values. */
const withBytes = <D extends Deed>(deed: fastCheck.Arbitrary<D>): fastCheck.Arbitrary<D> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 5, arbitrary: deed },
    {
      weight: 1,
      arbitrary: fc.tuple(deed, fc.nat({ max: 255 })).map(
        ([drawn, first]) => ({ ...drawn, first }) as D,
        (generated) => {
          const { first, ...drawn } = generated as D & { first: number };
          return [drawn as unknown as D, first];
        },
      ),
    },
  );

/** A kind of deed, with its weight among the others. */
export interface WeightedDeed {
  readonly weight: number;
  readonly type: Deed["type"];
  readonly arbitrary: fastCheck.Arbitrary<Deed>;
}

const deedOf = <T extends Deed["type"], R extends object>(
  type: T,
  weight: number,
  fields: { [K in keyof R]: fastCheck.Arbitrary<R[K]> },
): WeightedDeed => ({
  ...{ type, weight },
  arbitrary: fc.record({ type: fc.constant(type), ...fields }) as unknown as fastCheck.Arbitrary<Deed>,
});

const withAnyBytes = (deed: WeightedDeed): WeightedDeed => ({
  ...deed,
  arbitrary: withBytes(deed.arbitrary),
});

/** Lists the kinds of deeds that suit a device and a driver. */
export function deedKinds(options: EnvironmentOptions, driver: SendingDriver): WeightedDeed[] {
  const { device, draw = {} } = options;
  const kinds: WeightedDeed[] = [
    withAnyBytes(deedOf("arrive", 10, { count: actionCount(20) })),
    withAnyBytes(deedOf("stream", 2, { count: streamCount() })),
    deedOf("snapshot", 1, {}),
    deedOf("spurious", 1, {}),
    deedOf("restart", 1, {}),
  ];
  if (driver.send) kinds.push(withAnyBytes(deedOf("send", 5, { count: actionCount(40) })));
  if (driver.print) kinds.push(withAnyBytes(deedOf("print", 3, { count: actionCount(6) })));
  if (driver.print && driver.send)
    kinds.push(deedOf("print", 1, { count: actionCount(2), within: fc.constant(true as const) }));
  if (driver.suspend) kinds.push(deedOf("suspend", 1, {}));
  if (device !== "serial") {
    kinds.push(
      deedOf("error", 1, { count: actionCount(4) }),
      deedOf("break", 1, {}),
      deedOf("pass", 2, { halves: halfCount() }),
      deedOf("stall", 1, { halves: halfCount() }),
      deedOf("modem", 1, { input: fc.constantFrom("cts", "dsr", "dcd", "ri"), halves: halfCount() }),
      deedOf("late", 1, { halves: fc.integer({ min: 1, max: 12 }) }),
      deedOf("pace", 1, { nanoseconds: fc.constantFrom(100, 300, 1000, 3000, 10_000) }),
    );
    if (driver.flowControl !== "hardware") kinds.push(deedOf("cable", 1, {}));
    else kinds.push(deedOf("modem", 3, { input: fc.constant("cts" as const), halves: halfCount() }));
    // Another driver need not have room for what nobody takes.
    if (driver.flowControl === "hardware" || driver.dropped)
      kinds.push(withAnyBytes(deedOf("flood", 1, { count: floodCount() })));
  }
  return kinds.filter(({ type }) => draw[type] ?? true);
}

/** Creates an arbitrary for actions of some kinds. */
export const actionsOf = (kinds: readonly WeightedDeed[]): fastCheck.Arbitrary<Action> =>
  fc.tuple(fc.oneof({ withCrossShrink: true }, ...kinds), accessDelay()).map(
    ([deed, accesses]): Action => ({ ...deed, after: accesses }),
    (generatedAction) => {
      const { after: accesses, ...deed } = generatedAction as Action;
      return [deed as Deed, accesses];
    },
  );

/** Creates an arbitrary for schedules of actions. */
export const schedulesOf = (
  action: fastCheck.Arbitrary<Action>,
  { maxActions = 24 }: EnvironmentOptions,
): fastCheck.Arbitrary<readonly Action[]> =>
  fc.array(action, { minLength: 1, maxLength: maxActions, size: "max" });

/**
 * Creates an arbitrary for environments, which are arrays of actions. They shrink to few actions, small counts and no delay.
 *
 * @param driver - the driver's entry points: nothing is sent or printed without one.
 */
export function environment(
  options: EnvironmentOptions,
  driver?: SendingDriver,
): fastCheck.Arbitrary<readonly Action[]> {
  return schedulesOf(actions(options, driver), options);
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
  return actionsOf(deedKinds(options, driver));
}
