import type ElkModule from "elkjs";
import type { ELK, ElkExtendedEdge, ElkNode, ElkPoint } from "elkjs";
import Elk from "elkjs/lib/elk.bundled.js";
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { type TransitionInWords, transitionsOf } from "../../device/index.js";
import type { Arrow, Box, ChartLayout, Point, StateBox } from "./types.js";

/** Widths of a character, as the page draws them: its font may differ a little. */
const NAME_WIDTH = 6.9;
const LABEL_WIDTH = 5.6;
const STATE_HEIGHT = 26;
const LABEL_HEIGHT = 13;
/** A state's row of dots, a dot for each transition that stays. */
const DOTS_HEIGHT = 11;
const TITLE_HEIGHT = 26;
/** How wide the drawing may be: it stands in a column of the page, and is scrolled down. */
const WIDEST = 660;
/** Between regions, and around them all. */
const GAP = 12;
const MARGIN = 2;

/** States that no arrow joins stand in rows. */
const UNJOINED = {
  "elk.algorithm": "rectpacking",
  "elk.aspectRatio": "2.2",
  "elk.padding": `[top=${TITLE_HEIGHT + 8},left=14,bottom=14,right=14]`,
  "elk.spacing.nodeNode": "8",
};

const REGION = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": `[top=${TITLE_HEIGHT + 8},left=14,bottom=14,right=14]`,
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "9",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "10",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
};

/** One transition with its place in `transitionsOf`. */
interface Placed extends TransitionInWords {
  readonly at: number;
}

const pathOf = (node: AnyStateNode): string => node.path.join(".");
/** Whether it goes from one state to another beside it. One that a state has for all states inside it has no arrow. */
const leads = ({ source, target }: TransitionInWords): boolean =>
  target !== undefined && target !== source && !target.startsWith(`${source}.`);

/** An event as a label on an arrow: "IER/DLM ←" for a write, "RBR/DLL →" for a read. */
export function eventLabel(event: string): string {
  const [kind, registers] = event.split(".");
  if (registers === undefined) return event;
  return `${registers.replace("_", "/")} ${kind === "write" ? "←" : "→"}`;
}

function labelOf(transitions: readonly Placed[]): string {
  const events = [...new Set(transitions.map(({ event }) => eventLabel(event)))];
  const shown = events.slice(0, events.length === 3 ? 3 : 2).join(", ");
  return events.length > 3 ? `${shown} +${events.length - 2}` : shown;
}

/**
 * Lays a machine's definition out: each region by itself, and the regions beside each other.
 *
 * Run once, when the page is built. The order of regions is the chart's.
 */
export async function layOut(machine: AnyStateMachine): Promise<ChartLayout> {
  const elk: ELK = new (Elk as unknown as typeof ElkModule.default)();
  const transitions = transitionsOf(machine).map((transition, at) => ({ ...transition, at }));
  const regions = Object.values(machine.root.states) as AnyStateNode[];
  const drawn = await Promise.all(regions.map((region) => elk.layout(graphOf(region, transitions))));
  const packed = pack(drawn.map(({ width = 0, height = 0 }) => ({ width, height })));
  const states: StateBox[] = [];
  const arrows: Arrow[] = [];
  for (const [i, region] of drawn.entries()) {
    const at = packed[i] as Point;
    collect(region, regions[i] as AnyStateNode, at, transitions, states, arrows);
  }
  const outer = states.filter(({ depth }) => depth === 0);
  const width = Math.max(...outer.map((box) => box.x + box.width));
  const height = Math.max(...outer.map((box) => box.y + box.height));
  return { width: round(width + MARGIN), height: round(height + MARGIN), states, arrows };
}

