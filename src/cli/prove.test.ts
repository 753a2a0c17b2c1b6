import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadJournal, parseStory, type Story } from "../journal/index.js";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

let tempFolder: string;
beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), "vm-superio-"));
});
afterAll(() => rm(tempFolder, { recursive: true }));

async function run(...cliArguments: string[]) {
  const io = createTestIo({ clockStep: 2_000 });
  const exitCode = await main(cliArguments, io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

describe("prove", () => {
  it("refutes with a counterexample, which it saves, and says how far it is", async () => {
    const { exitCode, stdoutText, stderrText } = await run(
      "prove",
      "--revision",
      "0.8.1",
      "L1",
      "--save",
      tempFolder,
      "--limit",
      "900",
      "--exhaustive",
    );
    expect(exitCode).toBe(1);
    expect(stdoutText).toMatch(
      /^serial, revision 0\.8\.1: \d+ configurations, 900 states, .*; stopped at the limit$/m,
    );
    expect(stdoutText).toMatch(/^L1 {2}refuted {2}After every IER write/m);
    expect(stdoutText).toMatch(/^ {2}1\. 1 character arrives .*RBR 0x00 to 0x41/m);
    expect(stdoutText).toMatch(/^ {2}2\. IER <- 0x01 ERBFI .*\[S12 S9\]$/m);
    expect(stdoutText).toMatch(/^ {2}after step 2 the premise holds, and what is claimed does not$/m);
    expect(stdoutText.split("\n").every((line) => !line.includes("undefined"))).toBe(true);
    expect(stdoutText).toMatch(/; no dead ends$/m);
    expect(stdoutText).toMatch(/^Memory {8}\d+ bytes a state, no edges kept$/m);
    expect(stderrText).toMatch(
      /^exploring: [\d,]+ states, [\d,]+ transitions, [\d,]+ states to go on from, depth \d+, [\d,]+ transitions a second, [\d,]+ MB, \d+ s$/m,
    );
    expect(await readdir(tempFolder)).toEqual(["L1.jsonl"]);
    expect(await readFile(join(tempFolder, "L1.jsonl"), "utf8")).toMatch(/^\{"format":"vm-superio-journal"/);
  });

  it("ends early, with the same counterexample, as soon as every claim is decided", async () => {
    const [early, whole] = await Promise.all([
      run("prove", "--revision", "0.8.1", "L1"),
      run("prove", "--revision", "0.8.1", "L1", "--exhaustive"),
    ]);
    expect(early.stdoutText).toMatch(/ (\d\d?) states, .*; stopped as every claim is decided/);
    expect(whole.stdoutText).toMatch(/ 5,160 states, 144,480 transitions in [\d.]+ s$/m);
    const counterexample = (text: string) => text.slice(text.indexOf("L1 refuted:"));
    expect(counterexample(early.stdoutText)).toContain("IER <- 0x01 ERBFI");
    expect(counterexample(early.stdoutText)).toBe(counterexample(whole.stdoutText));
  });

  it("as stories, which inspect opens at the first violation", async () => {
    const folder = join(tempFolder, "stories");
    expect(
      (await run("prove", "L1", "--revision", "0.8.1", "--limit", "900", "--story", folder)).exitCode,
    ).toBe(1);
    const { claim, rows, journal } = parseStory(await readFile(join(folder, "L1.story.json"), "utf8"));
    expect(claim.id).toBe("L1");
    expect(rows.map(({ by, index }) => [by, index])).toEqual([
      ["environment", 0],
      ["driver", 1],
    ]);
    expect((await loadJournal(journal)).journal.length).toBe(2);
  });

  it("serves each counterexample to the inspector, as it is printed, and keeps its exit code", async () => {
    const openings: { readonly name: string; readonly story: Story }[] = [];
    const io = createTestIo({
      stopped: async () => {
        const [, origin, token] = /(http:\S+)#token=(\S+)/.exec(io.stdoutText()) ?? [];
        const request = (path: string) =>
          fetch(`${origin}${path}`, { headers: { Authorization: `Bearer ${token}` } });
        const { names } = (await (await request("api/sources")).json()) as { names: string[] };
        for (const index of names.keys()) {
          // The first frame: the length of its content, its type, its content.
          const bytes = Buffer.from(await (await request(`api/journal?source=${index}`)).arrayBuffer());
          openings.push(JSON.parse(bytes.toString("utf8", 5, 5 + bytes.readUInt32LE(0))));
        }
      },
    });
    const exitCode = await main(["prove", "--revision", "0.8.1", "L1", "L5", "L2", "--inspect"], io);
    expect(exitCode).toBe(1);
    expect(openings.map(({ name }) => name)).toEqual(
      ["L1", "L2"].map((id) => `${id}: serial, revision 0.8.1`),
    );
    expect(io.stdoutText()).toMatch(
      /\n\ninspect serial, revision 0\.8\.1, 2 counterexamples at http\S+\nCtrl-C ends it\n$/,
    );
    expect(io.stdoutText()).not.toContain("Look at it");
    for (const { story } of openings) {
      const [, printedSteps = ""] = io.stdoutText().split(`${story.claim.id} refuted: `);
      const printedTexts = [...(printedSteps.split("\n\n")[0]?.matchAll(/^ +\d+\. (.*?) {2}/gm) ?? [])];
      expect(story.rows.map(({ text }) => text)).toEqual(printedTexts.map(([, text]) => text));
    }
  });

  it("says where there is nothing to inspect", async () => {
    const { exitCode, stdoutText } = await run("prove", "L5", "--limit", "900", "--inspect");
    expect({ exitCode, stdoutText }).toMatchObject({
      exitCode: 0,
      stdoutText: expect.stringMatching(/\nThere is no counterexample to inspect\n$/),
    });
  });

  it("as JSON, and where the limit comes first", async () => {
    const { exitCode, stdoutText } = await run("prove", "L1", "L5", "I5", "--limit", "30", "--json");
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdoutText)).toMatchObject({
      chart: "serial",
      options: { revision: "0.8.2" },
      states: 30,
      complete: false,
      claims: [
        { id: "L1", verdict: "inconclusive" },
        { id: "L5", verdict: "proved", steps: [{ number: 1, text: "1 character arrives" }, { number: 2 }] },
        { id: "I5", verdict: "inconclusive" },
      ],
    });
  });
});

describe("prove --driver linux", () => {
  it("refutes with a run of driver and device, and saves what the device saw", async () => {
    const { exitCode, stdoutText } = await run(
      "prove",
      "--driver",
      "linux",
      "--revision",
      "0.8.1",
      "delivered",
      "--save",
      tempFolder,
      "--story",
      tempFolder,
    );
    expect(exitCode).toBe(1);
    expect(stdoutText).toMatch(
      /^Linux's driver on serial, revision 0\.8\.1, edge interrupts: [\d,]+ states/m,
    );
    expect(stdoutText).toMatch(/^delivered {2}refuted {2}Every byte/m);
    expect(stdoutText).toMatch(/^ {4}41 {2}environment {2}'b' arrives$/m);
    const storyFile = join(tempFolder, "delivered.story.json");
    expect(
      stdoutText.endsWith(`and nobody has anything to do\n\nLook at it: vm-superio inspect ${storyFile}\n`),
    ).toBe(true);
    const { claim, rows, journal } = parseStory(await readFile(storyFile, "utf8"));
    expect(claim.id).toBe("delivered");
    expect(rows.at(-1)).toMatchObject({ number: 42, by: "driver", text: "IER <- 0x05 ERBFI|ELSI" });
    // Each row of an access stands at its own entry.
    const entries = [...(await loadJournal(journal)).journal.entries()].map(({ entry }) => entry);
    const accesses = entries.filter(({ type }) => type === "read" || type === "write");
    const ofDriver = rows.filter(({ by }) => by === "driver").map(({ index }) => entries[index]);
    expect(ofDriver).toEqual(accesses);
    const replayed = await run("replay", join(tempFolder, "delivered.jsonl"), "--revision", "0.8.1");
    expect(replayed.exitCode).toBe(0);
  });

  it("proves, as JSON", async () => {
    const { exitCode, stdoutText } = await run(
      "prove",
      "--driver",
      "linux",
      "--pic",
      "level",
      "delivered",
      "--json",
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdoutText)).toMatchObject({
      ...{ driver: "linux", options: { revision: "0.8.2" }, pic: "level", complete: true },
      claims: [{ id: "delivered", verdict: "proved" }],
    });
  });
});

