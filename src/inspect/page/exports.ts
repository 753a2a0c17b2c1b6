import { gzipSync } from "fflate";
import { activeStates, hex, valueInWords } from "../../device/index.js";
import { packEntries, writeJournal } from "../../journal/index.js";
import { exportJournal } from "../export/index.js";
import { PART_IDS, type PageParts, standalonePage } from "../standalone-page.js";
import { encodeFrame } from "../wire.js";
import type { PageController } from "./app.js";
import { receivedCharacters } from "./model/device-chart.js";
import { rowAsText, rowsInWords } from "./model/row-words.js";
import type { Session } from "./model/session.js";
import { download, type PageExport } from "./view/menu.js";
import { AXIS_HEIGHT, LANE_HEIGHT, LANES_LEFT } from "./view/timeline-draw.js";
import { shownLanes } from "./view/timeline-lanes.js";

/** Rows before and after the current one in the text of a view. */
const CONTEXT_ROWS = 12;

/** The formats of other tools. */
const OTHER_FORMATS = [
  ["csv", "Accesses as CSV", "each with its number, register, bits and effects; marks too", "text/csv"],
  ["vcd", "Signals as VCD", "for GTKWave and other viewers of waveforms", "text/plain"],
  ["pcap", "Line as pcap", "characters and errors, for Wireshark", "application/vnd.tcpdump.pcap"],
  ["perfetto", "Trace for Perfetto", "for ui.perfetto.dev", "application/json"],
] as const;

/** The parts of the page that the exports need. */
interface ExportSources {
  /** Returns the address that reproduces the view. */
  viewAddress(): string;
  /** Returns the canvases of the time line's axis and lanes. */
  timelineCanvases(): readonly HTMLCanvasElement[];
}

/** Returns the exports that the menu offers. */
export const exportsOf = ({ viewAddress, timelineCanvases }: ExportSources): readonly PageExport[] => [
  {
    exportLabel: "Copy the link",
    exportHint: "this view again, in a browser on this machine",
    perform: async (controller) => {
      await navigator.clipboard.writeText(viewAddress());
      controller.announce("the link is copied");
    },
  },
  {
    exportLabel: "This view as text",
    exportHint: "state, registers, why, and the accesses around",
    perform: (controller) =>
      download(fileNameOf(controller.session, "txt"), viewAsText(controller), "text/plain"),
  },
  {
    exportLabel: "Time line as PNG",
    exportHint: "as it is drawn",
    perform: async (controller) => {
      const imageBlob = await new Promise<Blob | null>((resolve) =>
        timelinePicture(controller, timelineCanvases()).toBlob(resolve),
      );
      if (imageBlob) download(fileNameOf(controller.session, "png"), imageBlob, "image/png");
    },
  },
  {
    exportLabel: "Chart as SVG",
    exportHint: "with this moment's states lit",
    perform: async (controller) =>
      download(fileNameOf(controller.session, "svg"), await chartAsSvg(controller), "image/svg+xml"),
  },
  {
    exportLabel: "Journal",
    exportHint: "what replay and inspect read",
    perform: async (controller) => {
      const journalChunks: Uint8Array[] = [];
      const { header } = controller.session.journal;
      for await (const journalChunk of writeJournal(header, controller.session.journal.entries(), {
        gzip: true,
      }))
        journalChunks.push(journalChunk);
      download(
        fileNameOf(controller.session, "jsonl.gz"),
        new Blob(journalChunks as BlobPart[]),
        "application/gzip",
      );
    },
  },
  ...OTHER_FORMATS.map(
    ([as, exportLabel, exportHint, mediaType]): PageExport => ({
      exportLabel,
      exportHint,
      perform: ({ session }) => {
        const { firstIndex, length, journal } = session;
        const range = { from: firstIndex, until: firstIndex + length };
        const chunks = exportJournal(journal, { as, ...range, notes: true });
        const extension = as === "perfetto" ? "json" : as;
        download(fileNameOf(session, extension), new Blob([...chunks] as BlobPart[]), mediaType);
      },
    }),
  ),
  {
    exportLabel: "Whole session as HTML",
    exportHint: "one file that opens anywhere, without a server",
    perform: async (controller) => {
      const text = standalonePage({
        ...(await readPageParts()),
        session: sessionAsBase64(controller.session),
      });
      download(fileNameOf(controller.session, "html"), text, "text/html");
    },
  },
];

/** Returns the axis and the lanes below each other, with the lanes' names. */
function timelinePicture(
  { session, viewState }: PageController,
  canvases: readonly HTMLCanvasElement[],
): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = Math.max(...canvases.map(({ width }) => width));
  picture.height = canvases.reduce((sum, { height }) => sum + height, 0);
  const context = picture.getContext("2d") as CanvasRenderingContext2D;
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue("--panel").trim();
  context.fillRect(0, 0, picture.width, picture.height);
  let top = 0;
  for (const canvas of canvases) {
    context.drawImage(canvas, 0, top);
    top += canvas.height;
  }
  context.scale(devicePixelRatio, devicePixelRatio);
  context.fillStyle = style.getPropertyValue("--muted").trim();
  context.font = "11px monospace";
  context.textAlign = "right";
  for (const [i, { laneName }] of shownLanes(session, viewState.lanes).entries())
    context.fillText(laneName, LANES_LEFT - 10, AXIS_HEIGHT + i * LANE_HEIGHT + 13);
  return picture;
}

