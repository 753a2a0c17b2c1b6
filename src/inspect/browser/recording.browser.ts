import { copyFile, readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  LINUX_TRACE,
  launchBrowser,
  openPage,
  positionOf,
  problemsOf,
  type RunningInspector,
  rangeOf,
  startInspector,
  startScript,
  waitForFrames,
} from "./browser-harness.test-helper.js";

let browser: Browser;
let linuxInspector: RunningInspector;
let page: Page;

beforeAll(async () => {
  [browser, linuxInspector] = await Promise.all([
    launchBrowser(),
    startInspector("--revision", "0.8.1", LINUX_TRACE),
  ]);
  page = await openPage(browser, linuxInspector.inspectorUrl);
});
afterAll(async () => {
  expect(problemsOf.get(page)).toEqual([]);
  await browser?.close();
  await linuxInspector?.stop();
});

const goToIndex = async (index: number): Promise<void> => {
  await page.fill("#find", `#${index}`);
  await page.press("#find", "Enter");
  await page.press("#find", "Escape");
  await expect.poll(() => positionOf(page)).toBe(index);
  await waitForFrames(page);
};
const selectedRowText = () => page.locator('.row[aria-selected="true"]').innerText();
const registerRow = (name: string) => page.locator(`[data-register=${name}]`);

describe("moving", () => {
  beforeEach(() => goToIndex(43_995));

  it("goes where a row is clicked, and steps, plays and ends by keyboard", async () => {
    await page.locator(".row", { hasText: "43998" }).click();
    await expect.poll(() => positionOf(page)).toBe(43_998);
    for (const [key, index] of [
      ["ArrowRight", 43_999],
      ["ArrowLeft", 43_998],
      ["PageUp", 43_978],
      ["PageDown", 43_998],
      ["Home", 0],
      ["End", 61_932],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => positionOf(page)).toBe(index);
    }
    await goToIndex(43_995);
    await page.keyboard.press(" ");
    await expect.poll(() => positionOf(page)).toBeGreaterThan(43_997);
    await page.keyboard.press(" ");
    await waitForFrames(page);
    const stopped = await positionOf(page);
    await page.waitForTimeout(200);
    expect(await positionOf(page)).toBe(stopped);
  });

  it("shows each access with its bits and what followed", async () => {
    expect((await selectedRowText()).replace(/\s+/g, " ")).toBe("43995 IIR → 0xC2 THRE|FIFOS");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await waitForFrames(page);
    expect((await selectedRowText()).replace(/\s+/g, " ")).toBe("43998 THR ← 0x20 '␣' sent THRE");
  });

  it("has a list of which only what is seen is there, scrolled to its very ends", async () => {
    await page.keyboard.press("Home");
    await expect.poll(selectedRowText).toMatch(/^0\s+IER/);
    expect(await page.locator(".row").count()).toBeLessThan(80);
    await page.locator(".scroller").evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect.poll(() => page.locator(".row").last().innerText()).toMatch(/^61932/);
  });
});

