import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  launchBrowser,
  openPage,
  positionOf,
  problemsOf,
  type RunningInspector,
  startScript,
} from "./browser-harness.test-helper.js";

let browser: Browser;
let echoInspector: RunningInspector;
let page: Page;

beforeAll(async () => {
  [browser, echoInspector] = await Promise.all([
    launchBrowser(),
    startScript(["src/inspect/browser/live.fixture.ts"]),
  ]);
  page = await openPage(browser, `${echoInspector.inspectorUrl}&tab=console`);
});
afterAll(async () => {
  await browser?.close();
  await echoInspector?.stop();
});

const screenText = () => page.locator(".xterm-rows").innerText();

describe("a live device", () => {
  it("prints nothing that becomes markup, and nothing that types by itself", async () => {
    await expect.poll(screenText).toContain('<img src=x onerror="document.title=1">');
    expect(await page.locator("img, .xterm script, .row b").count()).toBe(0);
    expect(await page.title()).toBe("echo <i> · vm-superio");
    const positionBefore = await positionOf(page);
    // Polling goes on, and nothing was received: neither a report of the cursor nor of the terminal.
    await expect.poll(() => positionOf(page)).toBeGreaterThan(positionBefore + 5);
    await page.fill("#find", "first receive");
    await page.press("#find", "Enter");
    await expect.poll(() => page.locator(".status").innerText()).toContain("no later receive");
    await page.fill("#find", "first mark");
    await page.press("#find", "Enter");
    await expect
      .poll(() => page.locator('.row[aria-selected="true"]').innerText())
      .toContain("<b>a mark</b>");
  });

  it("takes what is typed into its console, and is followed", async () => {
    await page.press("#find", "Escape");
    await page.keyboard.press("End");
    await page.click(".screen");
    await page.keyboard.type("ls -l");
    await expect.poll(screenText).toMatch(/\$ ls -l/);
    const positionBefore = await positionOf(page);
    await expect.poll(() => positionOf(page)).toBeGreaterThan(positionBefore);
    expect(await page.locator(".badge").innerText()).toBe("live");
    expect(problemsOf.get(page)).toEqual([]);
  });

  it("keeps the entries in view, and their comparison as long as it holds them, when it drops old ones", async () => {
    const busyInspector = await startScript(["src/inspect/browser/busy.fixture.ts"]);
    const busyPage = await openPage(browser, busyInspector.inspectorUrl, { width: 1024 });
    await busyPage.locator('[role=tab]:has-text("Compare")').click();
    await busyPage.selectOption("#against", "serial 0.8.1");
    await expect.poll(() => busyPage.locator(".compare [role=status]").innerText()).toContain("No outcome");
    await busyPage.keyboard.press("Home");
    // A user who scrolls while entries arrive, and rows are dropped.
    await busyPage.evaluate(() => {
      const scroller = document.querySelector(".list .scroller") as HTMLElement;
      let i = 0;
      setInterval(() => {
        scroller.scrollTop = scroller.scrollHeight - 300 - (i++ % 200);
      }, 2);
    });
    busyInspector.write("go\n");
    const countOf = async (selector: string) =>
      Number((await busyPage.locator(selector).innerText()).replace(/\D/g, ""));
    await expect.poll(() => countOf(".position span"), { timeout: 60_000 }).toBeGreaterThanOrEqual(1_799_000);
    await expect.poll(() => countOf(".list .count")).toBeLessThan(1_300_000);
    expect(await busyPage.locator(".compare .hint").innerText()).toContain("played on both");
    expect(problemsOf.get(busyPage)).toEqual([]);
    await busyPage.context().close();
    await busyInspector.stop();
  });

  it("is followed by seven tabs of one browser, which opens six connections", async () => {
    const context = await browser.newContext();
    const tabs: Page[] = [];
    for (let i = 0; i < 7; i++) {
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.goto(echoInspector.inspectorUrl);
      await tab.waitForSelector("html[data-loaded]", { timeout: 30_000 });
    }
    for (const tab of tabs) {
      const positionBefore = await positionOf(tab);
      await expect.poll(() => positionOf(tab)).toBeGreaterThan(positionBefore);
    }
    await context.close();
  });

  it("returns from the past when something is typed", async () => {
    await page.locator("#find").focus();
    await page.press("#find", "Escape");
    await page.keyboard.press("Home");
    await page.click(".screen");
    await page.keyboard.type("p");
    await expect.poll(() => page.locator(".status").innerText()).toContain("back at its last entry");
    await expect.poll(screenText).toMatch(/\$ ls -lp/);
  });

  it("keeps what it has when the device's process ends", async () => {
    await echoInspector.stop();
    await expect.poll(() => page.locator(".badge").innerText(), { timeout: 10_000 }).toBe("ended");
    const statusText = () => page.locator(".status").innerText();
    const whatToDo =
      /^the inspector does not answer: .* has ended.* What was read stays .* start .* again, and open the link/;
    expect(await statusText()).toMatch(whatToDo);
    await page.locator("#find").focus();
    await page.press("#find", "Escape");
    await page.keyboard.press("Home");
    await expect.poll(() => positionOf(page)).toBe(0);
    await page.click(".screen");
    await page.keyboard.type("p");
    await expect.poll(statusText).toMatch(whatToDo);
    expect(await page.locator(".console .note").innerText()).toContain("nothing can be typed");
    expect(await positionOf(page)).toBe(0);
  });
});
