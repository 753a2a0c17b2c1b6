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
/** The greatest width of the drawing, which is a column of the page. */
const WIDEST = 660;
/** Between regions, and around them all. */
const REGION_GAP = 12;
const OUTER_MARGIN = 2;

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

/** A transition with its index in `transitionsOf`. */
interface IndexedTransition extends TransitionInWords {
  readonly transitionIndex: number;
}

const statePath = (stateNode: AnyStateNode): string => stateNode.path.join(".");
/** Returns true if the transition has an arrow: a transition into the state itself or its descendants has none. */
const hasArrow = ({ source, target }: TransitionInWords): boolean =>
  target !== undefined && target !== source && !target.startsWith(`${source}.`);

/** Returns an event's label on an arrow: "IER/DLM ←" for a write, "RBR/DLL →" for a read. */
function eventLabel(event: string): string {
  const [accessType, registers] = event.split(".");
  if (registers === undefined) return event;
  return `${registers.replace("_", "/")} ${accessType === "write" ? "←" : "→"}`;
}

function labelOf(transitions: readonly IndexedTransition[]): string {
  const events = [...new Set(transitions.map(({ event }) => eventLabel(event)))];
  const shownEvents = events.slice(0, events.length === 3 ? 3 : 2).join(", ");
  return events.length > 3 ? `${shownEvents} +${events.length - 2}` : shownEvents;
}

/**
 * Lays a machine's definition out: each region by itself, and the regions beside each other.
 *
 * Run once, when the page is built. The order of regions is the chart's.
 */
export async function layOutChart(machine: AnyStateMachine): Promise<ChartLayout> {
  const elk: ELK = new (Elk as unknown as typeof ElkModule.default)();
  const transitions = transitionsOf(machine).map((transition, transitionIndex) => ({
    ...transition,
    transitionIndex,
  }));
  const regions = Object.values(machine.root.states) as AnyStateNode[];
  const laidOut = await Promise.all(
    regions.map((regionNode) => elk.layout(graphOf(regionNode, transitions))),
  );
  const packed = packBoxes(laidOut.map(({ width = 0, height = 0 }) => ({ width, height })));
  const states: StateBox[] = [];
  const arrows: Arrow[] = [];
  for (const [i, regionNode] of laidOut.entries()) {
    const at = packed[i] as Point;
    collectBoxes(regionNode, regions[i] as AnyStateNode, at, transitions, states, arrows);
  }
  const outerBoxes = states.filter(({ depth }) => depth === 0);
  const width = Math.max(...outerBoxes.map((outerBox) => outerBox.x + outerBox.width));
  const height = Math.max(...outerBoxes.map((outerBox) => outerBox.y + outerBox.height));
  return {
    width: roundTenth(width + OUTER_MARGIN),
    height: roundTenth(height + OUTER_MARGIN),
    states,
    arrows,
  };
}

function graphOf(regionNode: AnyStateNode, transitions: readonly IndexedTransition[]): ElkNode {
  const inRegion = transitions.filter(
    (it) => hasArrow(it) && (it.source === regionNode.key || it.source.startsWith(`${regionNode.key}.`)),
  );
  const edges = [...groupByArrow(inRegion)].map(([nodeId, arrowGroup]): ElkExtendedEdge => {
    const [source = "", target = ""] = nodeId.split(">");
    const labelText = labelOf(arrowGroup);
    const edgeLabel = {
      id: `${nodeId}:label`,
      text: labelText,
      width: labelText.length * LABEL_WIDTH + 4,
      height: LABEL_HEIGHT,
    };
    return { id: nodeId, sources: [source], targets: [target], labels: [edgeLabel] };
  });
  const regionLayout = nodeOf(regionNode, transitions);
  const hasNoNesting = (regionLayout.children ?? []).every(({ children }) => children === undefined);
  return { ...regionLayout, layoutOptions: edges.length === 0 && hasNoNesting ? UNJOINED : REGION, edges };
}

interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** Packs boxes beside and below each other, in the lower of two ways. */
function packBoxes(boxes: readonly BoxSize[]): readonly Point[] {
  const mostWidth = Math.max(WIDEST, ...boxes.map(({ width }) => width));
  const packings = [packInRows(boxes, mostWidth), packUpwards(boxes, mostWidth)];
  const heightOf = (placedBoxes: readonly Box[]) =>
    Math.max(...placedBoxes.map(({ y, height }) => y + height));
  return packings.sort((a, b) => heightOf(a) - heightOf(b))[0] as readonly Point[];
}

/** Packs boxes in rows, in their order. */
function packInRows(boxes: readonly BoxSize[], mostWidth: number): Box[] {
  const placedBoxes: Box[] = [];
  let [x, y, nextRowY] = [OUTER_MARGIN, OUTER_MARGIN, OUTER_MARGIN];
  for (const { width, height } of boxes) {
    if (x > OUTER_MARGIN && x + width > mostWidth) [x, y] = [OUTER_MARGIN, nextRowY];
    placedBoxes.push({ x, y, width, height });
    x += width + REGION_GAP;
    nextRowY = Math.max(nextRowY, y + height + REGION_GAP);
  }
  return placedBoxes;
}

