/** The parts that the properties of the 16550 speak of. */
import { UART16550_PRESETS, type Uart16550Options } from "../../machines/index.js";

/** The presets by name, and the datasheet's part for a virtual machine that has no time, and on a PC's board. */
export const PARTS: Readonly<Record<string, Uart16550Options>> = {
  ...UART16550_PRESETS,
  "pc16550d without time": { ...UART16550_PRESETS.pc16550d, transmitterIsTimed: false },
  "pc16550d on a PC": { ...UART16550_PRESETS.pc16550d, board: "pc" },
};

/** The names and options of those parts for which something is so. */
export const partsWhere = (
  applies: (options: Uart16550Options) => boolean,
): readonly (readonly [string, Uart16550Options])[] =>
  Object.entries(PARTS).filter(([, options]) => applies(options));
