import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeFrame, type Frame, FrameReader } from "./wire.js";

const header = {
  ...{ chart: "serial", options: {}, definition: "", package: "", first: 0, tick: 0, state: null },
};
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant("entries"), bytes: fc.uint8Array({ maxLength: 400, size: "max" }) }),
  fc.record({
    type: fc.constant("opening"),
    opening: fc.record({
      ...{ name: fc.string(), live: fc.boolean(), header: fc.constant(header) },
      ...{ differences: fc.constant([]), warnings: fc.array(fc.string()) },
    }),
  }),
  fc.constantFrom<Frame>({ type: "caught-up" }, { type: "end" }),
);

it("gives back frames whatever pieces they come in", () => {
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 300 }), (frames, size) => {
      const bytes = Buffer.concat(frames.map(encodeFrame));
      const reader = new FrameReader();
      const read: Frame[] = [];
      for (let from = 0; from < bytes.length; from += size)
        read.push(...reader.take(bytes.subarray(from, from + size)));
      expect(JSON.stringify(read)).toBe(JSON.stringify(frames));
    }),
  );
});

it("refuses what is no frame", () => {
  expect(() => new FrameReader().take(new TextEncoder().encode("<!doctype html>"))).toThrow(
    "frame: expected",
  );
});
