import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  LINUX_TRACE,
  launchBrowser,
  openPage,
  positionOf,
  problemsOf,
  QEMU_TRACE,
  type RunningInspector,
  startInspector,
  waitForFrames,
} from "./browser-harness.test-helper.js";

let browser: Browser;
let serialInspector: RunningInspector;
let uartInspector: RunningInspector;

beforeAll(async () => {
  [browser, serialInspector, uartInspector] = await Promise.all([
    launchBrowser(),
    startInspector("--revision", "0.8.1", LINUX_TRACE),
    startInspector(QEMU_TRACE),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([serialInspector?.stop(), uartInspector?.stop()]);
});

type Boxes = Record<string, { x: number; y: number; width: number; height: number }>;

const PARTS = [".bar", ".timeline", ".list", ".device", ".registers .table", ".side", ".details", ".status"];

const boxesOf = async (page: Page): Promise<Boxes> => {
  const boxes: Boxes = {};
  for (const selector of PARTS) {
    const box = await page.locator(selector).first().boundingBox();
    if (box) boxes[selector] = box;
  }
  return boxes;
};

/** Texts that are cut off though nothing says that they may be, and things that stick out of the page. */
const layoutFlawsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const layoutFlaws: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(
      "button, h1, h2, h3, .bit, .value, .name, .index, .byte, .subject, .position, .cells li",
    )) {
      if (element.offsetParent === null) continue;
      const style = getComputedStyle(element);
      const mayBeCut = style.textOverflow === "ellipsis";
      if (!mayBeCut && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
        layoutFlaws.push(`cut: ${element.className} ${element.textContent}`);
      const box = element.getBoundingClientRect();
      if (box.right > innerWidth + 1) layoutFlaws.push(`outside: ${element.textContent}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) layoutFlaws.push("scrolls sideways");
    if (document.documentElement.scrollHeight > innerHeight) layoutFlaws.push("scrolls down");
    return layoutFlaws;
  });

/** Measures a screenshot's brightness, 0 to 255, and counts its colours; the browser itself decodes it. */
const looksOf = async (page: Page, selector: string): Promise<{ brightness: number; colours: number }> => {
  const screenshot = (await page.locator(selector).first().screenshot()).toString("base64");
  const reader = await page.context().browser()?.newPage();
  if (!reader) throw new Error("the browser is gone");
  const looks = await reader.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const g = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    g.drawImage(image, 0, 0);
    const { data: pixels } = g.getImageData(0, 0, image.width, image.height);
    const colours = new Set<number>();
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      const [r = 0, green = 0, b = 0] = pixels.subarray(i, i + 3);
      sum += 0.3 * r + 0.6 * green + 0.1 * b;
      colours.add((r >> 4) * 256 + (green >> 4) * 16 + (b >> 4));
    }
    return { brightness: (4 * sum) / pixels.length, colours: colours.size };
  }, screenshot);
  await reader.close();
  return looks;
};

describe.each([
  ["serial", () => serialInspector, "&at=44000&range=43900-44100&why=interrupt"],
  ["uart16550", () => uartInspector, "&at=50200&range=50100-50300"],
] as const)("%s", (_, inspectorOf, hash) => {
  it.each([
    [1280, 800],
    [1920, 1080],
  ])("is readable at %i by %i, dark and light alike", async (width, height) => {
    const lightPage = await openPage(browser, inspectorOf().inspectorUrl + hash, { width, height });
    const darkPage = await openPage(browser, inspectorOf().inspectorUrl + hash, {
      width,
      height,
      theme: "dark",
    });
    for (const page of [lightPage, darkPage]) {
      await waitForFrames(page);
      await expect.poll(() => layoutFlawsOf(page)).toEqual([]);
      expect(problemsOf.get(page)).toEqual([]);
    }
    const [boxes, darkBoxes] = [await boxesOf(lightPage), await boxesOf(darkPage)];
    expect(darkBoxes).toEqual(boxes);
    const box = (selector: string) => boxes[selector] as Boxes[string];
    // The columns stand beside each other, below the time line, and fill the page.
    for (const [left, right] of [
      [".list", ".device"],
      [".device", ".side"],
    ] as const)
      expect(box(right).x - (box(left).x + box(left).width)).toBeCloseTo(8, 0);
    expect(box(".list").y).toBeGreaterThanOrEqual(box(".timeline").y + box(".timeline").height);
    expect(width - (box(".side").x + box(".side").width)).toBeCloseTo(8, 0);
    expect(box(".list").height).toBeGreaterThan(height * 0.45);
    expect(box(".timeline").height).toBeLessThan(height * 0.34);
    await expect.poll(() => lightPage.locator(".xterm").count()).toBe(width >= 1600 ? 1 : 0);
    for (const selector of [".timeline", ".list", ".device", ".side"]) {
      const [bright, dim] = [await looksOf(lightPage, selector), await looksOf(darkPage, selector)];
      expect(bright.brightness, selector).toBeGreaterThan(200);
      expect(dim.brightness, selector).toBeLessThan(70);
      expect(bright.colours, selector).toBeGreaterThan(20);
    }
    await lightPage.click('[aria-label="Dark or light"]');
    await expect.poll(() => lightPage.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await Promise.all([lightPage.context().close(), darkPage.context().close()]);
  });
});

it("can be used with a keyboard and a screen reader: everything has a name, and what is shown can be read", async () => {
  const page = await openPage(browser, serialInspector.inspectorUrl);
  const unnamed = await page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        "button, input, select, [role=button], [role=slider], [role=listbox], [role=tab], [tabindex]",
      ),
    ]
      .filter((it) => it.offsetParent !== null || it instanceof SVGElement)
      .filter(
        (it) =>
          !it.getAttribute("aria-label") &&
          !it.textContent?.trim() &&
          !(it.id && document.querySelector(`label[for=${it.id}]`)),
      )
      .map((it) => it.outerHTML.slice(0, 100)),
  );
  expect(unnamed.filter((html) => !html.includes("xterm"))).toEqual([]);
  const faintTexts = await page.evaluate(() => {
    const channel = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((it) => channel(Number(it) / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faintSelectors: string[] = [];
    for (const selector of [
      ".row .bits",
      ".row .subject",
      ".part",
      ".value",
      ".bit.set",
      ".position",
      "h2",
      ".details span",
    ]) {
      const element = document.querySelector(selector) as HTMLElement;
      let groundElement: HTMLElement | null = element;
      while (groundElement && getComputedStyle(groundElement).backgroundColor === "rgba(0, 0, 0, 0)")
        groundElement = groundElement.parentElement;
      const [a, b] = [
        getComputedStyle(element).color,
        getComputedStyle(groundElement ?? document.body).backgroundColor,
      ]
        .map(luminance)
        .sort((x, y) => y - x);
      const ratio = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05);
      if (ratio < 4.5) faintSelectors.push(`${selector} ${ratio.toFixed(1)}`);
    }
    return faintSelectors;
  });
  expect(faintTexts).toEqual([]);
  await page.keyboard.press("?");
  await expect.poll(() => page.locator("dialog.help").isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await page.context().close();
});

/** Returns the controls that no scrolling of the page or of its panels brings into view, and whether the page scrolls sideways. */
const unreachableIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const problems: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
    for (const control of document.querySelectorAll<HTMLElement>(
      "button, input, select, [role=tab], [role=separator]",
    )) {
      if (!control.checkVisibility() || control.closest(".xterm")) continue;
      control.scrollIntoView({ block: "center", inline: "center" });
      const { left, right, top, bottom } = control.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const found = document.elementFromPoint(x, y);
      if (left < -1 || right > innerWidth + 1 || !(control.contains(found) || found?.contains(control)))
        problems.push(`${control.outerHTML.slice(0, 90)} at ${Math.round(left)} to ${Math.round(right)}`);
    }
    scrollTo(0, 0);
    return problems;
  });

const inspectorOfWidth = (width: number): RunningInspector => (width < 800 ? uartInspector : serialInspector);

describe("a window", () => {
  it.each([360, 390, 768, 1024, 1189, 1190, 2560])("of %i pixels reaches everything", async (width) => {
    for (const inspector of [serialInspector, uartInspector]) {
      const page = await openPage(browser, `${inspector.inspectorUrl}&at=44012&why=interrupt`, {
        ...{ width, height: 800 },
      });
      for (const tab of ["chart", "console", "fork", "compare"]) {
        if (await page.locator(`#tab-${tab}`).isVisible()) await page.click(`#tab-${tab}`);
        await waitForFrames(page);
        expect(await unreachableIn(page), tab).toEqual([]);
      }
      expect(problemsOf.get(page)).toEqual([]);
      await page.context().close();
    }
  });

  it("has panels that are folded, and resized by keyboard and pointer", async () => {
    const page = await openPage(browser, `${serialInspector.inspectorUrl}&at=44012`, { width: 1440 });
    const widthOf = async (selector: string) => (await page.locator(selector).boundingBox())?.width ?? 0;
    const listWidth = await widthOf(".list");
    await page.locator(".panels > .splitter").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await widthOf(".list")).toBeCloseTo(listWidth + 32, 0);
    expect(await positionOf(page)).toBe(44_012);
    await page.click('[aria-label="the registers"]');
    await expect.poll(() => page.locator(".device").isVisible()).toBe(false);
    await page.click('[aria-label="the time line"]');
    await waitForFrames(page);
    expect((await page.locator(".panels").boundingBox())?.height).toBeGreaterThan(650);
    expect(await page.evaluate(() => location.hash)).toContain("fold=device%2Ctimeline");
    const reopened = await openPage(browser, page.url(), { width: 1440 });
    expect(await reopened.locator(".device").isVisible()).toBe(false);
    await reopened.click('[aria-label="the registers"]');
    await expect.poll(() => reopened.locator(".device").isVisible()).toBe(true);
    await Promise.all([page.context().close(), reopened.context().close()]);
  });

  it.each([390, 1440])("of %i pixels has no number of the axis under the buttons", async (width) => {
    for (const view of ["&at=44000&range=43900-44100", "&at=44000&range=40000-44010", "&at=44000"]) {
      const page = await openPage(browser, inspectorOfWidth(width).inspectorUrl + view, {
        width,
        height: 800,
      });
      await waitForFrames(page);
      const drawnPixels = await page.evaluate(() => {
        const axis = document.querySelector(".axis") as HTMLCanvasElement;
        const buttons = document.querySelector(".timeline .zoom") as HTMLElement;
        const left = Math.floor((buttons.offsetLeft - axis.offsetLeft) * devicePixelRatio);
        // Its ticks are below.
        const { data } = (axis.getContext("2d") as CanvasRenderingContext2D).getImageData(
          ...([left, 0, axis.width - left, Math.floor(14 * devicePixelRatio)] as const),
        );
        return data.filter((alpha, i) => i % 4 === 3 && alpha > 0).length;
      });
      expect(drawnPixels, view).toBe(0);
      await page.context().close();
    }
  });

  it.each([390, 1440])("of %i pixels has a time line whose height is dragged", async (width) => {
    const page = await openPage(browser, `${uartInspector.inspectorUrl}&at=44012`, { width, height: 900 });
    const splitter = page.locator(".timeline .splitter");
    const heightOf = async (selector: string) => (await page.locator(selector).boundingBox())?.height ?? 0;
    const [waves, timeline] = [await heightOf(".waves"), await heightOf(".timeline")];
    const { x, y, width: splitterWidth } = (await splitter.boundingBox()) as Boxes[string];
    await page.mouse.move(x + splitterWidth / 2, y + 3);
    await page.mouse.down();
    await page.mouse.move(x + splitterWidth / 2, y - 77, { steps: 4 });
    await page.mouse.up();
    expect(await heightOf(".waves")).toBeCloseTo(waves - 80, 0);
    expect(await heightOf(".timeline")).toBeCloseTo(timeline - 80, 0);
    expect(await splitter.getAttribute("aria-valuenow")).toBe(String(Math.round(waves - 80)));
    await splitter.focus();
    await page.keyboard.press("ArrowDown");
    expect(await heightOf(".waves")).toBeCloseTo(waves - 64, 0);
    expect(await positionOf(page)).toBe(44_012);
    // It is never higher than its lanes.
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowDown");
    expect(await heightOf(".waves")).toBe(await page.locator(".waves").evaluate((it) => it.scrollHeight));
    await splitter.dblclick();
    expect(await heightOf(".waves")).toBeCloseTo(waves, 0);
    await page.context().close();
  });
});
