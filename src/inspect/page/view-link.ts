import { LIST_FILTERS } from "./model/display-rows.js";
import {
  type ExplainableItem,
  PANEL_NAMES,
  TAB_NAMES,
  TIMELINE_UNITS,
  type ViewState,
} from "./view-state.js";

/** The contents of a link: the session, and the view of it. */
export interface ViewLink {
  readonly token: string | undefined;
  /** The source's index. */
  readonly sourceIndex: number;
  /** The index to go to. */
  readonly entryIndex: number | undefined;
  /** The index of the second cursor. */
  readonly markerIndex: number | undefined;
  /** The theme, if the user has chosen one. */
  readonly theme: "dark" | "light" | undefined;
  readonly viewState: Partial<ViewState>;
}

/** Parses the part of an address after "#". Unknown fields are ignored. */
export function readLink(hash: string): ViewLink {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const integerParameter = (parameterName: string): number | undefined => {
    const parameterText = parameters.get(parameterName);
    return parameterText !== null && /^-?\d+$/.test(parameterText) ? Number(parameterText) : undefined;
  };
  const activeTab = TAB_NAMES.find((it) => it === parameters.get("tab"));
  const explained = parameters.get("why");
  const [rangeStart, rangeEnd] = (parameters.get("range") ?? "").split("-").map(Number);
  const pickedElement = parameters.get("pick");
  const searchQuery = parameters.get("find");
  const timelineUnit = TIMELINE_UNITS.find((it) => it === parameters.get("unit"));
  const listFilter = LIST_FILTERS.find((it) => it === parameters.get("show"));
  const lanes = parameters.get("lanes");
  const foldedNames = (parameters.get("fold") ?? "").split(",");
  const foldedPanels = PANEL_NAMES.filter((it) => foldedNames.includes(it));
  const pinnedRegions = parameters.get("open");
  return {
    token: parameters.get("token") ?? undefined,
    sourceIndex: Math.max(0, integerParameter("source") ?? 0),
    entryIndex: integerParameter("at"),
    markerIndex: integerParameter("mark"),
    theme: (["dark", "light"] as const).find((it) => it === parameters.get("theme")),
    viewState: {
      ...(activeTab ? { activeTab } : {}),
      ...(explained && /^[A-Za-z]{3,9}$/.test(explained) ? { explained: explained as ExplainableItem } : {}),
      ...(pickedElement ? { pickedElement } : {}),
      ...(searchQuery ? { searchQuery } : {}),
      ...(pinnedRegions === null ? {} : { pinnedRegions: pinnedRegions.split(",").filter(Boolean) }),
      ...(parameters.get("focus") === "off" ? { focusesMoved: false } : {}),
      ...(timelineUnit ? { timelineUnit } : {}),
      ...(listFilter ? { listFilter } : {}),
      ...(lanes === null ? {} : { lanes: lanes.split(",").filter(Boolean) }),
      ...(foldedPanels.length > 0 ? { foldedPanels } : {}),
      ...(rangeStart !== undefined && rangeEnd !== undefined && rangeStart < rangeEnd
        ? { visibleRange: [rangeStart, rangeEnd] as const }
        : {}),
    },
  };
}

/** Returns the part of an address after "#" that reproduces a view. */
export function writeLink(
  link: Pick<ViewLink, "token" | "sourceIndex" | "theme">,
  firstIndex: number,
  {
    rowIndex,
    following,
    activeTab,
    explained,
    pickedElement,
    pinnedRegions,
    focusesMoved,
    markerRow,
    listFilter,
    lanes,
    foldedPanels,
    visibleRange,
    timelineUnit,
    searchQuery,
  }: ViewState,
): string {
  const parameters = new URLSearchParams();
  if (link.token !== undefined) parameters.set("token", link.token);
  if (link.sourceIndex > 0) parameters.set("source", String(link.sourceIndex));
  if (!following) parameters.set("at", String(firstIndex + rowIndex));
  if (activeTab !== "chart") parameters.set("tab", activeTab);
  if (explained !== undefined) parameters.set("why", explained);
  if (pickedElement !== undefined) parameters.set("pick", pickedElement);
  if (pinnedRegions !== undefined) parameters.set("open", pinnedRegions.join(","));
  if (!focusesMoved) parameters.set("focus", "off");
  if (markerRow !== undefined) parameters.set("mark", String(firstIndex + markerRow));
  if (listFilter !== "all") parameters.set("show", listFilter);
  if (lanes !== undefined) parameters.set("lanes", lanes.join(","));
  if (foldedPanels.length > 0) parameters.set("fold", foldedPanels.join(","));
  if (link.theme !== undefined) parameters.set("theme", link.theme);
  if (visibleRange !== undefined)
    parameters.set("range", `${Math.round(visibleRange[0])}-${Math.round(visibleRange[1])}`);
  if (timelineUnit !== "entries") parameters.set("unit", timelineUnit);
  if (searchQuery !== "") parameters.set("find", searchQuery);
  return `#${parameters}`;
}
