const factor = Number(process.env["PROPERTY_RUNS"] ?? "1");

/** Returns the number of runs of a property: PROPERTY_RUNS multiplies it for a longer search. */
export function runOptions(repetitions: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(repetitions * factor)) };
}
