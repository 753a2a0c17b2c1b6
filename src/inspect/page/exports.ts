import { gzipSync } from "fflate";
import { activeStates, hex, valueInWords } from "../../device/index.js";
import { packEntries, writeJournal } from "../../journal/index.js";
import { PART_IDS, type Parts, standalone } from "../standalone.js";
import { encodeFrame } from "../wire.js";
import type { App } from "./app.js";
import { receivedIn } from "./model/chart.js";
import type { Session } from "./model/session.js";
import { rowAsText, rowsInWords } from "./model/words.js";
import { download, type Export } from "./view/menu.js";

/** Rows before and after the present one that go with a view. */
const AROUND = 12;

/** What the exports need of the page. */
interface Sources {
  /** The address that reproduces the view. */
  link(): string;
  /** The time line as it is drawn. */
  picture(): HTMLCanvasElement;
}

/** Everything that can be taken away. */
export const exportsOf = ({ link, picture }: Sources): readonly Export[] => [
  {
    label: "Copy the link",
    hint: "this view again, in a browser on this machine",
    run: async (app) => {
      await navigator.clipboard.writeText(link());
      app.say("the link is copied");
    },
  },
  {
    label: "This view as text",
    hint: "state, registers, why, and the accesses around",
    run: (app) => download(nameOf(app.session, "txt"), viewAsText(app), "text/plain"),
  },
  {
    label: "Time line as PNG",
    hint: "as it is drawn",
    run: async (app) => {
      const blob = await new Promise<Blob | null>((resolve) => picture().toBlob(resolve));
      if (blob) download(nameOf(app.session, "png"), blob, "image/png");
    },
  },
  {
    label: "Chart as SVG",
    hint: "with this moment's states lit",
    run: (app) => download(nameOf(app.session, "svg"), chartAsSvg(), "image/svg+xml"),
  },
  {
    label: "Journal",
    hint: "what replay and inspect read",
    run: async (app) => {
      const parts: Uint8Array[] = [];
      const { header } = app.session.journal;
      for await (const part of writeJournal(header, app.session.journal.entries(), { gzip: true }))
        parts.push(part);
      download(nameOf(app.session, "jsonl.gz"), new Blob(parts as BlobPart[]), "application/gzip");
    },
  },
  {
    label: "Whole session as HTML",
    hint: "one file that opens anywhere, without a server",
    run: async (app) => {
      const text = standalone({ ...(await partsOfPage()), session: sessionAsBase64(app.session) });
      download(nameOf(app.session, "html"), text, "text/html");
    },
  },
];

const nameOf = ({ name }: Session, ending: string): string =>
  `${(name.split("/").at(-1) ?? name).replace(/[^\w.-]+/g, "-").replace(/\.(jsonl|gz)\b/g, "") || "session"}.${ending}`;

/** The present moment in words. */
export function viewAsText({ session, view, moment }: App): string {
  const { chart } = session;
  const from = Math.max(0, view.row - AROUND);
  const rows = rowsInWords(session, from, Math.min(session.length, view.row + AROUND + 1));
  const registers = chart.registers.map(
    ({ name, value }) => `${name.padEnd(4)} ${valueInWords(name, value(moment.context as never), chart)}`,
  );
  const fifo = receivedIn(moment.context).map((character) => hex(character & 0xff));
  const why = view.why === undefined ? [] : ["", session.explain(view.row, view.why).text];
  return [
    `${session.name}: ${chart.id} ${JSON.stringify(chart.options)}`,
    `after #${session.first + view.row}, tick ${moment.tick}`,
    "",
    ...activeStates(moment.value),
    "",
    ...registers,
    `receive FIFO: ${fifo.join(" ") || "empty"}`,
    ...why,
    "",
    ...rows.map((row, i) => `${from + i === view.row ? ">" : " "} ${rowAsText(row)}`),
    "",
  ].join("\n");
}

/** The drawing with its style in it. */
function chartAsSvg(): string {
  const drawn = document.querySelector(".drawing svg");
  if (!drawn) throw new Error("chart: expected to be shown; open its tab first");
  const copy = drawn.cloneNode(true) as SVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const originals = drawn.querySelectorAll("*");
  for (const [i, element] of copy.querySelectorAll("*").entries()) {
    const style = getComputedStyle(originals[i] as Element);
    for (const property of [
      "fill",
      "stroke",
      "stroke-width",
      "stroke-dasharray",
      "opacity",
      "font-size",
      "font-family",
      "font-weight",
    ])
      element.setAttribute(property, style.getPropertyValue(property));
  }
  return new XMLSerializer().serializeToString(copy);
}

/** The page's own files: from the server, or out of the file that the page is. */
async function partsOfPage(): Promise<Omit<Parts, "session">> {
  const inside = (id: string) => document.getElementById(id)?.textContent;
  const script = inside(PART_IDS.script);
  const style = inside(PART_IDS.style);
  const layouts = inside(PART_IDS.layouts);
  if (script && style && layouts) return { script, style, layouts };
  const text = async (path: string) => (await fetch(path)).text();
  return { script: await text("app.js"), style: await text("app.css"), layouts: await text("layouts.json") };
}

function sessionAsBase64({ name, differences, warnings, journal, length, first }: Session): string {
  const { header } = journal;
  const entries = function* () {
    for (const { entry } of journal.entries({ from: first, until: first + length })) yield entry;
  };
  const frames = [
    encodeFrame({ type: "opening", opening: { name, live: false, header, differences, warnings } }),
    encodeFrame({ type: "entries", bytes: packEntries(entries()) }),
    encodeFrame({ type: "caught-up" }),
    encodeFrame({ type: "end" }),
  ];
  const all = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  let binary = "";
  const zipped = gzipSync(all, { mtime: 0 });
  for (let i = 0; i < zipped.length; i += 32_768)
    binary += String.fromCharCode(...zipped.subarray(i, i + 32_768));
  return btoa(binary);
}
