import type ElkModule from "elkjs";
import type { ELK, ElkExtendedEdge, ElkNode, LayoutOptions } from "elkjs";
import Elk from "elkjs/lib/elk.bundled.js";
import type { Box, Point } from "./shapes.js";

/** States that no arrow joins stand in rows. */
const UNJOINED: LayoutOptions = {
  "elk.algorithm": "rectpacking",
  "elk.aspectRatio": "2.2",
  "elk.spacing.nodeNode": "8",
};

const JOINED: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "9",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "10",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
};

/** A graph's positions, all from its upper left corner. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** The boxes of all nodes below the graph, by their ids. */
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly {
    readonly id: string;
    /** The points of its line. */
    readonly points: readonly Point[];
    /** The box of its label; empty if it has none. */
    readonly label: Box;
  }[];
}

let layoutEngine: ELK | undefined;

/**
 * Lays out a graph of states, of which some may contain others: nothing is over anything else.
 *
 * @param direction - where the arrows lead.
 */
export async function layOutGraph(
  graph: ElkNode,
  direction: "DOWN" | "RIGHT" = "DOWN",
): Promise<GraphLayout> {
  layoutEngine ??= new (Elk as unknown as typeof ElkModule.default)();
  const isNested = (graph.children ?? []).some(({ children }) => children !== undefined);
  const isJoined = (graph.edges ?? []).length > 0 || isNested;
  const laidOut = await layoutEngine.layout({
    ...graph,
    layoutOptions: {
      ...(isJoined ? { ...JOINED, "elk.direction": direction } : UNJOINED),
      "elk.json.shapeCoords": "ROOT",
      "elk.json.edgeCoords": "ROOT",
      ...graph.layoutOptions,
    },
  });
  const boxes = new Map<string, Box>();
  const addBoxes = ({ children = [] }: ElkNode): void => {
    for (const node of children) {
      boxes.set(node.id, boxOf(node));
      addBoxes(node);
    }
  };
  addBoxes(laidOut);
  return {
    width: roundTenth(laidOut.width),
    height: roundTenth(laidOut.height),
    boxes,
    edges: edgesOf(laidOut).map(({ id, sections: [section] = [], labels: [label = {}] = [] }) => ({
      id,
      points: section
        ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({
            x: roundTenth(x),
            y: roundTenth(y),
          }))
        : [],
      label: boxOf(label),
    })),
  };
}

const edgesOf = ({ edges = [], children = [] }: ElkNode): ElkExtendedEdge[] => [
  ...edges,
  ...children.flatMap(edgesOf),
];

const boxOf = ({ x, y, width, height }: Partial<Box>): Box => ({
  x: roundTenth(x),
  y: roundTenth(y),
  width: roundTenth(width),
  height: roundTenth(height),
});

const roundTenth = (value = 0): number => Math.round(value * 10) / 10;
