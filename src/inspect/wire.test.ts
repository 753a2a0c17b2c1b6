import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeFrame, type Frame, FrameReader } from "./wire.js";

const header = {
  ...{ chart: "serial", options: {}, definition: "", package: "", first: 0, tick: 0, state: null },
};
const frameArbitrary: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant("entries"), bytes: fc.uint8Array({ maxLength: 400, size: "max" }) }),
  fc.record({
    type: fc.constant("opening"),
    opening: fc.record({
      ...{ name: fc.string(), live: fc.boolean(), header: fc.constant(header) },
      ...{ differences: fc.constant([]), warnings: fc.array(fc.string()) },
    }),
  }),
  fc.record({
    type: fc.constant("findings"),
    findings: fc.record({ differences: fc.constant([]), warnings: fc.array(fc.string()) }),
  }),
  fc.constantFrom<Frame>({ type: "caught-up" }, { type: "end" }),
);

it("decodes frames from chunks of any size", () => {
  fc.assert(
    fc.property(fc.array(frameArbitrary), fc.integer({ min: 1, max: 300 }), (frames, chunkSize) => {
      const allBytes = Buffer.concat(frames.map(encodeFrame));
      const frameReader = new FrameReader();
      const framesRead: Frame[] = [];
      for (let byteOffset = 0; byteOffset < allBytes.length; byteOffset += chunkSize)
        framesRead.push(...frameReader.takeBytes(allBytes.subarray(byteOffset, byteOffset + chunkSize)));
      expect(JSON.stringify(framesRead)).toBe(JSON.stringify(frames));
    }),
  );
});

it("refuses what is no frame", () => {
  expect(() => new FrameReader().takeBytes(new TextEncoder().encode("<!doctype html>"))).toThrow(
    "frame: expected",
  );
});
