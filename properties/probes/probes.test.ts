/** The fourteen probes: what each preset answers, held against the datasheet and against what others were seen to answer. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { PROBES } from "./probes.js";
import { DATASHEET, FIELD, plain } from "./reported-answers.js";
import { answerOf, answerOfSerial } from "./run.js";
import { MARKERS, marked, ORDER, ours, probeSection, probeTable, withProbes } from "./table.js";

const datasheet = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...Object.fromEntries(PROBES.map(({ id }, probeIndex) => [id, plain(DATASHEET[probeIndex] as string)])),
  ...more,
});

/** A part without FIFOs keeps the last byte, and its FCR does nothing. */
const WITHOUT_FIFOS = {
  A: "04, 61, 04",
  B: "INTR, 04",
  C: "63, byte readable",
  D: "03, 63",
  E: "63, 1",
  F: "01",
  H: "02, 01",
  I: "00, 11",
  K: "1, OE=1",
  L: "last byte survives",
};

/** Where a preset does not answer as the PC16550D's datasheet does. */
const OTHERWISE: Readonly<Record<Uart16550Preset, Readonly<Record<string, string>>>> = {
  pc16550d: {},
  ins8250: { ...WITHOUT_FIFOS, N: "FF" },
  ns16450: WITHOUT_FIFOS,
  ns16550: { A: "84, 61, 84", B: "INTR, 84", F: "84", H: "82, 81", I: "80, 11" },
  tl16c550c: { J: "00; 3F" },
  tl16c750: { J: "00; 3F" },
  qemu: { I: "C1, 10" },
};

describe.each(Object.keys(UART16550_PRESETS) as Uart16550Preset[])("%s", (presetName) => {
  it("answers as it did", () => {
    const answers = Object.fromEntries(PROBES.map((probe) => [probe.id, answerOf(presetName, probe)]));
    expect(answers).toEqual(datasheet(OTHERWISE[presetName]));
  });
});

describe("Serial", () => {
  it.each(
    PROBES.map(
      (probe, probeIndex) => [probe.id, probe, FIELD["vm-superio 0.8.1"][probeIndex] as string] as const,
    ),
  )("0.8.1 answers %s as vm-superio 0.8.1 was seen to", (_, probe, reportedAnswer) => {
    const expected = reportedAnswer === "ok" ? "bytes survive" : plain(reportedAnswer);
    // Of H the first of two reads was noted.
    const answerText = answerOfSerial("0.8.1", probe);
    expect(probe.id === "H" ? answerText.slice(0, expected.length) : answerText).toBe(expected);
  });

  it("0.8.2 differs where it looks at its sources again when IER is written", () => {
    const differing = PROBES.filter(
      (probe) => answerOfSerial("0.8.1", probe) !== answerOfSerial("0.8.2", probe),
    );
    expect(differing.map((probe) => [probe.id, answerOfSerial("0.8.2", probe)])).toEqual([
      ["B", "INTR, C4"],
      ["F", "C4"],
      ["H", "C2, C1"],
    ]);
  });
});

describe("the table", () => {
  it("has every preset, every probe and everybody else once", () => {
    expect([...ORDER].sort()).toEqual(Object.keys(UART16550_PRESETS).sort());
    expect(
      ours()
        .flatMap(({ titles }) => titles)
        .sort(),
    ).toEqual([...ORDER].sort());
    for (const answers of Object.values(FIELD)) expect(answers).toHaveLength(PROBES.length);
    expect(PROBES.map(({ id }) => id).join("")).toBe("ABCDEFGHIJKLMN");
    const rows = probeTable().split("\n");
    expect(rows).toHaveLength(2 + PROBES.length);
    expect(new Set(rows.map((row) => row.split(" | ").length)).size).toBe(1);
    expect(probeSection().match(/^- [A-N]: /gm)).toHaveLength(PROBES.length);
  });

  it("marks what departs from the datasheet, part by part", () => {
    expect(marked("C4, 61, C4", "C4 (trigger 1), 61, C4")).toBe("C4, 61, C4");
    expect(marked("84, 61, 84", "C4 (trigger 1), 61, C4")).toBe("**84**, 61, **84**");
    expect(marked("82, 81", "C2, C1")).toBe("**82, 81**");
    expect(marked("00; 3F", "00; 1F")).toBe("00; **3F**");
  });

  it("goes between its markers, and only there", () => {
    const markdown = `before\n${MARKERS[0]}\nold\n${MARKERS[1]}\nafter\n`;
    const fresh = withProbes(markdown);
    expect(fresh).toBe(`before\n${MARKERS[0]}${probeSection()}${MARKERS[1]}\nafter\n`);
    expect(withProbes(fresh)).toBe(fresh);
    expect(() => withProbes("no markers")).toThrow("there is no place for the table");
  });

  it("is up to date in docs/conformance.md", () => {
    const page = readFileSync(new URL("../../docs/conformance.md", import.meta.url), "utf8");
    expect(withProbes(page)).toBe(page);
  });
});
