import { html, nothing, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { deviceInWords } from "../model/device-chart.js";
import { escapeInvisible } from "../model/safe-text.js";
import type { SourceList } from "../source-list.js";
import { PANEL_NAMES, PLAY_SPEEDS } from "../view-state.js";
import {
  BACK,
  DOWN,
  FIRST,
  FORWARD,
  HELP,
  type Icon,
  LAST,
  PANEL_LEFT,
  PANEL_MIDDLE,
  PANEL_RIGHT,
  PANEL_TOP,
  PAUSE,
  PLAY,
  SHARE,
  THEME,
  UP,
} from "./icons.js";

/** The toolbar's actions beside navigation. */
interface ToolbarActions {
  readonly sourceList: SourceList;
  readonly sourceIndex: number;
  chooseSource(sourceIndex: number): void;
  toggleTheme(): void;
  toggleMenu(): void;
  showHelp(): void;
}

const formatCount = (value: number): string => value.toLocaleString("en-US");

/** The page's head: the source, the position, navigation, search. */
export class Toolbar implements Panel {
  readonly #container: HTMLElement;
  readonly #toolbarActions: ToolbarActions;

  constructor(container: HTMLElement, toolbarActions: ToolbarActions) {
    this.#container = container;
    this.#toolbarActions = toolbarActions;
  }

  refresh(controller: PageController): void {
    const { session, viewState } = controller;
    const toolbarActions = this.#toolbarActions;
    const { names: sourceNames, isGrowing } = toolbarActions.sourceList;
    const sessionName = escapeInvisible(session.name);
    document.title = `${sessionName} · vm-superio`;
    render(
      html`
        <div class="identity">
          ${
            sourceNames.length > 1
              ? html`<select
                aria-label="Trace"
                title=${`${formatCount(sourceNames.length)} traces${isGrowing ? " so far" : ""}`}
                .value=${String(toolbarActions.sourceIndex)}
                @change=${(event: Event) => toolbarActions.chooseSource(Number((event.target as HTMLSelectElement).value))}
              >
                ${sourceNames.map((sourceName, i) => html`<option value=${i} ?selected=${i === toolbarActions.sourceIndex}>${escapeInvisible(sourceName)}</option>`)}
              </select>`
              : html`<h1 title=${sessionName}>${sessionName.split("/").at(-1)}</h1>`
          }
          <span class="part">${deviceInWords(session.chart)}</span>
          ${statusBadge(controller)}
        </div>
        <div class="transport" role="toolbar" aria-label="Move through the accesses">
          ${iconButton("First entry (Home)", FIRST, () => controller.goToRow(0))}
          ${iconButton("Back one (←)", BACK, () => controller.stepRows(-1))}
          ${iconButton(viewState.playing ? "Pause (space)" : "Play (space)", viewState.playing ? PAUSE : PLAY, () => controller.togglePlay(), "play")}
          ${iconButton("Forward one (→)", FORWARD, () => controller.stepRows(1))}
          ${iconButton(session.live ? "To the end, and follow (End)" : "Last entry (End)", LAST, () => controller.goToRow(session.length - 1))}
          <select
            aria-label="Speed, entries a second"
            title="Entries a second"
            @change=${(event: Event) =>
              controller.changeView({
                playSpeed: PLAY_SPEEDS[Number((event.target as HTMLSelectElement).selectedIndex)] ?? 20,
              })}
          >
            ${PLAY_SPEEDS.map((speed) => html`<option ?selected=${speed === viewState.playSpeed}>${formatCount(speed)}/s</option>`)}
          </select>
          <output class="position" aria-label="Position">
            <b>${viewState.rowIndex < 0 ? (session.length === 0 ? "empty" : "start") : `#${formatCount(session.firstIndex + viewState.rowIndex)}`}</b>
            ${session.length === 0 ? nothing : html`<span>of ${formatCount(session.firstIndex + session.length - 1)}</span>`}
          </output>
        </div>
        <form
          class="search"
          role="search"
          @submit=${(event: Event) => {
            event.preventDefault();
            const searchField = (event.target as HTMLFormElement).elements[0] as HTMLInputElement;
            controller.search(searchField.value);
          }}
        >
          <input
            id="find"
            type="search"
            spellcheck="false"
            autocomplete="off"
            placeholder="Find: OE · irq THRE · DR && !IRQ"
            aria-label='Find, such as OE, IIR = 0xCC, irq THRE, first difference, "login", #123'
            aria-invalid=${controller.searchMistake ? "true" : "false"}
            .value=${viewState.searchQuery}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key !== "Enter" || !event.shiftKey) return;
              event.preventDefault();
              controller.search((event.target as HTMLInputElement).value, true);
            }}
          />
          ${iconButton("Find before (shift+Enter)", UP, () => controller.search(searchText(), true))}
          ${iconButton("Find after (Enter)", DOWN, () => controller.search(searchText()))}
        </form>
        <div class="tools">
          ${PANEL_NAMES.map((panelName) => {
            const [panelTitle, panelIcon] = PANEL_BUTTONS[panelName];
            const isShown = !viewState.foldedPanels.includes(panelName);
            const action = `${isShown ? "Fold" : "Unfold"} ${panelTitle}`;
            return html`<button type="button" class="panel-toggle" aria-pressed=${isShown ? "true" : "false"} aria-label=${panelTitle} title=${action} @click=${() => controller.togglePanel(panelName)}>${panelIcon}</button>`;
          })}
          ${iconButton("Share and export", SHARE, () => toolbarActions.toggleMenu())}
          ${iconButton("Dark or light", THEME, () => toolbarActions.toggleTheme())}
          ${iconButton("Keys (?)", HELP, () => toolbarActions.showHelp())}
        </div>
      `,
      this.#container,
    );
  }
}

/** The panels' buttons. */
const PANEL_BUTTONS = {
  timeline: ["the time line", PANEL_TOP],
  list: ["the accesses", PANEL_LEFT],
  device: ["the registers", PANEL_MIDDLE],
  side: ["the chart, console and what if", PANEL_RIGHT],
} as const;

const searchText = (): string => (document.getElementById("find") as HTMLInputElement).value;

const iconButton = (buttonLabel: string, buttonIcon: Icon, onClick: () => void, className = "") =>
  html`<button type="button" class=${className || nothing} aria-label=${buttonLabel} title=${buttonLabel} @click=${onClick}>${buttonIcon}</button>`;

function statusBadge(controller: PageController) {
  if (controller.endedReason !== undefined)
    return html`<span class="badge" title=${controller.endedReason}>${controller.loaded ? "ended" : "broken off"}</span>`;
  if (!controller.loaded)
    return html`<span class="badge" role="status">reading ${formatCount(controller.session.length)}</span>`;
  if (controller.session.live) return html`<span class="badge live">live</span>`;
  const { differences } = controller.session;
  return differences.length === 0
    ? nothing
    : html`<button type="button" class="badge differs" title="Go to the first" @click=${() => controller.search("first difference")}>
        ${formatCount(differences.length)} ${differences.length === 1 ? "difference" : "differences"}
      </button>`;
}
