import { html, nothing, render } from "lit-html";
import type { App, Panel } from "../app.js";
import { partInWords } from "../model/chart.js";
import { SPEEDS } from "../view-state.js";
import { BACK, DOWN, FIRST, FORWARD, HELP, type Icon, LAST, PAUSE, PLAY, SHARE, THEME, UP } from "./icons.js";

/** What the toolbar can do beside moving: given by who puts the page together. */
export interface Actions {
  readonly sources: readonly string[];
  readonly source: number;
  chooseSource(source: number): void;
  toggleTheme(): void;
  toggleMenu(): void;
  showHelp(): void;
}

const count = (value: number): string => value.toLocaleString("en-US");

/** The page's head: what is looked at, where one is, moving, searching. */
export class Toolbar implements Panel {
  readonly #root: HTMLElement;
  readonly #actions: Actions;

  constructor(root: HTMLElement, actions: Actions) {
    this.#root = root;
    this.#actions = actions;
  }

  update(app: App): void {
    const { session, view } = app;
    const actions = this.#actions;
    document.title = `${session.name} · vm-superio`;
    render(
      html`
        <div class="identity">
          ${
            actions.sources.length > 1
              ? html`<select
                aria-label="Trace"
                .value=${String(actions.source)}
                @change=${(event: Event) => actions.chooseSource(Number((event.target as HTMLSelectElement).value))}
              >
                ${actions.sources.map((name, i) => html`<option value=${i} ?selected=${i === actions.source}>${name}</option>`)}
              </select>`
              : html`<h1 title=${session.name}>${session.name.split("/").at(-1)}</h1>`
          }
          <span class="part">${partInWords(session.chart)}</span>
          ${stateOf(app)}
        </div>
        <div class="transport" role="toolbar" aria-label="Move through the accesses">
          ${button("First entry (Home)", FIRST, () => app.go(0))}
          ${button("Back one (←)", BACK, () => app.step(-1))}
          ${button(view.playing ? "Pause (space)" : "Play (space)", view.playing ? PAUSE : PLAY, () => app.togglePlay(), "play")}
          ${button("Forward one (→)", FORWARD, () => app.step(1))}
          ${button(session.live ? "To the end, and follow (End)" : "Last entry (End)", LAST, () => app.go(session.length - 1))}
          <select
            aria-label="Speed, entries a second"
            title="Entries a second"
            @change=${(event: Event) =>
              app.set({ speed: SPEEDS[Number((event.target as HTMLSelectElement).selectedIndex)] ?? 20 })}
          >
            ${SPEEDS.map((speed) => html`<option ?selected=${speed === view.speed}>${count(speed)}/s</option>`)}
          </select>
          <output class="position" aria-label="Position">
            <b>#${count(session.first + view.row)}</b>
            <span>of ${count(session.first + session.length - 1)}</span>
          </output>
        </div>
        <form
          class="search"
          role="search"
          @submit=${(event: Event) => {
            event.preventDefault();
            const field = (event.target as HTMLFormElement).elements[0] as HTMLInputElement;
            app.search(field.value);
          }}
        >
          <input
            id="find"
            type="search"
            spellcheck="false"
            autocomplete="off"
            placeholder="Find: OE · IIR = 0xCC · irq THRE"
            aria-label='Find, such as OE, IIR = 0xCC, irq THRE, first difference, "login", #123'
            .value=${view.query}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key !== "Enter" || !event.shiftKey) return;
              event.preventDefault();
              app.search((event.target as HTMLInputElement).value, true);
            }}
          />
          ${button("Find before (shift+Enter)", UP, () => app.search(view.query || field(), true))}
          ${button("Find after (Enter)", DOWN, () => app.search(view.query || field()))}
        </form>
        <div class="tools">
          ${button("Share and export", SHARE, () => actions.toggleMenu())}
          ${button("Dark or light", THEME, () => actions.toggleTheme())}
          ${button("Keys (?)", HELP, () => actions.showHelp())}
        </div>
      `,
      this.#root,
    );
  }
}

const field = (): string => (document.getElementById("find") as HTMLInputElement).value;

const button = (label: string, sign: Icon, act: () => void, name = "") =>
  html`<button type="button" class=${name || nothing} aria-label=${label} title=${label} @click=${act}>${sign}</button>`;

function stateOf(app: App) {
  if (!app.loaded) return html`<span class="badge" role="status">reading ${count(app.session.length)}</span>`;
  if (app.ended && app.session.live) return html`<span class="badge">ended</span>`;
  if (app.session.live) return html`<span class="badge live">live</span>`;
  const { differences } = app.session;
  return differences.length === 0
    ? nothing
    : html`<button type="button" class="badge differs" title="Go to the first" @click=${() => app.search("first difference")}>
        ${count(differences.length)} ${differences.length === 1 ? "difference" : "differences"}
      </button>`;
}
