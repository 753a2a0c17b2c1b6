import { type ExplainableItem, TAB_NAMES, type ViewState } from "./view-state.js";

/** The contents of a link: the session, and the view of it. */
export interface ViewLink {
  readonly token: string | undefined;
  /** The source's index. */
  readonly sourceIndex: number;
  /** The index to go to. */
  readonly entryIndex: number | undefined;
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
  const pinnedRegions = parameters.get("open");
  return {
    token: parameters.get("token") ?? undefined,
    sourceIndex: Math.max(0, integerParameter("source") ?? 0),
    entryIndex: integerParameter("at"),
    viewState: {
      ...(activeTab ? { activeTab } : {}),
      ...(explained && /^[A-Za-z]{3,9}$/.test(explained) ? { explained: explained as ExplainableItem } : {}),
      ...(pickedElement ? { pickedElement } : {}),
      ...(searchQuery ? { searchQuery } : {}),
      ...(pinnedRegions === null ? {} : { pinnedRegions: pinnedRegions.split(",").filter(Boolean) }),
      ...(parameters.get("focus") === "off" ? { focusesMoved: false } : {}),
      ...(parameters.get("unit") === "ticks" ? { timelineUnit: "ticks" as const } : {}),
      ...(rangeStart !== undefined && rangeEnd !== undefined && rangeStart < rangeEnd
        ? { visibleRange: [rangeStart, rangeEnd] as const }
        : {}),
    },
  };
}

/** Returns the part of an address after "#" that reproduces a view. */
export function writeLink(
  link: Pick<ViewLink, "token" | "sourceIndex">,
  firstIndex: number,
  {
    rowIndex,
    following,
    activeTab,
    explained,
    pickedElement,
    pinnedRegions,
    focusesMoved,
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
  if (visibleRange !== undefined)
    parameters.set("range", `${Math.round(visibleRange[0])}-${Math.round(visibleRange[1])}`);
  if (timelineUnit !== "entries") parameters.set("unit", timelineUnit);
  if (searchQuery !== "") parameters.set("find", searchQuery);
  return `#${parameters}`;
}
