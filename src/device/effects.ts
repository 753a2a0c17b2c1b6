import type { ChartEmission } from "./device.js";

/** Whether it is what the chart says of characters. */
export const isAnswer = ({ type }: ChartEmission): boolean => type === "accepted" || type === "refused";

/** What a read gave, among what it emitted; 0 where the chart answers nothing. */
export const dataIn = (emitted: readonly ChartEmission[]): number =>
  emitted.find((emission) => emission.type === "data")?.value ?? 0;
