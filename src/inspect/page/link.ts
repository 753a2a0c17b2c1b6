import { type Asked, TABS, type ViewState } from "./view-state.js";

/** What a link says: how to reach the session, and what to show of it. */
export interface Link {
  readonly token: string | undefined;
  /** Which of several sources. */
  readonly source: number;
  /** The index to go to. */
  readonly at: number | undefined;
  readonly view: Partial<ViewState>;
}

/** Reads the part of an address after "#". What is not understood is left out. */
export function readLink(hash: string): Link {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (name: string): number | undefined => {
    const text = fields.get(name);
    return text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined;
  };
  const tab = TABS.find((it) => it === fields.get("tab"));
  const why = fields.get("why");
  const [from, to] = (fields.get("range") ?? "").split("-").map(Number);
  const picked = fields.get("pick");
  const query = fields.get("find");
  return {
    token: fields.get("token") ?? undefined,
    source: Math.max(0, number("source") ?? 0),
    at: number("at"),
    view: {
      ...(tab ? { tab } : {}),
      ...(why && /^[A-Za-z]{3,9}$/.test(why) ? { why: why as Asked } : {}),
      ...(picked ? { picked } : {}),
      ...(query ? { query } : {}),
      ...(fields.get("unit") === "ticks" ? { unit: "ticks" as const } : {}),
      ...(from !== undefined && to !== undefined && from < to ? { range: [from, to] as const } : {}),
    },
  };
}

/** The part of an address after "#" that reproduces a view. */
export function writeLink(
  link: Pick<Link, "token" | "source">,
  first: number,
  { row, follow, tab, why, picked, range, unit, query }: ViewState,
): string {
  const fields = new URLSearchParams();
  if (link.token !== undefined) fields.set("token", link.token);
  if (link.source > 0) fields.set("source", String(link.source));
  if (!follow) fields.set("at", String(first + row));
  if (tab !== "chart") fields.set("tab", tab);
  if (why !== undefined) fields.set("why", why);
  if (picked !== undefined) fields.set("pick", picked);
  if (range !== undefined) fields.set("range", `${Math.round(range[0])}-${Math.round(range[1])}`);
  if (unit !== "entries") fields.set("unit", unit);
  if (query !== "") fields.set("find", query);
  return `#${fields}`;
}
