/**
 * How fast the inspector's page is on a recording of a million accesses: the Linux boot, over and over. Prints a table.
 *
 *     npm run bench:inspect        (wants Debian's Chromium)
 */
import { createReadStream } from "node:fs";
import { chromium, type Page } from "playwright-core";
import type { Device } from "../src/device/index.js";
import { Serial, Uart16550 } from "../src/device/index.js";
import { openRecording } from "../src/guests/index.js";
import { inspectSources } from "../src/inspect/server/inspect.js";
import type { Source } from "../src/inspect/server/source.js";
import type { Input } from "../src/journal/index.js";
import { median } from "./median.js";

const ACCESSES = 1_000_000;
const SEEKS = 40;
const FRAMES = 120;

const TRACE = new URL("../properties/traces/linux-v86.jsonl.gz", import.meta.url);

async function boot(): Promise<Input[]> {
  const inputs: Input[] = [];
  const { steps } = await openRecording(createReadStream(TRACE));
  for await (const { input } of steps) inputs.push(input);
  return inputs;
}

function recorded(device: Device, inputs: readonly Input[]): Source {
  for (let i = 0; i < ACCESSES; i++) device.apply(inputs[i % inputs.length] as Input);
  return { name: device.chart.id, live: false, journal: device.journal, differences: [], warnings: [] };
}

/** Milliseconds from a change of place until the browser has drawn it, for places all over. */
const seeks = (page: Page): Promise<number[]> =>
  page.evaluate(
    async ([count, rows]) => {
      const taken: number[] = [];
      const field = document.querySelector("#find") as HTMLInputElement;
      for (let i = 0; i < count; i++) {
        field.value = `#${Math.floor(((i * 0.618034) % 1) * rows)}`;
        const began = performance.now();
        field.form?.requestSubmit();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        taken.push(performance.now() - began);
      }
      return taken;
    },
    [SEEKS, ACCESSES] as const,
  );

/** Milliseconds that each frame takes while the list is scrolled by a screen a frame. */
const scrolls = (page: Page): Promise<number[]> =>
  page.evaluate(async (frames) => {
    const scroller = document.querySelector(".scroller") as HTMLElement;
    const taken: number[] = [];
    for (let i = 0; i < frames; i++) {
      const began = performance.now();
      scroller.scrollTop += i % 2 ? 400 : 900;
      scroller.dispatchEvent(new Event("scroll"));
      void scroller.offsetHeight;
      taken.push(performance.now() - began);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return taken;
  }, FRAMES);

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const worst = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

const inputs = await boot();
const sources = [
  recorded(new Serial({ revision: "0.8.1", journal: "all" }), inputs),
  recorded(new Uart16550({ preset: "qemu", journal: "all" }), inputs),
];
const inspector = await inspectSources(sources);
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});
console.log(
  "| a million accesses | first seen | all read | seek, median | 95th of 100 | scroll a frame, median | 95th of 100 |",
);
console.log("|---|---:|---:|---:|---:|---:|---:|");
for (const [i, { name }] of sources.entries()) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const began = performance.now();
  await page.goto(`${inspector.url}&source=${i}`);
  await page.waitForSelector(".row", { timeout: 300_000 });
  const seen = performance.now() - began;
  await page.waitForSelector("html[data-loaded]", { timeout: 300_000 });
  const read = performance.now() - began;
  await seeks(page);
  const [sought, scrolled] = [await seeks(page), await scrolls(page)];
  const cells = [seen, read, median(sought), worst(sought), median(scrolled), worst(scrolled)].map(ms);
  console.log(`| ${[name, ...cells].join(" | ")} |`);
  await page.close();
}
await browser.close();
await inspector.close();
