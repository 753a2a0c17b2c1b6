import { type Box, CHARACTER_WIDTH, LABEL_FONT_SIZE, NAME_FONT_SIZE } from "../../../draw/internal.js";
import type { ChartLayout, GroupLayout, RegionLayout } from "../../layout/types.js";

/** The space between boxes. */
const GAP = 8;
const GROUP_TITLE_HEIGHT = 24;
const CARD_HEIGHT = 38;
const CARD_PADDING = 9;

/** A region as a small card: its name, and its state below. */
export interface RegionCard extends Box {
  readonly name: string;
}

/** An open region's drawing, moved to its position. */
export interface OpenRegion extends Box {
  readonly region: RegionLayout;
}

/** A group's title, cards and drawings. */
interface ArrangedGroup extends Box {
  readonly title: string;
  readonly cards: readonly RegionCard[];
  readonly openRegions: readonly OpenRegion[];
}

/** The whole drawing. */
export interface ChartArrangement {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly ArrangedGroup[];
}

/** Returns the innermost states of a region, without the region's name: "holding.ready". */
const leafNames = ({ name, states }: RegionLayout): string[] =>
  states.filter(({ compound, depth }) => !compound && depth > 0).map(({ id }) => id.slice(name.length + 1));

/**
 * Arranges a chart's regions for a width: in a chart of several groups every region is a card, which fits any width, and
 * the open ones are drawn below their group's cards; a chart that is not divided has drawings only.
 *
 * @param availableWidth - in pixels; a drawing that is wider widens the whole.
 */
export function arrangeChart(
  { groups }: ChartLayout,
  isOpen: (regionName: string) => boolean,
  availableWidth: number,
): ChartArrangement {
  const opened = groups.flatMap(({ regions }) => regions.filter(({ name }) => isOpen(name)));
  const width = Math.max(availableWidth, ...opened.map((region) => region.width + 2 * GAP));
  let y = 0;
  const arranged = groups.map((group): ArrangedGroup => {
    const arrangedGroup = arrangeGroup(group, isOpen, y, width);
    y += arrangedGroup.height + GAP;
    return arrangedGroup;
  });
  return { width, height: Math.max(0, y - GAP), groups: arranged };
}

function arrangeGroup(
  { title, regions }: GroupLayout,
  isOpen: (regionName: string) => boolean,
  top: number,
  width: number,
): ArrangedGroup {
  const isDivided = title !== "";
  const cardsTop = top + (isDivided ? GROUP_TITLE_HEIGHT : 0);
  const cards = isDivided ? cardsOf(regions, cardsTop, width - 2 * GAP) : [];
  const drawingsTop = Math.max(cardsTop, ...cards.map((card) => card.y + CARD_HEIGHT + GAP));
  const opened = regions.filter(({ name }) => isOpen(name));
  const positions = packBoxes(opened, width - 2 * GAP);
  const openRegions = opened.map((region, i) => {
    const { x = 0, y = 0 } = positions[i] ?? {};
    return { region, x: x + GAP, y: y + drawingsTop, width: region.width, height: region.height };
  });
  const bottom = Math.max(drawingsTop, ...openRegions.map((region) => region.y + region.height + GAP));
  return { title, x: 0, y: top, width, height: bottom - top, cards, openRegions };
}

/** Returns the cards of a group, in columns of the same width. */
function cardsOf(regions: readonly RegionLayout[], top: number, width: number): RegionCard[] {
  const widest = Math.max(
    ...regions.map((region) =>
      Math.max(
        region.name.length * LABEL_FONT_SIZE * CHARACTER_WIDTH,
        ...leafNames(region).map((leafName) => leafName.length * NAME_FONT_SIZE * CHARACTER_WIDTH),
      ),
    ),
  );
  const columnCount = Math.max(1, Math.floor((width + GAP) / (widest + 2 * CARD_PADDING + GAP)));
  const columnWidth = (width + GAP) / columnCount - GAP;
  return regions.map(({ name }, i) => ({
    name,
    x: GAP + (i % columnCount) * (columnWidth + GAP),
    y: top + Math.floor(i / columnCount) * (CARD_HEIGHT + GAP),
    width: columnWidth,
    height: CARD_HEIGHT,
  }));
}

/** Returns the part of a state's name that a card of this width has room for. */
export function fittingText(stateName: string, cardWidth: number): string {
  const characterCount = Math.floor((cardWidth - 2 * CARD_PADDING) / (NAME_FONT_SIZE * CHARACTER_WIDTH));
  return stateName.length <= characterCount ? stateName : `${stateName.slice(0, characterCount - 1)}…`;
}

interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** Packs boxes beside and below each other: in rows, or each as far up as possible, whichever is lower. */
function packBoxes(boxes: readonly BoxSize[], width: number): readonly Box[] {
  const packings = [packInRows(boxes, width), packUpwards(boxes, width)];
  const heightOf = (packed: readonly Box[]) => Math.max(0, ...packed.map(({ y, height }) => y + height));
  return packings.sort((a, b) => heightOf(a) - heightOf(b))[0] ?? [];
}

function packInRows(boxes: readonly BoxSize[], mostWidth: number): Box[] {
  const packed: Box[] = [];
  let [x, y, nextRowY] = [0, 0, 0];
  for (const { width, height } of boxes) {
    if (x > 0 && x + width > mostWidth) [x, y] = [0, nextRowY];
    packed.push({ x, y, width, height });
    x += width + GAP;
    nextRowY = Math.max(nextRowY, y + height + GAP);
  }
  return packed;
}

/** Packs each box, in order, as far up as possible, and then as far left. */
function packUpwards(boxes: readonly BoxSize[], mostWidth: number): Box[] {
  const packed: Box[] = [];
  for (const { width, height } of boxes) {
    const leftEdges = [0, ...packed.map((box) => box.x + box.width + GAP)].filter(
      (x) => x === 0 || x + width <= mostWidth,
    );
    const positions = leftEdges.map((x) => {
      const boxesAbove = packed.filter((box) => box.x < x + width + GAP && box.x + box.width + GAP > x);
      return { x, y: Math.max(0, ...boxesAbove.map((box) => box.y + box.height + GAP)) };
    });
    const [bestPosition = { x: 0, y: 0 }] = positions.sort((a, b) => a.y - b.y || a.x - b.x);
    packed.push({ ...bestPosition, width, height });
  }
  return packed;
}
