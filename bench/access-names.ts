/** What is measured in `bench/accesses.ts`, and how often in a round. */
export const ACCESSES = {
  "read LSR": 400_000,
  "write SCR": 400_000,
  "read IIR": 400_000,
  "write THR": 200_000,
  "byte received": 100_000,
  "character sent": 20_000,
  "Linux boot": 61_000,
  "mixed load": 200_000,
} as const;

/** The name of something measured. */
export type AccessName = keyof typeof ACCESSES;
