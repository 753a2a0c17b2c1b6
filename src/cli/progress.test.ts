import { expect, it } from "vitest";
import { Progress } from "./progress.js";
import { testSurroundings } from "./surroundings.test-helper.js";

it("says nothing of what is done within a second", async () => {
  const io = testSurroundings({ isTTY: true, tick: 10 });
  const progress = new Progress(io);
  for (let i = 0; i < 50; i++) await progress.tick(() => "working");
  await progress.hide();
  expect(io.err()).toBe("");
});

it("rewrites one line on a terminal, and takes it away", async () => {
  const io = testSurroundings({ isTTY: true, tick: 600 });
  const progress = new Progress(io);
  let count = 0;
  for (let i = 0; i < 3; i++) await progress.tick(() => `step ${++count}`);
  await progress.hide();
  await progress.hide();
  expect(io.err()).toBe("\r\x1b[Kstep 1\r\x1b[Kstep 2\r\x1b[K");
});

it("adds a plain line every few seconds elsewhere", async () => {
  const io = testSurroundings({ tick: 1_000 });
  const progress = new Progress(io);
  for (let i = 0; i < 11; i++) await progress.tick(() => "working");
  await progress.hide();
  expect(io.err()).toBe("working\n".repeat(3));
});
