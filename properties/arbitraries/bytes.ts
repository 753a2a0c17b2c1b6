import fc from "fast-check";

/** 0 to 255, the ends and single bits more often than chance has them. */
export const byte = (): fc.Arbitrary<number> =>
  fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 255 }), weight: 3 },
    { arbitrary: fc.constantFrom(0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff), weight: 1 },
  );

/**
 * Interesting values of a register by its offset. The divisor latch and loopback cut a device off from its driver, so they are
 * rarer than chance has them: otherwise most sequences would test nothing else.
 */
const INTERESTING: Readonly<Record<number, readonly number[]>> = {
  1: [0x00, 0x01, 0x02, 0x03, 0x03, 0x05, 0x0f, 0xff],
  2: [0x00, 0x01, 0x07, 0xc7],
  3: [0x03, 0x03, 0x03, 0x00, 0x1b, 0x7f, 0x80, 0x83],
  4: [0x08, 0x08, 0x0b, 0x03, 0x00, 0x10, 0x18, 0x1f],
  5: [0x00, 0x60, 0x61],
  6: [0x00, 0x0f, 0xb0],
};

/** Draws a value that a driver, good or bad, writes at an offset. */
export const registerValue = (registerOffset: number): fc.Arbitrary<number> => {
  const interesting = INTERESTING[registerOffset];
  if (interesting === undefined) return byte();
  return fc.oneof(
    { arbitrary: fc.constantFrom(...interesting), weight: 4 },
    { arbitrary: byte(), weight: 1 },
  );
};

/** Offsets of registers, the ones that do most more often; seldom one where no register stands. */
export const offset = (): fc.Arbitrary<number> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(0, 1, 2), weight: 6 },
    { arbitrary: fc.integer({ min: 3, max: 7 }), weight: 4 },
    { arbitrary: fc.oneof(fc.constantFrom(8, 255), byte()), weight: 1 },
  );

/** A place in something long: from 0, included, to 1, excluded. Doubles would mostly be near 0. */
export const fraction = (): fc.Arbitrary<number> =>
  fc.nat({ max: 999 }).map((thousandths) => thousandths / 1000);
