import type { AnyStateMachine } from "xstate";
import {
  type DrawingOptions,
  modelOf,
  nameInWords,
  selfAndDescendants,
  selfTransitionLines,
} from "./drawing.js";
import { ARROW_HEADS, drawChart } from "./drawn-chart.js";
import { LABEL_FONT_SIZE, NAME_FONT_SIZE, NAME_WIDTH } from "./text-metrics.js";
import { escapeXml } from "./xml.js";

/** The options of a picture of a chart. */
export interface PictureOptions extends DrawingOptions {
  /** The greatest width of a row of regions. */
  readonly width?: number;
  /** The meaning of the coloured arrows, in a few words. */
  readonly legend?: string;
  /** The names of the regions that it shows; by default all. */
  readonly regions?: readonly string[];
  /** The title; by default the chart's description. */
  readonly title?: string;
}

/** The default width: about the greatest that GitHub shows without scaling. */
const DEFAULT_WIDTH = 820;

/** The colour of arrows that {@link DrawingOptions.comparedTo} lacks. */
const ADDED_COLOUR = "#0969da";

interface Panel {
  readonly title: string;
  readonly textLines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly svgBody: string;
}

/** The space around things, and the heights of a heading and of a line of text. */
export const PADDING = 14;
export const TITLE_HEIGHT = 20;
export const LINE_HEIGHT = 15;

async function drawPanel(stateNode: AnyStateMachine["root"], options: PictureOptions): Promise<Panel> {
  const lines = [
    stateNode.description ?? "",
    ...(options.showsSelfTransitions ? selfTransitionLines(stateNode) : []),
  ].filter(Boolean);
  const drawnChart = modelOf(stateNode, options);
  const availableWidth = (options.width ?? DEFAULT_WIDTH) - 4 * PADDING;
  const horizontal = await drawChart(drawnChart, "RIGHT");
  // A graph that is too wide for the page may fit from top to bottom.
  const vertical = horizontal.width > availableWidth ? await drawChart(drawnChart, "DOWN") : horizontal;
  return {
    title: nameInWords(stateNode.key),
    textLines: lines,
    ...(vertical.width < horizontal.width ? vertical : horizontal),
  };
}

const headingHeight = ({ textLines: lines }: Panel): number => TITLE_HEIGHT + lines.length * LINE_HEIGHT + 10;
const outerWidth = (panel: Panel): number =>
  Math.max(panel.width, ...panel.textLines.map((line) => line.length * NAME_WIDTH)) + 2 * PADDING;
const outerHeight = (panel: Panel): number => panel.height + headingHeight(panel) + PADDING;

/** Arranges panels in order, in rows no wider than `width`. */
function panelRows(panels: readonly Panel[], width: number): Panel[][] {
  const panelRowList: Panel[][] = [];
  let usedWidth = Number.POSITIVE_INFINITY;
  for (const panel of panels) {
    if (usedWidth + PADDING + outerWidth(panel) > width) {
      panelRowList.push([]);
      usedWidth = 0;
    }
    panelRowList.at(-1)?.push(panel);
    usedWidth += PADDING + outerWidth(panel);
  }
  return panelRowList;
}

function renderPanel(panel: Panel, x: number, y: number, width: number, height: number): string {
  const lines = panel.textLines.map(
    (line, index) =>
      `<text class="what" x="${x + PADDING}" y="${y + TITLE_HEIGHT + 14 + index * LINE_HEIGHT}">${escapeXml(line)}</text>`,
  );
  const left = x + (width - panel.width) / 2;
  const top = y + headingHeight(panel) + (height - headingHeight(panel) - panel.height) / 2;
  return [
    `<rect class="panel" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text class="name" x="${x + PADDING}" y="${y + TITLE_HEIGHT}">${escapeXml(panel.title)}</text>`,
    ...lines,
    `<svg x="${left}" y="${top}" width="${panel.width}" height="${panel.height}">`,
    panel.svgBody,
    "</svg>",
  ].join("\n");
}

