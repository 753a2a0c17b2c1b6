/**
 * Measures the inspector's page on a recording of a million accesses: the Linux boot, over and over. Prints a table.
 *
 *     npm run bench:inspect        (wants Debian's Chromium)
 */
import { createReadStream } from "node:fs";
import { chromium, type Page } from "playwright-core";
import type { Device } from "../src/device/index.js";
import { Serial, Uart16550 } from "../src/device/index.js";
import { openRecording } from "../src/guests/index.js";
import { type InspectionSource, inspectSources } from "../src/inspect/internal.js";
import type { Input } from "../src/journal/index.js";
import { median } from "./median.js";

const ACCESSES = 1_000_000;
const SEEKS = 40;
const FRAMES = 120;

const TRACE = new URL("../properties/traces/linux-v86.jsonl.gz", import.meta.url);

async function bootInputs(): Promise<Input[]> {
  const journalInputs: Input[] = [];
  const { steps } = await openRecording(createReadStream(TRACE));
  for await (const { input } of steps) journalInputs.push(input);
  return journalInputs;
}

function recorded(uartDevice: Device, journalInputs: readonly Input[]): InspectionSource {
  for (let i = 0; i < ACCESSES; i++) uartDevice.apply(journalInputs[i % journalInputs.length] as Input);
  return {
    name: uartDevice.chart.id,
    live: false,
    journal: uartDevice.journal,
    differences: [],
    warnings: [],
  };
}

/** Milliseconds from a change of place until the browser has drawn it, for places all over. */
const seekTimes = (browserPage: Page): Promise<number[]> =>
  browserPage.evaluate(
    async ([count, rows]) => {
      const measured: number[] = [];
      const searchField = document.querySelector("#find") as HTMLInputElement;
      for (let i = 0; i < count; i++) {
        searchField.value = `#${Math.floor(((i * 0.618034) % 1) * rows)}`;
        const startTime = performance.now();
        searchField.form?.requestSubmit();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        measured.push(performance.now() - startTime);
      }
      return measured;
    },
    [SEEKS, ACCESSES] as const,
  );

/** Milliseconds that each frame takes while the list is scrolled by a screen a frame. */
const scrolls = (browserPage: Page): Promise<number[]> =>
  browserPage.evaluate(async (frameCount) => {
    const scroller = document.querySelector(".scroller") as HTMLElement;
    const measured: number[] = [];
    for (let i = 0; i < frameCount; i++) {
      const startTime = performance.now();
      scroller.scrollTop += i % 2 ? 400 : 900;
      scroller.dispatchEvent(new Event("scroll"));
      void scroller.offsetHeight;
      measured.push(performance.now() - startTime);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return measured;
  }, FRAMES);

const inMilliseconds = (registerValue: number): string =>
  `${registerValue < 10 ? registerValue.toFixed(1) : Math.round(registerValue)} ms`;
const maximum = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

const inputs = await bootInputs();
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
for (const [i, { name: sourceName }] of sources.entries()) {
  const browserPage = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const startTime = performance.now();
  await browserPage.goto(`${inspector.url}&source=${i}`);
  await browserPage.waitForSelector(".row", { timeout: 300_000 });
  const shownAfter = performance.now() - startTime;
  await browserPage.waitForSelector("html[data-loaded]", { timeout: 300_000 });
  const readAfter = performance.now() - startTime;
  await seekTimes(browserPage);
  const [sought, scrolled] = [await seekTimes(browserPage), await scrolls(browserPage)];
  const cellTexts = [
    shownAfter,
    readAfter,
    median(sought),
    maximum(sought),
    median(scrolled),
    maximum(scrolled),
  ].map(inMilliseconds);
  console.log(`| ${[sourceName, ...cellTexts].join(" | ")} |`);
  await browserPage.close();
}
await browser.close();
await inspector.close();
