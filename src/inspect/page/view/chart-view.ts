import { html, nothing, render, svg } from "lit-html";
import { activeStates, type TransitionInWords, transitionsOf } from "../../../device/index.js";
import type { Arrow, ChartLayout, Point, StateBox } from "../../layout/types.js";
import type { PageController, Panel } from "../app.js";
import { ruleItem, transitionItem } from "./explanation-view.js";
import { FIT, MINUS, PLUS } from "./icons.js";

const DOT_RADIUS = 3.1;
const CORNER_RADIUS = 5;

/** The chart, drawn from the machine's definition, with the active states, the transitions just taken and those never taken. */
export class ChartView implements Panel {
  readonly #container: HTMLElement;
  readonly #drawingElement: HTMLElement;
  readonly #detailsElement: HTMLElement;
  #zoomFactor = 0;
  #controller: PageController | undefined;
  #drawnSession: unknown;
  #revealedRow: number | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
    render(
      html`<div class="drawing" tabindex="0" role="region" aria-label="The chart"></div>
        <div class="zoom" role="toolbar" aria-label="Chart">
          <button type="button" title="Zoom in" aria-label="Zoom in" @click=${() => this.#changeZoom(1.25)}>${PLUS}</button>
          <button type="button" title="Zoom out" aria-label="Zoom out" @click=${() => this.#changeZoom(0.8)}>${MINUS}</button>
          <button type="button" title="Fit" aria-label="Fit" @click=${() => this.#changeZoom(0)}>${FIT}</button>
        </div>
        <div class="details"></div>`,
      container,
    );
    this.#drawingElement = container.querySelector(".drawing") as HTMLElement;
    this.#detailsElement = container.querySelector(".details") as HTMLElement;
    new ResizeObserver(() => this.#controller?.scheduleUpdate()).observe(this.#drawingElement);
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    if (this.#container.clientWidth === 0) return;
    const { chartLayout, session } = controller;
    if (!chartLayout) {
      render(html`<p>There is no drawing of this chart.</p>`, this.#drawingElement);
      return;
    }
    if (this.#drawnSession !== session) {
      this.#drawnSession = session;
      render(drawChart(controller, chartLayout, transitionsOf(session.chart.machine)), this.#drawingElement);
    }
    this.#markStates(controller, chartLayout);
    this.#resize(chartLayout);
    render(drawDetails(controller), this.#detailsElement);
  }

  /** Scrolls to the state just entered, where the drawing is higher than its panel. */
  #scrollToEntered(
    { currentMoment }: PageController,
    { states, height }: ChartLayout,
    activeIds: Set<string>,
    activeBefore: Set<string>,
  ): void {
    if (currentMoment.rowIndex === this.#revealedRow) return;
    this.#revealedRow = currentMoment.rowIndex;
    const { scrollHeight, clientHeight, scrollTop } = this.#drawingElement;
    const entered = states.findLast(
      ({ id, compound }) => !compound && activeIds.has(id) && !activeBefore.has(id),
    );
    if (!entered || scrollHeight <= clientHeight + 8) return;
    const [top, bottom] = [entered.y, entered.y + entered.height].map((y) => (y / height) * scrollHeight);
    if (top === undefined || bottom === undefined || (top > scrollTop && bottom < scrollTop + clientHeight))
      return;
    this.#drawingElement.scrollTop = (top + bottom - clientHeight) / 2;
  }

  #changeZoom(factor: number): void {
    const fittingZoom = this.#fittingScale();
    this.#zoomFactor =
      factor === 0 ? 0 : Math.max(0.2, Math.min(3, (this.#zoomFactor || fittingZoom) * factor));
    this.#controller?.scheduleUpdate();
  }

  /** Returns the scale at which all is visible, or the whole width where that would be unreadable. */
  #fittingScale(): number {
    const chartLayout = this.#controller?.chartLayout;
    if (!chartLayout) return 1;
    const { clientWidth, clientHeight } = this.#drawingElement;
    const wholeScale = Math.min(
      (clientWidth - 16) / chartLayout.width,
      (clientHeight - 16) / chartLayout.height,
    );
    return Math.max(Math.min(1.15, wholeScale), Math.min(0.8, (clientWidth - 16) / chartLayout.width));
  }

  #resize({ width, height }: ChartLayout): void {
    const drawingScale = this.#zoomFactor || this.#fittingScale();
    const svgElement = this.#drawingElement.querySelector("svg") as SVGElement;
    svgElement.setAttribute("width", String(Math.round(width * drawingScale)));
    svgElement.setAttribute("height", String(Math.round(height * drawingScale)));
  }

  /** Only classes change from moment to moment: the drawing itself stays. */
  #markStates(controller: PageController, chartLayout: ChartLayout): void {
    const { session, currentMoment, viewState } = controller;
    const activeIds = new Set(activeStates(currentMoment.stateValue).flatMap(ancestors));
    const activeBefore = new Set(activeStates(currentMoment.stateValueBefore).flatMap(ancestors));
    const justTaken = new Set(currentMoment.transitions);
    const allTransitions = transitionsOf(session.chart.machine);
    const timesTaken = (transitions: readonly number[]) =>
      transitions.reduce(
        (sum, transitionIndex) =>
          sum + (session.transitionCounts.get(allTransitions[transitionIndex] as TransitionInWords) ?? 0),
        0,
      );
    const isJustTaken = (transitions: readonly number[]) =>
      transitions.some((transitionIndex) =>
        justTaken.has(allTransitions[transitionIndex] as TransitionInWords),
      );
    const elements = this.#drawingElement.querySelectorAll<SVGGElement>("[data-id]");
    const elementsById = new Map([...elements].map((element) => [element.dataset["id"], element]));
    for (const { id } of chartLayout.states) {
      const classList = elementsById.get(id)?.classList;
      classList?.toggle("active", activeIds.has(id));
      classList?.toggle("entered", activeIds.has(id) && !activeBefore.has(id));
      classList?.toggle("picked", viewState.pickedElement === id);
    }
    this.#scrollToEntered(controller, chartLayout, activeIds, activeBefore);
    for (const { source, target, transitions } of chartLayout.arrows) {
      const classList = elementsById.get(`${source}>${target}`)?.classList;
      classList?.toggle("just", isJustTaken(transitions));
      classList?.toggle("never", timesTaken(transitions) === 0);
      classList?.toggle("picked", viewState.pickedElement === `${source}>${target}`);
    }
    for (const dot of this.#drawingElement.querySelectorAll<SVGElement>("[data-transition]")) {
      const transitions = [Number(dot.dataset["transition"])];
      dot.classList.toggle("just", isJustTaken(transitions));
      dot.classList.toggle("never", timesTaken(transitions) === 0);
    }
  }
}

/** Returns a state's path and those of its ancestors. */
const ancestors = (id: string): string[] =>
  id.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."));

function drawChart(
  controller: PageController,
  chartLayout: ChartLayout,
  allTransitions: readonly TransitionInWords[],
) {
  return html`<svg viewBox="0 0 ${chartLayout.width} ${chartLayout.height}" role="group" aria-label="${controller.session.chart.id}'s regions and states">
    <defs>
      ${["", "just", "never"].map(
        (stateClass) =>
          svg`<marker id=${`tip${stateClass}`} class=${`tip ${stateClass}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.8 7.4 4 0 7.2z"/></marker>`,
      )}
    </defs>
    ${chartLayout.states.map((state) => drawState(controller, state, allTransitions))} ${chartLayout.arrows.map((arrow) => drawArrow(controller, arrow))}
  </svg>`;
}

function pickElement(controller: PageController, id: string) {
  return (event: Event) => {
    if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
    event.stopPropagation();
    event.preventDefault();
    controller.changeView({ pickedElement: controller.viewState.pickedElement === id ? undefined : id });
  };
}

function drawState(
  controller: PageController,
  state: StateBox,
  allTransitions: readonly TransitionInWords[],
) {
  const { id, label, x, y, width, height, compound, depth, initial, stays } = state;
  const stateClass = depth === 0 ? "region" : compound ? "compound" : "leaf";
  const labelCentre = compound ? x + 10 : x + width / 2;
  const dotsOrigin = compound
    ? { x: x + width - 9 * stays.length - 4, y: y + 13 }
    : { x: x + width / 2 - (stays.length - 1) * 4.5, y: y + height - 9 };
  return svg`<g class=${`state ${stateClass}`} data-id=${id} tabindex="0" role="button" aria-label=${`${stateClass === "region" ? "region" : "state"} ${id}`}
      @click=${pickElement(controller, id)} @keydown=${pickElement(controller, id)}>
    <rect x=${x} y=${y} width=${width} height=${height} rx=${depth === 0 ? 8 : 6}></rect>
    <text x=${labelCentre} y=${y + 17} text-anchor=${compound ? "start" : "middle"}>${label}</text>
    ${initial && !compound ? svg`<circle class="initial" cx=${x + 7} cy=${y + 7} r="2"></circle>` : nothing}
    ${stays.map(
      (transitionIndex, i) =>
        svg`<circle class="dot" data-transition=${transitionIndex} cx=${dotsOrigin.x + i * 9} cy=${dotsOrigin.y} r=${DOT_RADIUS}><title>${allTransitions[transitionIndex]?.event} ${allTransitions[transitionIndex]?.description}</title></circle>`,
    )}
  </g>`;
}

function drawArrow(controller: PageController, { source, target, points, label }: Arrow) {
  const id = `${source}>${target}`;
  const pathData = roundedPath(points);
  return svg`<g class="arrow" data-id=${id} tabindex="0" role="button" aria-label=${`from ${source} to ${target}: ${label.text}`}
      @click=${pickElement(controller, id)} @keydown=${pickElement(controller, id)}>
    <path class="hit" d=${pathData}></path><path class="way" d=${pathData}></path>
    <text x=${label.x + 2} y=${label.y + 10}>${label.text}</text>
  </g>`;
}

/** Returns a path with rounded corners. */
function roundedPath(points: readonly Point[]): string {
  const [firstPoint, ...otherPoints] = points;
  if (!firstPoint) return "";
  let pathData = `M${firstPoint.x} ${firstPoint.y}`;
  for (const [i, point] of otherPoints.entries()) {
    const previousPoint = points[i] as Point;
    const nextPoint = otherPoints[i + 1];
    if (!nextPoint) pathData += `L${point.x} ${point.y}`;
    else {
      const [a, b] = [pointTowards(point, previousPoint), pointTowards(point, nextPoint)];
      pathData += `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`;
    }
  }
  return pathData;
}

function pointTowards(startPoint: Point, endPoint: Point): Point {
  const length = Math.hypot(endPoint.x - startPoint.x, endPoint.y - startPoint.y);
  const fraction = length === 0 ? 0 : Math.min(CORNER_RADIUS, length / 2) / length;
  return {
    x: startPoint.x + (endPoint.x - startPoint.x) * fraction,
    y: startPoint.y + (endPoint.y - startPoint.y) * fraction,
  };
}

/** Renders the picked element's transitions, else those just taken, with guards, actions and rules. */
function drawDetails(controller: PageController) {
  const { pickedElement } = controller.viewState;
  const { currentMoment, session } = controller;
  if (pickedElement === undefined) {
    if (currentMoment.transitions.length === 0)
      return html`<h3>Nothing taken</h3><p class="hint">Pick a state or an arrow for its transitions.</p>`;
    return html`<h3>Just taken</h3><ul class="transitions">${currentMoment.transitions.map((it) => transitionItem(controller, it))}</ul>`;
  }
  const [source = "", target] = pickedElement.split(">");
  const allTransitions = transitionsOf(session.chart.machine).filter(
    (it) => it.source === source && (target === undefined || it.target === target),
  );
  const ruleNames = [...new Set(allTransitions.flatMap((it) => it.rules))];
  return html`<h3>${source}${target === undefined ? nothing : html` → ${target.split(".").at(-1)}`}
      <button type="button" aria-label="Close" title="Close" @click=${() => controller.changeView({ pickedElement: undefined })}>×</button></h3>
    ${allTransitions.length === 0 ? html`<p class="hint">No transition leaves it by itself.</p>` : nothing}
    <ul class="transitions">
      ${allTransitions.map(
        (it) => html`<li class=${session.transitionCounts.has(it) ? "" : "never"}>
          <code>${it.event}${it.guard === undefined ? nothing : html` <b>[${it.guard}]</b>`}</code>
          <span class="times">${session.transitionCounts.has(it) ? `${session.transitionCounts.get(it)?.toLocaleString("en-US")}×` : "never taken"}</span>
          <span>${it.description}${it.target === undefined || it.target === it.source ? "" : ` → ${it.target}`}</span>
          ${it.actions.length === 0 ? nothing : html`<small>${it.actions.join(", ")}</small>`}
        </li>`,
      )}
    </ul>
    <dl class="rules">${ruleNames.map((rule) => ruleItem(`${rule}: ${session.chart.rules[rule] ?? ""}`))}</dl>`;
}
