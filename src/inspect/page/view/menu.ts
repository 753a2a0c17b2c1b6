import { html, nothing, render } from "lit-html";
import type { PageController, Panel } from "../app.js";

/** An export of the page. */
export interface PageExport {
  readonly exportLabel: string;
  readonly exportHint: string;
  perform(controller: PageController): Promise<void> | void;
}

/** The menu of exports. */
export class ExportMenu implements Panel {
  readonly #container: HTMLElement;
  readonly #pageExports: readonly PageExport[];
  #controller: PageController | undefined;
  isOpen = false;

  constructor(container: HTMLElement, pageExports: readonly PageExport[]) {
    this.#container = container;
    this.#pageExports = pageExports;
    document.addEventListener("pointerdown", ({ target }) => {
      const isInside = target instanceof Element && target.closest(".menu") !== null;
      if (this.isOpen && !isInside) this.toggleOpen();
    });
  }

  toggleOpen(): void {
    this.isOpen = !this.isOpen;
    this.#controller?.scheduleUpdate();
    if (this.isOpen)
      requestAnimationFrame(() =>
        requestAnimationFrame(() => this.#container.querySelector("button")?.focus()),
      );
  }

  /** Closes the menu, and returns the focus to its button. @returns true if it was open. */
  closeMenu(): boolean {
    if (!this.isOpen) return false;
    this.toggleOpen();
    document.querySelector<HTMLElement>('[aria-label="Share and export"]')?.focus();
    return true;
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    this.#container.hidden = !this.isOpen;
    render(
      this.isOpen
        ? html`<ul role="menu" aria-label="Share and export">
            ${this.#pageExports.map(
              (pageExport) =>
                html`<li role="none"><button type="button" role="menuitem" @click=${() => this.#runExport(controller, pageExport)}>${pageExport.exportLabel}<small>${pageExport.exportHint}</small></button></li>`,
            )}
          </ul>`
        : nothing,
      this.#container,
    );
  }

  async #runExport(controller: PageController, { perform }: PageExport): Promise<void> {
    this.toggleOpen();
    try {
      await perform(controller);
    } catch (error) {
      controller.announce((error as Error).message);
    }
  }
}

/** Downloads a file. */
export function download(fileName: string, content: BlobPart, mediaType: string): void {
  const downloadLink = document.createElement("a");
  const objectUrl = URL.createObjectURL(new Blob([content], { type: mediaType }));
  downloadLink.href = objectUrl;
  downloadLink.download = fileName;
  downloadLink.click();
  setTimeout(() => URL.revokeObjectURL(objectUrl), 10_000);
}
