import type { AnyStateMachine } from "xstate";
import { words } from "./drawing.js";
import { card, escaped, LINE, PAD, TITLE } from "./picture.js";

type StateNode = AnyStateMachine["root"];

/** Regions that belong together, under what a reader looks for. */
export interface Group {
  readonly title: string;
  readonly regions: readonly string[];
}

const COLUMNS = 3;
const COLUMN = 262;
/** About how wide a character of a text is. */
const CHARACTER = 6.7;
const CHIP = 22;

/** A state as it is named in an overview: what is inside it stands behind it. */
function stateNames(node: StateNode): string[] {
  return Object.values(node.states).flatMap((state) => {
    const inner = stateNames(state);
    return inner.length === 0 ? [words(state.key)] : inner.map((name) => `${words(state.key)}: ${name}`);
  });
}

/** A text in lines no longer than so many characters. */
function wrapped(text: string, most: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length <= most) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

interface Box {
  readonly height: number;
  draw(x: number, y: number): string;
}

/** A region: its name, what it is, and its states. */
function box(node: StateNode): Box {
  const width = COLUMN - PAD;
  const lines = wrapped(node.description ?? "", Math.floor((width - 2 * PAD) / CHARACTER));
  const chips: { name: string; x: number; row: number; width: number }[] = [];
  let [x, row] = [0, 0];
  for (const name of stateNames(node)) {
    const wide = name.length * CHARACTER + 14;
    if (x > 0 && x + wide > width - 2 * PAD) [x, row] = [0, row + 1];
    chips.push({ name, x, row, width: wide });
    x += wide + 6;
  }
  const top = TITLE + lines.length * LINE + 10;
  const height = top + (row + 1) * (CHIP + 5) + PAD / 2;
  return {
    height,
    draw: (left, above) =>
      [
        `<rect class="box" x="${left}" y="${above}" width="${width}" height="${height}" rx="6"/>`,
        `<text class="name" x="${left + PAD}" y="${above + TITLE}">${escaped(words(node.key))}</text>`,
        ...lines.map(
          (line, i) =>
            `<text class="what" x="${left + PAD}" y="${above + TITLE + 14 + i * LINE}">${escaped(line)}</text>`,
        ),
        ...chips.map((chip) => {
          const [cx, cy] = [left + PAD + chip.x, above + top + chip.row * (CHIP + 5)];
          return `<rect class="state" x="${cx}" y="${cy}" width="${chip.width}" height="${CHIP}" rx="7"/>
<text class="small" x="${cx + chip.width / 2}" y="${cy + 15}" text-anchor="middle">${escaped(chip.name)}</text>`;
        }),
      ].join("\n"),
  };
}

/**
 * A chart of many regions at a glance, as SVG: each with what it is and its states, in groups. What leads from one state to another stands in the
 * groups' own pictures.
 */
export function overview(machine: AnyStateMachine, groups: readonly Group[]): string {
  const width = COLUMNS * COLUMN + 3 * PAD;
  const parts: string[] = [];
  let y = 2 * PAD + TITLE;
  for (const { title, regions } of groups) {
    const heights = Array.from({ length: COLUMNS }, () => y + TITLE + PAD);
    const drawn: string[] = [];
    for (const region of regions) {
      const node = machine.root.states[region];
      if (!node) throw new RangeError(`${title}: the chart has no region ${region}`);
      const it = box(node);
      // The shortest column takes it.
      const column = heights.indexOf(Math.min(...heights));
      const top = heights[column] as number;
      drawn.push(it.draw(2 * PAD + column * COLUMN, top));
      heights[column] = top + it.height + PAD;
    }
    const end = Math.max(...heights);
    parts.push(
      `<rect class="group" x="${PAD}" y="${y}" width="${width - 2 * PAD}" height="${end - y}" rx="8"/>`,
      `<text class="chart" x="${2 * PAD}" y="${y + TITLE}">${escaped(title)}</text>`,
      ...drawn,
    );
    y = end + PAD;
  }
  const count = Object.keys(machine.root.states).length;
  return card(`${machine.root.description}: ${count} regions and their states`, width, y, parts);
}
