import { html, render } from "lit-html";
import { activeStates, type TransitionInWords, transitionsOf } from "../../../device/index.js";
import type { ChartLayout } from "../../layout/types.js";
import type { PageController, Panel } from "../app.js";
import { arrangeChart, type ChartArrangement, fittingText } from "../model/chart-arrangement.js";
import type { Moment } from "../model/session.js";
import { drawDetails } from "./chart-details.js";
import { drawChart } from "./chart-drawing.js";
import { moveFocus } from "./chart-focus.js";
import { MINUS, PLUS } from "./icons.js";

/** The scales of the drawing: its texts never become smaller than they are laid out. */
const ZOOM_LIMITS = [1, 3] as const;

/** The chart, drawn from the machine's definition, with the active states, the transitions just taken and those never taken. */
export class ChartView implements Panel {
  readonly #container: HTMLElement;
  readonly #drawingElement: HTMLElement;
  readonly #detailsElement: HTMLElement;
  #zoomFactor = 1;
  #controller: PageController | undefined;
  #drawnSession: unknown;
  #drawnKey = "";
  #arrangement: ChartArrangement | undefined;
  #revealedRow: number | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
    render(
      html`<div class="drawing" role="region" aria-label="The chart"></div>
        <div class="zoom" role="toolbar" aria-label="Chart">
          <button type="button" class="word focus-moved" title="Draw the regions that the present access moved" @click=${() => this.#controller?.changeView({ focusesMoved: !this.#controller.viewState.focusesMoved })}>Moved</button>
          <button type="button" class="word open-all" title="Draw all regions" @click=${() => this.#toggleAll()}>All</button>
          <button type="button" title="Zoom in" aria-label="Zoom in" @click=${() => this.#changeZoom(1.25)}>${PLUS}</button>
          <button type="button" title="Zoom out" aria-label="Zoom out" @click=${() => this.#changeZoom(0.8)}>${MINUS}</button>
        </div>
        <div class="details"></div>`,
      container,
    );
    this.#drawingElement = container.querySelector(".drawing") as HTMLElement;
    this.#detailsElement = container.querySelector(".details") as HTMLElement;
    this.#drawingElement.addEventListener("keydown", (event) => moveFocus(this.#drawingElement, event));
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
    const arrangement = this.#draw(controller, chartLayout);
    this.#markCards(controller, arrangement);
    this.#markStates(controller, arrangement);
    this.#markButtons(controller);
    this.#scrollToMoved(controller, arrangement);
    this.#drawnSession = session;
    render(drawDetails(controller), this.#detailsElement);
  }

