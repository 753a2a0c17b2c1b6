import { expect, test } from "vitest";
import { serialChart, uart16550Chart } from "../../device/index.js";
import { type Box, UART16550_GROUPS } from "../../draw/internal.js";
import { arrangeChart } from "../page/model/chart-arrangement.js";
import { layOutChart } from "./chart-layout.js";
import type { ChartLayout, RegionLayout } from "./types.js";

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;

/** Returns pairs of labels, and of labels and states, that are drawn over each other. */
function overlapsIn({ states, arrows }: RegionLayout): string[] {
  const leaves = states.filter(({ compound }) => !compound);
  const titles = states
    .filter(({ compound }) => compound)
    .map(({ x, y, id }) => ({ id, x: x + 10, y: y + 5, width: 10, height: 16 }));
  const labels = arrows.map(({ label, source, target }) => ({ ...label, id: `${source}>${target}` }));
  const boxes = [...leaves, ...titles, ...labels];
  return boxes.flatMap((box, i) =>
    boxes.slice(i + 1).flatMap((other) => (overlap(box, other) ? [`${box.id} and ${other.id}`] : [])),
  );
}

const charts: readonly [string, () => Promise<ChartLayout>][] = [
  ["serial 0.8.1", () => layOutChart(serialChart("0.8.1").machine)],
  ["serial 0.8.2", () => layOutChart(serialChart().machine)],
  ["uart16550", () => layOutChart(uart16550Chart().machine, Object.values(UART16550_GROUPS))],
];

test.each(charts)("nothing of %s is drawn over anything else, at any width", async (_, layOut) => {
  const layout = await layOut();
  const regions = layout.groups.flatMap((group) => group.regions);
  expect(regions.flatMap(overlapsIn)).toEqual([]);
  const openSets = [
    () => false,
    () => true,
    ...regions.map(
      ({ name }) =>
        (regionName: string) =>
          regionName === name,
    ),
  ];
  for (const width of [320, 480, 660, 1000])
    for (const isOpen of openSets) {
      const { groups, width: wholeWidth } = arrangeChart(layout, isOpen, width);
      const boxes = groups.flatMap(({ cards, openRegions }) => [...cards, ...openRegions]);
      for (const [i, box] of boxes.entries()) {
        expect(box.x + box.width).toBeLessThanOrEqual(wholeWidth);
        for (const other of boxes.slice(i + 1)) expect(overlap(box, other)).toBe(false);
      }
    }
  // Every region has its drawing, and is in one group alone.
  expect(new Set(regions.map(({ name }) => name)).size).toBe(regions.length);
});
