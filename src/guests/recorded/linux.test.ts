import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Serial, type SerialOptions } from "../../device/index.js";
import { openRecording } from "./recording.js";
import { replay } from "./replay.js";
import { isSame } from "./report.js";

const BOOT = fileURLToPath(new URL("../../../properties/traces/linux-v86.jsonl.gz", import.meta.url));

async function boot(revision: NonNullable<SerialOptions["revision"]>) {
  const recording = await openRecording(createReadStream(BOOT));
  const decoder = new TextDecoder();
  let console = "";
  const replayReport = await replay(new Serial({ revision, journal: false }), recording.steps, {
    output: (dataBytes) => {
      console += decoder.decode(dataBytes, { stream: true });
    },
  });
  expect(recording.cut).toBeUndefined();
  return { report: replayReport, console };
}

it("a Linux boot replays on 0.8.1 without a difference", async () => {
  const { report, console } = await boot("0.8.1");
  expect(isSame(report)).toBe(true);
  expect(report.first).toBeUndefined();
  expect(report.accesses).toMatchObject({ reads: 26_921, writes: 35_004 });
  expect(report.reads.compared).toBe(26_921);
  expect(report.triggers).toMatchObject({ recorded: 1_819, different: 0 });
  expect(report.interrupts.total).toBe(1_819);
  expect(report.bytes).toMatchObject({ offered: 205, in: 205 });
  expect(console).toContain("Linux version 6.1");
  expect(console).toContain("line 500 of five hundred");
  expect(console).toMatch(/reboot: System halted\s*$/);
});

it("on 0.8.2 five of its reads differ, the first on line 3, and it triggers 1,824 times", async () => {
  const { report } = await boot("0.8.2");
  expect(report.reads).toMatchObject({ different: 5, first: { step: { line: 3, register: "IIR" } } });
  expect(report.reads.first).toMatchObject({ recorded: 0xc1, ours: 0xc2 });
  expect(report.interrupts.total).toBe(1_824);
  expect(report.first).toMatchObject({ kind: "triggers", step: { line: 1 } });
  expect(Object.keys(report.first?.rules ?? {})).toContain("S8b");
});
