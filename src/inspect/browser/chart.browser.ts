import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UART16550_PRESETS } from "../../../machines/index.js";
import {
  launchBrowser,
  openPage,
  problemsOf,
  type RunningInspector,
  startScript,
  waitForFrames,
} from "./browser-harness.test-helper.js";
import { drawingFlawsOf } from "./drawing-flaws.test-helper.js";

let browser: Browser;
let inspector: RunningInspector;

beforeAll(async () => {
  [browser, inspector] = await Promise.all([
    launchBrowser(),
    startScript(["src/inspect/browser/charts.fixture.ts"]),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await inspector?.stop();
});

const openedAt = (source: number, view: string) => `${inspector.inspectorUrl}&source=${source}${view}`;

const SOURCES = ["0.8.1", "0.8.2", ...Object.keys(UART16550_PRESETS)];

describe("the chart", () => {
  it.each([...SOURCES.entries()])("%i, of %s, is never drawn over itself", async (source, name) => {
    for (const width of name === "pc16550d" ? [390, 1440] : [1440]) {
      const page = await openPage(browser, openedAt(source, "&at=1"), { width, height: 900 });
      if (width < 800) await page.click("#tab-chart");
      await waitForFrames(page);
      expect(await drawingFlawsOf(page, ".drawing svg")).toEqual([]);
      if (await page.locator(".open-all").isVisible()) {
        expect(await page.locator(".group-title").count()).toBe(5);
        expect(await page.locator(".card").count()).toBe(32);
        expect(await page.locator(".card-state").allInnerTexts()).not.toContain("");
        await page.click(".open-all");
        await waitForFrames(page);
        expect(await page.locator(".state.region").count()).toBe(32);
        expect(await drawingFlawsOf(page, ".drawing svg")).toEqual([]);
      }
      expect(problemsOf.get(page)).toEqual([]);
      await page.context().close();
    }
  });

  it("draws what the present access moved, and what is opened stays", async () => {
    const page = await openPage(browser, openedAt(SOURCES.indexOf("pc16550d"), "&at=1"), { width: 1440 });
    await waitForFrames(page);
    const drawn = () =>
      page.locator(".state.region").evaluateAll((all) => all.map((it) => it.getAttribute("data-id")));
    expect(await drawn()).toContain("transmitFifo");
    expect(await drawn()).not.toContain("loopback");
    expect(await page.locator(".card.moved").count()).toBe((await drawn()).length);
    await page.click('[data-card="loopback"]');
    await expect.poll(drawn).toContain("loopback");
    await page.keyboard.press("Home");
    await expect.poll(drawn).toContain("loopback");
    expect(await page.locator('[data-card="loopback"]').getAttribute("aria-label")).toBe(
      "region loopback: off",
    );
    // One tab stop, and arrow keys inside.
    expect(await page.locator(".drawing [tabindex='0']").count()).toBe(1);
    await page.locator(".drawing [tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    const second = await focused();
    await page.keyboard.press("ArrowUp");
    expect(await focused()).not.toBe(second);
    expect(await page.locator(".drawing [tabindex='0']").count()).toBe(1);
    await page.context().close();
  });

  it.each([...SOURCES.entries()])(
    "exported, %i, of %s, has its arrow heads and no overlaps",
    async (source) => {
      const page = await openPage(browser, openedAt(source, "&at=1"), { width: 1440 });
      if (await page.locator(".open-all").isVisible()) await page.click(".open-all");
      await page.click('[aria-label="Share and export"] >> nth=0');
      const [downloaded] = await Promise.all([
        page.waitForEvent("download"),
        page.click(".menu >> text=Chart as SVG"),
      ]);
      const picture = await readFile(await downloaded.path(), "utf8");
      const reader = await browser.newPage();
      await reader.setContent(picture);
      expect(await drawingFlawsOf(reader, "svg")).toEqual([]);
      const heads = await reader.evaluate(() =>
        [...document.querySelectorAll(".arrow .way")].map(
          (it) => /url\(["']?#(\w+)/.exec(it.getAttribute("marker-end") ?? "")?.[1],
        ),
      );
      expect(heads.length).toBeGreaterThan(5);
      for (const head of heads) expect(await reader.locator(`marker#${head}`).count()).toBe(1);
      await reader.close();
      await page.context().close();
    },
  );
});
