/** Without a machine's name a driver is tried on every machine, the most usual first. */
import { expect, it, test } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { BOARDS } from "./boards.js";
import { checkDriver, checkDriverAsync } from "./check.js";
import type { MakeDriver } from "./driver.js";

/** A polled driver that loads so many bytes into an empty transmitter. */
const loading =
  (loadSize: number): MakeDriver =>
  (bus) => {
    const queue: number[] = [];
    return {
      init() {
        for (const [offset, value] of [
          [3, 0x83],
          [0, 1],
          [1, 0],
          [3, 3],
          [2, 7],
        ] as const)
          bus.write(offset, value);
      },
      timer() {
        if (bus.read(5) & 0x20) for (const byte of queue.splice(0, loadSize)) bus.write(0, byte);
      },
      send(byte) {
        queue.push(byte);
      },
    };
  };

test("every preset has its turn, with edges and with levels", () => {
  const turns = BOARDS.map(({ preset, revision, pic }) => `${String(preset ?? revision)} ${pic}`);
  const expected = [...Object.keys(UART16550_PRESETS), "0.8.2"].flatMap((part) => [
    `${part} edge`,
    `${part} level`,
  ]);
  expect(turns.toSorted()).toEqual([...expected, "pc16550d plic"].toSorted());
  expect(turns[0]).toBe("pc16550d edge");
});

it("tries a driver that is right on all of them, most on the first", () => {
  const counts = { runs: 0 };
  const counting: MakeDriver = (bus) => {
    counts.runs++;
    return loading(1)(bus);
  };
  const { ok, boards, runs } = checkDriver(counting, { seed: 1, numRuns: 20, coverageRuns: 0 });
  expect([ok, boards?.length, runs]).toEqual([true, BOARDS.length, 20 + (BOARDS.length - 1) * 4]);
  expect(boards?.at(-1)).toBe("serial 0.8.2, level interrupts");
  // Each machine shows the entry points once, and some runs are played twice.
  expect(counts.runs).toBeGreaterThan(runs);
});

it("finds a driver that fills a FIFO where there is none, and says on which machine", () => {
  const options = { seed: 1, numRuns: 50, coverageRuns: 0 };
  const { failure, boards } = checkDriver(loading(16), options);
  expect(failure?.claim).toBe("thr-room");
  expect(boards).toEqual([
    ...["edge", "level", "plic"].map((pic) => `uart16550 pc16550d, ${pic} interrupts`),
    "uart16550 ns16450, edge interrupts",
  ]);
  const hint = `{ device: "uart16550", preset: "ns16450", pic: "edge", seed: 1, path: ${JSON.stringify(failure?.path)} }`;
  expect(failure?.text).toContain(hint);
  const on = { device: "uart16550", preset: "ns16450", pic: "edge", path: failure?.path ?? "" } as const;
  expect(checkDriver(loading(16), on).failure?.scenario).toBe(failure?.scenario);
});

it("tries a driver with promises on all of them, too", async () => {
  const { failure, boards } = await checkDriverAsync(
    (bus) => ({
      async init() {
        for (const [offset, value] of [
          [3, 0x83],
          [0, 1],
          [1, 0],
          [3, 3],
          [2, 7],
        ] as const)
          await bus.write(offset, value);
      },
      async send(byte) {
        while (((await bus.read(5)) & 0x20) === 0);
        await bus.write(0, byte);
        if ((await bus.read(2)) === 0xc1 && (await bus.read(4)) === 0) throw new Error("a part with a FIFO");
      },
    }),
    { seed: 1, numRuns: 5, coverageRuns: 0 },
  );
  expect([failure?.claim, boards?.length]).toEqual(["no-throw", 1]);
});

test.each([{ preset: "qemu" }, { pic: "level" }, { path: "send.count=1@0" }])(
  "%j alone names no machine",
  (options) => {
    expect(() => checkDriver(loading(1), invalid(options))).toThrow(
      `device: expected "serial" or "uart16550" with ${Object.keys(options)[0]}, got nothing`,
    );
  },
);

test("a machine is left after so many seconds", () => {
  const { runs } = checkDriver(loading(1), { device: "uart16550", seed: 1, numRuns: 100_000, runSeconds: 0 });
  expect(runs).toBe(0);
});
