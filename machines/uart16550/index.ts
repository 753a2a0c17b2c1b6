export { BREAK_QUEUE_SIZE, initialContext, type Uart16550Context } from "./context.js";
export type {
  AdvanceEvent,
  BreakEvent,
  CharacterEvent,
  LineEvent,
  ModemEvent,
  PlainEvent,
  Uart16550Cause,
  Uart16550Emission,
  Uart16550Event,
} from "./events.js";
export { type Uart16550Machine, uart16550Machine } from "./machine.js";
export { ticksUntilDue } from "./next-due.js";
export type { Uart16550Options } from "./options.js";
export { UART16550_PRESETS, type Uart16550Preset } from "./presets.js";
export { causeOf, IIR_CODES, readingOfIIR, readingOfLSR, readingOfMSR, readingOfRBR } from "./readings.js";
export { UART16550_RULES, type Uart16550Rule } from "./rules.js";
export { ticksAtOnce } from "./sent-frame.js";
export { fifoSizeOf, type Uart16550StateValue, uart16550StateValue } from "./state-value.js";
export type { TriggerLevel } from "./trigger-levels.js";
export type { Uart16550Meta } from "./types.js";
