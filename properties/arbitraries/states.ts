import fc from "fast-check";
import type { RegisterState } from "../support/steps.js";
import { byte, registerValue } from "./bytes.js";

/** Bytes for the receive FIFO: often none, few, or all but one of the places, or all. */
const fifoBytes = (): fc.Arbitrary<number[]> =>
  fc.oneof(
    { arbitrary: fc.array(byte(), { maxLength: 3 }), weight: 3 },
    { arbitrary: fc.array(byte(), { minLength: 62, maxLength: 64, size: "max" }), weight: 2 },
    { arbitrary: fc.array(byte(), { maxLength: 64, size: "max" }), weight: 1 },
  );

const stateRecord = (
  register: (registerOffset: number) => fc.Arbitrary<number>,
  identification: fc.Arbitrary<number>,
) =>
  fc.record({
    baudDivisorLow: byte(),
    baudDivisorHigh: byte(),
    interruptEnable: register(1),
    interruptIdentification: identification,
    lineControl: register(3),
    lineStatus: register(5),
    modemControl: register(4),
    modemStatus: register(6),
    scratch: byte(),
    inBuffer: fifoBytes(),
  });

/** States to restore: any registers at all, also such as no device reaches. */
export const anyState = (): fc.Arbitrary<RegisterState> => stateRecord(byte, byte());

/** States near those that a device reaches. */
export const likelyState = (): fc.Arbitrary<RegisterState> =>
  stateRecord(registerValue, fc.constantFrom(0x01, 0x02, 0x04, 0x06));

/** States in which a restore has something to repeat. */
export const pendingState = (): fc.Arbitrary<RegisterState> =>
  fc
    .tuple(likelyState(), fc.constantFrom(3, 3, 3, 2, 1), fc.constantFrom(6, 6, 6, 4, 2))
    .map(([registers, interruptEnable, interruptIdentification]) => ({
      ...registers,
      interruptEnable,
      interruptIdentification,
    }));

/** A state with too many bytes, which cannot be restored. */
export const overfullState = (): fc.Arbitrary<RegisterState> =>
  fc
    .tuple(likelyState(), fc.array(byte(), { minLength: 65, maxLength: 70, size: "max" }))
    .map(([registers, inBuffer]) => ({ ...registers, inBuffer }));
