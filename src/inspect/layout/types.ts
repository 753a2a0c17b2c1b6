import type { Box, Point } from "../../draw/internal.js";

/** A state, or a region, with its transitions that stay in it. */
export interface StateBox extends Box {
  /** Its path: "receiveFifo.holding". */
  readonly id: string;
  /** Its own name: "holding". */
  readonly label: string;
  /** The depth: a region's is 0. */
  readonly depth: number;
  /** True if it has child states. */
  readonly compound: boolean;
  /** True if it is its parent's initial state. */
  readonly initial: boolean;
  /** Indexes in `transitionsOf` of its transitions that have no arrow: they stay in it, or lead from all states inside it. */
  readonly stays: readonly number[];
}

/** An arrow: all transitions from one state to another. */
export interface Arrow {
  readonly source: string;
  readonly target: string;
  /** Indexes in `transitionsOf`. */
  readonly transitions: readonly number[];
  /** The points of its line. */
  readonly points: readonly Point[];
  /** The abbreviated events, with the label's box. */
  readonly label: Box & { readonly text: string };
}

/** The drawing of a region, in its own coordinates. */
export interface RegionLayout {
  /** The region's name: "receiveFifo". */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The region itself first, then its states. */
  readonly states: readonly StateBox[];
  readonly arrows: readonly Arrow[];
}

/** Regions that belong together. */
export interface GroupLayout {
  /** The title; empty for a chart that is not divided. */
  readonly title: string;
  readonly regions: readonly RegionLayout[];
}

/** The drawings of a chart's regions, in groups. The page arranges them. */
export interface ChartLayout {
  readonly groups: readonly GroupLayout[];
}

/** The drawings by `definitionHash`. */
export type ChartLayouts = Readonly<Record<string, ChartLayout>>;
