import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Uart16550 } from "../../src/device/index.js";
import { openRecording, pollReceiver } from "../../src/guests/index.js";

const directory = mkdtempSync(join(tmpdir(), "vm-superio-sigrok-"));
afterAll(() => rmSync(directory, { recursive: true }));

const RATE = 960_000;
const BAUD = 9600;
const SAMPLES = RATE / BAUD;

/** Returns the samples of a line that carries bytes, 8N1, with idle times before and between them. */
function samplesOf(bytes: readonly { readonly value: number; readonly idle: number }[]): Uint8Array {
  const bits = bytes.flatMap(({ value, idle }) => [
    ...Array.from({ length: idle }, () => 1),
    ...[0, ...Array.from({ length: 8 }, (_, bit) => (value >> bit) & 1), 1],
  ]);
  return Uint8Array.from([...bits, 1, 1, 1].flatMap((level) => Array.from({ length: SAMPLES }, () => level)));
}

/** Has sigrok-cli write a file of samples. */
function writtenBySigrok(samples: Uint8Array, format: "srzip" | "vcd"): Uint8Array {
  const [raw, file] = [join(directory, "samples.bin"), join(directory, `lines.${format}`)];
  writeFileSync(raw, samples);
  const input = ["-I", `binary:numchannels=1:samplerate=${RATE}`, "-i", raw];
  execFileSync("sigrok-cli", [...input, "-O", format, "-o", file], { stdio: "ignore", timeout: 30_000 });
  return readFileSync(file);
}

async function receivedFrom(file: Uint8Array): Promise<readonly number[]> {
  const chunks = async function* () {
    yield file;
  };
  const recording = await openRecording(chunks(), { baud: BAUD, signal: "0" });
  const device = new Uart16550({ preset: { ...recording.part }, journal: false });
  const received: number[] = [];
  for await (const _step of pollReceiver(device, recording.steps, recording.clock, (byte) =>
    received.push(byte),
  ));
  return received;
}

const bytesOnLine = fc.array(
  fc.record({ value: fc.integer({ min: 0, max: 255 }), idle: fc.integer({ min: 0, max: 30 }) }),
  { minLength: 1, maxLength: 20 },
);

describe("a line that sigrok-cli wrote is received as it was sent", () => {
  it.each(["srzip", "vcd"] as const)("as %s", async (format) => {
    await fc.assert(
      fc.asyncProperty(bytesOnLine, async (bytes) => {
        const file = writtenBySigrok(samplesOf([{ value: 0x55, idle: 5 }, ...bytes]), format);
        expect(await receivedFrom(file)).toEqual([0x55, ...bytes.map(({ value }) => value)]);
      }),
      { numRuns: 6 },
    );
  });
});
