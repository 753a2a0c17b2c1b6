import { expect, it } from "vitest";
import { createTestIo } from "./io.test-helper.js";
import { Progress } from "./progress.js";

it("shows nothing within the first second", async () => {
  const io = createTestIo({ isTTY: true, clockStep: 10 });
  const progress = new Progress(io);
  for (let i = 0; i < 50; i++) await progress.showIfDue(() => "working");
  await progress.hide();
  expect(io.stderrText()).toBe("");
});

it("rewrites one line on a terminal, and removes it", async () => {
  const io = createTestIo({ isTTY: true, clockStep: 600 });
  const progress = new Progress(io);
  let count = 0;
  for (let i = 0; i < 3; i++) await progress.showIfDue(() => `step ${++count}`);
  await progress.hide();
  await progress.hide();
  expect(io.stderrText()).toBe("\r\x1b[Kstep 1\r\x1b[Kstep 2\r\x1b[K");
});

it("adds a plain line every few seconds elsewhere", async () => {
  const io = createTestIo({ clockStep: 1_000 });
  const progress = new Progress(io);
  for (let i = 0; i < 11; i++) await progress.showIfDue(() => "working");
  await progress.hide();
  expect(io.stderrText()).toBe("working\n".repeat(3));
});
