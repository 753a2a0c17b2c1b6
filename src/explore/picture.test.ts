import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { ADDED, drawing, stays, words } from "./drawing.js";
import { KEPT_PICTURES, UART16550_GROUPS } from "./kept-pictures.js";
import { picture } from "./picture.js";

describe("the pictures in machines/", () => {
  test.for(Object.keys(KEPT_PICTURES))("%s is drawn from the chart as it is", async (name) => {
    const kept = await readFile(new URL(`../../machines/${name}`, import.meta.url), "utf8").catch(() => "");
    const fresh = kept === (await KEPT_PICTURES[name]?.());
    expect(fresh, `machines/${name} is stale: npm run pictures`).toBe(true);
  });
});

test("the groups of the 16550 have each of its regions once", () => {
  const grouped = Object.values(UART16550_GROUPS).flatMap(({ regions }) => regions);
  expect([...grouped].sort()).toEqual(Object.keys(uart16550Machine.root.states).sort());
});

test("machines/README.md shows every picture, and there is no other", async () => {
  const folder = new URL("../../machines/", import.meta.url);
  const page = await readFile(new URL("README.md", folder), "utf8");
  const kept = (await readdir(folder)).filter((name) => name.endsWith(".svg"));
  expect(kept.sort()).toEqual(Object.keys(KEPT_PICTURES).sort());
  for (const name of kept) expect(page).toContain(`](${name})`);
});

describe("a drawing", () => {
  const node = (path: string) => serialMachine.getStateNodeById(`serial.${path}`);

  test("names things in the datasheet's words", () => {
    expect(["receiveFifo", "thrEmpty", "writeSetsDLAB", "holding"].map(words)).toEqual([
      "receive FIFO",
      "THR empty",
      "write sets DLAB",
      "holding",
    ]);
  });

  test("has every state, and one arrow for all that lead from one state to another", () => {
    const { states, transitions } = drawing(node("receiveFifo"));
    expect(states.map(({ type, label }) => label ?? type)).toEqual(["initial", "empty", "holding", "full"]);
    const filling = transitions?.find(({ from, to }) => from.endsWith("holding") && to.endsWith("full"));
    expect(filling?.label?.split("\n")).toEqual([
      "receive",
      "[external characters fill FIFO]",
      "write THR/DLL",
      "[loopback character fills FIFO]",
    ]);
  });

  test("draws what a region takes in every state as leaving from any", () => {
    const { transitions } = drawing(node("interruptIdentification"));
    expect(transitions?.find(({ from }) => from.endsWith("any"))?.label).toBe("read IIR");
  });

  test("colours the arrows that another edition lacks", () => {
    const { transitions } = drawing(node("interruptIdentification"), { without: serialMachine081 });
    const added = transitions?.filter(({ color }) => color === ADDED) ?? [];
    expect(added).toHaveLength(5);
    expect(added.every(({ label }) => label?.startsWith("write IER/DLM\n"))).toBe(true);
  });

  test("lists what happens without leaving a state", () => {
    expect(stays(node("loopback.on"))).toContain("write MCR: The outputs are stored");
  });
});

test("a chart without regions is one panel, and its texts are escaped", async () => {
  const machine = createMachine({
    id: "lamp",
    description: "a <lamp> & its switch",
    initial: "dark",
    states: { dark: { on: { press: "lit" } }, lit: { on: { press: "dark" } } },
  });
  const svg = await picture(machine);
  expect(svg.match(/class="region"/g)).toHaveLength(1);
  expect(svg).toContain("a &#60;lamp&#62; &#38; its switch");
  expect(svg).toContain(">lit</text>");
});
