const factor = Number(process.env["PROPERTY_RUNS"] ?? "1");

/** How often a property is tried: so many times, or PROPERTY_RUNS times as often for a longer hunt. */
export function runs(times: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(times * factor)) };
}
