import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
beforeAll(async () => {
  // Inside the package, so that its dependencies are found.
  folder = await mkdtemp(join(ROOT, ".claims-"));
});
afterAll(() => rm(folder, { recursive: true }));

const LIGHT = `
import { createMachine } from "xstate";
const { always, claim, leadsTo, never, reachable } = await import(${JSON.stringify(join(ROOT, "src/explore/index.ts"))});
export const machine = createMachine({ id: "light", initial: "red", states: {
  red: { on: { GO: "green" } }, green: { on: { STOP: "red", BREAK: "broken" } }, broken: {} } });
const events = ["GO", "STOP", "BREAK"].map((type) => ({ type }));
export const scopes = { small: { events: events.slice(0, 2) }, whole: { events } };
const isGreen = ({ value }) => value === "green";
`;

const write = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
const lightWith = (name: string, claims: string) =>
  write(name, `${LIGHT}\nexport const claims = [${claims}];\n`);

const NEVER_BROKEN = 'claim("C1", "It never breaks.", never(({ value }) => value === "broken"))';
const ENDS = 'claim("C2", "Green ends.", leadsTo(isGreen, (reached) => !isGreen(reached)))';
const GREEN = 'claim("C3", "It can be green.", reachable(isGreen))';
const ABOUT_NOTHING =
  'claim("C4", "Blue is good.", always(() => true, { when: ({ value }) => value === "blue" }))';

