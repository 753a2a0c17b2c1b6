import { type IStateMachine, render } from "state-machine-cat";
import type { AnyStateMachine } from "xstate";
import { ADDED, type DrawingOptions, drawing, everyState, stays, words } from "./drawing.js";

/** How a picture of a chart is laid out, and what it shows. */
export interface PictureOptions extends DrawingOptions {
  /** How wide the picture may become before regions go to the next row. */
  readonly width?: number;
  /** What the coloured arrows are, in a few words. */
  readonly legend?: string;
  /** Which regions it shows, by name; all unless given. */
  readonly regions?: readonly string[];
  /** What it is called; the chart's description unless given. */
  readonly title?: string;
}

/** How wide a picture becomes unless told otherwise: about what GitHub shows without making it smaller. */
const WIDTH = 820;

interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** Space around things, and how much a heading and a line of text take. */
export const PAD = 14;
export const TITLE = 20;
export const LINE = 15;

/** A text as it may stand in SVG. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** A model as SVG: its size, and what is in it. */
async function laidOut(
  model: IStateMachine,
  direction: "left-right" | "top-down",
): Promise<{ width: number; height: number; body: string }> {
  const svg = await render(model, {
    inputType: "json",
    outputType: "svg",
    direction,
    dotGraphAttrs: [
      { name: "bgcolor", value: "transparent" },
      // state-machine-cat keeps arrows in order by default, which makes them cross.
      { name: "ordering", value: '""' },
      { name: "nodesep", value: "0.25" },
      { name: "ranksep", value: "0.3" },
      { name: "pad", value: "0.05" },
    ],
    dotNodeAttrs: [{ name: "fontsize", value: "13" }],
    dotEdgeAttrs: [{ name: "fontsize", value: "11" }],
  });
  const box = /viewBox="0\.00 0\.00 ([\d.]+) ([\d.]+)"/.exec(svg);
  const body = /<g id="graph0"[\s\S]*<\/g>/.exec(svg)?.[0];
  if (!box || !body) throw new Error("state-machine-cat gave an SVG of another shape than expected");
  // Several graphs share a picture: their ids would clash, and titles would pop up as internal names.
  const bare = body.replace(/ id="[^"]*"| font-family="[^"]*"|<title>[^<]*<\/title>\n?/g, "");
  // Labels come last, so that no arrow is drawn across one.
  const labels = bare.match(/<text[^>]*>[^<]*<\/text>\n/g) ?? [];
  const lines = labels.reduce((rest, label) => rest.replace(label, ""), bare);
  const ordered = lines.replace(/<\/g>$/, () => `${labels.join("")}</g>`);
  return { width: Number(box[1]), height: Number(box[2]), body: ordered };
}

async function panel(node: AnyStateMachine["root"], options: PictureOptions): Promise<Panel> {
  const lines = [node.description ?? "", ...(options.stays ? stays(node) : [])].filter(Boolean);
  const [across, widest] = [drawing(node, options), (options.width ?? WIDTH) - 4 * PAD];
  const graph = await laidOut(across, "left-right");
  // What is too wide for the page may fit if it runs downwards.
  const down = graph.width > widest ? await laidOut(across, "top-down") : graph;
  return { title: words(node.key), lines, ...(down.width < graph.width ? down : graph) };
}

const heading = ({ lines }: Panel): number => TITLE + lines.length * LINE + 10;
const outerWidth = (it: Panel): number =>
  Math.max(it.width, ...it.lines.map((line) => line.length * 6.5)) + 2 * PAD;
const outerHeight = (it: Panel): number => it.height + heading(it) + PAD;

/** Panels side by side, in order, in rows no wider than `width`. */
function rows(panels: readonly Panel[], width: number): Panel[][] {
  const result: Panel[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const it of panels) {
    if (used + PAD + outerWidth(it) > width) {
      result.push([]);
      used = 0;
    }
    result.at(-1)?.push(it);
    used += PAD + outerWidth(it);
  }
  return result;
}

function drawn(it: Panel, x: number, y: number, width: number, height: number): string {
  const lines = it.lines.map(
    (line, index) =>
      `<text class="what" x="${x + PAD}" y="${y + TITLE + 14 + index * LINE}">${escaped(line)}</text>`,
  );
  const left = x + (width - it.width) / 2;
  const top = y + heading(it) + (height - heading(it) - it.height) / 2;
  return [
    `<rect class="region" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text class="name" x="${x + PAD}" y="${y + TITLE}">${escaped(it.title)}</text>`,
    ...lines,
    `<svg x="${left}" y="${top}" width="${it.width}" height="${it.height}">`,
    it.body,
    "</svg>",
  ].join("\n");
}

const STYLE = `
text { font-family: Helvetica, Arial, "Liberation Sans", sans-serif; fill: #1f2328; }
text[fill="${ADDED}"], .added { fill: ${ADDED}; }
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
 * A chart as a picture: an SVG that stands on its own white card.
 *
 * The regions of a parallel chart are dashed panels, in the chart's order, each followed by the states that are drawn apart; any other
 * chart is one panel.
 */
export async function picture(machine: AnyStateMachine, options: PictureOptions = {}): Promise<string> {
  const { root } = machine;
  const { apart = [], regions } = options;
  const all = root.type === "parallel" ? Object.values(root.states) : [root];
  const nodes = all
    .filter(({ key }) => regions?.includes(key) ?? true)
    .flatMap((node) => [node, ...everyState(node).filter((it) => it !== node && apart.includes(it.id))]);
  const panels = await Promise.all(nodes.map((node) => panel(node, options)));
  const laid = rows(panels, Math.max(options.width ?? WIDTH, ...panels.map((it) => outerWidth(it) + PAD)));
  const width = Math.max(...laid.map((row) => row.reduce((sum, it) => sum + outerWidth(it) + PAD, PAD)));
  const parts: string[] = [];
  let y = 2 * PAD + TITLE;
  for (const row of laid) {
    const height = Math.max(...row.map(outerHeight));
    const spare = (width - row.reduce((sum, it) => sum + outerWidth(it) + PAD, PAD)) / row.length;
    let x = PAD;
    for (const it of row) {
      parts.push(drawn(it, x, y, outerWidth(it) + spare, height));
      x += outerWidth(it) + spare + PAD;
    }
    y += height + PAD;
  }
  const title = options.title ?? root.description ?? words(root.key);
  const legend = options.legend
    ? `<text class="what added" x="${width - PAD}" y="${PAD + TITLE - 4}" text-anchor="end">${escaped(options.legend)}</text>`
    : "";
  return card(title, width, y, [legend, ...parts]);
}

/** A picture on its white card. */
export function card(title: string, width: number, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<text class="chart" x="${PAD}" y="${PAD + TITLE - 4}">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`.replace(/\d+\.\d{3,}/g, (number) => Number(number).toFixed(2));
}