describe("prove --device uart16550", () => {
  it("explores the scopes that were asked for, of the part that was", async () => {
    const { exitCode, stdoutText } = await run("prove", "--device", "uart16550", "--scope", "transmit");
    expect(exitCode).toBe(0);
    expect(stdoutText).toMatch(
      /^uart16550, preset pc16550d: 124 configurations, 1,104 states, 16,560 transitions/m,
    );
    expect(stdoutText).toMatch(/^Scope {9}transmitter: 0 to 16 characters/m);
    expect(stdoutText).toMatch(
      /^I20a {2}proved {2}A character is sent one character time after it has begun/m,
    );
    const qemu = await run(
      "prove",
      "--device",
      "uart16550",
      "--preset",
      "qemu",
      "--limit",
      "9",
      "I5",
      "--json",
    );
    expect(qemu.exitCode).toBe(3);
    const { scopes } = JSON.parse(qemu.stdoutText);
    expect(scopes.map(({ name }: { name: string }) => name)).toEqual([
      "transmit",
      "identification",
      "whole",
      "sources",
    ]);
    expect(scopes[0]).toMatchObject({ states: 9, complete: false, claims: [{ id: "I5" }] });
  });
});

describe("diff", () => {
  it("shows the fewest accesses that tell two apart", async () => {
    const { exitCode, stdoutText } = await run("diff", "serial@0.8.1", "serial@0.8.2");
    expect(exitCode).toBe(1);
    expect(stdoutText).toMatch(/^1 input tells serial, revision 0\.8\.1 from serial, revision 0\.8\.2$/m);
    expect(stdoutText).toMatch(/^ {2}1\. IER <- 0x02 ETBEI/m);
    expect(stdoutText).toMatch(/^The second {4}gives interrupt THRE$/m);
    const read = await run("diff", "serial@0.8.1", "serial", "--reads", "--json");
    expect(JSON.parse(read.stdoutText)).toMatchObject({
      verdict: "different",
      first: [{ type: "data", value: 0xc1 }],
      second: [{ type: "data", value: 0xc2 }],
      a: { steps: [{ text: "IER <- 0x02 ETBEI" }, { text: "IIR -> 0xC1 NONE|FIFOS" }] },
    });
  });

  it("says where the limit came before a difference, which is no failure", async () => {
    const { exitCode, stdoutText } = await run("diff", "serial", "serial@0.8.2", "--limit", "50");
    expect(exitCode).toBe(0);
    expect(stdoutText).toMatch(/before the limit: this is no proof/);
  });
});

