import { describe, expect, it } from "vitest";
import { ConsoleText } from "./console-text.js";
import { escapeUnsafe, paintPlain } from "./terminal.js";

const utf8 = new TextEncoder();

async function consoleTextOf(text: string | Uint8Array, size = Number.POSITIVE_INFINITY): Promise<string> {
  let all = "";
  const console = new ConsoleText((piece) => {
    all += piece;
  }, paintPlain);
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  for (let from = 0; from < bytes.length; from += size)
    await console.pushBytes(bytes.slice(from, from + size));
  await console.finish();
  return all;
}

describe("a guest's console text", () => {
  it("is shown line by line behind a rule, whatever pieces it comes in", async () => {
    const text = "Grüße\r\n\ttab\n\nlast";
    for (const size of [1, 2, 3, 100])
      expect(await consoleTextOf(text, size)).toBe("│ Grüße\n│ \ttab\n│ \n│ last\n");
  });

  it("cannot drive the terminal", async () => {
    const hostile = [
      "\x1b]0;title\x07",
      "\x1b[2J\x1b[1;1H",
      "\x9b31m",
      "over\rwritten",
      "\b\b\b",
      "\x00\x7f",
      "\u202etxt.exe",
      "a\u2028b",
      "\ufeffx",
      "\u200bx",
      "\u{e0041}",
      "\ud800",
    ].join("\n");
    const text = await consoleTextOf(hostile);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ufeff\u{e0041}]/u);
    expect(text).toContain(
      "│ \\x1b]0;title\\x07\n│ \\x1b[2J\\x1b[1;1H\n│ \\x9b31m\n│ over\\x0dwritten\n│ \\x08\\x08\\x08\n",
    );
    expect(text).toContain("│ \\u{202e}txt.exe\n│ a\\u{2028}b\n");
  });

  it("cannot pass for the report", async () => {
    const lines = (await consoleTextOf("hello\nVerdict       no difference\n")).trimEnd().split("\n");
    expect(lines.every((line) => line.startsWith("│ "))).toBe(true);
  });

  it("that is no UTF-8 is shown all the same", async () => {
    expect(await consoleTextOf(Uint8Array.of(0x41, 0xff, 0x42))).toBe("│ A\ufffdB\n");
  });

  it("without line ends is not held back for ever", async () => {
    const text = await consoleTextOf("x".repeat(10_000), 100);
    expect(text.split("\n").map((line) => line.slice(0, 3))).toEqual(["│ x", "┆ x", "┆ x", ""]);
    expect(text.replace(/[^x]/g, "")).toHaveLength(10_000);
  });
});

describe("visible", () => {
  it("writes out what could drive a terminal or hide, and keeps the rest", () => {
    expect(escapeUnsafe("a\x1bb\nc\u{1f600}é世\t")).toBe("a\\x1bb\\x0ac\u{1f600}é世\t");
    expect(escapeUnsafe("\x07", (written) => `<${written}>`)).toBe("<\\x07>");
  });
});
