import type ElkModule from "elkjs";
import type { ELK, ElkExtendedEdge, ElkNode, ElkPoint } from "elkjs";
import Elk from "elkjs/lib/elk.bundled.js";
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { type TransitionInWords, transitionsOf } from "../../device/index.js";
import { CHARACTER_WIDTH, LABEL_FONT_SIZE, NAME_FONT_SIZE } from "./text-metrics.js";
import type { Arrow, Box, ChartLayout, Point, RegionLayout, StateBox } from "./types.js";

/** Widths of a character of a state's name, and of an arrow's label. */
const NAME_WIDTH = NAME_FONT_SIZE * CHARACTER_WIDTH;
const LABEL_WIDTH = LABEL_FONT_SIZE * CHARACTER_WIDTH;
const STATE_HEIGHT = 26;
const LABEL_HEIGHT = 15;
/** A state's row of dots, a dot for each transition that stays. */
const DOTS_HEIGHT = 11;
const TITLE_HEIGHT = 26;

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

/** Regions that are drawn together, with a title. */
interface RegionGroup {
  readonly title: string;
  readonly regions: readonly string[];
}

/**
 * Lays out a machine's definition, each region by itself.
 *
 * Run once, when the page is built. The order of regions is the chart's.
 *
 * @param groups - the groups of the regions; by default all belong to one without a title.
 */
export async function layOutChart(
  machine: AnyStateMachine,
  groups: readonly RegionGroup[] = [{ title: "", regions: Object.keys(machine.root.states) }],
): Promise<ChartLayout> {
  const elk: ELK = new (Elk as unknown as typeof ElkModule.default)();
  const transitions = transitionsOf(machine).map((transition, transitionIndex) => ({
    ...transition,
    transitionIndex,
  }));
  const layOutRegion = async (regionName: string): Promise<RegionLayout> => {
    const regionNode = machine.root.states[regionName] as AnyStateNode;
    const laidOut = await elk.layout(graphOf(regionNode, transitions));
    // elk knows no least size of the outermost node.
    const width = Math.max(laidOut.width ?? 0, titleWidth(regionNode, transitions));
    const states: StateBox[] = [];
    const arrows: Arrow[] = [];
    collectBoxes({ ...laidOut, width }, regionNode, { x: 0, y: 0 }, transitions, states, arrows);
    return { name: regionName, width: roundTenth(width), height: roundTenth(laidOut.height), states, arrows };
  };
  return {
    groups: await Promise.all(
      groups.map(async ({ title, regions }) => ({
        title,
        regions: await Promise.all(regions.map(layOutRegion)),
      })),
    ),
  };
}

/** Returns the width of a region's title with its dots. */
const titleWidth = (regionNode: AnyStateNode, transitions: readonly IndexedTransition[]): number =>
  regionNode.key.length * NAME_WIDTH + 28 + staysWithin(regionNode.key, transitions).length * 9;

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
  const width = Math.max(60, stateNode.key.length * NAME_WIDTH + 24, dotCount * 9 + 18);
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