const fileNameOf = ({ name }: Session, extension: string): string =>
  `${(name.split("/").at(-1) ?? name).replace(/[^\w.-]+/g, "-").replace(/\.(jsonl|gz)\b/g, "") || "session"}.${extension}`;

/** Returns the current moment in words. */
function viewAsText({ session, viewState, currentMoment }: PageController): string {
  const { chart } = session;
  const firstRow = Math.max(0, viewState.rowIndex - CONTEXT_ROWS);
  const rowsNearby = rowsInWords(
    session,
    firstRow,
    Math.min(session.length, viewState.rowIndex + CONTEXT_ROWS + 1),
  );
  const registers = chart.registers.map(
    ({ name, value }) => `${name.padEnd(4)} ${valueInWords(name, value(currentMoment.context), chart)}`,
  );
  const receiveFifo = receivedCharacters(currentMoment.context).map((character) => hex(character & 0xff));
  const explanationLines =
    viewState.explained === undefined
      ? []
      : ["", session.explain(viewState.rowIndex, viewState.explained).text];
  return [
    `${session.name}: ${chart.id} ${JSON.stringify(chart.options)}`,
    `after #${session.firstIndex + viewState.rowIndex}, tick ${currentMoment.tick}`,
    "",
    ...activeStates(currentMoment.stateValue),
    "",
    ...registers,
    `receive FIFO: ${receiveFifo.join(" ") || "empty"}`,
    ...explanationLines,
    "",
    ...rowsNearby.map((row, i) => `${firstRow + i === viewState.rowIndex ? ">" : " "} ${rowAsText(row)}`),
    "",
  ].join("\n");
}

/** The style properties of a drawing that its file must hold. */
const DRAWN_PROPERTIES = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "marker-end", "opacity"],
  ...["font-size", "font-family", "font-weight"],
];

/** Returns the chart's drawing with its style inlined, on the page's colour. */
async function chartAsSvg(controller: PageController): Promise<string> {
  // A drawing that was never visible has not been made.
  controller.changeView({ activeTab: "chart" });
  await nextFrame();
  await nextFrame();
  const drawing = document.querySelector(".drawing svg");
  if (!drawing) throw new Error("chart: expected one that has a drawing");
  const drawingCopy = drawing.cloneNode(true) as SVGElement;
  const originals = drawing.querySelectorAll("*");
  for (const [i, element] of drawingCopy.querySelectorAll("*").entries()) {
    const computedStyle = getComputedStyle(originals[i] as Element);
    for (const property of DRAWN_PROPERTIES)
      element.setAttribute(property, computedStyle.getPropertyValue(property).replaceAll('"', "'"));
  }
  const background = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--panel").trim();
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: colour }))
    background.setAttribute(name, value);
  drawingCopy.prepend(background);
  return new XMLSerializer().serializeToString(drawingCopy);
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Reads the page's own files: from the server, or from the standalone file. */
async function readPageParts(): Promise<Omit<PageParts, "session">> {
  const embeddedText = (id: string) => document.getElementById(id)?.textContent;
  const script = embeddedText(PART_IDS.script);
  const computedStyle = embeddedText(PART_IDS.style);
  const layouts = embeddedText(PART_IDS.layouts);
  if (script && computedStyle && layouts) return { script, style: computedStyle, layouts };
  const text = async (path: string) => (await fetch(path)).text();
  return { script: await text("app.js"), style: await text("app.css"), layouts: await text("layouts.json") };
}

function sessionAsBase64(session: Session): string {
  const { name, differences, warnings, journal, length, firstIndex, story, against } = session;
  const { header } = journal;
  const opening = {
    ...{ name, live: false, header, differences, warnings },
    ...(story ? { story } : {}),
    ...(against ? { against } : {}),
  };
  const entriesOfSession = function* () {
    for (const { entry } of journal.entries({ until: firstIndex + length })) yield entry;
  };
  const frames = [
    encodeFrame({ type: "opening", opening }),
    encodeFrame({ type: "entries", bytes: packEntries(entriesOfSession()) }),
    encodeFrame({ type: "caught-up" }),
    encodeFrame({ type: "end" }),
  ];
  const allBytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let byteOffset = 0;
  for (const frame of frames) {
    allBytes.set(frame, byteOffset);
    byteOffset += frame.length;
  }
  let binaryText = "";
  const compressed = gzipSync(allBytes, { mtime: 0 });
  for (let i = 0; i < compressed.length; i += 32_768)
    binaryText += String.fromCharCode(...compressed.subarray(i, i + 32_768));
  return btoa(binaryText);
}
