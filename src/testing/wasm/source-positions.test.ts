import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { playDriver } from "../play.js";
import { readSections, SECTION, writeSections } from "./sections.js";
import { locationOf } from "./source-positions.js";
import { type WasmDriverOptions, wasmDriver } from "./wasm-driver.js";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const moduleBytes = fixture("inlined.wasm");
const sourceLines = fixture("inlined.c").toString().split("\n");
const onUart = { device: "uart16550", claims: ["no-throw"] } as const;

/** Plays the driver's start, its three ways to send, and its trap. */
const play = (options: WasmDriverOptions) =>
  playDriver(
    wasmDriver(moduleBytes, options),
    onUart,
    [
      { type: "print", count: 2, after: 0 },
      { type: "send", count: 3, after: 0 },
    ],
    { recordHappenings: true },
  );

/** Returns the line of the source in which a text stands: the only one. */
function lineOf(text: string): number {
  const [found, ...others] = sourceLines.flatMap((line, i) => (line.includes(text) ? [i + 1] : []));
  expect(others).toEqual([]);
  return found as number;
}

/** The ways of building the module that runs: each moves the code differently. */
const WAYS: readonly (readonly [string, WasmDriverOptions])[] = [
  ["as it is", {}],
  ["with registers in memory", { mmio: 0x1000_0000 }],
  ["with interrupts at each load and store", { interruptMemory: true }],
  ["with both", { mmio: 0x1000_0000, interruptMemory: true }],
];

describe.each(WAYS)("the source positions of a module %s", (_, options) => {
  const { happenings, violation } = play(options);
  const accesses = happenings.filter(({ by, text }) => by === "driver" && /<-|->/.test(text));

  it("are of the lines whose comments name the access", () => {
    expect(accesses.length).toBeGreaterThan(15);
    for (const { text, source } of accesses) {
      const [, line] = /^inlined\.c:(\d+)/.exec(source ?? "") ?? [];
      expect(sourceLines[Number(line) - 1]).toContain(/^\w+ (<-|->)/.exec(text)?.[0]);
    }
  });

  it("name the callers of inlined functions, and leave out those of vm-superio.h", () => {
    const [put, wait] = [lineOf("THR <-"), lineOf("wait_for(0x20)")];
    const locations = accesses.map(
      (access) => `${access.text.slice(0, 6)} ${access.source} ${access.function}`,
    );
    expect(new Set(locations.filter((it) => it.startsWith("THR <-")))).toEqual(
      new Set([
        `THR <- inlined.c:${put} < :${lineOf("bool driver_send") + 1} put < driver_send`,
        `THR <- inlined.c:${put} < :${lineOf("void driver_print") + 1} put < driver_print`,
      ]),
    );
    expect(locations).toContain(
      `LSR -> inlined.c:${lineOf("LSR -> */")} < :${lineOf("while (!(status()")} < :${wait} status < wait_for < put`,
    );
    expect(locations).toContain(`LCR <- inlined.c:${lineOf("LCR <-")} driver_init`);
  });

  it("name the line of a trap", () => {
    expect(violation?.detail).toMatch(
      new RegExp(
        `^send throws Trap: .*, in count < driver_send, at inlined\\.c:${lineOf("/* trap */")} < :${lineOf("count(byte);")}$`,
      ),
    );
  });
});

it("has functions and no positions without debugging information, or with one that ends early", () => {
  const sections = readSections(moduleBytes);
  const isDebug = (name: string, content: Uint8Array) =>
    new TextDecoder().decode(content.subarray(1)).startsWith(name);
  const changed = (name: string, change: (content: Uint8Array) => Uint8Array) =>
    sections.map(({ id, content }) => ({
      id,
      content: id === SECTION.custom && isDebug(name, content) ? change(content) : content,
    }));
  const info = sections.find(({ content }) => isDebug(".debug_info", content))?.content as Uint8Array;
  const modules = [
    sections.filter(({ id, content }) => id !== SECTION.custom || !isDebug(".debug", content)),
    ...[".debug_info", ".debug_line", ".debug_abbrev"].flatMap((name) =>
      [20, 60, 100].map((size) => changed(name, (content) => content.subarray(0, size))),
    ),
    changed(".debug_info", () => info.map((byte, i) => (i < 20 ? byte : 0xff))),
  ];
  for (const module of modules) {
    const { happenings } = playDriver(wasmDriver(writeSections(module)), onUart, [], {
      recordHappenings: true,
    });
    expect(happenings.some(({ source }) => source !== undefined)).toBe(false);
    expect(happenings.some((happening) => happening.function?.endsWith("driver_init"))).toBe(true);
  }
});

it("does not name a file twice in a row", () => {
  const sourceOf = (...sources: (string | undefined)[]) =>
    locationOf(sources.map((source) => ({ name: "f", source }))).source;
  expect(sourceOf("a.c:1", "a.c:2", "b.c:3", "a.c:4")).toBe("a.c:1 < :2 < b.c:3");
  expect(sourceOf("a.c:1", undefined, "a.c:4")).toBe("a.c:1 < ? < a.c:4");
  expect(sourceOf(undefined)).toBeUndefined();
  expect(sourceOf()).toBeUndefined();
});
