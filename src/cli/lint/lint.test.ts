import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it, test } from "vitest";
import { type Action, type Bus, journalText, playDriver } from "../../testing/index.js";
import { createTestIo } from "../io.test-helper.js";
import { main } from "../main.js";

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-lint-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

/** Lints a text. Returns the exit code and the findings as `line rule`. */
async function lint(text: string) {
  const path = join(tempFolder, "trace.jsonl");
  writeFileSync(path, text);
  const io = createTestIo();
  const exitCode = await main(["lint", path, "--json"], io);
  const { findings, ok } = JSON.parse(io.stdoutText()) as {
    findings: { line: number; rule: string }[];
    ok: boolean;
  };
  expect(ok).toBe(exitCode === 0);
  return { exitCode, found: findings.map(({ line, rule }) => `${line} ${rule}`) };
}

type Access = readonly [kind: "r" | "w", offset: number, value: number];

const SET_UP: readonly Access[] = [
  ["w", 3, 0x83],
  ["w", 0, 1],
  ["w", 1, 0],
  ["w", 3, 0x03],
  ["w", 2, 0x07],
];
const repeat = (count: number, ...accesses: Access[]): Access[] =>
  Array<Access[]>(count).fill(accesses).flat();

// Each access is a line; those of SET_UP come first.
test.each<[name: string, accesses: readonly Access[], findings: readonly string[]]>([
  ["a driver that waits for room", repeat(40, ["r", 5, 0x60], ["w", 0, 65]), []],
  ["loads of as much as the FIFO holds", repeat(3, ["r", 2, 0xc2], ...repeat(16, ["w", 0, 65])), []],
  ["one byte more than the FIFO holds", [["r", 5, 0x60], ...repeat(17, ["w", 0, 65])], ["23 thr-room"]],
  [
    "as many where IIR shows no FIFO",
    [
      ["r", 2, 0x01],
      ["r", 5, 0x60],
      ["w", 0, 65],
      ["w", 0, 66],
    ],
    ["9 thr-room"],
  ],
  [
    "a wait that gives up",
    [["r", 5, 0x60], ...repeat(16, ["w", 0, 65]), ...repeat(5, ["r", 5, 0]), ["w", 0, 66]],
    ["28 poll-gives-up"],
  ],
  [
    "a handler that comes while the latch is open",
    [
      ["w", 3, 0x83],
      ["r", 2, 0xc4],
      ["r", 0, 1],
      ["w", 3, 0x03],
    ],
    ["8 dlab-closed"],
  ],
  [
    "a divisor that is written and read",
    [
      ["w", 3, 0x83],
      ["w", 0, 1],
      ["r", 0, 1],
      ["w", 3, 0x03],
    ],
    [],
  ],
  [
    "another speed while a character leaves",
    [
      ["w", 0, 65],
      ["w", 3, 0x83],
      ["w", 0, 2],
      ["w", 1, 0],
      ["w", 3, 3],
    ],
    ["10 format-idle"],
  ],
  [
    "the same once it has left",
    [
      ["w", 0, 65],
      ["r", 5, 0x60],
      ["w", 3, 0x83],
      ["w", 0, 2],
      ["w", 1, 0],
      ["w", 3, 3],
    ],
    [],
  ],
  [
    "the same speed again",
    [
      ["w", 0, 65],
      ["w", 3, 0x83],
      ["w", 0, 1],
      ["w", 1, 0],
      ["w", 3, 3],
    ],
    [],
  ],
  [
    "another format while a character leaves",
    [
      ["w", 0, 65],
      ["w", 3, 0x02],
    ],
    ["7 format-idle"],
  ],
  [
    "reserved bits",
    [
      ["w", 1, 0x41],
      ["r", 5, 0x60],
      ["w", 5, 0xff],
    ],
    ["6 reserved-bits", "8 reserved-bits"],
  ],
  [
    "a probe that reads them back",
    [
      ["w", 1, 0x41],
      ["r", 1, 0x01],
    ],
    [],
  ],
  ["a storm", repeat(30, ["r", 2, 0xc2], ["r", 5, 0x60]), ["52 handler-ends"]],
  ["a handler that serves what it sees", repeat(30, ["r", 2, 0xc4], ["r", 0, 65]), []],
  ["errors that LSR clears", repeat(30, ["r", 2, 0xc6], ["r", 5, 0x62]), []],
])("lints %s", async (_, accesses, findings) => {
  const { exitCode, found } = await lint(
    [...SET_UP, ...accesses].map((access) => JSON.stringify(access)).join("\n"),
  );
  expect(found).toEqual(findings);
  expect(exitCode).toBe(findings.length === 0 ? 0 : 1);
});

/** A polled driver, which waits or not, as a journal. */
function recorded(waits: boolean, actions: readonly Action[]): string {
  const driver = (bus: Bus) => ({
    init() {
      for (const [offset, value] of [
        [3, 0x83],
        [0, 1],
        [1, 0],
        [3, 3],
        [2, 7],
      ] as const)
        bus.write(offset, value);
    },
    send(byte: number) {
      while (waits && !(bus.read(5) & 0x20));
      bus.write(0, byte);
    },
  });
  const options = { device: "uart16550", claims: [] } as const;
  return journalText(playDriver(driver, options, actions, { recordHappenings: true }).journal);
}

it("reads journals, whose values are those of the device, and knows that time empties the transmitter", async () => {
  const send = (count: number, after = 0): Action => ({ type: "send", count, after });
  expect((await lint(recorded(true, [send(40)]))).found).toEqual([]);
  expect((await lint(recorded(false, [send(16)]))).found).toEqual([]);
  expect((await lint(recorded(false, [send(40)]))).found[0]).toMatch(/ thr-room$/);
  const pauses = Array.from({ length: 40 }, () => [send(1), { type: "pass", halves: 3, after: 0 } as const]);
  expect((await lint(recorded(false, pauses.flat()))).found).toEqual([]);
});

it("prints each rule once, with what real hardware does", async () => {
  const path = join(tempFolder, "many.jsonl");
  writeFileSync(
    path,
    [...SET_UP, ...repeat(30, ["w", 0, 65])].map((access) => JSON.stringify(access)).join("\n"),
  );
  const io = createTestIo();
  expect(await main(["lint", path], io)).toBe(1);
  expect(io.stdoutText()).toContain("35 accesses\n14 findings\n\nthr-room: THR is written only when");
  expect(io.stdoutText()).toContain(
    "  line 22: THR <- 0x41: nothing has shown that there is room since 16 characters\n",
  );
  expect(io.stdoutText()).toMatch(/ {2}9 more not listed; --json lists all\n {2}Real hardware: .*\n$/);
});

it("finds what Debian's loaders keep, and refuses what it cannot read with exit code 2", async () => {
  const trace = fileURLToPath(
    new URL("../../../properties/traces/seabios-sercon.replay.jsonl.gz", import.meta.url),
  );
  const io = createTestIo();
  expect(await main(["lint", trace], io)).toBe(0);
  expect(io.stdoutText()).toContain("607 accesses\nno finding\n");
  const errorIo = createTestIo();
  expect(await main(["lint", join(tempFolder, "none")], errorIo)).toBe(2);
  expect(errorIo.stderrText()).toMatch(/^vm-superio: cannot read .*\n$/);
});
