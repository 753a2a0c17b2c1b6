import type { AnyStateMachine } from "xstate";
import { nameInWords } from "./drawing.js";
import { LINE_HEIGHT, PADDING, pictureCard, TITLE_HEIGHT } from "./picture.js";
import { NAME_WIDTH } from "./text-metrics.js";
import { escapeXml } from "./xml.js";

type StateNode = AnyStateMachine["root"];

/** Regions that belong together, with a title. */
export interface RegionGroup {
  readonly title: string;
  readonly regions: readonly string[];
}

const COLUMN_COUNT = 3;
const COLUMN_WIDTH = 262;
const CHIP_HEIGHT = 22;

/** Returns the names of the innermost states: "holding: ready". */
function stateNames(stateNode: StateNode): string[] {
  return Object.values(stateNode.states).flatMap((state) => {
    const innerNames = stateNames(state);
    return innerNames.length === 0
      ? [nameInWords(state.key)]
      : innerNames.map((name) => `${nameInWords(state.key)}: ${name}`);
  });
}

/** Splits a text into lines of at most `maxLength` characters. */
function wrapText(description: string, maxLength: number): string[] {
  const textLines = [""];
  for (const word of description.split(" ")) {
    const line = `${textLines.at(-1)} ${word}`.trimStart();
    if (line.length <= maxLength) textLines[textLines.length - 1] = line;
    else textLines.push(word);
  }
  return textLines;
}

interface RegionBox {
  readonly height: number;
  renderAt(x: number, y: number): string;
}

/** Returns the box of a region: its name, its description and its states. */
function regionBox(stateNode: StateNode): RegionBox {
  const width = COLUMN_WIDTH - PADDING;
  const textLines = wrapText(stateNode.description ?? "", Math.floor((width - 2 * PADDING) / NAME_WIDTH));
  const stateChips: { stateName: string; x: number; row: number; chipWidth: number }[] = [];
  let [x, row] = [0, 0];
  for (const name of stateNames(stateNode)) {
    const chipWidth = name.length * NAME_WIDTH + 14;
    if (x > 0 && x + chipWidth > width - 2 * PADDING) [x, row] = [0, row + 1];
    stateChips.push({ stateName: name, x, row, chipWidth: chipWidth });
    x += chipWidth + 6;
  }
  const contentTop = TITLE_HEIGHT + textLines.length * LINE_HEIGHT + 10;
  const height = contentTop + (row + 1) * (CHIP_HEIGHT + 5) + PADDING / 2;
  return {
    height,
    renderAt: (left, above) =>
      [
        `<rect class="box" x="${left}" y="${above}" width="${width}" height="${height}" rx="6"/>`,
        `<text class="name" x="${left + PADDING}" y="${above + TITLE_HEIGHT}">${escapeXml(nameInWords(stateNode.key))}</text>`,
        ...textLines.map(
          (line, i) =>
            `<text class="what" x="${left + PADDING}" y="${above + TITLE_HEIGHT + 14 + i * LINE_HEIGHT}">${escapeXml(line)}</text>`,
        ),
        ...stateChips.map((chip) => {
          const [chipLeft, chipTop] = [
            left + PADDING + chip.x,
            above + contentTop + chip.row * (CHIP_HEIGHT + 5),
          ];
          return `<rect class="state" x="${chipLeft}" y="${chipTop}" width="${chip.chipWidth}" height="${CHIP_HEIGHT}" rx="7"/>
<text class="small" x="${chipLeft + chip.chipWidth / 2}" y="${chipTop + 15}" text-anchor="middle">${escapeXml(chip.stateName)}</text>`;
        }),
      ].join("\n"),
  };
}

/**
 * Draws an overview of a chart with many regions, as SVG: each with its description and its states, in groups. The groups' own pictures
 * have the transitions.
 */
export function drawOverview(machine: AnyStateMachine, groups: readonly RegionGroup[]): string {
  const width = COLUMN_COUNT * COLUMN_WIDTH + 3 * PADDING;
  const svgParts: string[] = [];
  let y = 2 * PADDING + TITLE_HEIGHT;
  for (const { title, regions } of groups) {
    const columnHeights = Array.from({ length: COLUMN_COUNT }, () => y + TITLE_HEIGHT + PADDING);
    const groupParts: string[] = [];
    for (const regionName of regions) {
      const stateNode = machine.root.states[regionName];
      if (!stateNode) throw new RangeError(`${title}: the chart has no region ${regionName}`);
      const regionPanel = regionBox(stateNode);
      // It goes to the shortest column.
      const column = columnHeights.indexOf(Math.min(...columnHeights));
      const contentTop = columnHeights[column] as number;
      groupParts.push(regionPanel.renderAt(2 * PADDING + column * COLUMN_WIDTH, contentTop));
      columnHeights[column] = contentTop + regionPanel.height + PADDING;
    }
    const groupEnd = Math.max(...columnHeights);
    svgParts.push(
      `<rect class="group" x="${PADDING}" y="${y}" width="${width - 2 * PADDING}" height="${groupEnd - y}" rx="8"/>`,
      `<text class="chart" x="${2 * PADDING}" y="${y + TITLE_HEIGHT}">${escapeXml(title)}</text>`,
      ...groupParts,
    );
    y = groupEnd + PADDING;
  }
  const regionCount = Object.keys(machine.root.states).length;
  return pictureCard(
    `${machine.root.description}: ${regionCount} regions and their states`,
    width,
    y,
    svgParts,
  );
}
