import { html, nothing, render } from "lit-html";
import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { hex, type RegisterView, valueInWords } from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import { receiveLevelOf, transmitQueueOf } from "../model/device-chart.js";
import { characterInWords } from "../model/row-words.js";
import type { Moment, PeekedRead } from "../model/session.js";
import { fieldsOf } from "./register-fields.js";

/** The order of the addresses. */
const REGISTER_ORDER: readonly RegisterName[] = [
  ...(["RBR", "IER", "IIR", "FCR", "LCR", "MCR", "LSR", "MSR", "SCR", "DLL", "DLM"] as const),
];

/** The registers as bit fields, with their changes and the result of a read. */
export class RegisterTable implements Panel {
  readonly #container: HTMLElement;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { currentMoment, session } = controller;
    const divisorLatchOpen = session.chart.divisorLatchOpen(currentMoment.context);
    const registers = REGISTER_ORDER.flatMap((registerName) =>
      session.chart.registers.filter((it) => it.name === registerName),
    );
    render(
      html`<header>
          <h2>Registers</h2>
          ${interruptLine(controller)}
        </header>
        <div class="table" role="table" aria-label="Registers">
          <div class="head" role="row">
            <span role="columnheader">offset</span><span role="columnheader">register</span>
            <span role="columnheader">value</span>
            <span class="numbers" role="columnheader" aria-label="bits 7 to 0"
              >${[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => html`<i>${bit}</i>`)}</span
            >
            <span role="columnheader" class="peek" title="What a read would give, without doing it">peek</span>
          </div>
          ${registers.map((register) => [
            registerRow(controller, currentMoment, register, divisorLatchOpen),
            register.name === "RBR" ? holdingRow(controller, currentMoment, divisorLatchOpen) : nothing,
          ])}
        </div>`,
      this.#container,
    );
  }
}

/** Renders the interrupt line with its cause. */
function interruptLine(controller: PageController) {
  const { chart, entryTable } = controller.session;
  const { rowIndex, context } = controller.currentMoment;
  const lineLevel = chart.levelOf?.(context);
  const pulseCauses = rowIndex >= 0 ? entryTable.interruptCauses(rowIndex) : [];
  const causeText =
    lineLevel === undefined ? pulseCauses.join(" ") : lineLevel === 1 ? (chart.causeOf?.(context) ?? "") : "";
  const levelText =
    lineLevel === undefined ? (pulseCauses.length > 0 ? "pulses" : "idle") : lineLevel === 1 ? "high" : "low";
  return html`<button
    type="button"
    class="line ${lineLevel === 1 || pulseCauses.length > 0 ? "on" : ""}"
    aria-pressed=${controller.viewState.explained === "interrupt" ? "true" : "false"}
    title="Why is the interrupt line as it is?"
    @click=${() => toggleExplanation(controller, "interrupt")}
  >
    INTR <b>${levelText}</b>${causeText ? html` <span>${causeText}</span>` : nothing}
  </button>`;
}

const toggleExplanation = (controller: PageController, explainable: RegisterName | "interrupt") =>
  controller.changeView({
    explained: controller.viewState.explained === explainable ? undefined : explainable,
  });

function registerRow(
  controller: PageController,
  moment: Moment,
  register: RegisterView,
  divisorLatchOpen: boolean,
) {
  const { name } = register;
  const { title, offset, dlab, bits } = REGISTERS[name];
  const [registerValue, valueBefore] = [moment.valueOf(register), moment.valueBefore(register)];
  const isHidden = dlab !== undefined && (dlab === 1) !== divisorLatchOpen;
  const valueText = valueInWords(name, registerValue, controller.session.chart);
  const rowLabel = `${title}: ${valueText}${registerValue === valueBefore ? "" : `, was ${hex(valueBefore)}`}${isHidden ? ", not reached with this DLAB" : ""}`;
  return html`<div
    role="row"
    class="register ${isHidden ? "hidden" : ""} ${registerValue === valueBefore ? "" : "changed"}"
    data-register=${name}
    aria-label=${rowLabel}
  >
    <span class="offset" role="cell">${offset}</span>
    <span role="cell"
      >${explainButton(controller, name, valueText)}</span
    >
    <span class="value" role="cell">${hex(registerValue)}</span>
    <span class="fields" role="cell">
      ${
        Object.keys(bits).length === 0
          ? html`<span class="plain"
              >${registerValue
                .toString(2)
                .padStart(8, "0")
                .replace(
                  /(....)/,
                  "$1 ",
                )}<em>${name === "RBR" && receiveLevelOf(moment.context) > 0 ? characterInWords(registerValue) : ""}</em></span
            >`
          : fieldsOf(name).map((registerField) => fieldCell(registerField, registerValue, valueBefore))
      }
    </span>
    <span class="peek" role="cell">${isHidden ? nothing : peekCell(controller, moment, name, offset)}</span>
  </div>`;
}

