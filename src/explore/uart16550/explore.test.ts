import { expect, it } from "vitest";
import { Uart16550, type Uart16550State, uart16550Chart } from "../../device/index.js";
import { type Input, loadJournal } from "../../journal/index.js";
import {
  always,
  check,
  claim,
  compare,
  explore,
  journalOf,
  never,
  type Scope,
  uart16550Scope,
} from "../index.js";

const scopedChart = (preset: "pc16550d" | "qemu") => {
  const chart = uart16550Chart(preset);
  return { chart, scope: uart16550Scope(chart) };
};

it("any chart can be explored: a 16550's timeout, with time among the inputs", () => {
  const { chart } = scopedChart("pc16550d");
  const scope: Scope<Uart16550State> = {
    name: "characters, reads and time",
    inputs: [
      { type: "write", offset: 2, value: 0x01 },
      { type: "write", offset: 1, value: 0x01 },
      { type: "receive", characters: [0x41] },
      { type: "read", offset: 0 },
      { type: "advance", ticks: 100_000 },
    ] satisfies Input[],
    within: ({ receiveFifo }) => receiveFifo.length <= 3,
  };
  const graph = explore(chart, scope, { limit: 2_000 });
  expect(graph.complete).toBe(true);
  expect(graph.states.length).toBeGreaterThan(10);
  const dataReadyBit = claim(
    "I6",
    "LSR.DR is set exactly while a character is queued.",
    always<Uart16550State>(
      ({ registers, state }) => Boolean((registers.LSR ?? 0) & 1) === state.receiveFifo.length > 0,
    ),
  );
  expect(check(graph, dataReadyBit).verdict).toBe("proved");
});

it("one input distinguishes two presets, and none a preset from itself", () => {
  expect(compare(scopedChart("pc16550d"), scopedChart("qemu"))).toMatchObject({
    verdict: "different",
    inputs: [{ type: "write", offset: 0, value: 0x41 }],
  });
  expect(compare(scopedChart("qemu"), scopedChart("qemu"), { limit: 50 }).verdict).toBe("inconclusive");
});

it("a counterexample can be saved as a journal that replays", async () => {
  const { chart } = scopedChart("pc16550d");
  const timeout: Input = { type: "advance", ticks: chart.initial?.timeoutLength ?? 0 };
  const inputs: Input[] = [
    { type: "write", offset: 2, value: 0xc1 },
    { type: "receive", characters: [0x41] },
    timeout,
  ];
  const quietClaim = claim(
    "quiet",
    "The timeout is never pending.",
    never<Uart16550State>(({ state }) => state.timeoutPending),
  );
  const checkResult = check(explore(chart, { name: "a timeout", inputs }, { limit: 20 }), quietClaim);
  expect(checkResult).toMatchObject({ verdict: "refuted", inputs });
  const { journal } = await loadJournal([
    new TextEncoder().encode(await journalOf(chart, checkResult.inputs ?? [])),
  ]);
  const uart = Uart16550.fromJournal(journal);
  // Of 0x41, 5 bits are received, as LCR is after a reset.
  expect([uart.state().timeoutPending, uart.state().receiveFifo]).toEqual([true, [0x01]]);
});