/** Packs each box, in order, as far up as possible, and then as far left. */
function packUpwards(boxes: readonly BoxSize[], mostWidth: number): Box[] {
  const placedBoxes: Box[] = [];
  for (const { width, height } of boxes) {
    const leftEdges = [
      OUTER_MARGIN,
      ...placedBoxes.map((labelBox) => labelBox.x + labelBox.width + REGION_GAP),
    ].filter((x) => x + width <= mostWidth);
    const positions = leftEdges.map((x) => {
      const boxesAbove = placedBoxes.filter(
        (labelBox) => labelBox.x < x + width + REGION_GAP && labelBox.x + labelBox.width + REGION_GAP > x,
      );
      return {
        x,
        y: Math.max(OUTER_MARGIN, ...boxesAbove.map((labelBox) => labelBox.y + labelBox.height + REGION_GAP)),
      };
    });
    const [bestPosition = { x: OUTER_MARGIN, y: OUTER_MARGIN }] = positions.sort(
      (a, b) => a.y - b.y || a.x - b.x,
    );
    placedBoxes.push({ ...bestPosition, width, height });
  }
  return placedBoxes;
}

function groupByArrow(transitions: readonly IndexedTransition[]): Map<string, IndexedTransition[]> {
  const groups = new Map<string, IndexedTransition[]>();
  for (const transition of transitions) {
    const arrowKey = `${transition.source}>${transition.target}`;
    groups.set(arrowKey, [...(groups.get(arrowKey) ?? []), transition]);
  }
  return groups;
}

function nodeOf(stateNode: AnyStateNode, transitions: readonly IndexedTransition[]): ElkNode {
  const nodeId = statePath(stateNode);
  const children = Object.values(stateNode.states) as AnyStateNode[];
  const dotCount = staysWithin(nodeId, transitions).length;
  const width = Math.max(60, stateNode.key.length * NAME_WIDTH + 22, dotCount * 9 + 18);
  if (children.length === 0)
    return { id: nodeId, width, height: STATE_HEIGHT + (dotCount > 0 ? DOTS_HEIGHT : 0) };
  return {
    id: nodeId,
    children: children.map((childNode) => nodeOf(childNode, transitions)),
    layoutOptions: {
      "elk.padding": `[top=${TITLE_HEIGHT + 8},left=12,bottom=12,right=12]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width + dotCount * 9},${TITLE_HEIGHT + 20})`,
    },
  };
}

const staysWithin = (nodeId: string, transitions: readonly IndexedTransition[]): number[] =>
  transitions
    .filter((it) => it.source === nodeId && !hasArrow(it))
    .map(({ transitionIndex }) => transitionIndex);

function collectBoxes(
  laidOut: ElkNode,
  stateNode: AnyStateNode,
  origin: Point,
  transitions: readonly IndexedTransition[],
  states: StateBox[],
  arrows: Arrow[],
): void {
  const x = origin.x + (stateNode.path.length === 1 ? 0 : (laidOut.x ?? 0));
  const y = origin.y + (stateNode.path.length === 1 ? 0 : (laidOut.y ?? 0));
  const nodeId = statePath(stateNode);
  states.push({
    ...{ id: nodeId, label: stateNode.key, depth: stateNode.path.length - 1 },
    ...{
      x: roundTenth(x),
      y: roundTenth(y),
      width: roundTenth(laidOut.width),
      height: roundTenth(laidOut.height),
    },
    compound: (laidOut.children ?? []).length > 0,
    initial:
      stateNode.parent?.type === "parallel" ? false : stateNode.parent?.config.initial === stateNode.key,
    stays: staysWithin(nodeId, transitions),
  });
  for (const childNode of laidOut.children ?? []) {
    const arrowKey = childNode.id.split(".").at(-1) as string;
    collectBoxes(
      childNode,
      stateNode.states[arrowKey] as AnyStateNode,
      { x, y },
      transitions,
      states,
      arrows,
    );
  }
  for (const edge of laidOut.edges ?? [])
    arrows.push(arrowOf(edge, containerOf(edge, laidOut, { x, y }), transitions));
}

/** Returns the origin of an edge's coordinates: that of the node that contains both ends, which elk names. */
function containerOf(edge: ElkExtendedEdge, laidOut: ElkNode, origin: Point): Point {
  const { container } = edge as { container?: string };
  if (container === undefined || container === laidOut.id) return origin;
  for (const childNode of laidOut.children ?? []) {
    const childOrigin = { x: origin.x + (childNode.x ?? 0), y: origin.y + (childNode.y ?? 0) };
    if (container === childNode.id) return childOrigin;
    if (container.startsWith(`${childNode.id}.`)) return containerOf(edge, childNode, childOrigin);
  }
  return origin;
}

function arrowOf(edge: ElkExtendedEdge, origin: Point, transitions: readonly IndexedTransition[]): Arrow {
  const [source = "", target = ""] = edge.id.split(">");
  const section = edge.sections?.[0];
  const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [];
  const edgeLabel = edge.labels?.[0];
  const labelBox: Box = {
    ...{ x: roundTenth(origin.x + (edgeLabel?.x ?? 0)), y: roundTenth(origin.y + (edgeLabel?.y ?? 0)) },
    ...{ width: roundTenth(edgeLabel?.width), height: roundTenth(edgeLabel?.height) },
  };
  return {
    ...{ source, target },
    transitions: transitions
      .filter((it) => hasArrow(it) && it.source === source && it.target === target)
      .map(({ transitionIndex }) => transitionIndex),
    points: points.map((point: ElkPoint) => ({
      x: roundTenth(origin.x + point.x),
      y: roundTenth(origin.y + point.y),
    })),
    label: { ...labelBox, text: edgeLabel?.text ?? "" },
  };
}

const roundTenth = (value = 0): number => Math.round(value * 10) / 10;
