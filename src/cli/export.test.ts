import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestIo, type TestIoOptions } from "./io.test-helper.js";
import { main } from "./main.js";

const GUEST = '["w",1,2]\n["r",1,2]\n["r",2,193]\n["w",0,104]\n["in",0,105]\n["r",0,105]\n';
const trace = (name: string) =>
  `{"name":"${name}","backend":"socket","steps":[{"op":"write","offset":7,"value":90,"irq":0}]}\n`;

let tempFolder: string;
beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  await writeFile(join(tempFolder, "boot.jsonl"), GUEST);
});
afterAll(() => rm(tempFolder, { recursive: true }));

async function run(cliArguments: string[], choices: TestIoOptions = {}) {
  const io = createTestIo(choices);
  const exitCode = await main(["export", ...cliArguments], io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

describe("vm-superio export", () => {
  it.each([
    ["vcd", /^\$version vm-superio/, "vcd"],
    ["pcap", /^M<\xb2\xa1/, "pcap"],
    ["json", /"traceEvents":\[/, "perfetto"],
    ["jsonl", /"register":"IER"/, "jsonl"],
    ["csv", /^index,tick/, "csv"],
  ])("writes .%s as its name says", async (extension, form, as) => {
    const filePath = join(tempFolder, `boot.${extension}`.replace("boot.jsonl", "out.jsonl"));
    const { exitCode, stderrText } = await run([
      join(tempFolder, "boot.jsonl"),
      "--out",
      filePath,
      "--revision",
      "0.8.1",
    ]);
    expect(exitCode).toBe(0);
    expect(stderrText).toContain(`6 steps as ${as}, `);
    expect(await readFile(filePath, "latin1")).toMatch(form);
    expect((await readdir(tempFolder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("writes to the standard output, and says how it went beside it", async () => {
    const { exitCode, stdoutText, stderrText } = await run(["-", "--as", "csv", "--revision", "0.8.1"], {
      stdin: GUEST,
    });
    expect(exitCode).toBe(0);
    expect(stdoutText.split("\r\n")[4]).toMatch(
      /^3,0,\d+,write,0,THR,0x68,,THR <- 0x68,transmit 0x68; interrupt THRE$/,
    );
    expect(stderrText).toMatch(/^standard output: 6 steps as csv, [\d.]+ s, \d+ bytes; a row an input\n$/);
    expect((await run(["-", "--as", "csv", "--quiet"], { stdin: GUEST })).stderrText).toBe("");
  });

  it("says where the device answers otherwise than was recorded", async () => {
    const { stderrText } = await run(["-", "--as", "csv"], { stdin: GUEST });
    expect(stderrText).toContain("1 reads gave something else than was recorded, the first on line 3");
  });

  it("takes one of many traces, by its name or line", async () => {
    const stdin = trace("first") + trace("second");
    for (const wanted of ["second", "2"])
      expect((await run(["-", "--as", "csv", "--trace", wanted], { stdin })).stdoutText).toContain(
        "SCR <- 0x5A",
      );
    expect((await run(["-", "--as", "csv"], { stdin })).stderrText).toContain(
      "expected --trace with one such as first, second, got none",
    );
    expect((await run(["-", "--as", "csv"], { stdin: trace("only") })).exitCode).toBe(0);
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
  ] as [string[], RegExp][])("says on one line what is wrong: %j", async (cliArguments, message) => {
    const { exitCode, stderrText, stdoutText } = await run(
      cliArguments.map((arg) => (/^(boot|none)/.test(arg) ? join(tempFolder, arg) : arg)),
    );
    expect({ exitCode, stdoutText }).toEqual({ exitCode: 2, stdoutText: "" });
    expect(stderrText).toMatch(message);
    expect(stderrText).toMatch(/^vm-superio: [^\n]*\n$/);
  });

  it("prints no binary on a terminal", async () => {
    const { exitCode, stderrText } = await run([join(tempFolder, "boot.jsonl"), "--as", "pcap"], {
      isTTY: true,
    });
    expect({ exitCode, stderrText }).toEqual({
      exitCode: 2,
      stderrText: "vm-superio: pcap is binary: expected --out FILE or a pipe, got a terminal\n",
    });
  });

  it("leaves the file that was there where the recording is broken", async () => {
    const filePath = join(tempFolder, "kept.csv");
    await writeFile(filePath, "kept");
    const { exitCode, stderrText } = await run(["-", "--out", filePath], { stdin: `${GUEST}["r",5]\n` });
    expect(exitCode).toBe(2);
    expect(stderrText).toMatch(/line 7: step: expected/);
    expect(await readFile(filePath, "utf8")).toBe("kept");
    expect(await readdir(tempFolder)).not.toContain("kept.csv.part");
  });
});
