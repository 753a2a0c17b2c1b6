/** What the tests in a browser stand on: the command, the browser, and a page that has read its session. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Debian's Chromium, unless told another. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export const LINUX = "properties/traces/linux-v86.jsonl.gz";
export const QEMU = "properties/traces/linux.replay.jsonl.gz";

/** Starts the browser. It talks to loopback only. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });

/** `vm-superio inspect`, running. */
export interface Inspecting {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs the command as a user does, and waits for its link. */
export function inspecting(...args: string[]): Promise<Inspecting> {
  return linked(["src/cli/bin.ts", "inspect", ...args]);
}

/** Runs a script that prints a link, and waits for that. */
export async function linked(args: readonly string[]): Promise<Inspecting> {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await linkOf(child);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const linkOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (piece) => {
      text += piece;
      const [link] = /http:\S+/.exec(text) ?? [];
      if (link) resolve(link);
    });
    child.once("exit", (code) =>
      reject(new Error(`it ended with ${code} before it printed a link: ${text}`)),
    );
  });

/** What went wrong in a page: errors, and what its policy kept from happening. */
export const problemsOf = new WeakMap<Page, string[]>();

/** Opens a link, and waits until everything has been read. */
export async function open(
  browser: Browser,
  url: string,
  options: { width?: number; height?: number; theme?: "light" | "dark" } = {},
): Promise<Page> {
  const { width = 1280, height = 800, theme = "light" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    acceptDownloads: true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  problemsOf.set(page, problems);
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (said) => {
    if (said.type() === "error") problems.push(said.text());
  });
  await page.goto(url);
  await page.waitForSelector("html[data-loaded]", { timeout: 60_000 });
  return page;
}

/** Waits until what was done last is shown: the page draws with the next frame. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown()))),
  );

/** The stretch of entries that the time line shows, if it does not show all: from the address, as the page itself has it. */
export async function rangeOf(page: Page): Promise<readonly [from: number, to: number] | undefined> {
  await settled(page);
  const [, from, to] = /range=(\d+)-(\d+)/.exec(await page.evaluate(() => location.hash)) ?? [];
  return from === undefined ? undefined : [Number(from), Number(to)];
}

/** The index at which a page is. */
export const positionOf = async (page: Page): Promise<number> =>
  Number((await page.locator(".position b").innerText()).replace(/\D/g, ""));