/** Renders THR, which is written and never read: it shows the last character that was written to it and has not left. */
function holdingRow(controller: PageController, { context }: Moment, divisorLatchOpen: boolean) {
  const { title, offset } = REGISTERS.THR;
  const waiting = transmitQueueOf(context)?.at(-1);
  const isHidden = divisorLatchOpen;
  return html`<div role="row" class="register ${isHidden ? "hidden" : ""}" data-register="THR"
    aria-label=${`${title}: ${waiting === undefined ? "empty" : hex(waiting)}${isHidden ? ", not reached with this DLAB" : ""}`}>
    <span class="offset" role="cell">${offset}</span>
    <span role="cell">${explainButton(controller, "THR", "")}</span>
    <span class="value" role="cell">${waiting === undefined ? "" : hex(waiting)}</span>
    <span class="fields" role="cell"><span class="plain">${waiting === undefined ? "empty" : characterInWords(waiting)}</span></span>
    <span class="peek" role="cell"></span>
  </div>`;
}

const explainButton = (controller: PageController, name: RegisterName, valueText: string) => html`<button
  type="button"
  class="name"
  title="Why is ${name}, the ${REGISTERS[name].title}, as it is?"
  aria-label=${`Why is ${name} ${valueText}`.trimEnd() + (valueText === "" ? " so?" : "?")}
  aria-pressed=${controller.viewState.explained === name ? "true" : "false"}
  @click=${() => toggleExplanation(controller, name)}
>
  ${name}
</button>`;

function fieldCell(
  registerField: ReturnType<typeof fieldsOf>[number],
  registerValue: number,
  valueBefore: number,
) {
  const currentBits = (registerValue & registerField.bitMask) >> registerField.lowestBit;
  const previousBits = (valueBefore & registerField.bitMask) >> registerField.lowestBit;
  const bitsText = registerField.bitCount > 1 ? String(currentBits) : "";
  const stateClasses = `${registerField.fieldName === "" ? "unnamed" : ""} ${currentBits === 0 ? "" : "set"} ${currentBits === previousBits ? "" : "changed"}`;
  const title =
    registerField.fieldName === ""
      ? `bits without a name: ${currentBits}`
      : `${registerField.fieldName} = ${currentBits}${currentBits === previousBits ? "" : `, was ${previousBits}`}`;
  return html`<span class="bit w${registerField.bitCount} ${stateClasses}" title=${title}
    >${registerField.fieldName === "" ? (currentBits ? "1" : "·") : registerField.shortName}${bitsText === "" || registerField.fieldName === "" ? nothing : html`<b>${bitsText}</b>`}</span
  >`;
}

/** Renders the result of a read. */
function peekCell(
  controller: PageController,
  moment: Moment,
  registerName: RegisterName,
  registerOffset: number,
) {
  if (REGISTERS[registerName].access === "write") return nothing;
  const peekedRead = moment.peek(registerOffset);
  const changes = changesOf(controller, moment, peekedRead);
  const title =
    changes.length === 0
      ? "A read changes nothing"
      : `A read changes ${changes.join(", ")}. ${peekedRead.transitions.map(({ description }) => description).join(". ")}`;
  return html`<span class=${changes.length > 0 ? "acts" : ""} title=${title} aria-label="a read gives ${hex(peekedRead.byteValue)}; ${title}"
    >${hex(peekedRead.byteValue)}</span
  >`;
}

function changesOf({ session }: PageController, { context }: Moment, peekedRead: PeekedRead): string[] {
  const changes = session.chart.registers.flatMap(({ name, value }) => {
    const [currentBits, valueAfterRead] = [value(context), value(peekedRead.context)];
    return currentBits === valueAfterRead ? [] : [`${name} to ${hex(valueAfterRead)}`];
  });
  const takenCharacters = receiveLevelOf(context) - receiveLevelOf(peekedRead.context);
  return takenCharacters > 0 ? [...changes, "the receive FIFO"] : changes;
}
