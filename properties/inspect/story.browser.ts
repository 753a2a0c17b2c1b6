import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import {
  launchBrowser,
  openPage,
  positionOf,
  problemsOf,
  type RunningInspector,
  startInspector,
  waitForFrames,
} from "../../src/inspect/browser/browser-harness.test-helper.js";
import { parseStory, writeJournal } from "../../src/journal/index.js";
import { checkDriver, exploreDriver, linuxDriver } from "../../src/testing/index.js";

let browser: Browser;
let folder: string;
const running: RunningInspector[] = [];
const start = async (...args: string[]): Promise<RunningInspector> => {
  const inspector = await startInspector(...args);
  running.push(inspector);
  return inspector;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vm-superio-story-"));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(running.map((inspector) => inspector.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe("the story of a bug", () => {
  const BROKEN = { device: "serial", revision: "0.8.1" } as const;
  /** Runs `prove`, which writes a story, and returns the command that it prints. */
  const prove = (...args: string[]): string => {
    const { stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "src/cli/bin.ts", "prove", ...args, "--revision", "0.8.1", "--story", folder],
      { encoding: "utf8" },
    );
    return /^Look at it: (.*)$/m.exec(stdout)?.[1] ?? stdout;
  };
  it.each<[name: string, failureTextOf: (storyFile: string) => string]>([
    [
      "checkDriver",
      (storyFile) =>
        checkDriver(linuxDriver, { ...BROKEN, seed: 1, coverageRuns: 0, storyFile }).failure?.text ?? "",
    ],
    ["exploreDriver", (storyFile) => exploreDriver(linuxDriver, { ...BROKEN, storyFile }).text],
    ["prove", () => prove("L1", "--limit", "900")],
    ["prove --driver", () => prove("--driver", "linux", "delivered")],
  ])("of %s is opened by the command that its text names", async (_, failureTextOf) => {
    const failureText = failureTextOf(join(folder, "named.story.json"));
    const [, storyFile = failureText] = /vm-superio inspect (\S+)/.exec(failureText) ?? [];
    const story = parseStory(await readFile(storyFile, "utf8"));
    const { inspectorUrl } = await start(storyFile);
    const page = await openPage(browser, inspectorUrl, { width: 1024, height: 800 });
    expect(await page.locator(".claim").innerText()).toContain(story.claim.sentence);
    expect(await positionOf(page)).toBe(story.rows.at(-1)?.index);
    expect(problemsOf.get(page)).toEqual([]);
    await page.context().close();
  });

  it.each([390, 1024])("whose texts are hostile changes nothing of a page of %i pixels", async (width) => {
    const { failure } = checkDriver(linuxDriver, { ...BROKEN, seed: 1, coverageRuns: 0 });
    if (!failure) throw new Error("0.8.1 is expected to fail");
    const { claim, rows, ...story } = failure.story;
    const evil = "\u202Eevil<b>bold</b>";
    const hostileStory = {
      ...{ ...story, subject: evil },
      claim: { id: "w".repeat(500), sentence: `${evil}${"w".repeat(5000)}`, detail: evil },
      rows: rows.map((row) => ({
        ...row,
        by: row.by === "driver" ? "driver" : evil,
        function: evil,
        effects: [evil],
      })),
    };
    const storyFile = join(folder, "hostile.story.json");
    await writeFile(storyFile, JSON.stringify(hostileStory));
    const { inspectorUrl } = await start(storyFile);
    const page = await openPage(browser, `${inspectorUrl}&show=calls`, { width, height: 800 });
    await waitForFrames(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await page.content()).not.toMatch(/[\u202A-\u202E]|<b>bold/);
    expect(await page.locator(".claim").innerText()).toContain("\\u{202e}evil<b>bold</b>");
    // What is below the claim is still there.
    expect((await page.locator(".list").boundingBox())?.height).toBeGreaterThan(100);
    expect(problemsOf.get(page)).toEqual([]);
    await page.context().close();
  });

  it("opens at the first violation, with the claim, the scenario's own numbers, and the ways on", async () => {
    const { failure } = checkDriver(linuxDriver, {
      ...{ device: "serial", revision: "0.8.1", seed: 1, coverageRuns: 0 },
    });
    if (!failure) throw new Error("0.8.1 is expected to fail");
    const storyFile = join(folder, "failure.json");
    await writeFile(storyFile, JSON.stringify(failure.story));
    const { inspectorUrl } = await start(storyFile);
    const page = await openPage(browser, inspectorUrl, { width: 1440, height: 900 });
    expect(await page.locator(".claim").innerText()).toContain(failure.sentence);
    expect(await positionOf(page)).toBe(failure.story.rows.at(-1)?.index);
    // The first violation is in view.
    const boxOf = async (selector: string) => {
      const box = await page.locator(selector).boundingBox();
      if (!box) throw new Error(`${selector} is not visible`);
      return { top: box.y, bottom: box.y + box.height };
    };
    const [violation, list] = [await boxOf('.row[aria-selected="true"]'), await boxOf(".scroller")];
    expect(violation.top).toBeGreaterThanOrEqual(list.top);
    expect(violation.bottom).toBeLessThanOrEqual(list.bottom);
    // Every number of the printed scenario that is no access stands between the accesses.
    const betweenTexts: string[] = [];
    for (const scrollTop of [0, 99_999]) {
      await page.locator(".scroller").evaluate((scroller, top) => {
        scroller.scrollTop = top;
      }, scrollTop);
      await waitForFrames(page);
      betweenTexts.push(...(await page.locator(".row.between").allInnerTexts()));
    }
    for (const { number, text, by } of failure.story.rows.filter((row) => row.by !== "driver"))
      expect(betweenTexts.map((it) => it.replace(/\s+/g, " "))).toContainEqual(
        expect.stringContaining(`(${number}) ${by}: ${text}`),
      );
    await page.click(".claim >> text=Why?");
    await expect.poll(() => page.locator(".why").innerText()).toContain("Why not: masked.");
    expect(await page.locator(".why .reason").first().innerText()).toMatch(/0\.8\.2 interrupts at #\d+ IER/);
    await page.click(".why .reason-go >> nth=0");
    await waitForFrames(page);
    expect(await page.locator('.row[aria-selected="true"]').innerText()).toMatch(/arrives/);
    await page.click(".claim >> text=As 0.8.2");
    await expect
      .poll(() => page.locator(".compare .futures-head").innerText())
      .toMatch(/They part at #\d+; [\d,]+ outcome/);
    await page.click(".first-difference");
    await expect.poll(() => page.locator(".compare .present.differs").count()).toBe(1);
    // The rule by which 0.8.2 looks again at what is pending.
    expect(await page.locator(".compare .futures-end").innerText()).toContain("S8b");
    // Saved as one file, it is the same story.
    await page.click('[aria-label="Share and export"] >> nth=0');
    const [downloaded] = await Promise.all([
      page.waitForEvent("download"),
      page.click(".menu >> text=Whole session as HTML"),
    ]);
    const htmlFile = `${await downloaded.path()}.html`;
    await copyFile(await downloaded.path(), htmlFile);
    const standalone = await openPage(browser, `file://${htmlFile}`);
    expect(await standalone.locator(".claim").innerText()).toContain(failure.sentence);
    expect(await positionOf(standalone)).toBe(failure.story.rows.at(-1)?.index);
    expect(problemsOf.get(page)).toEqual([]);
    await Promise.all([page.context().close(), standalone.context().close()]);
  });
});

