/** Mutants of the chart, drawn by chance, and whether exploring tells one from the chart. */
import type { AnyStateMachine } from "xstate";
import { type Uart16550Machine, uart16550Machine } from "../../machines/index.js";
import { TOURED_TRANSITIONS } from "../../src/conform/internal.js";
import { uart16550Chart } from "../../src/device/index.js";
import { compare, type Scope, uart16550Slice } from "../../src/explore/index.js";
import { type ChartMutant, mutantsOf } from "../mutants/chart-mutants.js";

/** Draws mutants of the transitions that the tour takes, each once, in an order that the seed gives. */
export function drawMutants(seed: number): readonly ChartMutant[] {
  let state = seed;
  return mutantsOf(uart16550Machine as unknown as AnyStateMachine)
    .filter(({ id }) => TOURED_TRANSITIONS.has(`uart16550 ${id.slice(0, id.indexOf(":"))}`))
    .map((mutant) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return { mutant, order: state };
    })
    .sort((one, other) => one.order - other.order)
    .map(({ mutant }) => mutant);
}

const SCOPES = ["registers", "transmit", "receive", "identification", "modem"] as const;
/** The pairs of states that are compared in each scope. */
const PAIRS = 300;
/** The emissions that a target shows. */
const SHOWN = new Set(["data", "transmit", "interruptLine"]);

/** Returns the fewest inputs by which exploring tells a mutant from a PC16550D, with inputs that targets have; undefined if it finds none. */
export function inputsThatTell({ machine }: ChartMutant): number | undefined {
  const chart = uart16550Chart("pc16550d");
  const changed = uart16550Chart("pc16550d", machine() as unknown as Uart16550Machine);
  for (const name of SCOPES) {
    const whole = uart16550Slice(name, chart);
    const inputs = whole.inputs.filter((input) => {
      if (input.type === "read" || input.type === "write") return input.offset < 8;
      return input.type !== "receive" || Array.from(input.characters).every(Number.isInteger);
    });
    const scope = { ...whole, inputs: inputs.filter(({ type }) => type !== "break") } as Scope<never>;
    const { verdict, inputs: shortest } = compare(
      { chart, scope },
      { chart: changed, scope },
      { limit: PAIRS, seen: ({ type }) => SHOWN.has(type) },
    );
    if (verdict === "different") return shortest?.length ?? 0;
  }
  return undefined;
}
