import type { RegisterName } from "../../../machines/index.js";

/** What can be asked about. */
export type Asked = RegisterName | "interrupt";
/** The panels of which one is shown where there is no room for all. */
export const TABS = ["chart", "console", "fork"] as const;
/** Entries a second when playing. */
export const SPEEDS = [1, 5, 20, 100, 1000, 10_000] as const;

/** Everything that decides what is on the page, beside the session. A link holds it. */
export interface ViewState {
  /** The row that was taken last; -1 before the first. */
  readonly row: number;
  /** Whether it is to stay at the end as more comes. */
  readonly follow: boolean;
  readonly playing: boolean;
  readonly speed: (typeof SPEEDS)[number];
  readonly tab: (typeof TABS)[number];
  /** What is being explained. */
  readonly why: Asked | undefined;
  /** What is picked in the chart: a state's path, or an arrow's "source>target". */
  readonly picked: string | undefined;
  /** The stretch that the time line shows, in rows or in ticks; absent for all. */
  readonly range: readonly [number, number] | undefined;
  /** What the time line counts. */
  readonly unit: "entries" | "ticks";
  readonly query: string;
}

export const FIRST_VIEW: ViewState = {
  row: -1,
  follow: true,
  playing: false,
  speed: 20,
  tab: "chart",
  why: undefined,
  picked: undefined,
  range: undefined,
  unit: "entries",
  query: "",
};
