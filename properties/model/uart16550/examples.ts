/** Helpers for the examples of the reference model. */
import type { Uart16550Options } from "../../../machines/index.js";
import { type ModelEmission, Uart16550Model } from "./uart16550-model.js";

/** A model with its registers written; a bit is 16 ticks under most presets. */
export function started(
  options: Uart16550Options,
  { divisor = 1, lcr = 0x03, fifos = 0x00, mcr = 0x00, ier = 0x00 } = {},
): Uart16550Model {
  const referenceModel = new Uart16550Model(options);
  writeRegister(referenceModel, 3, lcr | 0x80);
  writeRegister(referenceModel, 0, divisor & 0xff);
  writeRegister(referenceModel, 1, divisor >> 8);
  writeRegister(referenceModel, 3, lcr);
  writeRegister(referenceModel, 2, fifos);
  writeRegister(referenceModel, 4, mcr);
  writeRegister(referenceModel, 1, ier);
  return referenceModel;
}

export function writeRegister(
  referenceModel: Uart16550Model,
  registerOffset: number,
  registerValue: number,
): readonly ModelEmission[] {
  return referenceModel.apply({ type: "write", offset: registerOffset, value: registerValue });
}

export function readRegister(referenceModel: Uart16550Model, registerOffset: number): number {
  const [dataEntry] = emissionsOf(referenceModel.apply({ type: "read", offset: registerOffset }), "data");
  return dataEntry?.[1] as number;
}

/** The emissions of one type as [tick, value or level]. */
export function emissionsOf(
  emissions: readonly ModelEmission[],
  eventType: ModelEmission["type"],
): [number, unknown][] {
  return emissions
    .filter((emission) => emission.type === eventType)
    .map((emission) => {
      if ("value" in emission) return [emission.tick, emission.value];
      if ("level" in emission) return [emission.tick, emission.level];
      return [emission.tick, "cause" in emission ? emission.cause : undefined];
    });
}

/** Puts levels on SIN, each for so many ticks, and returns all emissions. */
export function driveLine(
  referenceModel: Uart16550Model,
  ...levels: readonly (readonly [0 | 1, number])[]
): ModelEmission[] {
  return levels.flatMap(([pinLevel, tickCount]) => [
    ...referenceModel.apply({ type: "line", level: pinLevel }),
    ...referenceModel.apply({ type: "advance", ticks: tickCount }),
  ]);
}

/** A character on SIN, with 16 ticks a bit, 8 data bits and whatever is said to come after them. */
export function frameLevels(
  registerValue: number,
  ...after: readonly (0 | 1)[]
): (readonly [0 | 1, number])[] {
  const dataBits = Array.from({ length: 8 }, (_, bit) => ((registerValue >> bit) & 1) as 0 | 1);
  return [0 as const, ...dataBits, ...after].map((level) => [level, 16] as const);
}
