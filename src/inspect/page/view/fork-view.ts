import { html, nothing, render } from "lit-html";
import { hex } from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import { type Fork, fork, type RowPair } from "../model/fork.js";
import { parseInput } from "../model/parse-input.js";
import { type RowInWords, rowAsText, rowsInWords } from "../model/row-words.js";
import type { Session } from "../model/session.js";

/** The most pairs that are shown. */
const MOST_PAIRS_SHOWN = 200;

/** The "What if" panel: another access at some point, and both futures side by side. */
export class ForkView implements Panel {
  readonly #container: HTMLElement;
  #typedInput = "";
  #problem = "";
  #onlyDifferences = false;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { session, viewState } = controller;
    const currentRow =
      viewState.rowIndex >= 0
        ? rowAsText(rowsInWords(session, viewState.rowIndex, viewState.rowIndex + 1)[0] as RowInWords)
        : "";
    render(
      html`<form
          class="what-if"
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            this.#playFork(controller, (event.submitter as HTMLButtonElement | null)?.value ?? "replace");
          }}
        >
          <p>At <b>${currentRow || "the start"}</b></p>
          <label for="instead">What if</label>
          <input
            id="instead"
            spellcheck="false"
            autocomplete="off"
            placeholder="IER <- 0x05"
            .value=${this.#typedInput}
            @input=${(event: Event) => {
              this.#typedInput = (event.target as HTMLInputElement).value;
            }}
          />
          <button value="replace" ?disabled=${viewState.rowIndex < 0}>Replace</button>
          <button value="insert" ?disabled=${viewState.rowIndex < 0} title="Insert it before this one">Insert</button>
          <button value="omit" ?disabled=${viewState.rowIndex < 0} title="Leave this one out">Omit</button>
          ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
        </form>
        ${controller.currentFork ? this.#renderFutures(controller, controller.currentFork) : html`<p class="hint">Both futures are played from here, up to 5,000 entries on, and shown beside each other. Such as <code>LCR &lt;- 0x83</code>, <code>read LSR</code>, <code>receive 'a' 0x0D</code>${session.chart.inputs.includes("reset") ? html`, <code>advance 100</code>, <code>reset</code>` : nothing}.</p>`}`,
      this.#container,
    );
  }

  #playFork(controller: PageController, forkAction: string): void {
    this.#problem = "";
    try {
      const insertion = forkAction === "omit" ? {} : { insertedInput: parseInput(this.#typedInput) };
      controller.currentFork = fork(controller.session, {
        rowIndex: controller.viewState.rowIndex,
        replaces: forkAction !== "insert",
        ...insertion,
      });
    } catch (error) {
      this.#problem = (error as Error).message;
    }
    controller.scheduleUpdate();
  }

  #renderFutures(controller: PageController, playedFork: Fork) {
    const { original, changed, rowPairs, partingPair } = playedFork;
    const shownPairs = rowPairs
      .filter(({ differs }) => !this.#onlyDifferences || differs)
      .slice(0, MOST_PAIRS_SHOWN);
    const differenceCount = rowPairs.filter(({ differs, isChange }) => differs && !isChange).length;
    const verdict =
      partingPair === undefined
        ? `After the change both go the same way for ${original.length.toLocaleString("en-US")} entries.`
        : `They part at #${original.firstIndex + (rowPairs[partingPair]?.original ?? 0)}; ${differenceCount.toLocaleString("en-US")} ${differenceCount === 1 ? "entry differs" : "entries differ"}.`;
    return html`<div class="futures-head">
        <p role="status">${verdict}</p>
        <button type="button" class="go adopt" title="Go on with the changed future as the session" @click=${() => controller.adoptFork()}>Go on with it</button>
        <label><input type="checkbox" .checked=${this.#onlyDifferences} @change=${(event: Event) => {
          this.#onlyDifferences = (event.target as HTMLInputElement).checked;
          controller.scheduleUpdate();
        }} /> only what differs</label>
      </div>
      <div class="futures" role="table" aria-label="Both futures" tabindex="0">
        <div role="row" class="futures-title"><b role="columnheader">as it was</b><b role="columnheader">as it would be</b></div>
        ${shownPairs.map((pair) => html`<div role="row" class=${pair.differs ? "differs" : ""}>${futureCell(original, pair.original)}${futureCell(changed, pair.changed)}</div>`)}
        <div role="row" class="futures-end"><span role="cell">${outcomeInWords(original, changed)}</span><span role="cell">${outcomeInWords(changed, original)}</span></div>
      </div>`;
  }
}

const futureCell = (session: Session, rowIndex: RowPair["original"]) => {
  const rowWords = rowIndex === undefined ? undefined : rowsInWords(session, rowIndex, rowIndex + 1)[0];
  return html`<span role="cell">${rowWords === undefined ? "—" : rowAsText(rowWords)}</span>`;
};

/** Returns the final registers that differ from the other future's. */
function outcomeInWords(session: Session, otherSession: Session) {
  const finalContext = session.momentAfter(session.length - 1).context;
  const otherContext = otherSession.momentAfter(otherSession.length - 1).context;
  const changedRegisters = session.chart.registers.flatMap(({ name, value }) =>
    value(finalContext) === value(otherContext) ? [] : [`${name} ${hex(value(finalContext))}`],
  );
  const sentCount = session.entryTable.sentByte.length;
  return `${sentCount.toLocaleString("en-US")} sent; ${changedRegisters.length > 0 ? `at the end ${changedRegisters.join(", ")}` : "the same registers at the end"}`;
}
