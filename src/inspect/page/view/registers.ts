import { html, nothing, render } from "lit-html";
import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { hex, type RegisterView, valueInWords } from "../../../device/index.js";
import type { App, Panel } from "../app.js";
import { receiveLevelIn } from "../model/chart.js";
import type { Moment, Peeked } from "../model/session.js";
import { characterInWords } from "../model/words.js";
import { fieldsOf } from "./bits.js";

/** The order of the addresses. */
const ORDER: readonly RegisterName[] = [
  ...(["RBR", "IER", "IIR", "FCR", "LCR", "MCR", "LSR", "MSR", "SCR", "DLL", "DLM"] as const),
];

/** The registers as bit fields, with what has changed and what a read would do. */
export class Registers implements Panel {
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  update(app: App): void {
    const { moment, session } = app;
    const open = session.chart.divisorLatchOpen(moment.context);
    const registers = ORDER.flatMap((name) => session.chart.registers.filter((it) => it.name === name));
    render(
      html`<header>
          <h2>Registers</h2>
          ${interruptLine(app)}
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
          ${registers.map((register) => row(app, moment, register, open))}
        </div>`,
      this.#root,
    );
  }
}

/** The interrupt line, and why it is as it is. */
function interruptLine(app: App) {
  const { chart, table } = app.session;
  const { row, context } = app.moment;
  const level = chart.levelOf?.(context as never);
  const pulses = row >= 0 ? table.interruptsAt(row) : [];
  const cause =
    level === undefined ? pulses.join(" ") : level === 1 ? (chart.causeOf?.(context as never) ?? "") : "";
  const said = level === undefined ? (pulses.length > 0 ? "pulses" : "idle") : level === 1 ? "high" : "low";
  return html`<button
    type="button"
    class="line ${level === 1 || pulses.length > 0 ? "on" : ""}"
    aria-pressed=${app.view.why === "interrupt" ? "true" : "false"}
    title="Why is the interrupt line as it is?"
    @click=${() => ask(app, "interrupt")}
  >
    INTR <b>${said}</b>${cause ? html` <span>${cause}</span>` : nothing}
  </button>`;
}

const ask = (app: App, what: RegisterName | "interrupt") =>
  app.set({ why: app.view.why === what ? undefined : what });

function row(app: App, moment: Moment, register: RegisterView, open: boolean) {
  const { name } = register;
  const { title, offset, dlab, bits } = REGISTERS[name];
  const value = register.value(moment.context as never);
  const before = register.value(moment.contextBefore as never);
  const hidden = dlab !== undefined && (dlab === 1) !== open;
  const words = valueInWords(name, value, app.session.chart);
  const label = `${title}: ${words}${value === before ? "" : `, was ${hex(before)}`}${hidden ? ", not reached with this DLAB" : ""}`;
  return html`<div
    role="row"
    class="register ${hidden ? "hidden" : ""} ${value === before ? "" : "changed"}"
    data-register=${name}
    aria-label=${label}
  >
    <span class="offset" role="cell">${offset}</span>
    <span role="cell"
      ><button
        type="button"
        class="name"
        title="Why is ${name}, the ${title}, as it is?"
        aria-label="Why is ${name} ${words}?"
        aria-pressed=${app.view.why === name ? "true" : "false"}
        @click=${() => ask(app, name)}
      >
        ${name}
      </button></span
    >
    <span class="value" role="cell">${hex(value)}</span>
    <span class="fields" role="cell">
      ${
        Object.keys(bits).length === 0
          ? html`<span class="plain"
              >${value
                .toString(2)
                .padStart(8, "0")
                .replace(
                  /(....)/,
                  "$1 ",
                )}<em>${name === "RBR" && receiveLevelIn(moment.context) > 0 ? characterInWords(value) : ""}</em></span
            >`
          : fieldsOf(name).map((field) => cell(field, value, before))
      }
    </span>
    <span class="peek" role="cell">${hidden ? nothing : peek(app, moment, name, offset)}</span>
  </div>`;
}

function cell(field: ReturnType<typeof fieldsOf>[number], value: number, before: number) {
  const now = (value & field.mask) >> field.shift;
  const was = (before & field.mask) >> field.shift;
  const shown = field.width > 1 ? String(now) : "";
  const state = `${field.name === "" ? "unnamed" : ""} ${now === 0 ? "" : "set"} ${now === was ? "" : "changed"}`;
  const title =
    field.name === ""
      ? `bits without a name: ${now}`
      : `${field.name} = ${now}${now === was ? "" : `, was ${was}`}`;
  return html`<span class="bit w${field.width} ${state}" title=${title}
    >${field.name === "" ? (now ? "1" : "·") : field.label}${shown === "" || field.name === "" ? nothing : html`<b>${shown}</b>`}</span
  >`;
}

/** What a read would give and change. */
function peek(app: App, moment: Moment, name: RegisterName, offset: number) {
  if (REGISTERS[name].access === "write") return nothing;
  const peeked = moment.peek(offset);
  const changes = changesOf(app, moment, peeked);
  const title =
    changes.length === 0
      ? "A read changes nothing"
      : `A read changes ${changes.join(", ")}. ${peeked.taken.map(({ description }) => description).join(". ")}`;
  return html`<span class=${changes.length > 0 ? "acts" : ""} title=${title} aria-label="a read gives ${hex(peeked.value)}; ${title}"
    >${hex(peeked.value)}</span
  >`;
}

function changesOf({ session }: App, { context }: Moment, peeked: Peeked): string[] {
  const changes = session.chart.registers.flatMap(({ name, value }) => {
    const [now, then] = [value(context as never), value(peeked.context as never)];
    return now === then ? [] : [`${name} to ${hex(then)}`];
  });
  const taken = receiveLevelIn(context) - receiveLevelIn(peeked.context);
  return taken > 0 ? [...changes, "the receive FIFO"] : changes;
}
