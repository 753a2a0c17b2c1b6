/**
 * Takes a screenshot of each state of the inspector's page at three widths in both themes, into dist/screenshots, to be looked at; and the
 * documentation's picture, which is one of them.
 *
 *     tsx .ci/screenshots.ts        (npm run screenshots, which builds the page first)
 */
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import {
  LINUX_TRACE,
  launchBrowser,
  openPage,
  QEMU_TRACE,
  startInspector,
  waitForFrames,
} from "../src/inspect/browser/browser-harness.test-helper.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SCREENSHOTS = join(ROOT, "dist/screenshots");
/** The screenshot that the documentation shows. */
const DOCUMENTED = "serial-why-1440-light.png";
const PICTURE = join(ROOT, "src/inspect/inspector.png");

const HEIGHT = 900;
const WIDTHS = [390, 1024, 1440] as const;
const THEMES = ["light", "dark"] as const;

/** The recordings, with the view in which they are shown. */
const RECORDINGS = {
  serial: { args: ["--revision", "0.8.1", LINUX_TRACE], view: "&at=44000&range=43900-44100" },
  uart16550: { args: [QEMU_TRACE], view: "&at=50200&range=50100-50300" },
} as const;

/** The states: the part of the link, and what is done on the page. */
const STATES: Readonly<Record<string, { readonly link: string; enter?(page: Page): Promise<void> }>> = {
  chart: { link: "" },
  why: { link: "&why=interrupt" },
  console: { link: "&tab=console" },
  "what-if": {
    link: "&tab=fork",
    enter: async (page) => {
      await page.fill("#instead", "IER <- 0x05");
      await page.click("button[value=replace]");
    },
  },
  compare: {
    link: "&tab=compare",
    enter: async (page) => {
      await page.selectOption("#against", { index: 1 });
      await page.waitForSelector(".compare .futures");
    },
  },
  lanes: { link: "", enter: (page) => page.click(".choose-lanes") },
  menu: { link: "", enter: (page) => page.click('[aria-label="Share and export"] >> nth=0') },
  keys: { link: "", enter: (page) => page.keyboard.press("?") },
  mistake: {
    link: "",
    enter: async (page) => {
      await page.fill("#find", "DR && nonsense");
      await page.press("#find", "Enter");
    },
  },
};

await mkdir(SCREENSHOTS, { recursive: true });
const browser = await launchBrowser();
for (const [name, { args, view }] of Object.entries(RECORDINGS)) {
  const inspector = await startInspector(...args);
  for (const theme of THEMES)
    for (const width of WIDTHS)
      for (const [state, { link, enter }] of Object.entries(STATES)) {
        const page = await openPage(browser, inspector.inspectorUrl + view + link, {
          ...{ width, height: HEIGHT, theme },
        });
        await enter?.(page);
        await waitForFrames(page);
        await page.screenshot({
          path: join(SCREENSHOTS, `${name}-${state}-${width}-${theme}.png`),
          // A small page scrolls.
          fullPage: width < 1190,
        });
        await page.context().close();
      }
  await inspector.stop();
}
await browser.close();
await copyFile(join(SCREENSHOTS, DOCUMENTED), PICTURE);
