import { expect, it } from "vitest";
import { Uart16550 } from "../device/index.js";
import { conform, DeviceTarget } from "./index.js";

const createQemu = () => new Uart16550({ preset: "qemu", unmapped: "zero", journal: false });

it("reports no departure of a device that is the part", async () => {
  const report = await conform(new DeviceTarget("itself", createQemu), { preset: "qemu", random: 10 });
  expect(report).toMatchObject({ nearest: "qemu", departures: [], leftOut: 0 });
  expect(report.agreeing).toBe(report.sequences);
  expect(report.sequences).toBeGreaterThan(250);
  const accessed = report.suite.filter(({ inputs }) =>
    inputs.every(({ type }) => type === "read" || type === "write"),
  );
  expect(accessed.length).toBeGreaterThan(20);
  for (const { inputs, expected } of accessed) {
    const device = createQemu();
    for (const [index, input] of inputs.entries())
      if (input.type === "read") expect(device.read(input.offset)).toBe(expected[index]?.value);
      else if (input.type === "write") device.write(input.offset, input.value);
  }
});

/** A part of which the scratch register keeps seven bits, and which has no reset. */
class WithoutScratchBit extends DeviceTarget {
  override read(offset: number): number {
    return offset === 7 ? super.read(7) & 0x7f : super.read(offset);
  }
}

it("explains a departure by its rule, in the fewest accesses", async () => {
  const report = await conform(new WithoutScratchBit("seven bits", createQemu), {
    preset: "qemu",
    random: 40,
  });
  const [departure, another] = report.departures;
  expect(another).toBeUndefined();
  expect(departure).toMatchObject({
    subject: "SCR",
    consequence: "Linux takes a part without a scratch register for an 8250",
  });
  expect(departure?.accesses).toHaveLength(2);
  expect(departure?.accesses[1]).toMatch(/^SCR -> 0x[89A-F]/);
  expect(Object.keys(departure?.rules ?? {})).toContain("I16");
});