it.each([
  [["prove", "L9"], /claim: expected L1, .*, got L9$/m],
  [["prove", "--scope", "modem"], /--scope: expected --device uart16550 with it, got serial/],
  [["prove", "--preset", "qemu"], /--preset: expected --device uart16550 with it, got serial/],
  [["prove", "--device", "uart16550", "--revision", "0.8.1"], /--revision: expected --device serial with it/],
  [
    ["prove", "--device", "uart16550", "--scope", "flow"],
    /--scope flow: expected a part with automatic flow/,
  ],
  [["prove", "--device", "uart16550", "--scope", "none"], /Allowed choices are receive, transmit, modem/],
  [["prove", "--device", "uart16550", "L1"], /claim: expected I6, .*, got L1$/m],
  [["prove", "--limit", "0"], /Expected a whole number from 1\. See vm-superio prove --help\.$/m],
  [["prove", "L1", "--save", "/dev/null/x", "--limit", "5"], /cannot write \/dev\/null\/x/],
  [["prove", "--driver", "linux", "L1"], /claim: expected delivered, .* of a driver, got L1$/m],
  [["prove", "--driver", "linux", "--device", "uart16550"], /--device: expected serial with --driver/],
  [["prove", "--pic", "edge"], /--pic: expected --driver linux with it/],
  [["prove", "L1", "--inspect", "--json"], /--inspect: expected no --json with it, got both/],
  [["prove", "my.claims.js", "--inspect", "--watch"], /--inspect: expected no --watch with it, got both/],
  [["diff", "serial"], /missing required argument 'b'/],
  [["diff", "serial", "16550"], /device: expected one of serial, uart16550, then @ and its part, got 16550/],
  [["diff", "serial@1", "serial"], /revision: expected one of 0\.8\.2, 0\.8\.1, got 1/],
  [["diff", "serial", "uart16550@toString"], /preset: expected one of .*, got toString/],
])("%j is refused with one line", async (cliArguments, words) => {
  const { exitCode, stdoutText, stderrText } = await run(...cliArguments);
  expect({ exitCode, stdoutText }).toEqual({ exitCode: 2, stdoutText: "" });
  expect(stderrText).toMatch(words);
  expect(
    stderrText
      .trim()
      .split("\n")
      .filter((line) => !/^(exploring|checking)/.test(line)),
  ).toHaveLength(1);
});
