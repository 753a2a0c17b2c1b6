/** The streams report what the chart did. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { type Emission, Serial } from "../../src/device/index.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { driveSerial } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";
import { TRANSITIONS } from "../support/transitions.js";
import { unreliable } from "../support/unreliable-host.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

describe.each(REVISIONS)("the streams of a Serial of %s", (revision) => {
  const transitionIds = new Set(TRANSITIONS[revision].map((line) => line.split(" -> ")[0]));

  it("give every transition, byte and interrupt, each at its place", () => {
    const vacuityGuard = new VacuityGuard("a byte out", "an interrupt", "two interrupts at once");
    fc.assert(
      fc.property(inputSequence(), (inputList) => {
        const serialDevice = new Serial({ revision });
        const observedEmissions: Emission[] = [];
        const dataBytes: number[] = [];
        const interrupts: unknown[] = [];
        const indexes: number[] = [];
        serialDevice.transition$.subscribe(({ index, input, taken, value, emissions }) => {
          observedEmissions.push(...emissions);
          indexes.push(index);
          expectSame(input, inputList[index], "input");
          expectSame(value, serialDevice.snapshot.value, "value");
          for (const { id } of taken) expectSame(transitionIds.has(id), true, id);
        });
        serialDevice.output$.subscribe((byte) => dataBytes.push(byte));
        serialDevice.interrupt$.subscribe((edge) => interrupts.push(edge));
        const returned = inputList.flatMap((input) => serialDevice.apply(input));
        expectSame(returned, observedEmissions, "returned");
        expectSame(
          indexes,
          inputList.map((_, index) => index),
          "indexes",
        );
        const ofType = (type: string) => observedEmissions.filter((emission) => emission.type === type);
        expectSame(
          dataBytes,
          ofType("transmit").map(({ value }) => value),
          "bytes",
        );
        expectSame(
          interrupts,
          ofType("interrupt").map(({ type: _, ...edge }) => edge),
          "interrupts",
        );
        vacuityGuard.count("a byte out", dataBytes.length > 0);
        vacuityGuard.count("an interrupt", interrupts.length > 0);
        const twice = ofType("interrupt").some(({ index }, i, all) => all[i + 1]?.index === index);
        vacuityGuard.count("two interrupts at once", twice);
      }),
      runOptions(40),
    );
    vacuityGuard.expectEach();
  });

  it("tell what the chart emitted, whatever fails around the device", () => {
    const vacuityGuard = new VacuityGuard("a failing sink", "a failing trigger");
    fc.assert(
      fc.property(inputSequence(), (inputList) => {
        const { options, failures } = unreliable();
        const observed = (serialDevice: Serial): unknown[] => {
          const all: unknown[] = [];
          serialDevice.output$.subscribe((byte) => all.push(byte));
          // Failures are entries too, and shift the indexes.
          serialDevice.interrupt$.subscribe(({ tick, cause }) => all.push([tick, cause]));
          for (const input of inputList) driveSerial(serialDevice, input);
          return all;
        };
        expectSame(
          observed(new Serial({ revision, ...options })),
          observed(new Serial({ revision })),
          "streams",
        );
        vacuityGuard.count("a failing sink", failures.includes("out"));
        vacuityGuard.count("a failing trigger", failures.includes("trigger"));
      }),
      runOptions(40),
    );
    vacuityGuard.expectEach();
  });
});
