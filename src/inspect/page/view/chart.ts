import { html, nothing, render, svg } from "lit-html";
import { activeStates, type TransitionInWords, transitionsOf } from "../../../device/index.js";
import type { Arrow, ChartLayout, Point, StateBox } from "../../layout/types.js";
import type { App, Panel } from "../app.js";
import { FIT, MINUS, PLUS } from "./icons.js";
import { ruleItem, transitionItem } from "./why.js";

const DOT = 3.1;
const CORNER = 5;

/** The chart, drawn from the machine's definition: where it is, what was just taken, what never was. */
export class ChartView implements Panel {
  readonly #root: HTMLElement;
  readonly #drawing: HTMLElement;
  readonly #details: HTMLElement;
  #zoom = 0;
  #app: App | undefined;
  #session: unknown;
  #revealed: number | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    render(
      html`<div class="drawing" tabindex="0" role="region" aria-label="The chart"></div>
        <div class="zoom" role="toolbar" aria-label="Chart">
          <button type="button" title="Zoom in" aria-label="Zoom in" @click=${() => this.#scale(1.25)}>${PLUS}</button>
          <button type="button" title="Zoom out" aria-label="Zoom out" @click=${() => this.#scale(0.8)}>${MINUS}</button>
          <button type="button" title="Fit" aria-label="Fit" @click=${() => this.#scale(0)}>${FIT}</button>
        </div>
        <div class="details"></div>`,
      root,
    );
    this.#drawing = root.querySelector(".drawing") as HTMLElement;
    this.#details = root.querySelector(".details") as HTMLElement;
    new ResizeObserver(() => this.#app?.schedule()).observe(this.#drawing);
  }

  update(app: App): void {
    this.#app = app;
    if (this.#root.clientWidth === 0) return;
    const { layout, session } = app;
    if (!layout) {
      render(html`<p>There is no drawing of this chart.</p>`, this.#drawing);
      return;
    }
    if (this.#session !== session) {
      this.#session = session;
      render(drawing(app, layout, transitionsOf(session.chart.machine)), this.#drawing);
    }
    this.#light(app, layout);
    this.#resize(layout);
    render(details(app), this.#details);
  }

  /** Where the drawing is higher than its place, what was just entered is scrolled to. */
  #reveal({ moment }: App, { states, height }: ChartLayout, active: Set<string>, before: Set<string>): void {
    if (moment.row === this.#revealed) return;
    this.#revealed = moment.row;
    const { scrollHeight, clientHeight, scrollTop } = this.#drawing;
    const entered = states.findLast(({ id, compound }) => !compound && active.has(id) && !before.has(id));
    if (!entered || scrollHeight <= clientHeight + 8) return;
    const [top, bottom] = [entered.y, entered.y + entered.height].map((y) => (y / height) * scrollHeight);
    if (top === undefined || bottom === undefined || (top > scrollTop && bottom < scrollTop + clientHeight))
      return;
    this.#drawing.scrollTop = (top + bottom - clientHeight) / 2;
  }

  #scale(factor: number): void {
    const fit = this.#fit();
    this.#zoom = factor === 0 ? 0 : Math.max(0.2, Math.min(3, (this.#zoom || fit) * factor));
    this.#app?.schedule();
  }

  /** So that all is seen where it stays readable, and the width where it does not. */
  #fit(): number {
    const layout = this.#app?.layout;
    if (!layout) return 1;
    const { clientWidth, clientHeight } = this.#drawing;
    const all = Math.min((clientWidth - 16) / layout.width, (clientHeight - 16) / layout.height);
    return Math.max(Math.min(1.15, all), Math.min(0.8, (clientWidth - 16) / layout.width));
  }

  #resize({ width, height }: ChartLayout): void {
    const scale = this.#zoom || this.#fit();
    const drawn = this.#drawing.querySelector("svg") as SVGElement;
    drawn.setAttribute("width", String(Math.round(width * scale)));
    drawn.setAttribute("height", String(Math.round(height * scale)));
  }

  /** Only classes change from moment to moment: the drawing itself stays. */
  #light(app: App, layout: ChartLayout): void {
    const { session, moment, view } = app;
    const active = new Set(activeStates(moment.value).flatMap(ancestors));
    const before = new Set(activeStates(moment.valueBefore).flatMap(ancestors));
    const just = new Set(moment.taken);
    const all = transitionsOf(session.chart.machine);
    const count = (transitions: readonly number[]) =>
      transitions.reduce((sum, at) => sum + (session.taken.get(all[at] as TransitionInWords) ?? 0), 0);
    const isJust = (transitions: readonly number[]) =>
      transitions.some((at) => just.has(all[at] as TransitionInWords));
    const elements = this.#drawing.querySelectorAll<SVGGElement>("[data-id]");
    const byId = new Map([...elements].map((element) => [element.dataset["id"], element]));
    for (const { id } of layout.states) {
      const list = byId.get(id)?.classList;
      list?.toggle("active", active.has(id));
      list?.toggle("entered", active.has(id) && !before.has(id));
      list?.toggle("picked", view.picked === id);
    }
    this.#reveal(app, layout, active, before);
    for (const { source, target, transitions } of layout.arrows) {
      const list = byId.get(`${source}>${target}`)?.classList;
      list?.toggle("just", isJust(transitions));
      list?.toggle("never", count(transitions) === 0);
      list?.toggle("picked", view.picked === `${source}>${target}`);
    }
    for (const dot of this.#drawing.querySelectorAll<SVGElement>("[data-transition]")) {
      const transitions = [Number(dot.dataset["transition"])];
      dot.classList.toggle("just", isJust(transitions));
      dot.classList.toggle("never", count(transitions) === 0);
    }
  }
}

