import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const trace = (name: string) =>
  `{"name":"${name}","backend":"socket","steps":[{"op":"write","offset":7,"value":90,"irq":0}]}\n`;
/** Longer than the command waits before it prints a link. */
const LONG_MILLISECONDS = 450;

/** Runs `inspect` on the standard input, of which some comes late; the user ends it at once. */
async function inspectSlowly(pieces: readonly string[], ...cliArguments: string[]) {
  const io = createTestIo();
  const stdin = (async function* () {
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await delay(LONG_MILLISECONDS);
      yield new TextEncoder().encode(piece);
    }
  })();
  const exitCode = await main(["inspect", "-", ...cliArguments], { ...io, stdin });
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

describe("vm-superio inspect", () => {
  it.each([
    [
      "a trace that is not there",
      [trace("first"), trace("second")],
      ["--trace", "nosuch"],
      /--trace: expected one such as first, second, got nosuch/,
    ],
    ["no recording", ["", "neither one\nnor another\n"], [], /recording/],
  ] as const)("serves nothing of %s, however late that is known", async (_, pieces, flags, message) => {
    const { exitCode, stdoutText, stderrText } = await inspectSlowly(pieces, ...flags);
    expect(stderrText).toMatch(message);
    expect(stderrText.trim().split("\n")).toHaveLength(1);
    expect(stdoutText).toBe("");
    expect(exitCode).toBe(2);
  });

  it("serves a trace that comes late, and says that more may come", async () => {
    const { exitCode, stdoutText } = await inspectSlowly(
      [trace("first") + trace("second") + trace("third"), trace("fourth")],
      ...["--trace", "fourth"],
    );
    expect(stdoutText).toMatch(/^inspect standard input at http/);
    expect(exitCode).toBe(0);
    const many = await inspectSlowly([trace("first") + trace("second") + trace("third"), trace("fourth")]);
    expect(many.stdoutText).toMatch(/^inspect standard input, \d traces so far at http/);
  });
});
