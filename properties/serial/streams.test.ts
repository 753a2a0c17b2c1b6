/** What the streams tell is what the chart did. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { type Emission, Serial } from "../../src/device/index.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { drive } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";
import { TRANSITIONS } from "../support/transitions.js";
import { unreliable } from "../support/unreliable.js";

describe.each(REVISIONS)("the streams of a Serial of %s", (revision) => {
  const known = new Set(TRANSITIONS[revision].map((line) => line.split(" -> ")[0]));

  it("give every transition, byte and interrupt, each at its place", () => {
    const held = new Premises("a byte out", "an interrupt", "two interrupts at once");
    fc.assert(
      fc.property(inputSequence(), (inputs) => {
        const serial = new Serial({ revision });
        const told: Emission[] = [];
        const bytes: number[] = [];
        const interrupts: unknown[] = [];
        const indexes: number[] = [];
        serial.transition$.subscribe(({ index, input, taken, value, emissions }) => {
          told.push(...emissions);
          indexes.push(index);
          expectSame(input, inputs[index], "input");
          expectSame(value, serial.snapshot.value, "value");
          for (const { id } of taken) expectSame(known.has(id), true, id);
        });
        serial.output$.subscribe((byte) => bytes.push(byte));
        serial.interrupt$.subscribe((edge) => interrupts.push(edge));
        const returned = inputs.flatMap((input) => serial.apply(input));
        expectSame(returned, told, "returned");
        expectSame(
          indexes,
          inputs.map((_, index) => index),
          "indexes",
        );
        const ofType = (type: string) => told.filter((emission) => emission.type === type);
        expectSame(
          bytes,
          ofType("transmit").map(({ value }) => value),
          "bytes",
        );
        expectSame(
          interrupts,
          ofType("interrupt").map(({ type: _, ...edge }) => edge),
          "interrupts",
        );
        held.count("a byte out", bytes.length > 0);
        held.count("an interrupt", interrupts.length > 0);
        const twice = ofType("interrupt").some(({ index }, i, all) => all[i + 1]?.index === index);
        held.count("two interrupts at once", twice);
      }),
      runs(40),
    );
    held.expectEach();
  });

  it("tell what the chart emitted, whatever fails around the device", () => {
    const held = new Premises("a failing sink", "a failing trigger");
    fc.assert(
      fc.property(inputSequence(), (inputs) => {
        const { options, failures } = unreliable();
        const told = (serial: Serial): unknown[] => {
          const all: unknown[] = [];
          serial.output$.subscribe((byte) => all.push(byte));
          // Failures are entries too, and shift the indexes.
          serial.interrupt$.subscribe(({ tick, cause }) => all.push([tick, cause]));
          for (const input of inputs) drive(serial, input);
          return all;
        };
        expectSame(told(new Serial({ revision, ...options })), told(new Serial({ revision })), "streams");
        held.count("a failing sink", failures.includes("out"));
        held.count("a failing trigger", failures.includes("trigger"));
      }),
      runs(40),
    );
    held.expectEach();
  });
});
