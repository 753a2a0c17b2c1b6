import type { Collector } from "../engine/index.js";
import type { ChartEmission } from "./device.js";

/** What an access emits: the byte that a read gives, and apart from it the effects to be performed, in order. */
export class Effects implements Collector<ChartEmission> {
  /** The effects: the first {@link length} of these. The others are of earlier accesses. */
  readonly list: ChartEmission[] = [];
  /** How many effects there are. Setting it to 0 keeps their memory. */
  length = 0;
  /** The byte that the last read gave. */
  data = 0;

  push(emission: ChartEmission): void {
    if (emission.type === "data") this.data = emission.value as number;
    else this.list[this.length++] = emission;
  }
}

/** What the chart says of characters, among the first `count` emissions. */
export function answerIn(emitted: readonly ChartEmission[], count: number): ChartEmission | undefined {
  for (let i = 0; i < count; i++) {
    const emission = emitted[i] as ChartEmission;
    if (emission.type === "accepted" || emission.type === "refused") return emission;
  }
  return undefined;
}

/** What a read gave, among what it emitted; 0 where the chart answers nothing. */
export const dataIn = (emitted: readonly ChartEmission[]): number =>
  emitted.find((emission) => emission.type === "data")?.value ?? 0;
