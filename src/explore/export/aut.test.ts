import { expect, it } from "vitest";
import { type SerialState, serialChart } from "../../device/index.js";
import { explore } from "../explore.js";
import { serialScope } from "../serial-scope.js";
import { toAut } from "./aut.js";

const SMALL = { ...serialScope, within: ({ inBuffer }: SerialState) => inBuffer.length <= 1 };
const graph = explore(serialChart("0.8.2"), SMALL);
const LINE = /^\((\d+), "([^"]+)", (\d+)\)$/;

it("has every state and transition, with what can be seen of each in its label", () => {
  const [head, ...lines] = toAut(graph).trimEnd().split("\n");
  expect(head).toBe(`des (0, ${graph.transitions.length}, ${graph.states.length})`);
  expect(lines).toHaveLength(graph.transitions.length);
  const read = lines.map((line) => LINE.exec(line) ?? expect.fail(line));
  expect(new Set(read.map(([, from]) => from)).size).toBe(graph.states.length);
  expect(read.every(([, , , to]) => Number(to) < graph.states.length)).toBe(true);
  expect(lines).toContain('(0, "IER <- 0x02 ETBEI; interrupt THRE", 2)');
  const labels = new Set(read.map(([, , label]) => label));
  for (const label of [
    "IIR -> 0xC1 NONE|FIFOS",
    "IIR -> 0xC4 RDA|FIFOS",
    "THR <- 0x41; transmit 0x41; interrupt THRE",
  ])
    expect(labels).toContain(label);
});

it("what is seen decides where it leads: from each state a label goes to one state only", () => {
  const targets = new Map<string, Set<string>>();
  for (const line of toAut(graph).trimEnd().split("\n").slice(1)) {
    const [, from = "", label = "", to = ""] = LINE.exec(line) ?? [];
    const key = `${from} ${label}`;
    targets.set(key, (targets.get(key) ?? new Set()).add(to));
  }
  expect([...targets.values()].every(({ size }) => size === 1)).toBe(true);
});
