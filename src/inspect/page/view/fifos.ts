import { html, nothing, render } from "lit-html";
import { FIFO_SIZE, fifoSizeOf, LSR, type Uart16550Context } from "../../../../machines/index.js";
import { hex } from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import { receivedCharacters, shiftedCharacter, transmitQueueOf } from "../model/device-chart.js";
import { characterInWords } from "../model/row-words.js";

/** Errors that a character carries. */
const ERROR_MASKS = { PE: LSR.PE, FE: LSR.FE, BI: LSR.BI };

/** The FIFOs byte by byte, the next to leave first. */
export class FifoView implements Panel {
  readonly #container: HTMLElement;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { context, contextBefore } = controller.currentMoment;
    const fifoSize =
      controller.session.chart.id === "serial" ? FIFO_SIZE : fifoSizeOf(context as Uart16550Context);
    const transmitQueue = transmitQueueOf(context);
    const shiftedOut = shiftedCharacter(context);
    render(
      html`<div class="fifo" role="group" aria-label="Receive FIFO">
          ${fifoTitle("Receive FIFO", receivedCharacters(context).length, fifoSize)} ${fifoCells(receivedCharacters(context), receivedCharacters(contextBefore), fifoSize)}
        </div>
        ${
          transmitQueue === undefined
            ? nothing
            : html`<div class="fifo" role="group" aria-label="Transmit FIFO">
                ${fifoTitle("Transmit FIFO", transmitQueue.length, fifoSize)}
                ${shiftedOut === undefined ? nothing : html`<span class="shifting" title="In the shift register">${characterText(shiftedOut)} ▸</span>`}
                ${fifoCells(transmitQueue, transmitQueueOf(contextBefore) ?? [], fifoSize)}
              </div>`
        }`,
      this.#container,
    );
  }
}

const fifoTitle = (name: string, characterCount: number, fifoSize: number) =>
  html`<h3>${name} <span>${characterCount} of ${fifoSize}</span></h3>`;

function fifoCells(characters: readonly number[], charactersBefore: readonly number[], fifoSize: number) {
  const fifoSlots = Array.from({ length: Math.max(fifoSize, characters.length) }, (_, i) => characters[i]);
  const arrivedCount = characters.length - charactersBefore.length;
  return html`<ol class="cells" aria-label="characters, the next to leave first">
    ${fifoSlots.map((character, i) =>
      character === undefined
        ? html`<li class="free" aria-hidden="true"></li>`
        : html`<li class=${`${errorNames(character) ? "error" : ""} ${i >= characters.length - arrivedCount ? "new" : ""}`} title=${characterTitle(character)}>
            ${characterText(character)}
          </li>`,
    )}
  </ol>`;
}

const characterText = (character: number): string => {
  const characterName = characterInWords(character & 0xff);
  return characterName === ""
    ? (character & 0xff).toString(16).padStart(2, "0").toUpperCase()
    : characterName.slice(1, -1);
};

const errorNames = (character: number): string =>
  Object.entries(ERROR_MASKS)
    .filter(([, mask]) => (character >> 8) & mask)
    .map(([name]) => name)
    .join("|");

const characterTitle = (character: number): string =>
  `${hex(character & 0xff)} ${characterInWords(character & 0xff)} ${errorNames(character)}`.trim();
