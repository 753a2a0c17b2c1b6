/** Looking changes nothing, what is refused changes nothing, and a callback sees the whole of what has happened. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Serial, type SerialOptions, type SerialState } from "../../src/device/index.js";
import type { Input } from "../../src/journal/index.js";
import { byte } from "../arbitraries/bytes.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { anyState, likelyState } from "../arbitraries/states.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { attempt } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";

const notAByte = () => fc.constantFrom<number>(-1, 256, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32);

type Refused = { readonly what: string; call(serial: Serial): unknown };

/** Calls with one thing wrong; `what` is the name that the error must give. */
const refused = (): fc.Arbitrary<Refused> => {
  const call = (what: string, run: (serial: Serial, wrong: number, right: number) => unknown) =>
    fc.tuple(notAByte(), byte()).map(
      ([wrong, right]): Refused => ({
        what,
        call: (serial) => run(serial, wrong, right),
      }),
    );
  const field = fc.constantFrom<Exclude<keyof SerialState, "inBuffer">>(
    "baudDivisorLow",
    "baudDivisorHigh",
    "interruptEnable",
    "interruptIdentification",
    "lineControl",
    "lineStatus",
    "modemControl",
    "modemStatus",
    "scratch",
  );
  return fc.oneof(
    call("offset", (serial, wrong) => serial.read(wrong)),
    call("offset", (serial, wrong) => serial.peek(wrong)),
    call("offset", (serial, wrong, right) => serial.write(wrong, right)),
    call("value", (serial, wrong) => serial.write(0, wrong)),
    call("1", (serial, wrong, right) => serial.enqueueRawBytes([right, wrong])),
    fc.tuple(field, notAByte()).map(
      ([what, wrong]): Refused => ({
        what,
        call: (serial) => serial.apply({ type: "restore", state: { ...serial.state(), [what]: wrong } }),
      }),
    ),
    field.map(
      (what): Refused => ({
        what,
        call: (serial) => {
          const { [what]: _, ...state } = serial.state();
          return serial.apply({ type: "restore", state });
        },
      }),
    ),
  );
};

const lookAt = (serial: Serial): unknown[] => [
  serial.state(),
  serial.now,
  serial.journal.next,
  JSON.stringify(serial.snapshot.value),
];

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it("refuses what is no byte by name, and nothing has changed", () => {
    fc.assert(
      fc.property(likelyState(), refused(), (state, { what, call }) => {
        const serial = Serial.fromState(state, { revision });
        const before = lookAt(serial);
        let error: unknown;
        try {
          call(serial);
        } catch (thrown) {
          error = thrown;
        }
        expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
        expect(String(error)).toContain(what);
        expectSame(lookAt(serial), before, what);
      }),
      runs(150),
    );
  });

  it("peeks at what a read would give, and changes nothing", () => {
    const held = new Premises("a read that changes the device");
    fc.assert(
      fc.property(
        fc.oneof(likelyState(), anyState()),
        fc.oneof(fc.nat({ max: 8 }), byte()),
        (state, offset) => {
          const serial = Serial.fromState(state, { revision });
          const before = lookAt(serial);
          const peeked = serial.peek(offset);
          expectSame(lookAt(serial), before, offset);
          expectSame(serial.read(offset), peeked, offset);
          held.count(
            "a read that changes the device",
            JSON.stringify(lookAt(serial)[0]) !== JSON.stringify(before[0]),
          );
        },
      ),
      runs(150),
    );
    held.expectEach();
  });

  it("shows a callback the device as the access left it", () => {
    const held = new Premises("a callback");
    fc.assert(
      fc.property(inputSequence(), (inputs: Input[]) => {
        const seen: SerialState[] = [];
        const see = (): void => {
          seen.push(serial.state());
        };
        const options: SerialOptions = {
          out: { write: see, flush: see },
          trigger: see,
          events: { bufferRead: see, outByte: see, txLostByte: see, inBufferEmpty: see },
        };
        const serial = new Serial({ revision, ...options });
        for (const input of inputs) {
          attempt(() => serial.apply(input));
          for (const state of seen.splice(0)) {
            expectSame(state, serial.state(), input);
            held.count("a callback");
          }
        }
      }),
      runs(40),
    );
    held.expectEach();
  });
});
