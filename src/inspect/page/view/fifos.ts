import { html, nothing, render } from "lit-html";
import { FIFO_SIZE, fifoSizeOf, LSR, type Uart16550Context } from "../../../../machines/index.js";
import { hex } from "../../../device/index.js";
import type { App, Panel } from "../app.js";
import { receivedIn, shiftedOutIn, toSendIn } from "../model/chart.js";
import { characterInWords } from "../model/words.js";

/** Errors that a character carries. */
const ERRORS = { PE: LSR.PE, FE: LSR.FE, BI: LSR.BI };

/** The FIFOs byte by byte, the next to leave first. */
export class Fifos implements Panel {
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  update(app: App): void {
    const { context, contextBefore } = app.moment;
    const size = app.session.chart.id === "serial" ? FIFO_SIZE : fifoSizeOf(context as Uart16550Context);
    const toSend = toSendIn(context);
    const shifted = shiftedOutIn(context);
    render(
      html`<div class="fifo" role="group" aria-label="Receive FIFO">
          ${title("Receive FIFO", receivedIn(context).length, size)} ${cells(receivedIn(context), receivedIn(contextBefore), size)}
        </div>
        ${
          toSend === undefined
            ? nothing
            : html`<div class="fifo" role="group" aria-label="Transmit FIFO">
                ${title("Transmit FIFO", toSend.length, size)}
                ${shifted === undefined ? nothing : html`<span class="shifting" title="In the shift register">${text(shifted)} ▸</span>`}
                ${cells(toSend, toSendIn(contextBefore) ?? [], size)}
              </div>`
        }`,
      this.#root,
    );
  }
}

const title = (name: string, length: number, size: number) =>
  html`<h3>${name} <span>${length} of ${size}</span></h3>`;

function cells(characters: readonly number[], before: readonly number[], size: number) {
  const places = Array.from({ length: Math.max(size, characters.length) }, (_, i) => characters[i]);
  const arrived = characters.length - before.length;
  return html`<ol class="cells" aria-label="characters, the next to leave first">
    ${places.map((character, i) =>
      character === undefined
        ? html`<li class="free" aria-hidden="true"></li>`
        : html`<li class=${`${errorsOf(character) ? "error" : ""} ${i >= characters.length - arrived ? "new" : ""}`} title=${inFull(character)}>
            ${text(character)}
          </li>`,
    )}
  </ol>`;
}

const text = (character: number): string => {
  const word = characterInWords(character & 0xff);
  return word === "" ? (character & 0xff).toString(16).padStart(2, "0").toUpperCase() : word.slice(1, -1);
};

const errorsOf = (character: number): string =>
  Object.entries(ERRORS)
    .filter(([, mask]) => (character >> 8) & mask)
    .map(([name]) => name)
    .join("|");

const inFull = (character: number): string =>
  `${hex(character & 0xff)} ${characterInWords(character & 0xff)} ${errorsOf(character)}`.trim();
