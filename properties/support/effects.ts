/** Side effects without their success: X a byte to the writer, T a trigger, E and R the callbacks of a read. */
import type { SerialEmission } from "../../machines/index.js";
import type { Outcome, RegisterState, SerialStep } from "./steps.js";

/** Returns the attempted effects, from the letters of the actual ones. */
export function attempted(effects: string): string {
  return effects.replace(/i?(WFO|WfL|wL)/g, "X").replace(/t/g, "T");
}

/** Returns the effects that a device with these emissions attempts. */
export function emittedEffects(emissions: readonly SerialEmission[]): string {
  const letters: Partial<Record<SerialEmission["type"], string>> = {
    transmit: "X",
    interrupt: "T",
    bufferEmpty: "E",
    bufferRead: "R",
  };
  return emissions.map(({ type }) => letters[type] ?? "").join("");
}

/** Returns the outcome of a step without a fault, from its emissions or, for steps that only ask, the state. */
export function outcomeOfEmissions(
  serialStep: SerialStep,
  emissions: readonly SerialEmission[],
  registers: RegisterState,
): Outcome {
  switch (serialStep.op) {
    case "read": {
      const [registerValue, ...more] = emissions.flatMap((emission) =>
        emission.type === "data" ? [emission.value] : [],
      );
      if (registerValue === undefined || more.length > 0) throw new Error("a read emits exactly one data");
      return { value: registerValue };
    }
    case "enqueue": {
      if (emissions.some(({ type }) => type === "refused")) return { error: "FullFifo" };
      const [acceptedCount = 0] = emissions.flatMap((emission) =>
        emission.type === "accepted" ? [emission.count] : [],
      );
      return { count: acceptedCount };
    }
    case "capacity":
      return { value: 64 - registers.inBuffer.length };
    default:
      return { ok: true };
  }
}