describe("finding", () => {
  beforeEach(() => goToIndex(44_000));

  it.each([
    ["irq", "an interrupt: #44014"],
    ["prev irq THRE", "an interrupt for THRE: #43998"],
    ["IER <- 0x07", "IER <- 0x07: #44012"],
    ["IIR = 0xC2", "IIR = 0xC2: #44007"],
    ['first "Linux version"', /console: #\d+$/],
    ["first receive", /receive: #\d+$/],
    ["first DR", /^LSR.DR becomes 1: #\d+$/],
    ["first !DR", /^LSR.DR becomes 0: #\d+$/],
    ["OE", "no later LSR.OE becomes 1"],
  ])("%s", async (query, expectedMessage) => {
    await page.fill("#find", query);
    await page.press("#find", "Enter");
    const status = expect.poll(() => page.locator(".status").innerText());
    await (typeof expectedMessage === "string"
      ? status.toBe(expectedMessage)
      : status.toMatch(expectedMessage));
    const foundIndex = Number(/#(\d+)$/.exec(await page.locator(".status").innerText())?.[1] ?? 44_000);
    await expect.poll(() => positionOf(page)).toBe(foundIndex);
  });

  it("says what can be looked for, and that there is none", async () => {
    await page.fill("#find", "nonsense");
    await page.press("#find", "Enter");
    await expect
      .poll(() => page.locator(".status").innerText())
      .toContain("search: expected such as OE, LSR.DR");
    await page.fill("#find", "first difference");
    await page.press("#find", "Enter");
    await expect.poll(() => page.locator(".status").innerText()).toBe("no later a difference");
  });
});

describe("the device", () => {
  it("has its registers as bit fields, with what changed and what a read would do", async () => {
    await goToIndex(44_012);
    const ier = registerRow("IER");
    expect(await ier.getAttribute("aria-label")).toBe(
      "Interrupt Enable Register: 0x07 ERBFI|ETBEI|ELSI, was 0x05",
    );
    expect(await ier.locator(".bit.changed").allInnerTexts()).toEqual(["TBE"]);
    expect(await ier.locator(".bit.set").allInnerTexts()).toEqual(["LSI", "TBE", "RBF"]);
    await goToIndex(44_014);
    expect(await registerRow("IIR").locator(".peek span").getAttribute("title")).toMatch(
      /^A read changes IIR to 0x01/,
    );
    expect(await registerRow("DLL").getAttribute("class")).toContain("hidden");
  });

  it("shows the FIFO byte by byte", async () => {
    await page.fill("#find", "first receive");
    await page.press("#find", "Enter");
    await expect.poll(() => page.locator(".fifo .cells .new").count()).toBeGreaterThan(0);
    expect(await page.locator(".fifo h3").innerText()).toMatch(/Receive FIFO \d+ of 64/);
  });

  it("says why: the cause, the event, the rule, and leads there", async () => {
    await goToIndex(44_000);
    await page.click(".registers .line");
    const explanation = page.locator(".why");
    await expect.poll(() => explanation.innerText()).toContain("The last interrupt was THRE at #43998");
    expect(await explanation.locator(".rules").innerText()).toContain("S21");
    await explanation.locator(".go").click();
    await expect.poll(() => positionOf(page)).toBe(43_998);
    await page.click("[data-register=LCR] .name");
    await expect.poll(() => explanation.innerText()).toContain("Why is LCR so?");
    await page.click("[data-register=LCR] .name");
    await expect.poll(() => explanation.isVisible()).toBe(false);
  });
});

describe("the chart", () => {
  beforeEach(async () => {
    await page.click("#tab-chart");
    await goToIndex(44_012);
  });

  it("is drawn from the definition, with the active states lit and what was taken marked", async () => {
    expect(await page.locator(".state.region").count()).toBe(6);
    const active = await page
      .locator(".state.leaf.active")
      .evaluateAll((all) => all.map((it) => it.getAttribute("data-id")));
    expect(active).toHaveLength(6);
    expect(active).toContain("thrEmptyInterrupt.enabled");
    expect(
      await page.locator(".arrow.just").evaluateAll((all) => all.map((it) => it.getAttribute("data-id"))),
    ).toEqual(["thrEmptyInterrupt.disabled>thrEmptyInterrupt.enabled"]);
    expect(await page.locator(".arrow.never").count()).toBeGreaterThan(3);
  });

  it("shows guards, actions and rules on demand, by keyboard too", async () => {
    await page.locator('[data-id="receiveFifo.holding"]').focus();
    await page.keyboard.press("Enter");
    const details = page.locator(".details");
    await expect.poll(() => details.innerText()).toContain("[readTakesLastCharacter]");
    expect(await details.innerText()).toMatch(/giveCharacter, takeCharacter/);
    expect(await details.innerText()).toContain("S16");
    expect(await details.innerText()).toMatch(/never taken|×/);
    await page.keyboard.press("Enter");
    await expect.poll(() => details.innerText()).toContain("Just taken");
  });
});

describe("the time line", () => {
  it("zooms, pans, and goes where it is clicked", async () => {
    await goToIndex(1000);
    const laneCanvas = page.locator(".lanes");
    const box = (await laneCanvas.boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.click(box.x + box.width / 2, box.y + 60);
    await waitForFrames(page);
    expect(Math.abs((await positionOf(page)) - 29_500)).toBeLessThan(3000);
    for (let i = 0; i < 5; i++) await page.keyboard.press("+");
    const [rangeStart, rangeEnd] = await visibleRange();
    expect(rangeEnd - rangeStart).toBeLessThan(2200);
    await page.keyboard.press("]");
    expect((await visibleRange())[0]).toBeGreaterThan(rangeStart);
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => rangeLength(await visibleRange())).toBeLessThan(rangeEnd - rangeStart);
    const zoomed = await visibleRange();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 200, box.y + 60, { steps: 3 });
    await page.mouse.up();
    const dragged = await visibleRange();
    expect(dragged[0]).toBeGreaterThan(zoomed[0]);
    expect(Math.abs(rangeLength(dragged) - rangeLength(zoomed))).toBeLessThanOrEqual(1);
    await page.keyboard.press("0");
    expect(await rangeOf(page)).toBeUndefined();
    expect(await laneCanvas.getAttribute("aria-valuenow")).toBe(String(await positionOf(page)));
  });
});

const visibleRange = async () => (await rangeOf(page)) ?? expect.fail("the time line shows everything");
const rangeLength = ([rangeStart, rangeEnd]: readonly [number, number]): number => rangeEnd - rangeStart;

describe("the console", () => {
  it("follows the time line, back as well as forward", async () => {
    await page.click("#tab-console");
    const screen = page.locator(".xterm-rows");
    await goToIndex(44_000);
    await expect.poll(() => screen.innerText()).toMatch(/line 126 of five hu\s*$/);
    await goToIndex(43_000);
    await expect.poll(() => screen.innerText()).not.toContain("line 126");
    await page.keyboard.press("End");
    await expect.poll(() => screen.innerText()).toMatch(/System halted|halt/i);
  });
});

describe("what if", () => {
  it("plays both futures beside each other", async () => {
    await page.click("#tab-fork");
    await goToIndex(44_012);
    await page.fill("#instead", "IER <- 0x05");
    await page.click("button[value=replace]");
    await expect
      .poll(() => page.locator(".futures-head").innerText())
      .toMatch(/They part at #44\d+; [\d,]+ entries differ/);
    const [first] = await page.locator(".futures .differs").allInnerTexts();
    expect(first).toMatch(/#44012 IER ← 0x07[\s\S]*#44012 IER ← 0x05/);
    await page.fill("#instead", "IER <- 0x1FF");
    await page.click("button[value=insert]");
    await expect
      .poll(() => page.locator(".problem").innerText())
      .toContain("value: expected a whole number from 0 to 255");
    await page.click("#tab-chart");
  });
});

describe("taking it away", () => {
  it("has a link that reproduces the view", async () => {
    await goToIndex(44_014);
    await page.click(".registers .line");
    await page.click("#tab-console");
    await expect.poll(() => page.url()).toMatch(/at=44014&tab=console&why=interrupt/);
    const reopenedPage = await openPage(browser, page.url());
    await expect.poll(() => positionOf(reopenedPage)).toBe(44_014);
    await expect.poll(() => reopenedPage.locator(".why").isVisible()).toBe(true);
    expect(await reopenedPage.locator("#tab-console").getAttribute("aria-selected")).toBe("true");
    await reopenedPage.close();
    await page.click(".registers .line");
  });

  it("exports what is shown, and the whole session as one file that needs no server", async () => {
    await goToIndex(44_014);
    const download = async (label: string) => {
      await page.click('[aria-label="Share and export"] >> nth=0');
      const [downloaded] = await Promise.all([
        page.waitForEvent("download"),
        page.click(`.menu >> text=${label}`),
      ]);
      return { name: downloaded.suggestedFilename(), path: await downloaded.path() };
    };
    const textExport = await download("This view as text");
    expect(await readFile(textExport.path, "utf8")).toMatch(
      /after #44014[\s\S]*IER {2}0x07 ERBFI\|ETBEI\|ELSI[\s\S]*> #44014 {2}THR ← 0x0D/,
    );
    const sessionExport = await download("Whole session as HTML");
    expect(sessionExport.name).toBe("linux-v86.html");
    const htmlFile = `${sessionExport.path}.html`;
    await copyFile(sessionExport.path, htmlFile);
    const standalone = await openPage(browser, `file://${htmlFile}#at=44014`);
    await expect.poll(() => positionOf(standalone)).toBe(44_014);
    await standalone.keyboard.press("ArrowRight");
    await expect.poll(() => positionOf(standalone)).toBe(44_015);
    expect(problemsOf.get(standalone)).toEqual([]);
    await standalone.close();
  });
});

describe("a recording of many traces that is still being read", () => {
  const trace = (i: number) =>
    `{"name":"trace ${i}","backend":"socket","steps":[{"op":"write","offset":7,"value":90,"irq":0}]}\n`;
  const tracesFrom = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, i) => trace(first + i)).join("");

  it("offers the traces as they come, to the last", async () => {
    const inspector = await startScript(["src/cli/bin.ts", "inspect", "-"], tracesFrom(0, 168));
    const growingPage = await openPage(browser, inspector.inspectorUrl, { width: 1024 });
    const chooser = growingPage.locator('select[aria-label="Trace"]');
    await expect.poll(() => chooser.getAttribute("title")).toBe("168 traces so far");
    inspector.write(tracesFrom(168, 320), { ends: true });
    await expect.poll(() => chooser.getAttribute("title")).toBe("320 traces");
    expect(await chooser.locator("option").count()).toBe(320);
    await chooser.selectOption("319");
    await growingPage.waitForSelector("html[data-loaded]");
    await expect.poll(() => growingPage.locator(".row").first().innerText()).toContain("SCR");
    expect(await chooser.inputValue()).toBe("319");
    expect(problemsOf.get(growingPage)).toEqual([]);
    await growingPage.context().close();
    await inspector.stop();
  });
});

describe("counterexamples", () => {
  it("open at the first violation, each under its claim", async () => {
    const inspector = await startScript(
      ["src/cli/bin.ts", "prove", "--revision", "0.8.1", "L1", "L2"].concat("--inspect"),
    );
    const provedPage = await openPage(browser, inspector.inspectorUrl);
    const chooser = provedPage.locator("header select").first();
    const claimText = () => provedPage.locator(".claim").innerText();
    await expect.poll(() => positionOf(provedPage)).toBe(1);
    expect(await claimText()).toMatch(/^L1: After every IER write/);
    expect(await provedPage.locator('.row[aria-selected="true"]').innerText()).toMatch(/IER[\s\S]*0x01/);
    await chooser.selectOption("L2: serial, revision 0.8.1");
    await expect.poll(claimText).toMatch(/^L2: /);
    expect(problemsOf.get(provedPage)).toEqual([]);
    await provedPage.context().close();
    await inspector.stop();
  });
});

describe("without a token", () => {
  it("shows nothing, and says where the token is", async () => {
    const tokenlessPage = await browser.newPage();
    await tokenlessPage.goto(linuxInspector.inspectorUrl.replace(/#.*/, ""));
    await expect
      .poll(() => tokenlessPage.locator("body").innerText())
      .toContain("Open the link that the inspector printed");
    expect(await tokenlessPage.locator(".row").count()).toBe(0);
    await tokenlessPage.close();
  });
});
