import { expect, it } from "vitest";
import { Uart16550 } from "../device/index.js";
import { invalid } from "../invalid.test-helper.js";
import { type ConformTarget, conform, DeviceTarget, TargetEndedError } from "./index.js";

const createQemu = () => new Uart16550({ preset: "qemu", unmapped: "zero", journal: false });

/** A device that only takes accesses, as QEMU by its qtest socket; it answers as a part with something else. */
function accessTarget(
  name: string,
  other: Partial<ConformTarget> = {},
  device = new DeviceTarget(name, createQemu),
): ConformTarget {
  return {
    ...{ name, reset: () => device.reset(), sense: () => device.sense() },
    ...{ read: (offset) => device.read(offset), write: (offset, value) => device.write(offset, value) },
    ...other,
  };
}

it("reports no departure of a device that is the part", async () => {
  const report = await conform(accessTarget("itself"), { preset: "qemu", random: 10 });
  expect(report).toMatchObject({ nearest: "qemu", departures: [] });
  expect(report.agreeing).toBe(report.sequences);
  expect(report.sequences).toBeGreaterThan(200);
  expect(report.leftOut).toBeGreaterThan(200);
  expect(report.transitions.toured).toBeGreaterThan(100);
  expect(report.transitions.reached).toBeGreaterThan(report.transitions.toured + 50);
  const answers = new DeviceTarget("again", createQemu);
  for (const { inputs, expected } of report.suite) {
    answers.reset();
    for (const [index, input] of inputs.entries())
      if (input.type === "read") expect(answers.read(input.offset)).toBe(expected[index]?.value);
      else if (input.type === "write") answers.write(input.offset, input.value);
  }
});

it("explains a departure by its rule, in the fewest accesses", async () => {
  const device = new DeviceTarget("seven bits", createQemu);
  const read = (offset: number) => device.read(offset) & (offset === 7 ? 0x7f : 0xff);
  const target = accessTarget("seven bits", { read }, device);
  const [departure, another] = (await conform(target, { preset: "qemu", random: 40 })).departures;
  expect(another).toBeUndefined();
  expect(departure).toMatchObject({
    subject: "SCR",
    consequence: "Linux takes a part without a scratch register for an 8250",
  });
  expect(departure?.accesses).toHaveLength(2);
  expect(departure?.accesses[1]).toMatch(/^SCR -> 0x[89A-F]/);
  expect(Object.keys(departure?.rules ?? {})).toContain("I16");
});

it("names the reports of emulators with the same fault", async () => {
  const device = new DeviceTarget("SCR", createQemu);
  const read = (offset: number) => (offset === 7 ? 0xff : device.read(offset));
  const target = accessTarget("SCR", { read }, device);
  const { departures } = await conform(target, { preset: "qemu", random: 0, mostDepartures: 1 });
  expect(departures.map(({ reports }) => reports)).toEqual([
    [{ fault: "SCR reads 0xFF", report: "falcon#135" }],
  ]);
});

it("finds a line that only pulses within an access, if the target counts its rises", async () => {
  const device = new DeviceTarget("glitch", createQemu);
  let glitches = 0;
  const read = (offset: number) => {
    if (offset === 2 && device.sense().level === 1) glitches++;
    return device.read(offset);
  };
  const sense = () => {
    const { rises = 0, ...sensed } = device.sense();
    const all = { ...sensed, rises: rises + glitches };
    glitches = 0;
    return all;
  };
  const onlyLevel = () => {
    const { rises: _rises, ...sensed } = sense();
    return sensed;
  };
  const options = { preset: "qemu", random: 20 } as const;
  expect(
    (await conform(accessTarget("level", { read, sense: onlyLevel }, device), options)).departures,
  ).toEqual([]);
  const { departures } = await conform(accessTarget("rises", { read, sense }, device), options);
  expect(departures.length).toBeGreaterThan(0);
  for (const { subject, accesses, expected, actual, rules, consequence } of departures) {
    expect(subject).toBe("interrupt line");
    expect(accesses.at(-1)).toMatch(/^IIR -> /);
    expect([
      ["no edge", "falls, rises"],
      ["falls", "falls, rises, falls"],
    ]).toContainEqual([expected, actual]);
    expect(Object.keys(rules)).not.toEqual([]);
    expect(consequence).toContain("edge-triggered");
  }
});

it("takes what a target throws for a departure, and goes on", async () => {
  const device = new DeviceTarget("failing", createQemu);
  const other: Partial<ConformTarget> = {
    read: (offset) => {
      if (offset === 6 && (device.read(4) & 0x10) !== 0) throw new TypeError("no loopback");
      return device.read(offset);
    },
    restore: () => {
      throw new RangeError("transmitFifo: expected at most 1, got 14");
    },
  };
  const target = accessTarget("failing", other, device);
  const report = await conform(target, { preset: "qemu", random: 10 });
  const failures = report.departures.filter(({ subject }) => subject === "failure");
  expect(failures.map(({ actual, accesses }) => [actual, accesses])).toEqual(
    expect.arrayContaining([
      ["transmitFifo: expected at most 1, got 14", ["a state is restored"]],
      ["no loopback", [expect.stringMatching(/^MCR <- 0x1./), expect.stringMatching(/^MSR -> /)]],
    ]),
  );
  expect(failures).toHaveLength(report.departures.length);
});

it("ends with a target that has ended", async () => {
  let reads = 0;
  const target = accessTarget("ended", {
    read: () => {
      if (++reads > 100) throw new TargetEndedError("ended with 1");
      return 0;
    },
  });
  await expect(conform(target, { random: 0 })).rejects.toThrow("ended with 1");
});

it("refuses an option that it does not know, and names the nearest", async () => {
  const options = invalid({ prset: "qemu" });
  await expect(conform(accessTarget("itself"), options)).rejects.toThrow(
    "no option prset of conform: did you mean preset?",
  );
});