/** A state's path and those of the states around it. */
const ancestors = (id: string): string[] =>
  id.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."));

function drawing(app: App, layout: ChartLayout, all: readonly TransitionInWords[]) {
  return html`<svg viewBox="0 0 ${layout.width} ${layout.height}" role="group" aria-label="${app.session.chart.id}'s regions and states">
    <defs>
      ${["", "just", "never"].map(
        (kind) =>
          svg`<marker id=${`tip${kind}`} class=${`tip ${kind}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.8 7.4 4 0 7.2z"/></marker>`,
      )}
    </defs>
    ${layout.states.map((state) => stateOf(app, state, all))} ${layout.arrows.map((arrow) => arrowOf(app, arrow))}
  </svg>`;
}

function pick(app: App, id: string) {
  return (event: Event) => {
    if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
    event.stopPropagation();
    event.preventDefault();
    app.set({ picked: app.view.picked === id ? undefined : id });
  };
}

function stateOf(app: App, state: StateBox, all: readonly TransitionInWords[]) {
  const { id, label, x, y, width, height, compound, depth, initial, stays } = state;
  const kind = depth === 0 ? "region" : compound ? "compound" : "leaf";
  const centre = compound ? x + 10 : x + width / 2;
  const dots = compound
    ? { x: x + width - 9 * stays.length - 4, y: y + 13 }
    : { x: x + width / 2 - (stays.length - 1) * 4.5, y: y + height - 9 };
  return svg`<g class=${`state ${kind}`} data-id=${id} tabindex="0" role="button" aria-label=${`${kind === "region" ? "region" : "state"} ${id}`}
      @click=${pick(app, id)} @keydown=${pick(app, id)}>
    <rect x=${x} y=${y} width=${width} height=${height} rx=${depth === 0 ? 8 : 6}></rect>
    <text x=${centre} y=${y + 17} text-anchor=${compound ? "start" : "middle"}>${label}</text>
    ${initial && !compound ? svg`<circle class="initial" cx=${x + 7} cy=${y + 7} r="2"></circle>` : nothing}
    ${stays.map(
      (at, i) =>
        svg`<circle class="dot" data-transition=${at} cx=${dots.x + i * 9} cy=${dots.y} r=${DOT}><title>${all[at]?.event} ${all[at]?.description}</title></circle>`,
    )}
  </g>`;
}

function arrowOf(app: App, { source, target, points, label }: Arrow) {
  const id = `${source}>${target}`;
  const path = rounded(points);
  return svg`<g class="arrow" data-id=${id} tabindex="0" role="button" aria-label=${`from ${source} to ${target}: ${label.text}`}
      @click=${pick(app, id)} @keydown=${pick(app, id)}>
    <path class="hit" d=${path}></path><path class="way" d=${path}></path>
    <text x=${label.x + 2} y=${label.y + 10}>${label.text}</text>
  </g>`;
}

/** A way with its corners rounded. */
function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  for (const [i, point] of rest.entries()) {
    const before = points[i] as Point;
    const after = rest[i + 1];
    if (!after) path += `L${point.x} ${point.y}`;
    else {
      const [a, b] = [towards(point, before), towards(point, after)];
      path += `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`;
    }
  }
  return path;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** What is picked, or else what was just taken, with guards, actions and rules. */
function details(app: App) {
  const { picked } = app.view;
  const { moment, session } = app;
  if (picked === undefined) {
    if (moment.taken.length === 0)
      return html`<h3>Nothing taken</h3><p class="hint">Pick a state or an arrow for its transitions.</p>`;
    return html`<h3>Just taken</h3><ul class="transitions">${moment.taken.map((it) => transitionItem(app, it))}</ul>`;
  }
  const [source = "", target] = picked.split(">");
  const all = transitionsOf(session.chart.machine).filter(
    (it) => it.source === source && (target === undefined || it.target === target),
  );
  const rules = [...new Set(all.flatMap((it) => it.rules))];
  return html`<h3>${source}${target === undefined ? nothing : html` → ${target.split(".").at(-1)}`}
      <button type="button" aria-label="Close" title="Close" @click=${() => app.set({ picked: undefined })}>×</button></h3>
    ${all.length === 0 ? html`<p class="hint">No transition leaves it by itself.</p>` : nothing}
    <ul class="transitions">
      ${all.map(
        (it) => html`<li class=${session.taken.has(it) ? "" : "never"}>
          <code>${it.event}${it.guard === undefined ? nothing : html` <b>[${it.guard}]</b>`}</code>
          <span class="times">${session.taken.has(it) ? `${session.taken.get(it)?.toLocaleString("en-US")}×` : "never taken"}</span>
          <span>${it.description}${it.target === undefined || it.target === it.source ? "" : ` → ${it.target}`}</span>
          ${it.actions.length === 0 ? nothing : html`<small>${it.actions.join(", ")}</small>`}
        </li>`,
      )}
    </ul>
    <dl class="rules">${rules.map((rule) => ruleItem(`${rule}: ${session.chart.rules[rule] ?? ""}`))}</dl>`;
}
