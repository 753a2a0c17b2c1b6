/** Guards declare what they read, and a check finds those that read more. */
import { describe, expect, test } from "vitest";
import { setup } from "xstate";
import { compile } from "../compile.js";
import { declaredReads } from "./declared-reads.js";
import { lowerMachine } from "./lower-machine.js";

const reading = <TGuard extends object>(
  guard: TGuard,
  context: readonly string[],
  event: readonly string[],
) => Object.assign(guard, { reads: { context, event } });

type GuardArgs = {
  readonly context: { readonly low: number; readonly high: number };
  readonly event: { readonly type: "GO"; readonly step?: number };
};

const machineWith = (guard: (args: GuardArgs) => boolean) =>
  setup({
    types: { context: {} as GuardArgs["context"], events: {} as GuardArgs["event"] },
    guards: { allowed: guard },
  }).createMachine({
    context: { low: 1, high: 2 },
    initial: "off",
    states: { off: { on: { GO: { guard: "allowed", target: "on" } } }, on: {} },
  });

const send = (guard: (args: GuardArgs) => boolean, checkReads: boolean) => {
  const run = compile(machineWith(guard), { checkReads }).start();
  run.send({ type: "GO", step: 1 }, []);
  return run.value;
};

describe("a guard that reads what it does not declare", () => {
  test.each<[string, (args: GuardArgs) => boolean, RegExp]>([
    [
      "a field",
      reading(({ context }: GuardArgs) => context.high > 1, ["low"], []),
      /"allowed" reads context\.high, and declares low of the context/,
    ],
    [
      "a field behind ||",
      reading(({ context }: GuardArgs) => context.low > 1 || context.high > 1, ["low"], []),
      /reads context\.high/,
    ],
    [
      "a field of the event",
      reading(({ event }: GuardArgs) => event.step === 1, ["low"], []),
      /reads event\.step, and declares nothing of the event/,
    ],
    [
      "the presence of a field",
      reading(({ context }: GuardArgs) => "high" in context, ["low"], []),
      /reads context\.high/,
    ],
    [
      "all keys",
      reading(({ context }: GuardArgs) => Object.keys(context).length > 1, ["low"], []),
      /reads context\.its keys/,
    ],
  ])("throws when it is checked: %s", (_, guard, message) => {
    expect(() => send(guard, true)).toThrow(message);
    expect(send(guard, false)).toBe("on");
  });

  test("does not throw if it declares everything, or nothing", () => {
    expect(
      send(
        reading(({ context, event }: GuardArgs) => context.low === event.step, ["low"], ["step"]),
        true,
      ),
    ).toBe("on");
    expect(send(({ context }) => context.high > 1, true)).toBe("on");
  });
});

test("what is no list of names declares nothing", () => {
  const guard = () => true;
  expect(declaredReads(guard)).toBeNull();
  expect(declaredReads(Object.assign(() => true, { reads: "low" }))).toBeNull();
  expect(declaredReads(Object.assign(() => true, { reads: { context: "low" } }))).toBeNull();
  expect(declaredReads(Object.assign(() => true, { reads: { context: ["low"] } }))).toEqual({
    context: ["low"],
    event: [],
  });
});

test("a program holds the declarations of its functions", () => {
  const { program } = lowerMachine(machineWith(reading(() => true, ["low"], ["step"])));
  expect(program.functions).toEqual(["allowed"]);
  expect(program.reads).toEqual([{ context: ["low"], event: ["step"] }]);
});
