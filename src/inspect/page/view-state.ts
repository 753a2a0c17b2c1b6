import type { RegisterName } from "../../../machines/index.js";
import type { ListFilter } from "./model/display-rows.js";

/** An item that can be explained. */
export type ExplainableItem = RegisterName | "interrupt";
/** The panels that share one place on a narrow page. */
export const TAB_NAMES = ["chart", "console", "fork", "compare"] as const;
/** The units of the time line. */
export const TIMELINE_UNITS = ["entries", "ticks", "µs"] as const;
/** The panels that can be folded. */
export const PANEL_NAMES = ["timeline", "list", "device", "side"] as const;
/** Entries a second when playing. */
export const PLAY_SPEEDS = [1, 5, 20, 100, 1000, 10_000] as const;

/** Everything that decides what is on the page, beside the session. A link holds it. */
export interface ViewState {
  /** The row that was taken last; -1 before the first. */
  readonly rowIndex: number;
  /** The row that the comparison shows beyond the last of this session, where the other recording is longer. */
  readonly comparedRow: number | undefined;
  /** True if the row stays the last as entries are added. */
  readonly following: boolean;
  readonly playing: boolean;
  readonly playSpeed: (typeof PLAY_SPEEDS)[number];
  readonly activeTab: (typeof TAB_NAMES)[number];
  /** The item being explained. */
  readonly explained: ExplainableItem | undefined;
  /** The element picked in the chart: a state's path, or an arrow's "source>target". */
  readonly pickedElement: string | undefined;
  /** The regions of a chart in groups that stay drawn. */
  readonly pinnedRegions: readonly string[] | undefined;
  /** True if the regions that the present access moved are drawn too. */
  readonly focusesMoved: boolean;
  /** The rows that the list shows. */
  readonly listFilter: ListFilter;
  /** The row of the second cursor. */
  readonly markerRow: number | undefined;
  /** The names of the time line's lanes, in their order; undefined for those that a device has at first. */
  readonly lanes: readonly string[] | undefined;
  /** The panels that are folded away. */
  readonly foldedPanels: readonly (typeof PANEL_NAMES)[number][];
  /** The range that the time line shows, in rows or in ticks; undefined for all. */
  readonly visibleRange: readonly [number, number] | undefined;
  /** The unit of the time line. */
  readonly timelineUnit: (typeof TIMELINE_UNITS)[number];
  readonly searchQuery: string;
}

export const INITIAL_VIEW_STATE: ViewState = {
  rowIndex: -1,
  comparedRow: undefined,
  following: true,
  playing: false,
  playSpeed: 20,
  activeTab: "chart",
  explained: undefined,
  pickedElement: undefined,
  pinnedRegions: undefined,
  focusesMoved: true,
  listFilter: "all",
  markerRow: undefined,
  lanes: undefined,
  foldedPanels: [],
  visibleRange: undefined,
  timelineUnit: "entries",
  searchQuery: "",
};
