/** Linux's driver as a chart: it finds of each part what Linux finds, and gets by with a part that is wrong. */
import { describe, expect, it, test } from "vitest";
import {
  Fifo,
  type LinuxDriverEmission,
  linuxDriverMachine,
  type Uart16550Options,
} from "../../machines/index.js";
import { Serial, Uart16550 } from "../../src/device/index.js";
import { compile } from "../../src/engine/index.js";
import { checkDriver, linuxDriver } from "../../src/testing/index.js";
import { autoconfig, chartDriver } from "../../src/testing/internal.js";
import { portOf } from "./port.js";
import { startup } from "./startup.js";

const LATE: Partial<Uart16550Options> = { etbeiRearms: "never" };
const LOST: Partial<Uart16550Options> = { ...LATE, transmitResetIsSilent: false };

const PARTS: readonly [string, () => Serial | Uart16550][] = [
  ["serial 0.8.1", () => new Serial({ revision: "0.8.1" })],
  ["serial 0.8.2", () => new Serial()],
  ...(["ins8250", "ns16450", "ns16550", "pc16550d", "tl16c550c", "qemu"] as const).map(
    (preset) => [preset, () => new Uart16550({ preset })] as [string, () => Uart16550],
  ),
  ["a part whose THR empty comes late", () => new Uart16550({ preset: LATE })],
  ["a part whose THR empty gets lost", () => new Uart16550({ preset: LOST })],
];

const chartEngine = compile(linuxDriverMachine);

/** The driver's states after it has started on a device. */
function started(uartDevice: Serial | Uart16550): Readonly<Record<string, unknown>> {
  const chartRun = chartEngine.start();
  const emitted: Parameters<typeof chartRun.send>[1] & unknown[] = [];
  chartRun.send({ type: "start" }, emitted);
  for (const emission of emitted as { type: string; offset: number; value: number }[]) {
    if (emission.type !== "read" && emission.type !== "write") continue;
    const registerValue = emission.type === "read" ? uartDevice.read(emission.offset) : 0;
    if (emission.type === "write") uartDevice.write(emission.offset, emission.value);
    uartDevice.advance(2);
    chartRun.send({ type: "thread.result", value: registerValue }, emitted);
  }
  return chartRun.value as Record<string, unknown>;
}

describe("as it starts", () => {
  it.each(PARTS)("it finds of %s what Linux finds", (_, make) => {
    const { fifos, thrEmptyBug, txEnableBug, thread } = started(make());
    const [partName, bugs] = [autoconfig(portOf(make())), startup(portOf(make())) ?? []];
    expect(thread).toBe("idle");
    expect(fifos).toBe(partName === "16550A" ? "sixteen" : "none");
    expect(thrEmptyBug).toBe(bugs.includes("UART_BUG_THRE") ? "present" : "absent");
    expect(txEnableBug).toBe(bugs.includes("UART_BUG_TXEN") ? "present" : "absent");
  });

  it("finds nothing where there is nothing", () => {
    const chartRun = chartEngine.start();
    const emitted: never[] = [];
    chartRun.send({ type: "start" }, emitted);
    for (let i = 0; i < 10; i++) chartRun.send({ type: "thread.result", value: 0xff }, emitted);
    expect(chartRun.value).toMatchObject({ thread: "absent" });
    expect(emitted.at(-1)).toEqual({ type: "return" });
  });
});

describe("on a part whose THR empty", () => {
  const options = { device: "uart16550", seed: 3, numRuns: 40, coverageRuns: 0 } as const;

  test.each([
    ["comes late", LATE, "edge"],
    ["comes late", LATE, "level"],
    ["gets lost", LOST, "edge"],
    ["gets lost", LOST, "level"],
  ] as const)("%s, it sends all the same", (_, presetOptions, pic) => {
    expect(
      checkDriver(linuxDriver, { ...options, preset: presetOptions, pic }).failure?.text,
    ).toBeUndefined();
  });

  it("comes late it owes that to filling THR by hand: 0.8.1 is such a part", () => {
    const without = linuxDriverMachine.provide({ guards: { thrEmptyIsLate: () => false } });
    const old = { device: "serial", revision: "0.8.1", claims: ["sent-not-stuck"], seed: 3 } as const;
    expect(checkDriver(chartDriver(without as typeof linuxDriverMachine), old).ok).toBe(false);
    expect(checkDriver(linuxDriver, { ...old, numRuns: 60 }).ok).toBe(true);
  });

  it("gets lost it sends from a timer", () => {
    const chartRun = chartEngine.start();
    const { context } = chartRun;
    const waiting = chartEngine.machine.resolveState({
      value: {
        ...{ fifos: "sixteen", thrEmptyBug: "present", txEnableBug: "absent" },
        ...{ thread: "idle", handler: "idle", transmitInterrupt: "on" },
      },
      context: { ...context, queue: Fifo.of([0x41, 0x42]) },
    });
    const backup = chartEngine.start(waiting);
    const emitted: LinuxDriverEmission[] = [];
    backup.send({ type: "timer" }, emitted);
    const registerReads = { IER: 0x07, IIR: 0xc1, LSR: 0x60 } as Record<string, number>;
    for (const emission of emitted)
      if (emission.type === "read")
        backup.send({ type: "thread.result", value: registerReads[emission.register] ?? 0 }, emitted);
      else if (emission.type === "write") backup.send({ type: "thread.result", value: 0 }, emitted);
    expect(
      emitted.map((emission) =>
        "register" in emission
          ? `${emission.register} ${emission.type === "write" ? emission.value : ""}`
          : emission.type,
      ),
    ).toEqual([
      "interrupts",
      ...["IER ", "IER 0", "IIR ", "LSR ", "THR 65", "THR 66", "IER 5", "IER 7"],
      ...["interrupts", "return"],
    ]);
    expect(backup.value).toMatchObject({ thread: "idle", transmitInterrupt: "off" });
  });
});
