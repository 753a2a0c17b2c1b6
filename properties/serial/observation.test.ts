/** Looking changes nothing, what is refused changes nothing, and a callback sees the whole of what has happened. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Serial, type SerialOptions, type SerialState } from "../../src/device/index.js";
import type { Input } from "../../src/journal/index.js";
import { byte } from "../arbitraries/bytes.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { anyState, likelyState } from "../arbitraries/states.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { attempt } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const notAByte = () => fc.constantFrom<number>(-1, 256, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32);

type Refused = { readonly fieldName: string; call(serialDevice: Serial): unknown };

/** Calls with one thing wrong; `what` is the name that the error must give. */
const refused = (): fc.Arbitrary<Refused> => {
  const call = (
    subjectName: string,
    run: (serialDevice: Serial, invalidByte: number, right: number) => unknown,
  ) =>
    fc.tuple(notAByte(), byte()).map(
      ([invalidByte, right]): Refused => ({
        fieldName: subjectName,
        call: (serial) => run(serial, invalidByte, right),
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
      ([fieldName, invalidByte]): Refused => ({
        fieldName: fieldName,
        call: (serial) =>
          serial.apply({ type: "restore", state: { ...serial.state(), [fieldName]: invalidByte } }),
      }),
    ),
    field.map(
      (fieldName): Refused => ({
        fieldName: fieldName,
        call: (serialDevice) => {
          const { [fieldName]: _, ...state } = serialDevice.state();
          return serialDevice.apply({ type: "restore", state });
        },
      }),
    ),
  );
};

const lookAt = (serialDevice: Serial): unknown[] => [
  serialDevice.state(),
  serialDevice.now,
  serialDevice.journal.next,
  JSON.stringify(serialDevice.snapshot.value),
];

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it("refuses what is no byte by name, and nothing has changed", () => {
    fc.assert(
      fc.property(likelyState(), refused(), (registers, { fieldName: what, call }) => {
        const serialDevice = Serial.fromState(registers, { revision });
        const previous = lookAt(serialDevice);
        let error: unknown;
        try {
          call(serialDevice);
        } catch (thrown) {
          error = thrown;
        }
        expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
        expect(String(error)).toContain(what);
        expectSame(lookAt(serialDevice), previous, what);
      }),
      runOptions(150),
    );
  });

  it("peeks at what a read would give, and changes nothing", () => {
    const vacuityGuard = new VacuityGuard("a read that changes the device");
    fc.assert(
      fc.property(
        fc.oneof(likelyState(), anyState()),
        fc.oneof(fc.nat({ max: 8 }), byte()),
        (registers, registerOffset) => {
          const serialDevice = Serial.fromState(registers, { revision });
          const previous = lookAt(serialDevice);
          const peeked = serialDevice.peek(registerOffset);
          expectSame(lookAt(serialDevice), previous, registerOffset);
          expectSame(serialDevice.read(registerOffset), peeked, registerOffset);
          vacuityGuard.count(
            "a read that changes the device",
            JSON.stringify(lookAt(serialDevice)[0]) !== JSON.stringify(previous[0]),
          );
        },
      ),
      runOptions(150),
    );
    vacuityGuard.expectEach();
  });

  it("shows a callback the device as the access left it", () => {
    const vacuityGuard = new VacuityGuard("a callback");
    fc.assert(
      fc.property(inputSequence(), (inputList: Input[]) => {
        const deviceStates: SerialState[] = [];
        const see = (): void => {
          deviceStates.push(serialDevice.state());
        };
        const options: SerialOptions = {
          out: { write: see, flush: see },
          trigger: see,
          events: { bufferRead: see, outByte: see, txLostByte: see, inBufferEmpty: see },
        };
        const serialDevice = new Serial({ revision, ...options });
        for (const input of inputList) {
          attempt(() => serialDevice.apply(input));
          for (const deviceState of deviceStates.splice(0)) {
            expectSame(deviceState, serialDevice.state(), input);
            vacuityGuard.count("a callback");
          }
        }
      }),
      runOptions(40),
    );
    vacuityGuard.expectEach();
  });
});
