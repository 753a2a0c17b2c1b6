import { readdir, readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  edgePicMachine,
  linuxDriverMachine,
  plicMachine,
  serialMachine,
  serialMachine081,
  uart16550Machine,
} from "../../machines/index.js";
import { toSvg } from "../../src/explore/index.js";
import { launchBrowser } from "../../src/inspect/browser/browser-harness.test-helper.js";
import { drawingFlawsOf } from "../../src/inspect/browser/drawing-flaws.test-helper.js";

const MACHINES = new URL("../../machines/", import.meta.url);

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
});
afterAll(() => browser?.close());

/** Returns what is wrong with a picture, and the arrows whose heads are not in it. */
async function flawsOfPicture(picture: string): Promise<string[]> {
  await page.setContent(picture);
  const headless = await page.evaluate(() =>
    [...document.querySelectorAll("[marker-end]")]
      .map((arrow) => /url\(#(\w+)\)/.exec(arrow.getAttribute("marker-end") ?? "")?.[1] ?? "")
      .filter((headId) => document.querySelectorAll(`marker[id="${headId}"]`).length !== 1),
  );
  return [...(await drawingFlawsOf(page, "svg")), ...headless];
}

describe("no region, state or label is drawn over another", () => {
  it("in the pictures in machines/", async () => {
    const pictureNames = (await readdir(MACHINES)).filter((name) => name.endsWith(".svg"));
    expect(pictureNames.length).toBeGreaterThan(10);
    for (const name of pictureNames)
      expect(await flawsOfPicture(await readFile(new URL(name, MACHINES), "utf8")), name).toEqual([]);
  });

  it.each([
    ["serial 0.8.1", serialMachine081],
    ["serial 0.8.2", serialMachine],
    ["uart16550", uart16550Machine],
    ["linux-driver", linuxDriverMachine],
    ["pic", edgePicMachine],
    ["plic", plicMachine],
  ])(
    "in the exports of %s, with its self-transitions or without, on a wide page or a narrow one",
    async (_, machine) => {
      for (const stays of [true, false])
        for (const width of [600, 1600])
          expect(await flawsOfPicture(await toSvg(machine, { stays, width }))).toEqual([]);
    },
  );

  it("which a picture that is drawn over itself shows", async () => {
    const picture = await toSvg(serialMachine);
    const [firstLabel = ""] = /<text class="label"[^>]*>/.exec(picture) ?? [];
    const [, x, y] = /<rect class="state" x="([\d.]+)" y="([\d.]+)"/.exec(picture) ?? [];
    const moved = picture.replace(firstLabel, `<text class="label" x="${x}" y="${Number(y) + 12}">`);
    expect(await flawsOfPicture(moved)).toContainEqual(expect.stringMatching(/ over /));
  });
});
