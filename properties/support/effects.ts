/** Side effects without their success: X a byte to the writer, T a trigger, E and R the callbacks of a read. */
import type { SerialEmission } from "../../machines/index.js";
import type { Outcome, RegisterState, Step } from "./steps.js";

/** What was attempted, from the letters of what was done. */
export function attempted(effects: string): string {
  return effects.replace(/i?(WFO|WfL|wL)/g, "X").replace(/t/g, "T");
}

/** What a device that obeys these emissions attempts. */
export function emittedEffects(emissions: readonly SerialEmission[]): string {
  const letters: Partial<Record<SerialEmission["type"], string>> = {
    transmit: "X",
    interrupt: "T",
    bufferEmpty: "E",
    bufferRead: "R",
  };
  return emissions.map(({ type }) => letters[type] ?? "").join("");
}

/** What a step without a fault returns, from the emissions alone and, for what only asks, the state. */
export function outcomeOfEmissions(
  step: Step,
  emissions: readonly SerialEmission[],
  state: RegisterState,
): Outcome {
  switch (step.op) {
    case "read": {
      const [value, ...more] = emissions.flatMap((emission) =>
        emission.type === "data" ? [emission.value] : [],
      );
      if (value === undefined || more.length > 0) throw new Error("a read emits exactly one data");
      return { value };
    }
    case "enqueue": {
      if (emissions.some(({ type }) => type === "refused")) return { error: "FullFifo" };
      const [count = 0] = emissions.flatMap((emission) =>
        emission.type === "accepted" ? [emission.count] : [],
      );
      return { count };
    }
    case "capacity":
      return { value: 64 - state.inBuffer.length };
    default:
      return { ok: true };
  }
}
