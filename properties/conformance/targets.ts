/** The devices that `conform` is tried on: the museum's broken ones, mutants of the chart, and devices that are a part. */

import type { SerialMachine, Uart16550Machine } from "../../machines/index.js";
import { MSR, UART16550_PRESETS, type Uart16550Preset, uart16550Machine } from "../../machines/index.js";
import { type ConformOptions, type Departure, DeviceTarget, deriveSuite } from "../../src/conform/index.js";
import { departuresOf, firstDifference, PARTS, runSequence } from "../../src/conform/internal.js";
import { type Device, Serial, Uart16550 } from "../../src/device/index.js";
import type { ChartMutant } from "../mutants/chart-mutants.js";
import type { BrokenDevice } from "../testing/devices/exhibit.js";

/** A device with the part that it is, or would be without its fault. */
export interface TriedDevice {
  readonly name: string;
  readonly preset: NonNullable<ConformOptions["preset"]>;
  readonly create: () => Device;
}

/** Returns a broken device of the museum. */
export function museumDevice({ device, preset = "pc16550d", wrong, machine }: BrokenDevice): TriedDevice {
  const broken = machine();
  return device === "serial"
    ? {
        ...{ name: wrong, preset: "serial 0.8.2" },
        create: () => new Serial({ revision: "0.8.2", machine: broken as SerialMachine, journal: false }),
      }
    : { name: wrong, preset, create: () => createUart(preset, broken as Uart16550Machine) };
}

/** Returns a mutant of the chart as a PC16550D. */
export function mutantDevice({ id, machine }: ChartMutant): TriedDevice {
  const changed = machine();
  return { name: id, preset: "pc16550d", create: () => createUart("pc16550d", changed as Uart16550Machine) };
}

const createUart = (preset: Uart16550Preset, machine = uart16550Machine): Device =>
  new Uart16550({ preset, unmapped: "zero", machine, journal: false });

/** Devices that are a part: every preset, and both revisions of `serial`. */
export const PART_DEVICES: readonly TriedDevice[] = [
  ...(Object.keys(UART16550_PRESETS) as Uart16550Preset[]).map((preset) => ({
    ...{ name: preset, preset },
    create: () => createUart(preset),
  })),
  ...(["0.8.1", "0.8.2"] as const).map((revision) => ({
    ...{ name: `serial ${revision}`, preset: `serial ${revision}` as const },
    create: () => new Serial({ revision, journal: false }),
  })),
];

/** Holds a device against its part until it departs; returns the shrunk departure. */
export async function firstDeparture({ name, preset, create }: TriedDevice): Promise<Departure | undefined> {
  const target = new DeviceTarget(name, create);
  const part = PARTS.find((candidate) => candidate.name === preset);
  if (!part) throw new RangeError(`no part is called ${preset}`);
  const reference = new DeviceTarget(preset, () => part.create());
  const start = { settles: false, lines: MSR.CTS | MSR.DSR | MSR.DCD };
  for (const sequence of deriveSuite({ receives: true, hasTime: true, random: 150, seed: 1 })) {
    const observed = await runSequence(target, sequence.inputs, start);
    if (!firstDifference(observed, await runSequence(reference, sequence.inputs, start))) continue;
    const failing = [{ sequence, observed }];
    const found = await departuresOf({ target, create: part.create, failing, start, mostDepartures: 1 });
    return found[0];
  }
  return undefined;
}
