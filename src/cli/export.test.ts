import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "./main.js";
import { type TestChoices, testSurroundings } from "./surroundings.test-helper.js";

const GUEST = '["w",1,2]\n["r",1,2]\n["r",2,193]\n["w",0,104]\n["in",0,105]\n["r",0,105]\n';
const trace = (name: string) =>
  `{"name":"${name}","backend":"socket","steps":[{"op":"write","offset":7,"value":90,"irq":0}]}\n`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  await writeFile(join(folder, "boot.jsonl"), GUEST);
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: string[], choices: TestChoices = {}) {
  const io = testSurroundings(choices);
  const code = await main(["export", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

describe("vm-superio export", () => {
  it.each([
    ["vcd", /^\$version vm-superio/, "vcd"],
    ["pcap", /^M<\xb2\xa1/, "pcap"],
    ["json", /"traceEvents":\[/, "perfetto"],
    ["jsonl", /"register":"IER"/, "jsonl"],
    ["csv", /^index,tick/, "csv"],
  ])("writes .%s as its name says", async (extension, form, as) => {
    const file = join(folder, `boot.${extension}`.replace("boot.jsonl", "out.jsonl"));
    const { code, err } = await run([join(folder, "boot.jsonl"), "--out", file, "--revision", "0.8.1"]);
    expect(code).toBe(0);
    expect(err).toContain(`6 steps as ${as}, `);
    expect(await readFile(file, "latin1")).toMatch(form);
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("writes to the standard output, and says how it went beside it", async () => {
    const { code, out, err } = await run(["-", "--as", "csv", "--revision", "0.8.1"], { stdin: GUEST });
    expect(code).toBe(0);
    expect(out.split("\r\n")[4]).toMatch(
      /^3,0,\d+,write,0,THR,0x68,,THR <- 0x68,transmit 0x68; interrupt THRE$/,
    );
    expect(err).toMatch(/^standard output: 6 steps as csv, [\d.]+ s, \d+ bytes; a row an input\n$/);
    expect((await run(["-", "--as", "csv", "--quiet"], { stdin: GUEST })).err).toBe("");
  });

  it("says where the device answers otherwise than was recorded", async () => {
    const { err } = await run(["-", "--as", "csv"], { stdin: GUEST });
    expect(err).toContain("1 reads gave something else than was recorded, the first on line 3");
  });

  it("takes one of many traces, by its name or line", async () => {
    const stdin = trace("first") + trace("second");
    for (const wanted of ["second", "2"])
      expect((await run(["-", "--as", "csv", "--trace", wanted], { stdin })).out).toContain("SCR <- 0x5A");
    expect((await run(["-", "--as", "csv"], { stdin })).err).toContain(
      "expected --trace with one such as first, second, got none",
    );
    expect((await run(["-", "--as", "csv"], { stdin: trace("only") })).code).toBe(0);
  });

  it.each([
    [
      ["boot.jsonl"],
      /--as: expected one of vcd, pcap, perfetto, jsonl, csv, or --out with a name in .*, got neither/,
    ],
    [["boot.jsonl", "--out", "x.txt"], /got --out x\.txt/],
    [["boot.jsonl", "--as", "wav"], /'wav' is invalid\. Allowed choices are vcd, pcap/],
    [
      ["boot.jsonl", "--as", "csv", "--trace", "a"],
      /--trace: expected a recording of traces with it, got v86/,
    ],
    [["boot.jsonl", "--out", "none/x.csv"], /cannot write .*none\/x\.csv: there is no such folder/],
    [["none.jsonl", "--as", "csv"], /there is no such file/],
  ] as [string[], RegExp][])("says on one line what is wrong: %j", async (args, message) => {
    const { code, err, out } = await run(
      args.map((arg) => (/^(boot|none)/.test(arg) ? join(folder, arg) : arg)),
    );
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).toMatch(/^vm-superio: [^\n]*\n$/);
  });

  it("prints no binary on a terminal", async () => {
    const { code, err } = await run([join(folder, "boot.jsonl"), "--as", "pcap"], { isTTY: true });
    expect({ code, err }).toEqual({
      code: 2,
      err: "vm-superio: pcap is binary: expected --out FILE or a pipe, got a terminal\n",
    });
  });

  it("leaves the file that was there where the recording is broken", async () => {
    const file = join(folder, "kept.csv");
    await writeFile(file, "kept");
    const { code, err } = await run(["-", "--out", file], { stdin: `${GUEST}["r",5]\n` });
    expect(code).toBe(2);
    expect(err).toMatch(/line 7: step: expected/);
    expect(await readFile(file, "utf8")).toBe("kept");
    expect(await readdir(folder)).not.toContain("kept.csv.part");
  });
});
