import { FCR } from "../register-bits.js";

/** A state of the region `triggerLevel`. */
export type TriggerLevel = "one" | "four" | "eight" | "fourteen" | "sixteen" | "thirtyTwo" | "fiftySix";

/** The number of characters with which received data is available, by the states of the region `triggerLevel` (PC16550D, 8.5; TL16C750). */
export const TRIGGER_COUNTS = {
  one: 1,
  four: 4,
  eight: 8,
  fourteen: 14,
  sixteen: 16,
  thirtyTwo: 32,
  fiftySix: 56,
} as const satisfies Readonly<Record<TriggerLevel, number>>;

type FourLevels = readonly [TriggerLevel, TriggerLevel, TriggerLevel, TriggerLevel];

/** The levels that FCR bits 7 and 6 select, from 00 to 11, where the FIFOs hold 16 characters. */
export const LEVELS_OF_16 = ["one", "four", "eight", "fourteen"] as const satisfies FourLevels;

/** The levels that they select where the FIFOs hold 64. */
export const LEVELS_OF_64 = ["one", "sixteen", "thirtyTwo", "fiftySix"] as const satisfies FourLevels;

/** The lowest bit of FCR's trigger field. */
const LOWEST = FCR.TRIGGER & -FCR.TRIGGER;

/** Returns FCR's trigger field as it selects the level of this number, from 0 to 3. */
export const triggerField = (index: 0 | 1 | 2 | 3): number => index * LOWEST;

/** Returns the number of the level that FCR selects, from 0 to 3. */
export const triggerIndex = (fcr: number): number => (fcr & FCR.TRIGGER) / LOWEST;