async function run(...cliArguments: string[]) {
  const io = createTestIo();
  const exitCode = await main(cliArguments, io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

describe("prove of a module", () => {
  it("proves and refutes in each scope, with steps, changes and the premise; the exit code says which", async () => {
    const file = await lightWith("light.claims.mjs", [NEVER_BROKEN, ENDS, GREEN].join());
    const { exitCode, stdoutText } = await run("prove", file, "--scope", "whole", "--save", folder);
    expect(exitCode).toBe(1);
    expect(stdoutText).toMatch(/^light: 3 configurations, 3 states, 9 transitions/m);
    expect(stdoutText).toMatch(/^Chart .*1 dead end/m);
    expect(stdoutText).toMatch(/^C1 {2}refuted {2}It never breaks\.\n/m);
    expect(stdoutText).toMatch(/^ {2}1\. GO {5}green\n {2}2\. BREAK {2}broken$/m);
    expect(stdoutText).toMatch(/^C2 refuted: [\s\S]*no fairness is assumed, which would exclude such a run/m);
    expect(stdoutText).toMatch(/^C3 {2}proved /m);
    const saved = JSON.parse(await readFile(join(folder, "whole-C1.json"), "utf8"));
    expect(saved).toEqual([{ type: "GO" }, { type: "BREAK" }]);
  });

  it("exits with 0 if every claim is proved, 3 if one is about nothing or inconclusive", async () => {
    const file = await lightWith("codes.claims.mjs", [NEVER_BROKEN, GREEN, ABOUT_NOTHING].join());
    expect(await run("prove", file, "--scope", "small", "C1", "C3")).toMatchObject({ exitCode: 0 });
    expect(await run("prove", file, "--scope", "small", "C4")).toMatchObject({ exitCode: 3 });
    expect(await run("prove", file, "--scope", "whole", "C1", "--limit", "1")).toMatchObject({ exitCode: 3 });
    const { stdoutText } = await run("prove", file, "C3", "--json");
    expect(JSON.parse(stdoutText)).toMatchObject({
      version: 1,
      scopes: [{ name: "small", claims: [{ id: "C3", verdict: "proved" }] }, { name: "whole" }],
    });
  });

  const mistakes: readonly (readonly [string, string, string[], string])[] = [
    ["no claims", LIGHT, [], "expected an export claims, a list of claim(id, sentence, formula), got none"],
    ["a claim that is none", `${LIGHT} export const claims = [3];`, [], "claims[0]: expected claim("],
    [
      "no scope",
      `${LIGHT.replace("scopes", "others")} export const claims = [${GREEN}];`,
      [],
      "expected an export scope",
    ],
    [
      "an unknown scope",
      `${LIGHT} export const claims = [${GREEN}];`,
      ["--scope", "big"],
      "--scope: expected one of small, whole, got big",
    ],
    ["an unknown claim", `${LIGHT} export const claims = [${GREEN}];`, ["C9"], "claim: expected C3, got C9"],
    [
      "an option of a device",
      `${LIGHT} export const claims = [${GREEN}];`,
      ["--preset", "qemu"],
      "--preset: expected no module",
    ],
    [
      "an option of a device's counterexamples",
      `${LIGHT} export const claims = [${GREEN}];`,
      ["--inspect"],
      "--inspect: expected claims about a device, got a machine; --save FOLDER writes the events",
    ],
    ["an error in the file", "export const claims = nothing;", [], "cannot load"],
    [
      "an event that is none",
      `${LIGHT.replace("events: events.slice(0, 2)", "events: [3]")} export const claims = [${GREEN}];`,
      [],
      "events[0]: expected an event",
    ],
  ];
  it.each(mistakes)("says in one line what is wrong: %s", async (name, text, cliArguments, message) => {
    const file = await write(`${name.replaceAll(" ", "-")}.mjs`, text);
    const { exitCode, stderrText } = await run("prove", file, ...cliArguments);
    expect(exitCode).toBe(2);
    expect(stderrText).toContain(message);
    expect(stderrText.trim().split("\n")).toHaveLength(1);
  });

  it("as a process, in TypeScript, and explores a machine with events from a file", async () => {
    const command = ["--import", "tsx", join(ROOT, "src/cli/bin.ts")];
    const typed = await lightWith("typed.claims.ts", `${GREEN} as unknown`);
    const events = await write("events.json", JSON.stringify([{ type: "GO" }, { type: "STOP" }]));
    const execute = promisify(execFile);
    const [proved, explored] = await Promise.all([
      execute(process.execPath, [...command, "prove", typed, "--scope", "small"], { cwd: ROOT }),
      execute(process.execPath, [...command, "explore", typed, "--events", events], { cwd: ROOT }),
    ]);
    expect(proved.stdout).toMatch(/^C3 {2}proved/m);
    expect(explored.stdout).toMatch(/^light: 2 configurations, 2 states, 4 transitions/m);
    expect(explored.stdout).toMatch(/^Chart .*not reached: broken/m);
  });

  it("as a process that watches, proves again when the file changes", async () => {
    const file = await lightWith("watched.claims.mjs", NEVER_BROKEN);
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(ROOT, "src/cli/bin.ts"), "prove", file, "--scope", "whole", "--watch"],
      { cwd: ROOT },
    );
    let text = "";
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const seen = (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => pattern.test(text) && resolve();
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (chunk) => {
            text += chunk;
            look();
          });
        look();
      });
    await seen(/C1 {2}refuted[\s\S]*waiting for a change/);
    text = "";
    await lightWith("watched.claims.mjs", GREEN);
    await seen(/C3 {2}proved[\s\S]*waiting for a change/);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });
});

describe("explore of a file", () => {
  it("says in one line what is wrong with the events", async () => {
    const file = await lightWith("explored.mjs", GREEN);
    const wrong = await write("wrong.json", "[3]");
    const broken = await write("broken.json", "[");
    const messages = await Promise.all(
      [[], ["--events", wrong], ["--events", broken], ["--events", join(tmpdir(), "no-such-file.json")]].map(
        async (cliArguments) => (await run("explore", file, ...cliArguments)).stderrText,
      ),
    );
    expect(messages).toEqual([
      expect.stringContaining("--events: expected a JSON file with the events of"),
      expect.stringContaining('events[0]: expected an event such as { type: "GO" }, got 3'),
      expect.stringContaining("it is no JSON"),
      expect.stringContaining("there is no such file"),
    ]);
    expect(await run("explore", file, "--export", "dot")).toMatchObject({ exitCode: 0 });
  });
});
