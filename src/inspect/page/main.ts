import { html, render } from "lit-html";
import { definitionHash } from "../../journal/index.js";
import type { ChartLayouts } from "../layout/types.js";
import { PART_IDS } from "../standalone.js";
import { App, type Panel, type Type } from "./app.js";
import { exportsOf } from "./exports.js";
import { ask, bytesInPage, follow, piecesOf } from "./feed.js";
import { helpDialog, listenToKeys } from "./keys.js";
import { type Link, readLink, writeLink } from "./link.js";
import type { Session } from "./model/session.js";
import { startTheme, toggleTheme } from "./theme.js";
import { ChartView } from "./view/chart.js";
import { Console } from "./view/console.js";
import { Fifos } from "./view/fifos.js";
import { ForkView } from "./view/fork.js";
import { List } from "./view/list.js";
import { Menu } from "./view/menu.js";
import { Registers } from "./view/registers.js";
import { Tabs } from "./view/tabs.js";
import { Timeline } from "./view/timeline.js";
import { Toolbar } from "./view/toolbar.js";
import { Why } from "./view/why.js";

const SKELETON = html`<header class="bar"></header>
  <div class="menu" hidden></div>
  <section class="timeline" aria-label="Time line"></section>
  <main class="panels">
    <section class="list" aria-label="Accesses"></section>
    <section class="device" aria-label="Device">
      <div class="registers"></div>
      <aside class="why" aria-label="Why" hidden></aside>
      <div class="fifos"></div>
    </section>
    <section class="side" aria-label="Chart, console and what if">
      <div class="tabs"></div>
      <div class="panel chart" id="panel-chart" role="tabpanel" aria-labelledby="tab-chart"></div>
      <div class="panel console" id="panel-console" role="tabpanel" aria-labelledby="tab-console"></div>
      <div class="panel fork" id="panel-fork" role="tabpanel" aria-labelledby="tab-fork"></div>
    </section>
  </main>
  <footer class="status" role="status"></footer>`;

/** What was last said, or what the recording has to be warned of. */
class Status implements Panel {
  readonly #root: HTMLElement;
  constructor(root: HTMLElement) {
    this.#root = root;
  }
  update({ message, session }: App): void {
    this.#root.textContent = message || session.warnings.join("; ");
  }
}

/** Writes the address, so that it reproduces the view. */
class Address implements Panel {
  readonly #link: Link;
  #written = "";
  constructor(link: Link) {
    this.#link = link;
  }
  update({ session, view, loaded }: App): void {
    const hash = writeLink(this.#link, session.first, view);
    // Browsers allow some hundred writes in half a minute.
    if (!loaded || view.playing || hash === this.#written) return;
    this.#written = hash;
    history.replaceState(null, "", hash);
  }
}

function build(app: App, link: Link, sources: readonly string[]): void {
  render(SKELETON, document.body);
  const at = (selector: string) => document.querySelector(selector) as HTMLElement;
  const timeline = new Timeline(at(".timeline"));
  const help = helpDialog();
  const menu = new Menu(
    at(".menu"),
    exportsOf({ link: () => location.href, picture: () => timeline.picture }),
  );
  const actions = {
    ...{ sources, source: link.source, toggleMenu: () => menu.toggle(), showHelp: () => help.showModal() },
    chooseSource: (source: number) => {
      location.hash = writeLink({ ...link, source }, 0, { ...app.view, follow: true, range: undefined });
      location.reload();
    },
    toggleTheme: () => {
      toggleTheme();
      app.schedule();
    },
  };
  app.panels.push(
    ...[new Toolbar(at(".bar"), actions), menu, timeline, new List(at(".list"))],
    ...[new Registers(at(".registers")), new Why(at(".why")), new Fifos(at(".fifos")), new Tabs(at(".side"))],
    ...[new ChartView(at(".chart")), new Console(at(".console")), new ForkView(at(".fork"))],
    ...[new Status(at(".status")), new Address(link)],
  );
  listenToKeys(
    () => app,
    timeline,
    () => help.showModal(),
  );
  startTheme(() => app.schedule());
}

/** Where the link, or else what is most worth seeing, has it begin. */
function place(app: App, { at, view }: Link): void {
  const { session } = app;
  const [difference] = session.differences;
  app.set(view);
  if (at !== undefined) app.go(at - session.first, { follow: false });
  else if (difference) app.go(difference.index - session.first);
  else if (!session.live) app.set({ follow: false });
}

async function layouts(): Promise<ChartLayouts> {
  const inside = document.getElementById(PART_IDS.layouts)?.textContent;
  return JSON.parse(inside ?? (await (await fetch("layouts.json")).text())) as ChartLayouts;
}

async function start(): Promise<void> {
  startTheme(() => {});
  const link = readLink(location.hash);
  const inside = bytesInPage();
  const known = await layouts();
  const sources = inside ? [""] : ((await (await ask("api/sources", link.token)).json()) as string[]);
  const query = `source=${link.source}`;
  const type: Type = async (bytes) => {
    const response = await ask(`api/type?${query}`, link.token, { method: "POST", body: bytes as BodyInit });
    const { taken, failure } = (await response.json()) as { taken: number; failure?: string };
    if (failure !== undefined) throw new Error(`the device's surroundings: ${failure}`);
    return taken;
  };
  let app: App | undefined;
  const began = (session: Session): void => {
    if (app) {
      app.begin(session);
      return;
    }
    const layout = known[definitionHash(session.chart.machine)];
    app = new App(session, layout, session.live ? type : undefined);
    build(app, link, sources);
    app.schedule();
  };
  const loaded = (): void => {
    if (!app || app.loaded) return;
    app.loaded = true;
    place(app, link);
    document.documentElement.dataset["loaded"] = "";
  };
  const pieces = inside ? one(inside) : piecesOf(await ask(`api/journal?${query}`, link.token));
  try {
    await follow(pieces, { began, loaded, grown: () => app?.grown() });
  } catch (error) {
    if (!app) throw error;
    app.say(`the connection is lost: ${(error as Error).message}; what was read stays`);
  }
  if (app) {
    app.ended = true;
    app.schedule();
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

start().catch((error: unknown) => {
  render(
    html`<main class="refused"><h1>vm-superio inspector</h1><p>${(error as Error).message}</p>
      <p>Open the link that the inspector printed: it holds the token.</p></main>`,
    document.body,
  );
});