  /** Draws the regions if those that are open, or the width, have changed. */
  #draw(controller: PageController, chartLayout: ChartLayout): ChartArrangement {
    const { session } = controller;
    const openNames = openRegionsOf(controller, chartLayout);
    const availableWidth = Math.max(200, (this.#drawingElement.clientWidth - 16) / this.#zoomFactor);
    const drawingKey = `${[...openNames].join()} ${Math.round(availableWidth)} ${this.#zoomFactor}`;
    if (this.#arrangement && this.#drawnSession === session && this.#drawnKey === drawingKey)
      return this.#arrangement;
    this.#drawnKey = drawingKey;
    const arrangement = arrangeChart(chartLayout, (name) => openNames.has(name), availableWidth);
    this.#arrangement = arrangement;
    const actions = {
      pick: (elementId: string) =>
        controller.changeView({
          pickedElement: controller.viewState.pickedElement === elementId ? undefined : elementId,
        }),
      toggle: (regionName: string) => this.#toggleRegion(regionName),
    };
    render(
      drawChart(session.chart.id, arrangement, transitionsOf(session.chart.machine), actions),
      this.#drawingElement,
    );
    const svgElement = this.#drawingElement.querySelector("svg") as SVGElement;
    svgElement.setAttribute("width", String(Math.round(arrangement.width * this.#zoomFactor)));
    svgElement.setAttribute("height", String(Math.round(arrangement.height * this.#zoomFactor)));
    const tabStops = this.#drawingElement.querySelectorAll("[tabindex='0']");
    if (tabStops.length === 0)
      this.#drawingElement.querySelector("[tabindex]")?.setAttribute("tabindex", "0");
    return arrangement;
  }

  #toggleRegion(regionName: string): void {
    const controller = this.#controller;
    if (!controller?.chartLayout) return;
    const openNames = openRegionsOf(controller, controller.chartLayout);
    const opens = !openNames.has(regionName);
    const pinned = opens
      ? [...pinnedRegionsOf(controller, controller.chartLayout), regionName]
      : [...openNames].filter((name) => name !== regionName);
    // What was open for having moved stays, except the closed one.
    controller.changeView({
      pinnedRegions: pinned,
      ...(opens ? {} : { focusesMoved: false, pickedElement: undefined }),
    });
  }

  #toggleAll(): void {
    const controller = this.#controller;
    if (!controller?.chartLayout) return;
    const names = regionNamesOf(controller.chartLayout);
    const allOpen = pinnedRegionsOf(controller, controller.chartLayout).length === names.length;
    controller.changeView({ pinnedRegions: allOpen ? [] : names });
  }

  #markButtons(controller: PageController): void {
    const { chartLayout, viewState } = controller;
    if (!chartLayout) return;
    const isDivided = chartLayout.groups.some(({ title }) => title !== "");
    const pinnedCount = pinnedRegionsOf(controller, chartLayout).length;
    for (const [selector, isPressed] of [
      [".focus-moved", viewState.focusesMoved],
      [".open-all", pinnedCount === regionNamesOf(chartLayout).length],
    ] as const) {
      const button = this.#container.querySelector(selector) as HTMLElement;
      button.hidden = !isDivided;
      button.setAttribute("aria-pressed", String(isPressed));
    }
  }

  /** Scrolls to the first open region that the present access moved. */
  #scrollToMoved({ currentMoment, viewState }: PageController, { groups }: ChartArrangement): void {
    if (currentMoment.rowIndex === this.#revealedRow || !viewState.focusesMoved) return;
    this.#revealedRow = currentMoment.rowIndex;
    const moved = movedRegionsOf(currentMoment);
    const openRegions = groups.flatMap((group) => group.openRegions);
    const firstMoved = openRegions.find(({ region }) => moved.has(region.name));
    const { clientHeight, scrollTop } = this.#drawingElement;
    if (!firstMoved) return;
    const [top, bottom] = [firstMoved.y, firstMoved.y + firstMoved.height].map(
      (y) => y * this.#zoomFactor,
    ) as [number, number];
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
    this.#drawingElement.scrollTop = Math.min(top - 8, (top + bottom - clientHeight) / 2);
  }

  #changeZoom(factor: number): void {
    const [least, most] = ZOOM_LIMITS;
    this.#zoomFactor = Math.max(least, Math.min(most, this.#zoomFactor * factor));
    this.#controller?.scheduleUpdate();
  }

  /** Writes each card's state, and marks those that the present access moved. */
  #markCards({ currentMoment }: PageController, { groups }: ChartArrangement): void {
    const moved = movedRegionsOf(currentMoment);
    const leaves = leavesByRegion(currentMoment.stateValue);
    const openNames = new Set(
      groups.flatMap(({ openRegions }) => openRegions.map(({ region }) => region.name)),
    );
    for (const card of this.#drawingElement.querySelectorAll<SVGGElement>("[data-card]")) {
      const name = card.dataset["card"] as string;
      const stateName = leaves.get(name) ?? "";
      const cardWidth = Number(card.querySelector("rect")?.getAttribute("width"));
      (card.querySelector(".card-state") as SVGTextElement).textContent = fittingText(stateName, cardWidth);
      card.classList.toggle("moved", moved.has(name));
      card.setAttribute("aria-expanded", String(openNames.has(name)));
      card.setAttribute("aria-label", `region ${name}: ${stateName}${moved.has(name) ? ", moved" : ""}`);
    }
  }

  /** Only classes change from moment to moment: the drawing itself stays. */
  #markStates({ session, currentMoment, viewState }: PageController, { groups }: ChartArrangement): void {
    const activeIds = new Set(activeStates(currentMoment.stateValue).flatMap(ancestors));
    const activeBefore = new Set(activeStates(currentMoment.stateValueBefore).flatMap(ancestors));
    const justTaken = new Set(currentMoment.transitions);
    const allTransitions = transitionsOf(session.chart.machine);
    const wereTaken = (transitions: readonly number[]) =>
      transitions.some((index) => session.transitionCounts.has(allTransitions[index] as TransitionInWords));
    const areJustTaken = (transitions: readonly number[]) =>
      transitions.some((index) => justTaken.has(allTransitions[index] as TransitionInWords));
    const elements = this.#drawingElement.querySelectorAll<SVGGElement>("[data-id]");
    const elementsById = new Map([...elements].map((element) => [element.dataset["id"], element]));
    for (const { region } of groups.flatMap((group) => group.openRegions)) {
      for (const { id } of region.states) {
        const classList = elementsById.get(id)?.classList;
        classList?.toggle("active", activeIds.has(id));
        classList?.toggle("entered", activeIds.has(id) && !activeBefore.has(id));
        classList?.toggle("picked", viewState.pickedElement === id);
      }
      for (const { source, target, transitions } of region.arrows) {
        const classList = elementsById.get(`${source}>${target}`)?.classList;
        classList?.toggle("just", areJustTaken(transitions));
        classList?.toggle("never", !wereTaken(transitions));
        classList?.toggle("picked", viewState.pickedElement === `${source}>${target}`);
      }
    }
    for (const dot of this.#drawingElement.querySelectorAll<SVGElement>("[data-transition]")) {
      const transitions = [Number(dot.dataset["transition"])];
      dot.classList.toggle("just", areJustTaken(transitions));
      dot.classList.toggle("never", !wereTaken(transitions));
    }
  }
}

const regionNamesOf = ({ groups }: ChartLayout): string[] =>
  groups.flatMap(({ regions }) => regions.map(({ name }) => name));

/** Returns the regions that stay open: by default none of a divided chart, and all of any other. */
function pinnedRegionsOf({ viewState }: PageController, chartLayout: ChartLayout): readonly string[] {
  const { pinnedRegions } = viewState;
  const isDivided = chartLayout.groups.some(({ title }) => title !== "");
  return isDivided ? (pinnedRegions ?? []) : regionNamesOf(chartLayout);
}

/** Returns the regions whose drawings are open: pinned, moved by the present access, or with a picked element. */
function openRegionsOf(controller: PageController, chartLayout: ChartLayout): ReadonlySet<string> {
  const { focusesMoved, pickedElement } = controller.viewState;
  const moved = focusesMoved ? movedRegionsOf(controller.currentMoment) : [];
  const picked = pickedElement === undefined ? [] : [pickedElement.split(/[.>]/)[0] as string];
  return new Set([...pinnedRegionsOf(controller, chartLayout), ...moved, ...picked]);
}

/** Returns the innermost active states by region: "holding.ready"; of one with several at once, "sampling, yes". */
function leavesByRegion(stateValue: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  for (const path of activeStates(stateValue)) {
    const [regionName = "", ...stateNames] = path.split(".");
    const earlierStates = leaves.get(regionName);
    const isSingle = earlierStates === undefined && stateNames.length > 0;
    leaves.set(regionName, isSingle ? stateNames.join(".") : `${earlierStates}, ${stateNames.at(-1)}`);
  }
  return leaves;
}

/** Returns the regions that the access moved: to another state, or away and back. */
function movedRegionsOf({ stateValue, stateValueBefore, transitions }: Moment): ReadonlySet<string> {
  const before = leavesByRegion(stateValueBefore);
  const changed = [...leavesByRegion(stateValue)].filter(([name, leaves]) => before.get(name) !== leaves);
  const left = transitions.filter(({ source, target }) => target !== undefined && target !== source);
  return new Set([
    ...changed.map(([name]) => name),
    ...left.map(({ source }) => source.split(".")[0] as string),
  ]);
}

/** Returns a state's path and those of its ancestors. */
const ancestors = (id: string): string[] =>
  id.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."));
