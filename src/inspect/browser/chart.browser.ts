import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
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

/** Texts over texts, boxes over boxes that do not contain them, texts outside their box, and small texts of the page's only SVG. */
const drawingFlawsOf = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate((svgSelector) => {
    const drawing = document.querySelector(svgSelector) as SVGSVGElement;
    const boxOf = (element: Element) =>
      ({ element, ...element.getBoundingClientRect().toJSON() }) as DOMRect & { element: Element };
    const nameOf = ({ element }: { element: Element }) =>
      element.textContent?.trim() ||
      element.closest("[data-id],[data-card]")?.getAttribute("data-id") ||
      "a box";
    const texts = [...drawing.querySelectorAll("text")]
      .filter(({ textContent }) => textContent?.trim())
      .map(boxOf);
    const boxes = [...drawing.querySelectorAll(".state rect, .card rect")].map(boxOf);
    const overlap = (a: DOMRect, b: DOMRect) =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const contains = (a: DOMRect, b: DOMRect) =>
      a.left <= b.left + 1 && a.right >= b.right - 1 && a.top <= b.top + 1 && a.bottom >= b.bottom - 1;
    const flaws: string[] = [];
    for (const [i, text] of texts.entries()) {
      for (const other of texts.slice(i + 1))
        if (overlap(text, other)) flaws.push(`${nameOf(text)} over ${nameOf(other)}`);
      for (const box of boxes)
        if (overlap(text, box) && !contains(box, text))
          flaws.push(`${nameOf(text)} over the edge of ${nameOf(box)}`);
      const fontSize = Number.parseFloat(getComputedStyle(text.element).fontSize);
      if (fontSize < 11) flaws.push(`${nameOf(text)} has ${fontSize} px`);
    }
    for (const [i, box] of boxes.entries())
      for (const other of boxes.slice(i + 1))
        if (overlap(box, other) && !contains(box, other) && !contains(other, box))
          flaws.push(`box ${nameOf(box)} over ${nameOf(other)}`);
    // A label inside a state's box belongs to that state.
    for (const label of drawing.querySelectorAll(".arrow text"))
      for (const leaf of drawing.querySelectorAll(".state.leaf rect"))
        if (overlap(boxOf(label), boxOf(leaf))) flaws.push(`label ${label.textContent} over a state`);
    return flaws;
  }, selector);

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

  it.each([0, SOURCES.indexOf("pc16550d")])(
    "exported, of source %i, has its arrow heads and no overlaps",
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
