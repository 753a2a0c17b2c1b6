import { UART16550_PRESETS, type Uart16550Options, type Uart16550Preset } from "../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../device/index.js";
import { modemLines } from "./sequence.js";

/** A part that a target may be. */
export interface Part {
  readonly name: string;
  /** True if characters take time. */
  readonly isTimed: boolean;
  /** The options of a `uart16550`. */
  readonly options?: Uart16550Options;
  /** Makes it in its power-on state. */
  create(): Device;
}

/** A part that transmits at once, as most models do. */
const atOnce = (options: Uart16550Options): Uart16550Options => ({
  ...options,
  transmitterIsTimed: false,
  threDelay: "none",
});

/** The name of a preset that {@link atOnce} has changed. */
export const nameAtOnce = (preset: string): string => `${preset} that transmits at once`;

/** Makes a part whose modem lines have had these levels since power-on, as MSR's high half shows them; the part's own by default. */
export function createUart(options: Uart16550Options, lines?: number): Device {
  const device = new Uart16550({ preset: options, unmapped: "zero", journal: false });
  if (lines === undefined) return device;
  const levels = modemLines(lines);
  if (JSON.stringify(device.modemInputs) === JSON.stringify(levels)) return device;
  device.apply({ type: "modem", ...levels });
  device.apply({ type: "reset" });
  return device;
}

/** Every part: those that take time also as ones that transmit at once, which come first. */
export const PARTS: readonly Part[] = [
  ...(Object.entries(UART16550_PRESETS) as [Uart16550Preset, Uart16550Options][]).flatMap(
    ([name, options]): Part[] => [
      ...(options.transmitterIsTimed ? [uartPart(nameAtOnce(name), atOnce(options))] : []),
      uartPart(name, options),
    ],
  ),
  ...(["0.8.2", "0.8.1"] as const).map((revision) => ({
    name: `serial ${revision}`,
    isTimed: false,
    create: () => new Serial({ revision, journal: false }),
  })),
];

function uartPart(name: string, options: Uart16550Options): Part {
  return { name, isTimed: options.transmitterIsTimed, options, create: () => createUart(options) };
}
