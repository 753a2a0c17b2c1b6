import type { ElkExtendedEdge, ElkNode } from "elkjs";
import type { DrawnArrow, DrawnChart, DrawnState } from "./drawing.js";
import { type GraphLayout, layOutGraph } from "./graph-layout.js";
import { type Box, roundedPath } from "./shapes.js";
import { LABEL_WIDTH, NAME_WIDTH } from "./text-metrics.js";
import { escapeXml } from "./xml.js";

/** The heights of a state's name and of a line below it or of a label. */
const NAME_HEIGHT = 26;
const LINE_HEIGHT = 14;
/** The space at a box's sides, and the diameter of the dot in front of the initial state. */
const MARGIN = 12;
const DOT_SIZE = 10;

/** A drawing of a size, as SVG elements. */
interface ChartDrawing {
  readonly width: number;
  readonly height: number;
  readonly svgBody: string;
}

/**
 * Lays out and draws a chart.
 *
 * @param direction - where the arrows lead.
 */
export async function drawChart(
  { states, arrows }: DrawnChart,
  direction: "DOWN" | "RIGHT",
): Promise<ChartDrawing> {
  const layout = await layOutGraph(
    {
      id: "",
      children: states.map(nodeOf),
      edges: arrows.map(edgeOf),
      layoutOptions: { "elk.padding": "[top=3,left=3,bottom=3,right=3]" },
    },
    direction,
  );
  const svgParts = [
    ...states.flatMap((state) => renderState(state, layout)),
    ...layout.edges.map(({ points }, index) => {
      const added = arrows[index]?.isAdded ? " added" : "";
      return `<path class="way${added}" d="${roundedPath(points)}" marker-end="url(#tip${added.trim()})"/>`;
    }),
    // Labels come last, so that no arrow is drawn across one.
    ...layout.edges.flatMap(({ label }, index) => renderLabel(arrows[index] as DrawnArrow, label)),
  ];
  return { width: layout.width, height: layout.height, svgBody: svgParts.join("\n") };
}

/** The arrow heads, to stand once in a picture. */
export const ARROW_HEADS = `<defs>
${["", "added"]
  .map(
    (arrowClass) =>
      `<marker id="tip${arrowClass}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip ${arrowClass}" d="M0 0.8 7.4 4 0 7.2z"/></marker>`,
  )
  .join("\n")}
</defs>`;

const widthOfLines = (lines: readonly string[], characterWidth: number): number =>
  Math.max(0, ...lines.map((line) => line.length)) * characterWidth;

/** Returns the size of a state's own texts. */
const textSize = ({ label, lines }: DrawnState) => ({
  width: Math.max(60, label.length * NAME_WIDTH + 2 * MARGIN, widthOfLines(lines, LABEL_WIDTH) + 2 * MARGIN),
  height: NAME_HEIGHT + (lines.length > 0 ? lines.length * LINE_HEIGHT + 6 : 0),
});

function nodeOf(state: DrawnState): ElkNode {
  if (state.kind === "initial") return { id: state.id, width: DOT_SIZE, height: DOT_SIZE };
  const { width, height } = textSize(state);
  if (state.states.length === 0) return { id: state.id, width, height };
  return {
    id: state.id,
    children: state.states.map(nodeOf),
    layoutOptions: {
      "elk.padding": `[top=${height + 8},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width},${height + MARGIN})`,
    },
  };
}

const edgeOf = ({ source, target, lines }: DrawnArrow, index: number): ElkExtendedEdge => ({
  id: String(index),
  sources: [source],
  targets: [target],
  ...(lines.length > 0
    ? {
        labels: [
          {
            id: `${index} label`,
            // elk passes over a label without a text.
            text: lines.join("\n"),
            width: widthOfLines(lines, LABEL_WIDTH) + 4,
            height: lines.length * LINE_HEIGHT + 2,
          },
        ],
      }
    : {}),
});

function renderState(state: DrawnState, layout: GraphLayout): string[] {
  const { x, y, width, height } = layout.boxes.get(state.id) as Box;
  if (state.kind === "initial")
    return [
      `<circle class="initial" cx="${x + DOT_SIZE / 2}" cy="${y + DOT_SIZE / 2}" r="${DOT_SIZE / 2}"/>`,
    ];
  const isCompound = state.states.length > 0;
  const kindClass = state.kind === "regular" ? "" : ` ${state.kind}`;
  const isCentred = !isCompound && state.lines.length === 0;
  const textStart = isCentred ? x + width / 2 : x + MARGIN;
  return [
    `<rect class="${isCompound ? "compound" : "state"}${kindClass}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text x="${textStart}" y="${y + 17}"${isCentred ? ' text-anchor="middle"' : ""}>${escapeXml(state.label)}</text>`,
    ...state.lines.map(
      (line, index) =>
        `<text class="line" x="${x + MARGIN}" y="${y + NAME_HEIGHT + 11 + index * LINE_HEIGHT}">${escapeXml(line)}</text>`,
    ),
    ...state.states.flatMap((childState) => renderState(childState, layout)),
  ];
}

const renderLabel = ({ lines, isAdded }: DrawnArrow, { x, y }: Box): string[] =>
  lines.map(
    (line, index) =>
      `<text class="label${isAdded ? " added" : ""}" x="${x + 2}" y="${y + 11 + index * LINE_HEIGHT}">${escapeXml(line)}</text>`,
  );
