import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../version.js";
import { main } from "./main.js";
import { type TestChoices, testSurroundings } from "./surroundings.test-helper.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** SeaBIOS's first accesses under 0.8.1, and two characters. */
const TRACE = '["w",1,2]\n["r",1,2]\n["r",2,193]\n["w",0,104]\n["irq",4,1]\n["w",0,105]\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  await writeFile(join(folder, "boot.jsonl"), TRACE);
  await writeFile(join(folder, "text"), "\x1b[2Jhello\n");
  await writeFile(join(folder, "empty"), "");
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: string[], choices: TestChoices = {}) {
  const io = testSurroundings(choices);
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

describe("the exit code", () => {
  it("is 0 without a difference and 1 with one", async () => {
    const file = join(folder, "boot.jsonl");
    expect(await run(["replay", file, "--revision", "0.8.1", "--quiet"])).toEqual({
      code: 0,
      out: `${file} on serial, revision 0.8.1: no difference in 5 accesses and 1 trigger\n`,
      err: "",
    });
    expect(await run(["replay", "-", "--quiet"], { stdin: TRACE })).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^standard input on serial, revision 0.8.2: 1 read differs, .*first read on line 3/,
      ),
    });
  });

  it.each([
    [[], /command: expected one of replay, export, compile, prove, diff, explore, run, inspect, got none/],
    [["replya"], /unknown command 'replya' \(Did you mean replay\?\)\. See vm-superio --help\.$/m],
    [["replay"], /missing required argument 'file'\. See vm-superio replay --help\.$/m],
    [["replay", "a", "b"], /too many arguments/],
    [["replay", "a", "--revision", "0.9"], /'0\.9' is invalid\. Allowed choices are 0\.8\.2, 0\.8\.1/],
    [["replay", "a", "--jsno"], /unknown option '--jsno' \(Did you mean --json\?\)/],
    [["replay", "a", "--raw", "--quiet"], /option '--raw' cannot be used with option '--quiet'\. See/],
    [["replay", "a", "--json", "--raw"], /option '--raw' cannot be used with option '--json'\. See/],
    [["replay", "FOLDER"], /: expected a recording, got a directory/],
    [["replay", "FOLDER/none"], /none: there is no such file; name a recording, or - for standard input/],
    [["replay", "FOLDER/no\x1b[2Jne"], /no\\x1b\[2Jne: there is no such file/],
    [["replay", "FOLDER/empty"], /recording: expected v86 accesses .*, plain or gzip, got nothing/],
    [["replay", "FOLDER/text"], /recording: expected v86 accesses .*, got "\\u001b\[2Jhello"/],
  ] as [string[], RegExp][])("is 2 and one line says why: %j", async (args, message) => {
    const { code, out, err } = await run(args.map((arg) => arg.replace("FOLDER", folder)));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).toMatch(/^vm-superio: [^\n]*\n$/);
    expect(err).not.toContain("\x1b");
  });

  it("is 2 for a recording that is broken later on", async () => {
    const { code, err } = await run(["replay", "-"], { stdin: `${TRACE}["r",5]\n` });
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        /^vm-superio: line 7: step: expected \["r",offset,value\].*, got \["r",5\]\n$/,
      ),
    });
  });
});

describe("help", () => {
  it.each([[["--help"]], [["help"]], [["replay", "--help"]], [["help", "replay"]]])("%j", async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Usage: vm-superio/);
    expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  it("of a command names every option and has examples", async () => {
    const { out } = await run(["replay", "--help"]);
    for (const option of [
      "--device",
      "--revision",
      "--preset",
      "--coverage",
      "--quiet",
      "--json",
      "--raw",
      "- is the standard",
    ])
      expect(out).toContain(option);
    expect(out).toMatch(/Examples:\n {2}vm-superio replay /);
  });

  it("--version", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  });
});

describe("as a process", () => {
  function start(args: string[], stopReading = false) {
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/bin.ts", ...args], { cwd: ROOT });
    const written = { out: "", err: "" };
    child.stdout.on("data", (data) => {
      written.out += data;
      if (stopReading) child.stdout.destroy();
    });
    child.stderr.on("data", (data) => {
      written.err += data;
    });
    child.stdin.end(TRACE);
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, ...written }));
    });
  }

  it("replays the standard input", async () => {
    const { code, out } = await start(["replay", "-", "--revision", "0.8.1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^│ hi\n\nRecording {5}standard input/);
  });

  it("ends with 1 on a difference and with 2 where there is no file", async () => {
    expect((await start(["replay", "-", "--quiet"])).code).toBe(1);
    const { code, err } = await start(["replay", join(folder, "none")]);
    expect(code).toBe(2);
    expect(err).toMatch(/^vm-superio: .*\n$/);
  });

  it("ends quietly when nobody reads on", async () => {
    const trace = join(ROOT, "properties/traces/linux-v86.jsonl.gz");
    const { code, err } = await start(["replay", trace, "--revision", "0.8.1"], true);
    expect({ code, err: err.replace(/^replaying: .*\n/gm, "") }).toEqual({ code: 0, err: "" });
  });
});
