import { html, nothing, render } from "lit-html";
import type { PageController } from "../app.js";
import { lanesOf, shownLanes } from "./timeline-lanes.js";

/** The list in which the time line's lanes are chosen and ordered. */
export class LaneChooser {
  readonly #container: HTMLElement;
  isOpen = false;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  toggleOpen(): void {
    this.isOpen = !this.isOpen;
  }

  refresh(controller: PageController): void {
    this.#container.hidden = !this.isOpen;
    if (!this.isOpen) {
      render(nothing, this.#container);
      return;
    }
    const { session, viewState } = controller;
    const shownNames = shownLanes(session, viewState.lanes).map(({ laneName }) => laneName);
    const hidden = lanesOf(session).filter(({ laneName }) => !shownNames.includes(laneName));
    const choose = (lanes: readonly string[]) => controller.changeView({ lanes });
    const toggleLane = (laneName: string) => () =>
      choose(
        shownNames.includes(laneName)
          ? shownNames.filter((name) => name !== laneName)
          : [...shownNames, laneName],
      );
    const moveUp = (laneName: string) => () => {
      const laneIndex = shownNames.indexOf(laneName);
      if (laneIndex <= 0) return;
      const others = shownNames.filter((name) => name !== laneName);
      choose([...others.slice(0, laneIndex - 1), laneName, ...others.slice(laneIndex - 1)]);
    };
    const shownInOrder = shownNames.flatMap((name) =>
      lanesOf(session).filter(({ laneName }) => laneName === name),
    );
    render(
      html`<ul aria-label="Lanes">
          ${[...shownInOrder, ...hidden].map(
            ({ laneName, laneTitle }) => html`<li>
              <label><input type="checkbox" .checked=${shownNames.includes(laneName)} @change=${toggleLane(laneName)} /> <b>${laneName}</b> ${laneTitle}</label>
              ${shownNames.indexOf(laneName) > 0 ? html`<button type="button" aria-label="Move ${laneName} up" title="Move up" @click=${moveUp(laneName)}>↑</button>` : nothing}
            </li>`,
          )}
        </ul>
        <button type="button" @click=${() => controller.changeView({ lanes: undefined })}>As at first</button>`,
      this.#container,
    );
  }
}
