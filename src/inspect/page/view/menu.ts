import { html, nothing, render } from "lit-html";
import type { App, Panel } from "../app.js";

/** Something that can be taken away from the page. */
export interface Export {
  readonly label: string;
  readonly hint: string;
  run(app: App): Promise<void> | void;
}

/** What can be shared and saved. */
export class Menu implements Panel {
  readonly #root: HTMLElement;
  readonly #exports: readonly Export[];
  #app: App | undefined;
  open = false;

  constructor(root: HTMLElement, exports: readonly Export[]) {
    this.#root = root;
    this.#exports = exports;
    document.addEventListener("pointerdown", ({ target }) => {
      const inside = target instanceof Element && target.closest(".menu") !== null;
      if (this.open && !inside) this.toggle();
    });
  }

  toggle(): void {
    this.open = !this.open;
    this.#app?.schedule();
    if (this.open)
      requestAnimationFrame(() => requestAnimationFrame(() => this.#root.querySelector("button")?.focus()));
  }

  update(app: App): void {
    this.#app = app;
    this.#root.hidden = !this.open;
    render(
      this.open
        ? html`<ul role="menu" aria-label="Share and export">
            ${this.#exports.map(
              (it) =>
                html`<li role="none"><button type="button" role="menuitem" @click=${() => this.#run(app, it)}>${it.label}<small>${it.hint}</small></button></li>`,
            )}
          </ul>`
        : nothing,
      this.#root,
    );
  }

  async #run(app: App, { run }: Export): Promise<void> {
    this.toggle();
    try {
      await run(app);
    } catch (error) {
      app.say((error as Error).message);
    }
  }
}

/** Gives the user a file. */
export function download(name: string, content: BlobPart, type: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([content], { type }));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
