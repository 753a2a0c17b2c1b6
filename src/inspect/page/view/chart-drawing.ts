import { html, nothing, svg } from "lit-html";
import type { TransitionInWords } from "../../../device/index.js";
import { roundedPath } from "../../../draw/internal.js";
import type { Arrow, StateBox } from "../../layout/types.js";
import type { ChartArrangement, RegionCard } from "../model/chart-arrangement.js";

const DOT_RADIUS = 3.1;

/** The operations of a drawing. */
interface DrawingActions {
  /** Picks a state's path or an arrow's "source>target". */
  pick(elementId: string): void;
  /** Opens or closes a region's drawing. */
  toggle(regionName: string): void;
}

/** Draws the arranged regions. Classes, which change from moment to moment, are set afterwards. */
export function drawChart(
  chartId: string,
  { width, height, groups }: ChartArrangement,
  allTransitions: readonly TransitionInWords[],
  actions: DrawingActions,
) {
  return html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="${chartId}'s regions and states">
    <defs>
      ${["", "just", "never"].map(
        (stateClass) =>
          svg`<marker id=${`tip${stateClass}`} class=${`tip ${stateClass}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.8 7.4 4 0 7.2z"/></marker>`,
      )}
    </defs>
    ${groups.map(
      ({ title, x, y, cards, openRegions }) => svg`<g class="group">
        ${title === "" ? nothing : svg`<text class="group-title" x=${x + 8} y=${y + 16}>${title}</text>`}
        ${cards.map((card) => drawCard(card, actions))}
        ${openRegions.map(
          ({ region, x, y }) => svg`<g class="region-drawing" transform=${`translate(${x} ${y})`}>
            ${region.states.map((state) => drawState(state, allTransitions, actions))} ${region.arrows.map((arrow) => drawArrow(arrow, actions))}
          </g>`,
        )}
      </g>`,
    )}
  </svg>`;
}

const whenPressed = (action: () => void) => (event: Event) => {
  if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
  event.stopPropagation();
  event.preventDefault();
  action();
};

function drawCard({ name, x, y, width, height }: RegionCard, { toggle }: DrawingActions) {
  const press = whenPressed(() => toggle(name));
  return svg`<g class="card" data-card=${name} tabindex="-1" role="button" aria-expanded="false"
      @click=${press} @keydown=${press}>
    <rect x=${x} y=${y} width=${width} height=${height} rx="6"></rect>
    <text class="card-name" x=${x + 9} y=${y + 15}>${name}</text>
    <text class="card-state" x=${x + 9} y=${y + 31}></text>
  </g>`;
}

function drawState(state: StateBox, allTransitions: readonly TransitionInWords[], { pick }: DrawingActions) {
  const { id, label, x, y, width, height, compound, depth, initial, stays } = state;
  const stateClass = depth === 0 ? "region" : compound ? "compound" : "leaf";
  const labelCentre = compound ? x + 10 : x + width / 2;
  const dotsOrigin = compound
    ? { x: x + width - 9 * stays.length - 4, y: y + 13 }
    : { x: x + width / 2 - (stays.length - 1) * 4.5, y: y + height - 9 };
  const press = whenPressed(() => pick(id));
  return svg`<g class=${`state ${stateClass}`} data-id=${id} tabindex="-1" role="button" aria-label=${`${stateClass === "region" ? "region" : "state"} ${id}`}
      @click=${press} @keydown=${press}>
    <rect x=${x} y=${y} width=${width} height=${height} rx=${depth === 0 ? 8 : 6}></rect>
    <text x=${labelCentre} y=${y + 17} text-anchor=${compound ? "start" : "middle"}>${label}</text>
    ${initial && !compound ? svg`<circle class="initial" cx=${x + 7} cy=${y + 7} r="2"></circle>` : nothing}
    ${stays.map(
      (transitionIndex, i) =>
        svg`<circle class="dot" data-transition=${transitionIndex} cx=${dotsOrigin.x + i * 9} cy=${dotsOrigin.y} r=${DOT_RADIUS}><title>${allTransitions[transitionIndex]?.event} ${allTransitions[transitionIndex]?.description}</title></circle>`,
    )}
  </g>`;
}

function drawArrow({ source, target, points, label }: Arrow, { pick }: DrawingActions) {
  const id = `${source}>${target}`;
  const press = whenPressed(() => pick(id));
  const pathData = roundedPath(points);
  return svg`<g class="arrow" data-id=${id} tabindex="-1" role="button" aria-label=${`from ${source} to ${target}: ${label.text}`}
      @click=${press} @keydown=${press}>
    <path class="hit" d=${pathData}></path><path class="way" d=${pathData}></path>
    <text x=${label.x + 2} y=${label.y + 11}>${label.text}</text>
  </g>`;
}
