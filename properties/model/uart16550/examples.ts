/** What the examples of the reference model share. */
import type { Uart16550Options } from "../../../machines/uart16550/options.js";
import { type ModelEmission, Uart16550Model } from "./uart16550-model.js";

/** A model with its registers written; a bit is 16 ticks under most presets. */
export function started(
  options: Uart16550Options,
  { divisor = 1, lcr = 0x03, fifos = 0x00, mcr = 0x00, ier = 0x00 } = {},
): Uart16550Model {
  const model = new Uart16550Model(options);
  write(model, 3, lcr | 0x80);
  write(model, 0, divisor & 0xff);
  write(model, 1, divisor >> 8);
  write(model, 3, lcr);
  write(model, 2, fifos);
  write(model, 4, mcr);
  write(model, 1, ier);
  return model;
}

export function write(model: Uart16550Model, offset: number, value: number): readonly ModelEmission[] {
  return model.apply({ type: "write", offset, value });
}

export function read(model: Uart16550Model, offset: number): number {
  const [data] = of(model.apply({ type: "read", offset }), "data");
  return data?.[1] as number;
}

/** The emissions of one type as [tick, value or level]. */
export function of(emissions: readonly ModelEmission[], type: ModelEmission["type"]): [number, unknown][] {
  return emissions
    .filter((emission) => emission.type === type)
    .map((emission) => {
      if ("value" in emission) return [emission.tick, emission.value];
      if ("level" in emission) return [emission.tick, emission.level];
      return [emission.tick, "cause" in emission ? emission.cause : undefined];
    });
}

/** Puts levels on SIN, each for so many ticks, and returns all emissions. */
export function line(
  model: Uart16550Model,
  ...levels: readonly (readonly [0 | 1, number])[]
): ModelEmission[] {
  return levels.flatMap(([level, ticks]) => [
    ...model.apply({ type: "line", level }),
    ...model.apply({ type: "advance", ticks }),
  ]);
}

/** A character on SIN, with 16 ticks a bit, 8 data bits and whatever is said to come after them. */
export function frame(value: number, ...after: readonly (0 | 1)[]): (readonly [0 | 1, number])[] {
  const data = Array.from({ length: 8 }, (_, bit) => ((value >> bit) & 1) as 0 | 1);
  return [0 as const, ...data, ...after].map((level) => [level, 16] as const);
}