const PICTURE_STYLE = `
text { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: ${NAME_FONT_SIZE}px; fill: #1f2328; }
.card { fill: #f6f8fa; stroke: #d0d7de; }
.panel, .box { fill: #ffffff; stroke: #8c959f; stroke-dasharray: 6 4; }
.chart { font-size: 16px; font-weight: bold; }
.name { font-size: 14px; font-weight: bold; }
.what { fill: #57606a; }
.group { fill: #ffffff; stroke: #d0d7de; }
.state { fill: #f6f8fa; stroke: #57606a; }
.compound { fill: none; stroke: #57606a; }
.final { stroke-width: 3; }
.border, .region { fill: #ffffff; stroke-dasharray: 4 3; }
.initial, .tip { fill: #1f2328; }
.way { fill: none; stroke: #1f2328; }
.label, .line { font-size: ${LABEL_FONT_SIZE}px; }
.label { paint-order: stroke; stroke: #ffffff; stroke-width: 2px; }
text.added, .tip.added { fill: ${ADDED_COLOUR}; }
.way.added { stroke: ${ADDED_COLOUR}; }
`;

/**
 * Draws a chart as a picture: an SVG on a white card.
 *
 * The regions of a parallel chart are dashed panels, in the chart's order, each followed by the states that have drawings of their own; any
 * other chart is one panel.
 */
export async function drawPicture(machine: AnyStateMachine, options: PictureOptions = {}): Promise<string> {
  const { root } = machine;
  const { apartIds = [], regions } = options;
  const regionNodes = root.type === "parallel" ? Object.values(root.states) : [root];
  const shownNodes = regionNodes
    .filter(({ key }) => regions?.includes(key) ?? true)
    .flatMap((stateNode) => [
      stateNode,
      ...selfAndDescendants(stateNode).filter((panel) => panel !== stateNode && apartIds.includes(panel.id)),
    ]);
  const panels = await Promise.all(shownNodes.map((stateNode) => drawPanel(stateNode, options)));
  const laidOutRows = panelRows(
    panels,
    Math.max(options.width ?? DEFAULT_WIDTH, ...panels.map((panel) => outerWidth(panel) + PADDING)),
  );
  const width = Math.max(
    ...laidOutRows.map((row) => row.reduce((sum, panel) => sum + outerWidth(panel) + PADDING, PADDING)),
  );
  const svgParts: string[] = [];
  let y = 2 * PADDING + TITLE_HEIGHT;
  for (const row of laidOutRows) {
    const height = Math.max(...row.map(outerHeight));
    const spareWidth =
      (width - row.reduce((sum, panel) => sum + outerWidth(panel) + PADDING, PADDING)) / row.length;
    let x = PADDING;
    for (const panel of row) {
      svgParts.push(renderPanel(panel, x, y, outerWidth(panel) + spareWidth, height));
      x += outerWidth(panel) + spareWidth + PADDING;
    }
    y += height + PADDING;
  }
  const title = options.title ?? root.description ?? nameInWords(root.key);
  const legend = options.legend
    ? `<text class="what added" x="${width - PADDING}" y="${PADDING + TITLE_HEIGHT - 4}" text-anchor="end">${escapeXml(options.legend)}</text>`
    : "";
  return pictureCard(title, width, y, [legend, ...svgParts]);
}

/** Returns the SVG of a picture on a white card. */
export function pictureCard(
  title: string,
  width: number,
  height: number,
  svgParts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>${PICTURE_STYLE}</style>
${ARROW_HEADS}
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<text class="chart" x="${PADDING}" y="${PADDING + TITLE_HEIGHT - 4}">${escapeXml(title)}</text>
${svgParts.join("\n")}
</svg>
`.replace(/\d+\.\d{3,}/g, (number) => Number(number).toFixed(2));
}
