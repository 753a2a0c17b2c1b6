import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { CHART_PICTURES, UART16550_GROUPS } from "./chart-pictures.js";
import { modelOf, nameInWords, selfTransitionLines } from "./drawing.js";
import { drawPicture } from "./picture.js";

describe("the pictures in machines/", () => {
  test.for(Object.keys(CHART_PICTURES))("%s is up to date with its chart", async (pictureName) => {
    const keptPicture = await readFile(
      new URL(`../../machines/${pictureName}`, import.meta.url),
      "utf8",
    ).catch(() => "");
    const isFresh = keptPicture === (await CHART_PICTURES[pictureName]?.());
    expect(isFresh, `machines/${pictureName} is stale: npm run pictures`).toBe(true);
  });
});

test("the groups of the 16550 have each of its regions once", () => {
  const grouped = Object.values(UART16550_GROUPS).flatMap(({ regions }) => regions);
  expect([...grouped].sort()).toEqual(Object.keys(uart16550Machine.root.states).sort());
});

test("machines/README.md shows every picture, and there is no other", async () => {
  const machinesFolder = new URL("../../machines/", import.meta.url);
  const readmeText = await readFile(new URL("README.md", machinesFolder), "utf8");
  const keptPicture = (await readdir(machinesFolder)).filter((pictureName) => pictureName.endsWith(".svg"));
  expect(keptPicture.sort()).toEqual(Object.keys(CHART_PICTURES).sort());
  for (const pictureName of keptPicture) expect(readmeText).toContain(`](${pictureName})`);
});

describe("a drawing", () => {
  const stateNodeAt = (path: string) => serialMachine.getStateNodeById(`serial.${path}`);

  test("uses the datasheet's words", () => {
    expect(["receiveFifo", "thrEmpty", "writeSetsDLAB", "holding"].map(nameInWords)).toEqual([
      "receive FIFO",
      "THR empty",
      "write sets DLAB",
      "holding",
    ]);
  });

  test("has every state, and one arrow for all that lead from one state to another", () => {
    const { states, arrows } = modelOf(stateNodeAt("receiveFifo"));
    expect(states.map(({ kind, label }) => label || kind)).toEqual(["initial", "empty", "holding", "full"]);
    const filling = arrows.find(
      ({ source, target }) => source.endsWith("holding") && target.endsWith("full"),
    );
    expect(filling?.lines).toEqual([
      "receive",
      "[external characters fill FIFO]",
      "write THR/DLL",
      "[loopback character fills FIFO]",
    ]);
  });

  test("draws a region's own transitions as leaving from any", () => {
    const { arrows } = modelOf(stateNodeAt("interruptIdentification"));
    expect(arrows.find(({ source }) => source.endsWith("any"))?.lines).toEqual(["read IIR"]);
  });

  test("colours the arrows that another revision lacks", () => {
    const { arrows } = modelOf(stateNodeAt("interruptIdentification"), { comparedTo: serialMachine081 });
    const addedArrows = arrows.filter(({ isAdded }) => isAdded);
    expect(addedArrows).toHaveLength(5);
    expect(addedArrows.every(({ lines: [event] }) => event === "write IER/DLM")).toBe(true);
  });

  test("lists a state's self-transitions", () => {
    expect(selfTransitionLines(stateNodeAt("loopback.on"))).toContain("write MCR: The outputs are stored");
  });
});

test("a chart without regions is one panel, and its texts are escaped", async () => {
  const machine = createMachine({
    id: "lamp",
    description: "a <lamp> & its switch",
    initial: "dark",
    states: { dark: { on: { press: "lit" } }, lit: { on: { press: "dark" } } },
  });
  const svg = await drawPicture(machine);
  expect(svg.match(/class="panel"/g)).toHaveLength(1);
  expect(svg).toContain("a &#60;lamp&#62; &#38; its switch");
  expect(svg).toContain(">lit</text>");
});