describe("a journal", () => {
  it("has the same numbers on the page as in the file, with marks and failures as flags", async () => {
    const serial = new Serial({
      revision: "0.8.1",
      journal: { keep: 4096 },
      out: {
        write: (byte) => {
          if (byte === 0x58) throw new Error("full");
        },
      },
    });
    for (let i = 0; i < 90_000; i++) serial.read(5);
    serial.mark("a \u202ename");
    expect(() => serial.write(0, 0x58)).toThrow();
    serial.write(7, 0x12);
    const { journal } = serial;
    expect(journal.first).toBeGreaterThan(0);
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeJournal(journal.header, journal.entries())) chunks.push(chunk);
    const journalFile = join(folder, "evil\u202egnp.jsonl");
    await writeFile(journalFile, Buffer.concat(chunks));
    const { inspectorUrl } = await start(journalFile);
    const page = await openPage(browser, inspectorUrl);
    const [{ index: markIndex } = { index: -1 }] = [...journal.entries()].filter(
      ({ entry }) => entry.type === "mark",
    );
    await page.fill("#find", "first mark");
    await page.press("#find", "Enter");
    await expect.poll(() => positionOf(page)).toBe(markIndex);
    expect(await page.locator('.row[aria-selected="true"]').innerText()).toContain("a \\u{202e}name");
    expect(await page.locator("h1").innerText()).toBe("evil\\u{202e}gnp.jsonl");
    await page.press("#find", "Escape");
    await page.keyboard.press("End");
    await expect.poll(() => positionOf(page)).toBe(journal.next - 1);
    expect(await page.locator(".row").last().innerText()).toMatch(new RegExp(`^${journal.next - 1}\\s`));
    expect(await page.locator(".lane-names").innerText()).toContain("marks");
    expect(await page.locator(".registers .line").innerText()).not.toContain("tick");
    // A read of IIR and the register's value are one number.
    await page.selectOption('[aria-label="Accesses shown"]', "no polls");
    await expect.poll(() => page.locator(".count").innerText()).toMatch(/^[1-9] of [\d,]+$/);
    expect(problemsOf.get(page)).toEqual([]);
    await page.context().close();
  });
});

