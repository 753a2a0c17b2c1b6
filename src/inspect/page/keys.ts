import { html, render } from "lit-html";
import type { App } from "./app.js";
import type { Timeline } from "./view/timeline.js";
import { SPEEDS, TABS } from "./view-state.js";

/** A key and what it does, for the page and for its help. */
interface Key {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  run(app: App, timeline: Timeline): void;
}

const PAGE = 20;

const KEYS: readonly Key[] = [
  { keys: ["ArrowRight", "ArrowDown", "j"], shown: "→ ↓", does: "forward one", run: (app) => app.step(1) },
  { keys: ["ArrowLeft", "ArrowUp", "k"], shown: "← ↑", does: "back one", run: (app) => app.step(-1) },
  { keys: ["PageDown"], shown: "page ↓", does: "forward twenty", run: (app) => app.step(PAGE) },
  { keys: ["PageUp"], shown: "page ↑", does: "back twenty", run: (app) => app.step(-PAGE) },
  { keys: ["Home"], shown: "home", does: "first entry", run: (app) => app.go(0) },
  {
    keys: ["End"],
    shown: "end",
    does: "last entry; if live, follow",
    run: (app) => app.go(app.session.length - 1),
  },
  { keys: [" "], shown: "space", does: "play, pause", run: (app) => app.togglePlay() },
  { keys: [">"], shown: ">", does: "play faster", run: (app) => speed(app, 1) },
  { keys: ["<"], shown: "<", does: "play slower", run: (app) => speed(app, -1) },
  { keys: ["+", "="], shown: "+", does: "time line: zoom in", run: (_, timeline) => timeline.zoom(1 / 2) },
  { keys: ["-"], shown: "−", does: "time line: zoom out", run: (_, timeline) => timeline.zoom(2) },
  { keys: ["0"], shown: "0", does: "time line: show all", run: (_, timeline) => timeline.fit() },
  { keys: ["["], shown: "[", does: "time line: pan left", run: (_, timeline) => timeline.pan(-0.25) },
  { keys: ["]"], shown: "]", does: "time line: pan right", run: (_, timeline) => timeline.pan(0.25) },
  { keys: ["/"], shown: "/", does: "find", run: () => document.getElementById("find")?.focus() },
  { keys: ["n"], shown: "n", does: "find after", run: (app) => app.view.query && app.search(app.view.query) },
  {
    keys: ["N"],
    shown: "N",
    does: "find before",
    run: (app) => app.view.query && app.search(app.view.query, true),
  },
  { keys: ["i"], shown: "i", does: "next interrupt", run: (app) => app.search("irq") },
  { keys: ["d"], shown: "d", does: "next difference", run: (app) => app.search("difference") },
  {
    keys: ["w"],
    shown: "w",
    does: "why is INTR so?",
    run: (app) => app.set({ why: app.view.why === "interrupt" ? undefined : "interrupt" }),
  },
  {
    keys: ["t"],
    shown: "t",
    does: "next tab",
    run: (app) => app.set({ tab: TABS[(TABS.indexOf(app.view.tab) + 1) % TABS.length] ?? "chart" }),
  },
];

function speed(app: App, by: number): void {
  const at = SPEEDS.indexOf(app.view.speed) + by;
  const next = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))];
  if (next) app.set({ speed: next });
}

/** Where a key is the element's own. */
const OWN = "input, select, textarea, .xterm, dialog";
/** Where space and Enter press what has the focus. */
const PRESSED = "button, [role=button], a, summary";

/** Makes the whole page usable by keyboard. */
export function listenToKeys(app: () => App, timeline: Timeline, help: () => void): void {
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return;
    if (key === "Escape" && target instanceof HTMLElement && target.matches("input")) target.blur();
    if (target.closest(OWN)) return;
    if (key === " " && target.closest(PRESSED)) return;
    if (key === "?") return help();
    if (target.closest("[role=tablist]") && key.startsWith("Arrow")) return;
    const found = KEYS.find(({ keys }) => keys.includes(key));
    if (!found) return;
    event.preventDefault();
    found.run(app(), timeline);
  });
}

/** Makes the dialog that lists the keys. */
export function helpDialog(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  render(
    html`<form method="dialog">
      <header><h2>Keys</h2><button aria-label="Close">×</button></header>
      <dl>${KEYS.map(({ shown, does }) => html`<div><dt><kbd>${shown}</kbd></dt><dd>${does}</dd></div>`)}</dl>
      <p>Find: <code>OE</code> a bit becomes 1, <code>!DR</code> becomes 0; <code>IIR = 0xCC</code>, <code>IER &lt;- 0x05</code>, <code>read LSR</code>;
      <code>irq THRE</code>, <code>lost</code>, <code>first difference</code>, <code>"login"</code> on the console, <code>#123</code>.</p>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  return dialog;
}
