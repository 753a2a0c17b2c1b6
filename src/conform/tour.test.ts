import { expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { serialChart, uart16550Chart } from "../device/index.js";
import { explore, serialScope, uart16550Slice } from "../explore/index.js";
import { TOUR } from "./compiled/tour.js";
import { missingTransitions } from "./derive-tour.js";
import { deriveSuite, TOURED_TRANSITIONS } from "./suite.js";

/** `npm run test:tools` tries the whole tour. */
const STRIDE = 25;

it("takes the transitions that it names, on a part", async () => {
  const offset = TOUR.length % STRIDE;
  const sample = TOUR.filter((_, index) => index % STRIDE === offset);
  expect(await missingTransitions(sample)).toEqual([]);
});

it("takes every transition that exploring takes with accesses alone", () => {
  const { pc16550d } = UART16550_PRESETS;
  const explored = [
    { chart: serialChart(), scope: serialScope },
    { chart: uart16550Chart("qemu"), scope: uart16550Slice("registers", uart16550Chart("qemu")) },
    { chart: uart16550Chart(pc16550d), scope: uart16550Slice("transmit", uart16550Chart(pc16550d)) },
  ];
  for (const { chart, scope } of explored) {
    const inputs = scope.inputs.filter(
      (input) => (input.type === "read" || input.type === "write") && input.offset < 8,
    );
    const graph = explore(chart as never, { ...scope, restores: false, inputs } as never, { limit: 200 });
    const takenIds = new Set(
      [...graph.transitions].flatMap((edge) => edge.taken.map(({ id }) => `${chart.id} ${id}`)),
    );
    expect(takenIds.size).toBeGreaterThan(20);
    expect([...takenIds].filter((id) => !TOURED_TRANSITIONS.has(id))).toEqual([]);
  }
});

it("asks of a target without abilities for accesses only, in most sequences", () => {
  const suite = deriveSuite({ receives: false, hasTime: false, random: 10, seed: 3 });
  const accessed = suite.filter(({ inputs }) =>
    inputs.every(({ type }) => type === "read" || type === "write"),
  );
  const toured = new Set(accessed.flatMap(({ transitions = [] }) => transitions));
  expect(toured.size).toBeGreaterThan(100);
});
