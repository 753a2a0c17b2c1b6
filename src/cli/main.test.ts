import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../version.js";
import { createTestIo, type TestIoOptions } from "./io.test-helper.js";
import { main } from "./main.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** SeaBIOS's first accesses under 0.8.1, and two characters. */
const TRACE = '["w",1,2]\n["r",1,2]\n["r",2,193]\n["w",0,104]\n["irq",4,1]\n["w",0,105]\n';

let tempFolder: string;
beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  await writeFile(join(tempFolder, "boot.jsonl"), TRACE);
  await writeFile(join(tempFolder, "text"), "\x1b[2Jhello\n");
  await writeFile(join(tempFolder, "empty"), "");
});
afterAll(() => rm(tempFolder, { recursive: true }));

async function run(cliArguments: string[], choices: TestIoOptions = {}) {
  const io = createTestIo(choices);
  const exitCode = await main(cliArguments, io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

describe("the exit code", () => {
  it("is 0 without a difference and 1 with one", async () => {
    const filePath = join(tempFolder, "boot.jsonl");
    expect(await run(["replay", filePath, "--revision", "0.8.1", "--quiet"])).toEqual({
      exitCode: 0,
      stdoutText: `${filePath} on serial, revision 0.8.1: no difference in 5 accesses and 1 trigger\n`,
      stderrText: "",
    });
    expect(await run(["replay", "-", "--quiet"], { stdin: TRACE })).toMatchObject({
      exitCode: 1,
      stdoutText: expect.stringMatching(
        /^standard input on serial, revision 0.8.2: 1 read differs, .*first read on line 3/,
      ),
    });
  });

  it.each([
    [
      [],
      /command: expected one of test, new, replay, inspect, run, export, convert, lint, state, conform, prove, explore, diff, compile, got none/,
    ],
    [["replya"], /unknown command 'replya' \(Did you mean replay\?\)\. See vm-superio --help\.$/m],
    [["replay"], /missing required argument 'file'\. See vm-superio replay --help\.$/m],
    [["replay", "a", "b"], /too many arguments/],
    [["replay", "a", "--revision", "0.9"], /'0\.9' is invalid\. Allowed choices are 0\.8\.2, 0\.8\.1/],
    [["replay", "a", "--jsno"], /unknown option '--jsno' \(Did you mean --json\?\)/],
    [["replay", "a", "--reg-shift", "2"], /unknown option '--reg-shift' \(Did you mean --shift\?\)\. See/],
    [["replay", "a", "--reg-io-width", "2"], /unknown option '--reg-io-width' \(Did you mean --width\?\)/],
    [["test", "a", "--endian"], /unknown option '--endian' \(Did you mean --big-endian\?\)/],
    [["replay", "a", "--unmapped", "none"], /'none' is invalid\. Allowed choices are zero, ones, error/],
    [["replay", "a", "--raw", "--quiet"], /option '--raw' cannot be used with option '--quiet'\. See/],
    [["replay", "a", "--json", "--raw"], /option '--raw' cannot be used with option '--json'\. See/],
    [["replay", "FOLDER"], /: expected a recording, got a directory/],
    [["replay", "FOLDER/none"], /none: there is no such file; name a recording, or - for standard input/],
    [["replay", "FOLDER/no\x1b[2Jne"], /no\\x1b\[2Jne: there is no such file/],
    [["replay", "FOLDER/empty"], /recording: expected v86 accesses .*, plain or gzip, got nothing/],
    [["replay", "FOLDER/text"], /recording: expected v86 accesses .*, got "\\u001b\[2Jhello"/],
  ] as [string[], RegExp][])("is 2 and one line says why: %j", async (cliArguments, message) => {
    const { exitCode, stdoutText, stderrText } = await run(
      cliArguments.map((arg) => arg.replace("FOLDER", tempFolder)),
    );
    expect({ exitCode, stdoutText }).toEqual({ exitCode: 2, stdoutText: "" });
    expect(stderrText).toMatch(message);
    expect(stderrText).toMatch(/^vm-superio: [^\n]*\n$/);
    expect(stderrText).not.toContain("\x1b");
  });

  it("is 2 for a recording that is broken later on", async () => {
    const { exitCode, stderrText } = await run(["replay", "-"], { stdin: `${TRACE}["r",5]\n` });
    expect({ exitCode, stderrText }).toEqual({
      exitCode: 2,
      stderrText: expect.stringMatching(
        /^vm-superio: line 7: step: expected \["r",offset,value\].*, got \["r",5\]\n$/,
      ),
    });
  });
});

/** Every command, in the order of the help. */
const COMMAND_NAMES = [
  ...["test", "new", "replay", "inspect", "run", "export", "convert", "lint", "state", "conform"],
  ...["prove", "explore", "diff", "compile"],
];

describe("help", () => {
  it.each([
    [["--help"]],
    [["help"]],
    [["help", "replay"]],
    ...COMMAND_NAMES.map((commandName) => [[commandName, "--help"]]),
  ])("%j", async (cliArguments) => {
    const { exitCode, stdoutText, stderrText } = await run(cliArguments);
    expect({ exitCode, stderrText }).toEqual({ exitCode: 0, stderrText: "" });
    expect(stdoutText).toMatch(/^Usage: vm-superio/);
    expect(stdoutText.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  it("of a command names every option and has examples", async () => {
    const { stdoutText } = await run(["replay", "--help"]);
    for (const option of [
      "--device",
      "--revision",
      "--preset",
      "--coverage",
      "--quiet",
      "--json",
      "--raw",
      "--salvage",
      "- is the standard",
    ])
      expect(stdoutText).toContain(option);
    expect(stdoutText).toMatch(/Examples:\n {2}vm-superio replay /);
  });

  it("--version", async () => {
    expect(await run(["--version"])).toEqual({ exitCode: 0, stdoutText: `${VERSION}\n`, stderrText: "" });
  });
});

describe.concurrent("as a process", () => {
  function start(cliArguments: string[], stopReading = false) {
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/bin.ts", ...cliArguments], {
      cwd: ROOT,
    });
    const written = { stdoutText: "", stderrText: "" };
    child.stdout.on("data", (data) => {
      written.stdoutText += data;
      if (stopReading) child.stdout.destroy();
    });
    child.stderr.on("data", (data) => {
      written.stderrText += data;
    });
    // It may end before it has read anything.
    child.stdin.on("error", () => {});
    child.stdin.end(TRACE);
    return new Promise<{ exitCode: number | null; stdoutText: string; stderrText: string }>((resolve) => {
      child.on("close", (exitCode) => resolve({ exitCode, ...written }));
    });
  }

  it("replays the standard input, and ends with 0", async ({ expect }) => {
    const ended = await start(["replay", "-", "--revision", "0.8.1"]);
    expect(ended).toEqual({
      exitCode: 0,
      stdoutText: expect.stringMatching(/^│ hi\n\nRecording {5}standard input/),
      stderrText: "",
    });
  });

  it("ends with 1 on a difference", async ({ expect }) => {
    expect((await start(["replay", "-", "--quiet"])).exitCode).toBe(1);
  });

  it("ends with 2 for a file that does not exist, and one line says so", async ({ expect }) => {
    const missing = join(tempFolder, "missing.jsonl");
    expect(await start(["replay", missing])).toEqual({
      exitCode: 2,
      stdoutText: "",
      stderrText: `vm-superio: cannot read ${missing}: there is no such file; name a recording, or - for standard input\n`,
    });
  });

  it("ends quietly when nobody reads on", async ({ expect }) => {
    const trace = join(ROOT, "properties/traces/linux-v86.jsonl.gz");
    const { exitCode, stderrText } = await start(["replay", trace, "--revision", "0.8.1"], true);
    expect({ exitCode, stderrText: stderrText.replace(/^replaying: .*\n/gm, "") }).toEqual({
      exitCode: 0,
      stderrText: "",
    });
  });
});