function graphOf(region: AnyStateNode, transitions: readonly Placed[]): ElkNode {
  const inside = transitions.filter(
    (it) => leads(it) && (it.source === region.key || it.source.startsWith(`${region.key}.`)),
  );
  const edges = [...grouped(inside)].map(([id, group]): ElkExtendedEdge => {
    const [source = "", target = ""] = id.split(">");
    const text = labelOf(group);
    const label = { id: `${id}:label`, text, width: text.length * LABEL_WIDTH + 4, height: LABEL_HEIGHT };
    return { id, sources: [source], targets: [target], labels: [label] };
  });
  const node = nodeOf(region, transitions);
  const flat = (node.children ?? []).every(({ children }) => children === undefined);
  return { ...node, layoutOptions: edges.length === 0 && flat ? UNJOINED : REGION, edges };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Puts boxes beside and below each other, in whichever way is lower. */
function pack(boxes: readonly Size[]): readonly Point[] {
  const widest = Math.max(WIDEST, ...boxes.map(({ width }) => width));
  const ways = [inRows(boxes, widest), fallen(boxes, widest)];
  const heightOf = (placed: readonly Box[]) => Math.max(...placed.map(({ y, height }) => y + height));
  return ways.sort((a, b) => heightOf(a) - heightOf(b))[0] as readonly Point[];
}

/** Boxes in rows, in their order. */
function inRows(boxes: readonly Size[], widest: number): Box[] {
  const placed: Box[] = [];
  let [x, y, next] = [MARGIN, MARGIN, MARGIN];
  for (const { width, height } of boxes) {
    if (x > MARGIN && x + width > widest) [x, y] = [MARGIN, next];
    placed.push({ x, y, width, height });
    x += width + GAP;
    next = Math.max(next, y + height + GAP);
  }
  return placed;
}

/** Each box, in their order, as far up as it can stand, and then as far left. */
function fallen(boxes: readonly Size[], widest: number): Box[] {
  const placed: Box[] = [];
  for (const { width, height } of boxes) {
    const lefts = [MARGIN, ...placed.map((box) => box.x + box.width + GAP)].filter(
      (x) => x + width <= widest,
    );
    const places = lefts.map((x) => {
      const above = placed.filter((box) => box.x < x + width + GAP && box.x + box.width + GAP > x);
      return { x, y: Math.max(MARGIN, ...above.map((box) => box.y + box.height + GAP)) };
    });
    const [best = { x: MARGIN, y: MARGIN }] = places.sort((a, b) => a.y - b.y || a.x - b.x);
    placed.push({ ...best, width, height });
  }
  return placed;
}

function grouped(transitions: readonly Placed[]): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const it of transitions) {
    const key = `${it.source}>${it.target}`;
    groups.set(key, [...(groups.get(key) ?? []), it]);
  }
  return groups;
}

function nodeOf(node: AnyStateNode, transitions: readonly Placed[]): ElkNode {
  const id = pathOf(node);
  const children = Object.values(node.states) as AnyStateNode[];
  const dots = staysOf(id, transitions).length;
  const width = Math.max(60, node.key.length * NAME_WIDTH + 22, dots * 9 + 18);
  if (children.length === 0) return { id, width, height: STATE_HEIGHT + (dots > 0 ? DOTS_HEIGHT : 0) };
  return {
    id,
    children: children.map((child) => nodeOf(child, transitions)),
    layoutOptions: {
      "elk.padding": `[top=${TITLE_HEIGHT + 8},left=12,bottom=12,right=12]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width + dots * 9},${TITLE_HEIGHT + 20})`,
    },
  };
}

const staysOf = (id: string, transitions: readonly Placed[]): number[] =>
  transitions.filter((it) => it.source === id && !leads(it)).map(({ at }) => at);

function collect(
  drawn: ElkNode,
  node: AnyStateNode,
  origin: Point,
  transitions: readonly Placed[],
  states: StateBox[],
  arrows: Arrow[],
): void {
  const x = origin.x + (node.path.length === 1 ? 0 : (drawn.x ?? 0));
  const y = origin.y + (node.path.length === 1 ? 0 : (drawn.y ?? 0));
  const id = pathOf(node);
  states.push({
    ...{ id, label: node.key, depth: node.path.length - 1 },
    ...{ x: round(x), y: round(y), width: round(drawn.width), height: round(drawn.height) },
    compound: (drawn.children ?? []).length > 0,
    initial: node.parent?.type === "parallel" ? false : node.parent?.config.initial === node.key,
    stays: staysOf(id, transitions),
  });
  for (const child of drawn.children ?? []) {
    const key = child.id.split(".").at(-1) as string;
    collect(child, node.states[key] as AnyStateNode, { x, y }, transitions, states, arrows);
  }
  for (const edge of drawn.edges ?? [])
    arrows.push(arrowOf(edge, containerOf(edge, drawn, { x, y }), transitions));
}

/** An edge's coordinates count from the node that holds both its ends: elk names it. */
function containerOf(edge: ElkExtendedEdge, drawn: ElkNode, origin: Point): Point {
  const { container } = edge as { container?: string };
  if (container === undefined || container === drawn.id) return origin;
  for (const child of drawn.children ?? []) {
    const at = { x: origin.x + (child.x ?? 0), y: origin.y + (child.y ?? 0) };
    if (container === child.id) return at;
    if (container.startsWith(`${child.id}.`)) return containerOf(edge, child, at);
  }
  return origin;
}

function arrowOf(edge: ElkExtendedEdge, origin: Point, transitions: readonly Placed[]): Arrow {
  const [source = "", target = ""] = edge.id.split(">");
  const section = edge.sections?.[0];
  const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [];
  const label = edge.labels?.[0];
  const box: Box = {
    ...{ x: round(origin.x + (label?.x ?? 0)), y: round(origin.y + (label?.y ?? 0)) },
    ...{ width: round(label?.width), height: round(label?.height) },
  };
  return {
    ...{ source, target },
    transitions: transitions
      .filter((it) => leads(it) && it.source === source && it.target === target)
      .map(({ at }) => at),
    points: points.map((point: ElkPoint) => ({ x: round(origin.x + point.x), y: round(origin.y + point.y) })),
    label: { ...box, text: label?.text ?? "" },
  };
}

const round = (value = 0): number => Math.round(value * 10) / 10;
