/** The harness of the tests in a browser: the command, the browser, and a page that has read its session. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Debian's Chromium by default. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export const LINUX_TRACE = "properties/traces/linux-v86.jsonl.gz";
export const QEMU_TRACE = "properties/traces/linux.replay.jsonl.gz";

/** Starts the browser. It talks to loopback only. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });

/** `vm-superio inspect`, running. */
export interface RunningInspector {
  readonly inspectorUrl: string;
  /** Writes to its standard input, which then may end. */
  write(text: string, options?: { readonly ends?: boolean }): void;
  stop(): Promise<void>;
}

/** Runs the command as a user does, and waits for its link. */
export function startInspector(...args: string[]): Promise<RunningInspector> {
  return startScript(["src/cli/bin.ts", "inspect", ...args]);
}

/**
 * Runs a script that prints a link, and waits for that.
 *
 * @param input - is written to its standard input at once.
 */
export async function startScript(args: readonly string[], input = ""): Promise<RunningInspector> {
  const childProcess = spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  childProcess.stdin.write(input);
  const inspectorUrl = await waitForLink(childProcess);
  const processEnded = new Promise((resolve) => childProcess.once("exit", resolve));
  return {
    inspectorUrl,
    write: (text, { ends = false } = {}) => {
      childProcess.stdin.write(text);
      if (ends) childProcess.stdin.end();
    },
    stop: async () => {
      childProcess.kill("SIGTERM");
      await processEnded;
    },
  };
}

const waitForLink = (childProcess: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let printedText = "";
    childProcess.stdout?.on("data", (outputChunk) => {
      printedText += outputChunk;
      const [printedLink] = /http:\S+/.exec(printedText) ?? [];
      if (printedLink) resolve(printedLink);
    });
    childProcess.once("exit", (code) =>
      reject(new Error(`it ended with ${code} before it printed a link: ${printedText}`)),
    );
  });

/** The errors of a page, and violations of its policy. */
export const problemsOf = new WeakMap<Page, string[]>();

/** Opens a link, and waits until everything has been read. */
export async function openPage(
  browser: Browser,
  inspectorUrl: string,
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
  page.on("console", (consoleMessage) => {
    if (consoleMessage.type() === "error") problems.push(consoleMessage.text());
  });
  await page.goto(inspectorUrl);
  await page.waitForSelector("html[data-loaded]", { timeout: 60_000 });
  return page;
}

/** Waits until the last action is shown: the page draws with the next frame. */
export const waitForFrames = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((framesDrawn) => requestAnimationFrame(() => requestAnimationFrame(() => framesDrawn()))),
  );

/** Returns the range of entries that the time line shows, if it does not show all, from the page's address. */
export async function rangeOf(page: Page): Promise<readonly [from: number, to: number] | undefined> {
  await waitForFrames(page);
  const [, from, to] = /range=(\d+)-(\d+)/.exec(await page.evaluate(() => location.hash)) ?? [];
  return from === undefined ? undefined : [Number(from), Number(to)];
}

/** Returns a page's current entry index. */
export const positionOf = async (page: Page): Promise<number> =>
  Number((await page.locator(".position b").innerText()).replace(/\D/g, ""));
