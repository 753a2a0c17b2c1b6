import { html, nothing, render } from "lit-html";
import { hex } from "../../../device/index.js";
import type { App, Panel } from "../app.js";
import { type Fork, fork, type Pair } from "../model/fork.js";
import { parseInput } from "../model/input-text.js";
import type { Session } from "../model/session.js";
import { rowAsText, rowsInWords } from "../model/words.js";

/** Pairs that are shown about the place where the futures part, or after the change. */
const SHOWN = 200;

/** What if: another access at some point, and both futures side by side. */
export class ForkView implements Panel {
  readonly #root: HTMLElement;
  #typed = "";
  #problem = "";
  #onlyDifferences = false;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  update(app: App): void {
    const { session, view } = app;
    const here = view.row >= 0 ? rowAsText(rowsInWords(session, view.row, view.row + 1)[0] as never) : "";
    render(
      html`<form
          class="what-if"
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            this.#play(app, (event.submitter as HTMLButtonElement | null)?.value ?? "replace");
          }}
        >
          <p>At <b>${here || "the start"}</b></p>
          <label for="instead">What if</label>
          <input
            id="instead"
            spellcheck="false"
            autocomplete="off"
            placeholder="IER <- 0x05"
            .value=${this.#typed}
            @input=${(event: Event) => {
              this.#typed = (event.target as HTMLInputElement).value;
            }}
          />
          <button value="replace" ?disabled=${view.row < 0}>Replace</button>
          <button value="insert" ?disabled=${view.row < 0} title="Insert it before this one">Insert</button>
          <button value="omit" ?disabled=${view.row < 0} title="Leave this one out">Omit</button>
          ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
        </form>
        ${app.fork ? this.#futures(app, app.fork) : html`<p class="hint">Both futures are played from here, up to 5,000 entries on, and shown beside each other. Such as <code>LCR &lt;- 0x83</code>, <code>read LSR</code>, <code>receive 'a' 0x0D</code>${session.chart.inputs.includes("reset") ? html`, <code>advance 100</code>, <code>reset</code>` : nothing}.</p>`}`,
      this.#root,
    );
  }

  #play(app: App, how: string): void {
    this.#problem = "";
    try {
      const input = how === "omit" ? {} : { input: parseInput(this.#typed) };
      app.fork = fork(app.session, { row: app.view.row, replace: how !== "insert", ...input });
    } catch (error) {
      this.#problem = (error as Error).message;
    }
    app.schedule();
  }

  #futures(app: App, played: Fork) {
    const { original, changed, pairs, parting } = played;
    const shown = pairs.filter(({ differs }) => !this.#onlyDifferences || differs).slice(0, SHOWN);
    const verdict =
      parting === undefined
        ? `After the change both go the same way for ${original.length.toLocaleString("en-US")} entries.`
        : `They part at #${original.first + (pairs[parting]?.original ?? 0)}; ${pairs.filter(({ differs }) => differs).length.toLocaleString("en-US")} entries differ.`;
    return html`<div class="futures-head">
        <p role="status">${verdict}</p>
        <label><input type="checkbox" .checked=${this.#onlyDifferences} @change=${(event: Event) => {
          this.#onlyDifferences = (event.target as HTMLInputElement).checked;
          app.schedule();
        }} /> only what differs</label>
      </div>
      <div class="futures" role="table" aria-label="Both futures" tabindex="0">
        <div role="row" class="futures-title"><b role="columnheader">as it was</b><b role="columnheader">as it would be</b></div>
        ${shown.map((pair) => html`<div role="row" class=${pair.differs ? "differs" : ""}>${side(original, pair.original)}${side(changed, pair.changed)}</div>`)}
        <div role="row" class="futures-end"><span role="cell">${outcome(original, changed)}</span><span role="cell">${outcome(changed, original)}</span></div>
      </div>`;
  }
}

const side = (session: Session, row: Pair["original"]) => {
  const words = row === undefined ? undefined : rowsInWords(session, row, row + 1)[0];
  return html`<span role="cell">${words === undefined ? "—" : rowAsText(words)}</span>`;
};

/** The registers at the end that the other future does not have so. */
function outcome(session: Session, other: Session) {
  const last = session.moment(session.length - 1).context;
  const theirs = other.moment(other.length - 1).context;
  const values = session.chart.registers.flatMap(({ name, value }) =>
    value(last) === value(theirs) ? [] : [`${name} ${hex(value(last))}`],
  );
  const sent = session.table.sent.length;
  return `${sent.toLocaleString("en-US")} sent; ${values.length > 0 ? `at the end ${values.join(", ")}` : "the same registers at the end"}`;
}
