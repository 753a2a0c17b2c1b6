import { html, render } from "lit-html";
import type { PageController } from "./app.js";
import type { ExportMenu } from "./view/menu.js";
import type { Timeline } from "./view/timeline.js";
import { PLAY_SPEEDS, TAB_NAMES } from "./view-state.js";

/** A key and what it does, for the page and for its help. */
interface KeyBinding {
  readonly keyNames: readonly string[];
  readonly displayedKey: string;
  readonly description: string;
  perform(controller: PageController, timeline: Timeline): void;
}

const ROWS_PER_PAGE = 20;

const KEY_BINDINGS: readonly KeyBinding[] = [
  {
    keyNames: ["ArrowRight", "ArrowDown", "j"],
    displayedKey: "→ ↓",
    description: "forward one",
    perform: (controller) => controller.stepRows(1),
  },
  {
    keyNames: ["ArrowLeft", "ArrowUp", "k"],
    displayedKey: "← ↑",
    description: "back one",
    perform: (controller) => controller.stepRows(-1),
  },
  {
    keyNames: ["PageDown"],
    displayedKey: "page ↓",
    description: "forward twenty",
    perform: (controller) => controller.stepRows(ROWS_PER_PAGE),
  },
  {
    keyNames: ["PageUp"],
    displayedKey: "page ↑",
    description: "back twenty",
    perform: (controller) => controller.stepRows(-ROWS_PER_PAGE),
  },
  {
    keyNames: ["Home"],
    displayedKey: "home",
    description: "first entry",
    perform: (controller) => controller.goToRow(0),
  },
  {
    keyNames: ["End"],
    displayedKey: "end",
    description: "last entry; if live, follow",
    perform: (controller) => controller.goToRow(controller.session.length - 1),
  },
  {
    keyNames: [" "],
    displayedKey: "space",
    description: "play, pause",
    perform: (controller) => controller.togglePlay(),
  },
  {
    keyNames: [">"],
    displayedKey: ">",
    description: "play faster",
    perform: (controller) => changeSpeed(controller, 1),
  },
  {
    keyNames: ["<"],
    displayedKey: "<",
    description: "play slower",
    perform: (controller) => changeSpeed(controller, -1),
  },
  {
    keyNames: ["+", "="],
    displayedKey: "+",
    description: "time line: zoom in",
    perform: (_, timeline) => timeline.zoomRange(1 / 2),
  },
  {
    keyNames: ["-"],
    displayedKey: "−",
    description: "time line: zoom out",
    perform: (_, timeline) => timeline.zoomRange(2),
  },
  {
    keyNames: ["0"],
    displayedKey: "0",
    description: "time line: show all",
    perform: (_, timeline) => timeline.showAll(),
  },
  {
    keyNames: ["["],
    displayedKey: "[",
    description: "time line: pan left",
    perform: (_, timeline) => timeline.panByShare(-0.25),
  },
  {
    keyNames: ["]"],
    displayedKey: "]",
    description: "time line: pan right",
    perform: (_, timeline) => timeline.panByShare(0.25),
  },
  {
    keyNames: ["/"],
    displayedKey: "/",
    description: "find",
    perform: () => (document.getElementById("find") as HTMLInputElement).select(),
  },
  {
    keyNames: ["m"],
    displayedKey: "m",
    description: "second cursor here",
    perform: (controller) => controller.toggleMarker(),
  },
  {
    keyNames: ["n"],
    displayedKey: "n",
    description: "find after",
    perform: (controller) =>
      controller.viewState.searchQuery && controller.search(controller.viewState.searchQuery),
  },
  {
    keyNames: ["N"],
    displayedKey: "N",
    description: "find before",
    perform: (controller) =>
      controller.viewState.searchQuery && controller.search(controller.viewState.searchQuery, true),
  },
  {
    keyNames: ["i"],
    displayedKey: "i",
    description: "next interrupt",
    perform: (controller) => controller.search("irq"),
  },
  {
    keyNames: ["d"],
    displayedKey: "d",
    description: "next difference",
    perform: (controller) => controller.search("difference"),
  },
  {
    keyNames: ["w"],
    displayedKey: "w",
    description: "why is INTR so?",
    perform: (controller) =>
      controller.changeView({
        explained: controller.viewState.explained === "interrupt" ? undefined : "interrupt",
      }),
  },
  {
    keyNames: ["t"],
    displayedKey: "t",
    description: "next tab",
    perform: (controller) =>
      controller.changeView({
        activeTab:
          TAB_NAMES[(TAB_NAMES.indexOf(controller.viewState.activeTab) + 1) % TAB_NAMES.length] ?? "chart",
      }),
  },
];

function changeSpeed(controller: PageController, stepCount: number): void {
  const speedIndex = PLAY_SPEEDS.indexOf(controller.viewState.playSpeed) + stepCount;
  const nextSpeed = PLAY_SPEEDS[Math.max(0, Math.min(PLAY_SPEEDS.length - 1, speedIndex))];
  if (nextSpeed) controller.changeView({ playSpeed: nextSpeed });
}

/** Elements that handle keys themselves. */
const TEXT_CONTROLS = "input, select, textarea, .xterm, dialog";
/** Elements that space and Enter press. */
const PRESSABLE = "button, [role=button], a, summary";

/** Adds the page's keyboard shortcuts. */
export function listenToKeys(
  controller: () => PageController,
  timeline: Timeline,
  exportMenu: ExportMenu,
  showHelp: () => void,
): void {
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return;
    if (key === "Escape" && !target.closest("dialog, .xterm")) {
      if (exportMenu.closeMenu() || timeline.closeChooser()) return;
      if (target instanceof HTMLElement && target.matches("input")) target.blur();
      else controller().closeOpen();
      return;
    }
    if (target.closest(TEXT_CONTROLS)) return;
    if (key === " " && target.closest(PRESSABLE)) return;
    if (key === "?") return showHelp();
    if (target.closest("[role=tablist]") && key.startsWith("Arrow")) return;
    const keyBinding = KEY_BINDINGS.find(({ keyNames }) => keyNames.includes(key));
    if (!keyBinding) return;
    event.preventDefault();
    keyBinding.perform(controller(), timeline);
  });
}

/** Creates the dialog that lists the keys. */
export function helpDialog(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  render(
    html`<form method="dialog">
      <header><h2>Keys</h2><button aria-label="Close">×</button></header>
      <dl>${KEY_BINDINGS.map(({ displayedKey, description }) => html`<div><dt><kbd>${displayedKey}</kbd></dt><dd>${description}</dd></div>`)}</dl>
      <p>Find: <code>OE</code> a bit becomes 1, <code>!DR</code> becomes 0; <code>IIR = 0xCC</code>, <code>IER &lt;- 0x05</code>, <code>read LSR</code>;
      <code>irq THRE</code>, <code>lost</code>, <code>first difference</code>, <code>"login"</code> on the console, <code>#123</code>; a state is entered
      <code>receiveFifo.full</code>, a transition <code>receiveFifo.holding &gt; full</code>, a rule <code>rule S8b</code>; joined
      <code>ERBFI &amp;&amp; DR &amp;&amp; !IRQ</code>, <code>||</code>, <code>( )</code>.</p>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  return dialog;
}
