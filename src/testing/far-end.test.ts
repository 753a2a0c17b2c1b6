/** A driver whose character format is another than the far end's is found, and one whose format means the same on the line passes. */
import { describe, expect, it } from "vitest";
import { checkDriver } from "./check.js";
import type { MakeDriver } from "./driver.js";

/** A polled driver with an LCR and a divisor. */
const polled =
  (lineControl: number, divisor = 1): MakeDriver =>
  (bus) => ({
    init() {
      bus.write(3, 0x80 | lineControl);
      bus.write(0, divisor);
      bus.write(1, 0);
      bus.write(3, lineControl);
      bus.write(2, 7);
    },
    print(byte) {
      while ((bus.read(5) & 0x20) === 0);
      bus.write(0, byte);
    },
  });

const [DATA_BITS, STOP, PARITY, EVEN, STICK] = [0x03, 0x04, 0x08, 0x10, 0x20] as const;

/** The bits of a character on the line, least significant first, up to its last stop bit: written after the datasheet's table of LCR. */
function frameOf(lineControl: number, byte: number): number[] {
  const bits = Array.from({ length: 5 + (lineControl & DATA_BITS) }, (_, i) => (byte >> i) & 1);
  const isOdd = bits.reduce((sum, bit) => sum ^ bit, 0);
  const even = (lineControl & EVEN) !== 0;
  const parity = lineControl & STICK ? (even ? 0 : 1) : even ? isOdd : isOdd ^ 1;
  return [0, ...bits, ...(lineControl & PARITY ? [parity] : []), ...(lineControl & STOP ? [1, 1] : [1])];
}

/** True if a receiver of 8N1 takes every byte of a console for what it is. */
const isReadAs8N1 = (lineControl: number): boolean =>
  Array.from({ length: 0xe0 }, (_, i) => 0x20 + i).every((byte) => {
    const levels = frameOf(lineControl, byte);
    const levelAt = (index: number) => levels[index] ?? 1;
    const value = [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, index) => sum | (levelAt(index) << (index - 1)), 0);
    return value === byte && levelAt(9) === 1;
  });

const formats = Array.from({ length: 0x40 }, (_, lineControl) => lineControl);

describe("the far end at 8N1", () => {
  const on = { device: "uart16550", seed: 1, numRuns: 60, coverageRuns: 0, shrinkSeconds: 1 } as const;

  it.each([0x03, 0x07, 0x1b, 0x0b, 0x02, 0x1a, 0x2b, 0x3b, 0x01])(
    "hears an LCR of %i as it should",
    (lcr) => {
      const { failure } = checkDriver(polled(lcr), on);
      expect(failure?.claim, failure?.text).toBe(isReadAs8N1(lcr) ? undefined : "sent-in-order");
    },
  );

  it("is understood by few formats, those with mark parity among them", () => {
    expect(formats.filter(isReadAs8N1)).toEqual([0x03, 0x07, 0x13, 0x17, 0x23, 0x27, 0x2b, 0x2f, 0x33, 0x37]);
  });

  it("says what it made of a character with even parity", () => {
    const { failure } = checkDriver(polled(0x1b), on);
    expect(failure?.detail).toBe(
      "'0' reaches the other end with a framing error, as the formats or speeds differ",
    );
  });
});
