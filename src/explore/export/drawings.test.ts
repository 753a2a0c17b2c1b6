import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { serialMachine, uart16550Machine } from "../../../machines/index.js";
import { statesOf, transitionsOf } from "../../device/index.js";
import { toDot } from "./dot.js";
import { toMermaid } from "./mermaid.js";
import { readMermaid } from "./mermaid.test-helper.js";

const DRAWN_CHARTS = [
  ["serial", serialMachine],
  ["uart16550", uart16550Machine],
] as const;

/** Returns the expected label of each transition, in document order. */
const linesOf = (machine: Parameters<typeof transitionsOf>[0]): string[] =>
  transitionsOf(machine)
    .map(({ event, guard, actions, rules }) =>
      [event, guard && `[${guard}]`, actions.length > 0 && `/ ${actions.join(", ")}`, `(${rules.join(" ")})`]
        .filter(Boolean)
        .join(" "),
    )
    .sort();

/** A chart whose texts consist of special characters. */
const awkward = createMachine({
  id: "awkward",
  description: 'a "quoted" <b>text</b>; with \\ and #35; and -- and : and &',
  initial: "a",
  states: {
    a: {
      description: 'say "hi" -- & <go>',
      on: { "go:now": { target: "b", guard: "isItso", actions: "do;it" } },
    },
    b: {
      initial: "c",
      states: { c: { on: { back: "#awkward.a", deep: "#d" } }, d: { id: "d" } },
      on: { stay: {} },
    },
  },
});

describe.each(DRAWN_CHARTS)("%s", (id, machine) => {
  it("is a graph that Graphviz draws, with every state and transition", async () => {
    const graphviz = await Graphviz.load();
    const { objects, edges } = JSON.parse(graphviz.layout(toDot(machine), "dot_json", "nop")) as {
      objects: { name: string; label: string }[];
      edges: { label?: string }[];
    };
    const names = objects.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...statesOf(machine)]));
    const regions = Object.keys(machine.root.states).map((region) => `cluster ${region}`);
    expect(names.filter((name) => regions.includes(name))).toEqual(regions);
    expect(edges.flatMap(({ label }) => (label ? label.split("\\n") : [])).sort()).toEqual(linesOf(machine));
  });

  it("is a state diagram that Mermaid reads, with every state and transition", async () => {
    const diagramText = toMermaid(machine);
    // GitHub draws at most 50,000 characters and 500 arrows.
    expect(diagramText.length).toBeLessThan(50_000);
    const { nodes, edges } = await readMermaid(diagramText);
    expect(edges.length).toBeLessThan(500);
    const knownNodes = new Map(nodes.map((node) => [node.id, node]));
    for (const state of statesOf(machine)) expect(knownNodes.has(state.replaceAll(".", "_"))).toBe(true);
    const innerNodes = (parent: string): string[] =>
      nodes
        .filter(({ parentId }) => parentId === parent)
        .flatMap(({ id: child, shape }) => (shape === "divider" ? innerNodes(child) : [child]));
    expect(innerNodes(id)).toEqual(Object.keys(machine.root.states));
    expect(edges.flatMap(({ label }) => (label ? label.split("<br/>") : [])).sort()).toEqual(
      linesOf(machine),
    );
  });
});

describe("special characters", () => {
  it("are preserved for Graphviz", async () => {
    const graphviz = await Graphviz.load();
    const graph = JSON.parse(graphviz.layout(toDot(awkward), "dot_json", "nop"));
    expect(graph.label).toBe(awkward.root.description?.replaceAll("\\", "\\\\"));
    expect(graph.edges.map(({ label }: { label?: string }) => label)).toContain("go:now [isItso] / do;it");
  });

  it("do not stop Mermaid", async () => {
    const { edges } = await readMermaid(toMermaid(awkward));
    expect(edges.filter(({ start, end }) => start === "a" && end === "b")).toHaveLength(1);
  });

  it("vacuity guard: Mermaid refuses a text that is no diagram", async () => {
    await expect(readMermaid(toMermaid(awkward).replace("[*] -->", "[*] --> -->"))).rejects.toThrow(
      /Parse error/,
    );
  });
});
