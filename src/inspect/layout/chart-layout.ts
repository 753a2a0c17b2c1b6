import type { ElkExtendedEdge, ElkNode } from "elkjs";
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { type TransitionInWords, transitionsOf } from "../../device/index.js";
import { LABEL_WIDTH, layOutGraph, NAME_WIDTH, selfAndDescendants } from "../../draw/internal.js";
import type { Arrow, ChartLayout, RegionLayout, StateBox } from "./types.js";

const STATE_HEIGHT = 26;
const LABEL_HEIGHT = 15;
/** A state's row of dots, a dot for each transition that stays. */
const DOTS_HEIGHT = 11;
const TITLE_HEIGHT = 26;

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
  const transitions = transitionsOf(machine).map((transition, transitionIndex) => ({
    ...transition,
    transitionIndex,
  }));
  const layOutRegion = async (regionName: string): Promise<RegionLayout> => {
    const regionNode = machine.root.states[regionName] as AnyStateNode;
    const { width: laidOutWidth, height, boxes, edges } = await layOutGraph(graphOf(regionNode, transitions));
    // elk knows no least size of the outermost node.
    const width = Math.max(laidOutWidth, titleWidth(regionNode, transitions));
    const stateBox = (stateNode: AnyStateNode): StateBox => {
      const id = statePath(stateNode);
      return {
        ...{ id, label: stateNode.key, depth: stateNode.path.length - 1 },
        ...(boxes.get(id) ?? { x: 0, y: 0, width, height }),
        compound: stateNode.type === "compound" || stateNode.type === "parallel",
        initial:
          stateNode.parent?.type === "parallel" ? false : stateNode.parent?.config.initial === stateNode.key,
        stays: staysWithin(id, transitions),
      };
    };
    const arrows = edges.map(({ id, points, label }): Arrow => {
      const [source = "", target = ""] = id.split(">");
      const arrowGroup = transitions.filter(
        (it) => hasArrow(it) && it.source === source && it.target === target,
      );
      return {
        ...{ source, target, points },
        transitions: arrowGroup.map(({ transitionIndex }) => transitionIndex),
        label: { ...label, text: labelOf(arrowGroup) },
      };
    });
    return { name: regionName, width, height, states: selfAndDescendants(regionNode).map(stateBox), arrows };
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
  return {
    ...nodeOf(regionNode, transitions),
    layoutOptions: { "elk.padding": `[top=${TITLE_HEIGHT + 8},left=14,bottom=14,right=14]` },
    edges,
  };
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