describe("two recordings", () => {
  /** Writes a journal of so many polls, and a last byte; returns its file. */
  const recordingOf = async (pollCount: number, lastByte: number): Promise<string> => {
    const serial = new Serial({ journal: "all" });
    for (let i = 0; i < pollCount; i++) serial.read(5);
    serial.write(0, lastByte);
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeJournal(serial.journal.header, serial.journal.entries()))
      chunks.push(chunk);
    const journalFile = join(folder, `${pollCount}-${lastByte}.jsonl`);
    await writeFile(journalFile, Buffer.concat(chunks));
    return journalFile;
  };

  it("are shown beside each other, with the first difference", async () => {
    const [first, second] = [await recordingOf(20, 0x41), await recordingOf(20, 0x42)];
    const { inspectorUrl } = await start(first, "--against", second);
    const page = await openPage(browser, inspectorUrl, { width: 1440 });
    await expect
      .poll(() => page.locator(".compare .futures-head").innerText())
      .toContain("They part at #20; 1 outcome differs.");
    await page.click(".first-difference");
    await expect.poll(() => page.locator(".compare .present").innerText()).toMatch(/0x41[\s\S]*0x42/);
    expect(problemsOf.get(page)).toEqual([]);
    await page.context().close();
  });

  it.each([
    [3, 30],
    [30, 3],
    [0, 5000],
  ])("of %i and %i polls are compared to the end of the longer", async (firstCount, secondCount) => {
    const [first, second] = [await recordingOf(firstCount, 0x41), await recordingOf(secondCount, 0x41)];
    const shorterCount = Math.min(firstCount, secondCount);
    const { inspectorUrl } = await start(first, "--against", second);
    const page = await openPage(browser, inspectorUrl, { width: 1440 });
    const verdict = page.locator(".compare .futures-head");
    await expect.poll(() => verdict.innerText()).toContain(`They part at #${shorterCount};`);
    await expect
      .poll(() => verdict.innerText())
      .toContain(
        `${(Math.max(firstCount, secondCount) + 1 - shorterCount).toLocaleString("en-US")} outcomes differ.`,
      );
    expect(await verdict.innerText()).toContain(
      `The ${firstCount < secondCount ? "first" : "second"} ends at #${shorterCount}.`,
    );
    await page.locator("#find").focus();
    await page.press("#find", "Escape");
    for (const key of ["End", "Home", "End"]) await page.keyboard.press(key);
    await expect.poll(() => positionOf(page)).toBe(firstCount);
    const presentCells = () => page.locator(".compare .present [role=cell]").allInnerTexts();
    const [left, right] = await presentCells();
    expect(left).toMatch(new RegExp(`^#${firstCount}\\s+THR`));
    expect(right).toMatch(firstCount < secondCount ? new RegExp(`^#${firstCount}\\s+LSR`) : /^—$/);
    // The rest of the longer is reached, beyond the last row of the shorter.
    await page.click(".last-difference");
    const lastIndex = Math.max(firstCount, secondCount);
    await expect
      .poll(presentCells)
      .toEqual(
        [firstCount, secondCount].map((count) =>
          count === lastIndex ? expect.stringMatching(new RegExp(`^#${lastIndex}\\s+THR`)) : "—",
        ),
      );
    expect(await page.locator(".next-difference").count()).toBe(0);
    await page.keyboard.press("Home");
    await expect.poll(presentCells).toContainEqual(expect.stringMatching(/^#0\s/));
    expect(problemsOf.get(page)).toEqual([]);
    await page.context().close();
  });
});
