import { Terminal } from "@xterm/xterm";
import { html, render } from "lit-html";
import type { App, Panel } from "../app.js";
import type { Session } from "../model/session.js";
import { Typist } from "./typist.js";

/** Bytes of the console that are shown again when going back: more than fill the screen and what is kept above it. */
const TAIL = 48 * 1024;
/** The narrowest that a guest's 80 columns may become. */
const FEWEST = 40;
const SIZE = 11;

/** What the guest printed so far, as a terminal. When the device is live, what is typed is given to it. */
export class Console implements Panel {
  readonly #root: HTMLElement;
  readonly #screen: HTMLElement;
  readonly #note: HTMLElement;
  #terminal: Terminal | undefined;
  #typist: Typist | undefined;
  #app: App | undefined;
  #shown = 0;
  #session: Session | undefined;
  #theme = "";

  constructor(root: HTMLElement) {
    this.#root = root;
    render(html`<div class="screen" aria-label="Console"></div><p class="note"></p>`, root);
    this.#screen = root.querySelector(".screen") as HTMLElement;
    this.#note = root.querySelector(".note") as HTMLElement;
    new ResizeObserver(() => this.#app?.schedule()).observe(root);
  }

  update(app: App): void {
    this.#app = app;
    if (this.#root.clientWidth === 0) return;
    const terminal = this.#opened(app);
    this.#fit(terminal);
    this.#paint(terminal);
    const { table } = app.session;
    const until = table.sentAt.below(app.view.row + 1);
    if (app.session !== this.#session || until < this.#shown || until - this.#shown > TAIL) {
      terminal.reset();
      this.#shown = Math.max(0, until - TAIL);
      this.#session = app.session;
    }
    if (until > this.#shown) terminal.write(table.sent.all.slice(this.#shown, until));
    this.#shown = until;
    this.#screen.dataset["bytes"] = String(until);
    this.#note.textContent = noteOf(app, this.#typist?.waiting ?? 0);
  }

  /** What is on the screen, for an export. */
  get text(): string {
    const buffer = this.#terminal?.buffer.active;
    if (!buffer) return "";
    const lines = Array.from(
      { length: buffer.length },
      (_, i) => buffer.getLine(i)?.translateToString(true) ?? "",
    );
    return lines.join("\n").trimEnd();
  }

  #opened(app: App): Terminal {
    if (this.#terminal) return this.#terminal;
    const { type } = app;
    const terminal = new Terminal({
      ...{ fontSize: SIZE, scrollback: 2000, disableStdin: type === undefined, convertEol: false },
      fontFamily: getComputedStyle(this.#root).getPropertyValue("--mono"),
      screenReaderMode: true,
    });
    silence(terminal);
    withNonce(() => terminal.open(this.#screen));
    if (type) {
      this.#typist = new Typist(type, (problem) => app.say(problem));
      terminal.onData((text) => this.#typist?.type(new TextEncoder().encode(text)));
    }
    this.#terminal = terminal;
    return terminal;
  }

  #fit(terminal: Terminal): void {
    const cell = this.#screen.querySelector(".xterm-screen")?.getBoundingClientRect();
    if (!cell || cell.width === 0) return;
    const style = getComputedStyle(this.#screen);
    const room = (side: string) => Number.parseFloat(style.getPropertyValue(`padding-${side}`)) || 0;
    const width = this.#screen.clientWidth - room("left") - room("right") - 14;
    const height = this.#screen.clientHeight - room("top") - room("bottom");
    const columns = Math.max(FEWEST, Math.min(80, Math.floor(width / (cell.width / terminal.cols))));
    const rows = Math.max(4, Math.floor(height / (cell.height / terminal.rows)));
    if (columns !== terminal.cols || rows !== terminal.rows) terminal.resize(columns, rows);
  }

  #paint(terminal: Terminal): void {
    const theme = document.documentElement.dataset["theme"] ?? "";
    if (theme === this.#theme) return;
    this.#theme = theme;
    const style = getComputedStyle(this.#root);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    terminal.options.theme = {
      ...{ background: colour("screen"), foreground: colour("ink"), cursor: colour("accent") },
      selectionBackground: colour("soft"),
    };
  }
}

function noteOf({ session, view, type }: App, waiting: number): string {
  const of = `${session.table.sentAt.below(view.row + 1).toLocaleString("en-US")} of ${session.table.sent.length.toLocaleString("en-US")} characters`;
  if (!type) return `${of}, as of #${session.first + view.row}`;
  return waiting > 0 ? `${of}; ${waiting} typed wait for room` : `${of}; type into it`;
}

/** A terminal answers some sequences with input of its own. Here only the user types, whatever the guest prints. */
function silence({ parser }: Terminal): void {
  const swallow = () => true;
  for (const prefix of ["", "?", ">", "="])
    for (const final of ["c", "n"])
      parser.registerCsiHandler({ ...(prefix ? { prefix } : {}), final }, swallow);
  for (const prefix of ["", "?"])
    parser.registerCsiHandler({ ...(prefix ? { prefix } : {}), intermediates: "$", final: "p" }, swallow);
  parser.registerCsiHandler({ final: "t" }, swallow);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow);
  for (const code of [4, 8, 10, 11, 12, 52]) parser.registerOscHandler(code, swallow);
}

/** The terminal makes style elements, which the page's policy lets stand only with its nonce. */
function withNonce(open: () => void): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? "";
  const make = document.createElement;
  document.createElement = function (this: Document, ...args: Parameters<typeof make>) {
    const element = make.apply(this, args);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof make;
  try {
    open();
  } finally {
    document.createElement = make;
  }
}
