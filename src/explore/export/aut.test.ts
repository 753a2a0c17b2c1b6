import { expect, it } from "vitest";
import { type SerialState, serialChart } from "../../device/index.js";
import { serialScope } from "../serial/scope.js";
import { explore } from "../space/explore.js";
import { toAut } from "./aut.js";

const SMALL_SCOPE = { ...serialScope, within: ({ inBuffer }: SerialState) => inBuffer.length <= 1 };
const graph = explore(serialChart("0.8.2"), SMALL_SCOPE);
const LINE_PATTERN = /^\((\d+), "([^"]+)", (\d+)\)$/;

it("has every state and transition, labelled with what an observer sees", () => {
  const [headLine, ...lines] = toAut(graph).trimEnd().split("\n");
  expect(headLine).toBe(`des (0, ${graph.transitions.length}, ${graph.states.length})`);
  expect(lines).toHaveLength(graph.transitions.length);
  const readTransitions = lines.map((line) => LINE_PATTERN.exec(line) ?? expect.fail(line));
  expect(new Set(readTransitions.map(([, from]) => from)).size).toBe(graph.states.length);
  expect(readTransitions.every(([, , , to]) => Number(to) < graph.states.length)).toBe(true);
  expect(lines).toContain('(0, "IER <- 0x02 ETBEI; interrupt THRE", 2)');
  const labels = new Set(readTransitions.map(([, , label]) => label));
  for (const label of [
    "IIR -> 0xC1 NONE|FIFOS",
    "IIR -> 0xC4 RDA|FIFOS",
    "THR <- 0x41; transmit 0x41; interrupt THRE",
  ])
    expect(labels).toContain(label);
});

it("is deterministic: from each state a label leads to one state only", () => {
  const targets = new Map<string, Set<string>>();
  for (const line of toAut(graph).trimEnd().split("\n").slice(1)) {
    const [, from = "", label = "", to = ""] = LINE_PATTERN.exec(line) ?? [];
    const labelKey = `${from} ${label}`;
    targets.set(labelKey, (targets.get(labelKey) ?? new Set()).add(to));
  }
  expect([...targets.values()].every(({ size }) => size === 1)).toBe(true);
});
