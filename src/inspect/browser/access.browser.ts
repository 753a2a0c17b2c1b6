import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  LINUX_TRACE,
  launchBrowser,
  openPage,
  QEMU_TRACE,
  type RunningInspector,
  startInspector,
  waitForFrames,
} from "./browser-harness.test-helper.js";

let browser: Browser;
let inspectors: Readonly<Record<string, RunningInspector>>;
let axeSource: string;

beforeAll(async () => {
  axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const [launched, serial, uart16550] = await Promise.all([
    launchBrowser(),
    startInspector("--revision", "0.8.1", LINUX_TRACE),
    startInspector(QEMU_TRACE),
  ]);
  browser = launched;
  inspectors = { serial, uart16550 };
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(Object.values(inspectors ?? {}).map((inspector) => inspector.stop()));
});

interface AxeViolation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Returns what axe-core finds serious or critical. */
async function seriousProblems(page: Page): Promise<string[]> {
  await waitForFrames(page);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: object): Promise<{ violations: AxeViolation[] }> };
    };
    // The terminal is xterm.js's own.
    return (await axe.run({ exclude: [".xterm"] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => {
        const [tag = ""] = /^<[^>]*>/.exec(html) ?? [];
        const [, contrast = ""] = /contrast of [\d.]+ \(([^)]*px)/.exec(failureSummary) ?? [];
        return `${id}: ${tag.replace(/title="[^"]*"/, "")} ${contrast}`;
      }),
    );
}

/** The states of the page: what is done to get there from the state before. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  opened: async () => {},
  "an explanation": (page) => page.click(".registers .line"),
  "a picked state": async (page) => {
    if (await page.locator("[data-card]").count()) await page.click('[data-card="receiveFifo"]');
    await page.click(".state.leaf >> nth=0");
  },
  console: (page) => page.click("#tab-console"),
  "what if": async (page) => {
    await page.click("#tab-fork");
    await page.fill("#instead", "IER <- 0x1FF");
    await page.click("button[value=replace]");
  },
  compare: async (page) => {
    await page.click("#tab-compare");
    await page.selectOption("#against", { index: 1 });
    await page.waitForSelector(".futures");
  },
  "a mistaken query": async (page) => {
    await page.fill("#find", "DR && nonsense");
    await page.press("#find", "Enter");
    await page.press("#find", "Escape");
  },
  lanes: (page) => page.click(".choose-lanes"),
  menu: async (page) => {
    await page.keyboard.press("Escape");
    await page.click('[aria-label="Share and export"] >> nth=0');
  },
  help: async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
  },
};

it.each([
  ["serial", "light", 1440],
  ["uart16550", "dark", 1440],
  ["uart16550", "light", 390],
  ["serial", "dark", 390],
] as const)("axe-core finds nothing serious on %s, %s, at %i pixels", async (chart, theme, width) => {
  const page = await openPage(browser, `${inspectors[chart]?.inspectorUrl}&at=44012`, {
    ...{ width, height: 900, theme },
  });
  await page.evaluate(axeSource);
  const problems = new Map<string, string>();
  for (const [state, enter] of Object.entries(STATES)) {
    await enter(page);
    for (const problem of await seriousProblems(page)) problems.set(problem, state);
  }
  expect([...problems].map(([problem, state]) => `${state}: ${problem}`)).toEqual([]);
  await page.context().close();
});

it("Escape closes what is open, one thing after the other", async () => {
  const page = await openPage(browser, `${inspectors["serial"]?.inspectorUrl}&at=44012`);
  await page.click(".registers .line");
  await page.click(".choose-lanes");
  await expect.poll(() => page.locator(".lane-chooser").isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(".lane-chooser").isVisible()).toBe(false);
  await expect.poll(() => page.locator(".why").isVisible()).toBe(true);
  await page.click('[aria-label="Share and export"] >> nth=0');
  await expect.poll(() => page.locator(".menu").isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(".menu").isVisible()).toBe(false);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(".why").isVisible()).toBe(false);
  // The chart is one tab stop.
  expect(await page.locator(".drawing [tabindex='0']").count()).toBe(1);
  await page.context().close();
});
