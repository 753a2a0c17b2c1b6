import { Terminal } from "@xterm/xterm";
import { html, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import type { Session } from "../model/session.js";
import { TypedByteQueue } from "./typed-byte-queue.js";

/** Bytes of the console that are written again when going back: more than screen and scrollback hold. */
const REPLAYED_BYTES = 48 * 1024;
/** The narrowest that a guest's 80 columns may become. */
const FEWEST_COLUMNS = 40;
const FONT_SIZE = 11;

/** The guest's output so far, in a terminal. If the device is live, typed characters are sent to it. */
export class ConsoleView implements Panel {
  readonly #container: HTMLElement;
  readonly #screenElement: HTMLElement;
  readonly #noteElement: HTMLElement;
  #terminal: Terminal | undefined;
  #typedBytes: TypedByteQueue | undefined;
  #controller: PageController | undefined;
  #writtenBytes = 0;
  #shownSession: Session | undefined;
  #paintedTheme = "";

  constructor(container: HTMLElement) {
    this.#container = container;
    render(html`<div class="screen" aria-label="Console"></div><p class="note"></p>`, container);
    this.#screenElement = container.querySelector(".screen") as HTMLElement;
    this.#noteElement = container.querySelector(".note") as HTMLElement;
    new ResizeObserver(() => this.#controller?.scheduleUpdate()).observe(container);
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    if (this.#container.clientWidth === 0) return;
    const terminal = this.#openTerminal(controller);
    this.#fitTerminal(terminal);
    this.#applyTheme(terminal);
    const { entryTable } = controller.session;
    const sentCount = entryTable.sentRow.countBelow(controller.viewState.rowIndex + 1);
    if (
      controller.session !== this.#shownSession ||
      sentCount < this.#writtenBytes ||
      sentCount - this.#writtenBytes > REPLAYED_BYTES
    ) {
      terminal.reset();
      this.#writtenBytes = Math.max(0, sentCount - REPLAYED_BYTES);
      this.#shownSession = controller.session;
    }
    if (sentCount > this.#writtenBytes)
      terminal.write(entryTable.sentByte.contents.slice(this.#writtenBytes, sentCount));
    this.#writtenBytes = sentCount;
    this.#screenElement.dataset["bytes"] = String(sentCount);
    this.#noteElement.textContent = consoleNote(controller, this.#typedBytes?.waiting ?? 0);
  }

  /** The text on the screen, for an export. */
  get text(): string {
    const buffer = this.#terminal?.buffer.active;
    if (!buffer) return "";
    const lines = Array.from(
      { length: buffer.length },
      (_, i) => buffer.getLine(i)?.translateToString(true) ?? "",
    );
    return lines.join("\n").trimEnd();
  }

  #openTerminal(controller: PageController): Terminal {
    if (this.#terminal) return this.#terminal;
    const { typeBytes } = controller;
    const terminal = new Terminal({
      ...{ fontSize: FONT_SIZE, scrollback: 2000, disableStdin: typeBytes === undefined, convertEol: false },
      fontFamily: getComputedStyle(this.#container).getPropertyValue("--mono"),
      screenReaderMode: true,
    });
    suppressReports(terminal);
    withNonce(() => terminal.open(this.#screenElement));
    if (typeBytes) {
      this.#typedBytes = new TypedByteQueue(typeBytes, (typingError) => controller.announce(typingError));
      terminal.onData((text) => {
        // What is typed reaches the device now, whatever entry the page is looking at.
        const { session, viewState, endedReason } = controller;
        if (endedReason !== undefined) {
          controller.announce(endedReason);
          return;
        }
        if (!viewState.following) {
          controller.goToRow(session.length - 1);
          controller.announce("typing reaches the device now: back at its last entry");
        }
        this.#typedBytes?.enqueue(new TextEncoder().encode(text));
      });
    }
    this.#terminal = terminal;
    return terminal;
  }

  #fitTerminal(terminal: Terminal): void {
    const screenBox = this.#screenElement.querySelector(".xterm-screen")?.getBoundingClientRect();
    if (!screenBox || screenBox.width === 0) return;
    const computedStyle = getComputedStyle(this.#screenElement);
    const paddingOf = (paddingSide: string) =>
      Number.parseFloat(computedStyle.getPropertyValue(`padding-${paddingSide}`)) || 0;
    const width = this.#screenElement.clientWidth - paddingOf("left") - paddingOf("right") - 14;
    const height = this.#screenElement.clientHeight - paddingOf("top") - paddingOf("bottom");
    const columns = Math.max(
      FEWEST_COLUMNS,
      Math.min(80, Math.floor(width / (screenBox.width / terminal.cols))),
    );
    const rows = Math.max(4, Math.floor(height / (screenBox.height / terminal.rows)));
    if (columns !== terminal.cols || rows !== terminal.rows) terminal.resize(columns, rows);
  }

  #applyTheme(terminal: Terminal): void {
    const currentTheme = document.documentElement.dataset["theme"] ?? "";
    if (currentTheme === this.#paintedTheme) return;
    this.#paintedTheme = currentTheme;
    const computedStyle = getComputedStyle(this.#container);
    const themeColour = (name: string) => computedStyle.getPropertyValue(`--${name}`).trim();
    terminal.options.theme = {
      ...{ background: themeColour("screen"), foreground: themeColour("ink"), cursor: themeColour("accent") },
      selectionBackground: themeColour("soft"),
    };
  }
}

function consoleNote(
  { session, viewState, typeBytes, endedReason }: PageController,
  waitingCount: number,
): string {
  const progress = `${session.entryTable.sentRow.countBelow(viewState.rowIndex + 1).toLocaleString("en-US")} of ${session.entryTable.sentByte.length.toLocaleString("en-US")} characters`;
  if (typeBytes && endedReason !== undefined) return `${progress}; the device has gone, nothing can be typed`;
  if (!typeBytes)
    return `${progress}, ${viewState.rowIndex < 0 ? "at the start" : `as of #${session.firstIndex + viewState.rowIndex}`}`;
  return waitingCount > 0 ? `${progress}; ${waitingCount} typed wait for room` : `${progress}; type into it`;
}

/** Suppresses the terminal's reports: only the user types here, whatever the guest prints. */
function suppressReports({ parser }: Terminal): void {
  const swallow = () => true;
  for (const prefix of ["", "?", ">", "="])
    for (const finalByte of ["c", "n"])
      parser.registerCsiHandler({ ...(prefix ? { prefix } : {}), final: finalByte }, swallow);
  for (const prefix of ["", "?"])
    parser.registerCsiHandler({ ...(prefix ? { prefix } : {}), intermediates: "$", final: "p" }, swallow);
  parser.registerCsiHandler({ final: "t" }, swallow);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow);
  for (const code of [4, 8, 10, 11, 12, 52]) parser.registerOscHandler(code, swallow);
}

/** Opens the terminal with a nonce on its style elements, which the page's policy requires. */
function withNonce(open: () => void): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? "";
  const createElement = document.createElement;
  document.createElement = function (this: Document, ...args: Parameters<typeof createElement>) {
    const element = createElement.apply(this, args);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof createElement;
  try {
    open();
  } finally {
    document.createElement = createElement;
  }
}
