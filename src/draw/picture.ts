import { type IStateMachine, render } from "state-machine-cat";
import type { AnyStateMachine } from "xstate";
import {
  ADDED_COLOUR,
  type DrawingOptions,
  modelOf,
  nameInWords,
  selfAndDescendants,
  selfTransitionLines,
} from "./drawing.js";

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

/** Escapes a text for SVG. */
export const escapeXml = (plainText: string): string =>
  plainText.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Lays out a model, and returns the size and the body of the SVG. */
async function layOut(
  model: IStateMachine,
  direction: "left-right" | "top-down",
): Promise<{ width: number; height: number; svgBody: string }> {
  const svg = await render(model, {
    inputType: "json",
    outputType: "svg",
    direction,
    dotGraphAttrs: [
      { name: "bgcolor", value: "transparent" },
      // By default state-machine-cat keeps arrows in order, which makes them cross.
      { name: "ordering", value: '""' },
      { name: "nodesep", value: "0.25" },
      { name: "ranksep", value: "0.3" },
      { name: "pad", value: "0.05" },
    ],
    dotNodeAttrs: [{ name: "fontsize", value: "13" }],
    dotEdgeAttrs: [{ name: "fontsize", value: "11" }],
  });
  const viewBoxMatch = /viewBox="0\.00 0\.00 ([\d.]+) ([\d.]+)"/.exec(svg);
  const graphBody = /<g id="graph0"[\s\S]*<\/g>/.exec(svg)?.[0];
  if (!viewBoxMatch || !graphBody)
    throw new Error("state-machine-cat gave an SVG of another shape than expected");
  // Several graphs share a picture: their ids would clash, and their titles would show internal names.
  const anonymousBody = graphBody.replace(/ id="[^"]*"| font-family="[^"]*"|<title>[^<]*<\/title>\n?/g, "");
  // Labels come last, so that no arrow is drawn across one.
  const labels = anonymousBody.match(/<text[^>]*>[^<]*<\/text>\n/g) ?? [];
  const lines = labels.reduce((rest, label) => rest.replace(label, ""), anonymousBody);
  const orderedBody = lines.replace(/<\/g>$/, () => `${labels.join("")}</g>`);
  return { width: Number(viewBoxMatch[1]), height: Number(viewBoxMatch[2]), svgBody: orderedBody };
}

async function drawPanel(stateNode: AnyStateMachine["root"], options: PictureOptions): Promise<Panel> {
  const lines = [
    stateNode.description ?? "",
    ...(options.showsSelfTransitions ? selfTransitionLines(stateNode) : []),
  ].filter(Boolean);
  const [horizontalModel, availableWidth] = [
    modelOf(stateNode, options),
    (options.width ?? DEFAULT_WIDTH) - 4 * PADDING,
  ];
  const horizontal = await layOut(horizontalModel, "left-right");
  // A graph that is too wide for the page may fit from top to bottom.
  const vertical = horizontal.width > availableWidth ? await layOut(horizontalModel, "top-down") : horizontal;
  return {
    title: nameInWords(stateNode.key),
    textLines: lines,
    ...(vertical.width < horizontal.width ? vertical : horizontal),
  };
}

const headingHeight = ({ textLines: lines }: Panel): number => TITLE_HEIGHT + lines.length * LINE_HEIGHT + 10;
const outerWidth = (panel: Panel): number =>
  Math.max(panel.width, ...panel.textLines.map((line) => line.length * 6.5)) + 2 * PADDING;
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
    `<rect class="region" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text class="name" x="${x + PADDING}" y="${y + TITLE_HEIGHT}">${escapeXml(panel.title)}</text>`,
    ...lines,
    `<svg x="${left}" y="${top}" width="${panel.width}" height="${panel.height}">`,
    panel.svgBody,
    "</svg>",
  ].join("\n");
}

const PICTURE_STYLE = `
text { font-family: Helvetica, Arial, "Liberation Sans", sans-serif; fill: #1f2328; }
text[fill="${ADDED_COLOUR}"], .added { fill: ${ADDED_COLOUR}; }
.card { fill: #f6f8fa; stroke: #d0d7de; }
.region { fill: #ffffff; stroke: #8c959f; stroke-dasharray: 6 4; }
.chart { font-size: 16px; font-weight: bold; }
.name { font-size: 14px; font-weight: bold; }
.what { font-size: 12px; fill: #57606a; }
.any path { stroke-dasharray: 4 3; }
.group { fill: #ffffff; stroke: #d0d7de; }
.box { fill: #ffffff; stroke: #8c959f; stroke-dasharray: 6 4; }
.state { fill: #f6f8fa; stroke: #57606a; }
.small { font-size: 12px; }
svg svg text { paint-order: stroke; stroke: #ffffff; stroke-width: 2px; }
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
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<text class="chart" x="${PADDING}" y="${PADDING + TITLE_HEIGHT - 4}">${escapeXml(title)}</text>
${svgParts.join("\n")}
</svg>
`.replace(/\d+\.\d{3,}/g, (number) => Number(number).toFixed(2));
}
