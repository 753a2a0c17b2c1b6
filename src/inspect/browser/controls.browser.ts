import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  LINUX_TRACE,
  launchBrowser,
  openPage,
  positionOf,
  QEMU_TRACE,
  type RunningInspector,
  rangeOf,
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

describe("a link", () => {
  it("that is pasted into an open page goes there, and keeps the theme", async () => {
    const page = await openPage(browser, `${serialInspector.inspectorUrl}&at=100`, { theme: "light" });
    await page.click('[aria-label="Dark or light"]');
    await expect.poll(() => page.url()).toContain("theme=dark");
    const pasted = page.url().replace("at=100", "at=44014&tab=console&why=LSR");
    await page.evaluate((link) => {
      location.href = link;
    }, pasted);
    await expect.poll(() => positionOf(page)).toBe(44_014);
    expect(await page.locator("#tab-console").getAttribute("aria-selected")).toBe("true");
    await expect.poll(() => page.locator(".why").innerText()).toContain("Why is LSR so?");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    const reopened = await openPage(browser, page.url(), { theme: "light" });
    expect(await reopened.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    // One that leads to nowhere says so.
    await page.evaluate(
      (link) => {
        location.href = link;
      },
      pasted.replace("at=44014", "at=99999999"),
    );
    await expect
      .poll(() => page.locator(".status").innerText())
      .toBe("the link leads to #99999999: expected 0 to 61932");
    await page.keyboard.press("Home");
    await expect.poll(() => page.locator(".status").innerText()).toBe("");
    await Promise.all([page.context().close(), reopened.context().close()]);
  });

  it("of another inspector says why it fails", async () => {
    const page = await browser.newPage();
    await page.goto(serialInspector.inspectorUrl.replace(/token=.*/, "token=foreign"));
    await expect
      .poll(() => page.locator("body").innerText())
      .toContain("expected the token that stands in the inspector's link");
    await page.goto("about:blank");
    await page.goto(`${serialInspector.inspectorUrl}&source=7`);
    await expect.poll(() => page.locator("body").innerText()).toContain("source: expected 0 to 0");
    await page.close();
  });
});

describe("the time line", () => {
  it("shows where the cursor is, measures between two, and draws chosen lanes", async () => {
    const page = await openPage(browser, `${uartInspector.inspectorUrl}&at=44000&range=100-200`);
    await expect.poll(() => page.locator(".cursor-away").innerText()).toBe("#44,000 →");
    expect(await page.locator(".overview-cursor").isVisible()).toBe(true);
    await page.click(".cursor-away");
    await expect.poll(() => page.locator(".cursor-away").isVisible()).toBe(false);
    const [rangeStart = 0, rangeEnd = 0] = (await rangeOf(page)) ?? [];
    expect(rangeStart).toBeLessThan(44_000);
    expect(rangeEnd).toBeGreaterThan(44_000);
    await page.keyboard.press("m");
    await page.keyboard.press("PageDown");
    await expect
      .poll(() => page.locator(".distance").innerText())
      .toMatch(/^#44000 to #44020: (20|1\d) accesses/);
    await page.click(".choose-lanes");
    await page.locator(".lane-chooser label", { hasText: "overrun error" }).locator("input").check();
    await expect.poll(() => page.locator(".lane-names").innerText()).toContain("OE");
    await page.locator('.lane-chooser [aria-label="Move OE up"]').click();
    await waitForFrames(page);
    const names = (await page.locator(".lane-names span").allInnerTexts()) as string[];
    expect(names.indexOf("OE")).toBe(names.length - 2);
    expect(await page.locator(".lane-names span", { hasText: "OE" }).getAttribute("title")).toBe(
      "LSR: overrun error",
    );
    expect(await page.locator(".legend").innerText()).toContain("interrupts");
    await page.context().close();
  });
});

describe("the search field", () => {
  it("takes what is typed in it, and shows where a mistake is", async () => {
    const page = await openPage(browser, `${serialInspector.inspectorUrl}&at=44000`);
    await page.fill("#find", "x");
    await page.press("#find", "Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("irq THRE");
    expect(await page.locator("#find").inputValue()).toBe("irq THRE");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".status").innerText()).toMatch(/an interrupt for THRE: #\d+/);
    await page.fill("#find", "ERBFI && ETBEI");
    await page.click('[aria-label="Find after (Enter)"]');
    await expect.poll(() => page.locator(".status").innerText()).toMatch(/^IER\.ERBFI and IER\.ETBEI: #\d+/);
    await page.fill("#find", "ERBFI && nonsense");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".status").innerText()).toMatch(/got nonsense, at character 10$/);
    expect(await page.locator("#find").getAttribute("aria-invalid")).toBe("true");
    await page.context().close();
  });
});
