import { html, render } from "lit-html";
import { definitionHash } from "../../journal/index.js";
import type { ChartLayouts } from "../layout/types.js";
import { PART_IDS } from "../standalone-page.js";
import { PageController, type Panel, type TypeBytes } from "./app.js";
import { exportsOf } from "./exports.js";
import { embeddedSession, readSession, requestApi, responseChunks } from "./frame-client.js";
import { helpDialog, listenToKeys } from "./keyboard.js";
import type { Session } from "./model/session.js";
import { startTheme, toggleTheme } from "./theme.js";
import { ChartView } from "./view/chart-view.js";
import { ConsoleView } from "./view/console-view.js";
import { EntryList } from "./view/entry-list.js";
import { ExplanationView } from "./view/explanation-view.js";
import { FifoView } from "./view/fifos.js";
import { ForkView } from "./view/fork-view.js";
import { ExportMenu } from "./view/menu.js";
import { RegisterTable } from "./view/registers.js";
import { TabBar } from "./view/tabs.js";
import { Timeline } from "./view/timeline.js";
import { Toolbar } from "./view/toolbar.js";
import { readLink, type ViewLink, writeLink } from "./view-link.js";

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

/** The last message, or the recording's warnings. */
class StatusLine implements Panel {
  readonly #container: HTMLElement;
  constructor(container: HTMLElement) {
    this.#container = container;
  }
  refresh({ statusMessage, session }: PageController): void {
    this.#container.textContent = statusMessage || session.warnings.join("; ");
  }
}

/** Keeps the address up to date, so that it reproduces the view. */
class AddressBar implements Panel {
  readonly #viewLink: ViewLink;
  #writtenHash = "";
  constructor(viewLink: ViewLink) {
    this.#viewLink = viewLink;
  }
  refresh({ session, viewState, loaded }: PageController): void {
    const viewHash = writeLink(this.#viewLink, session.firstIndex, viewState);
    // Browsers allow some hundred writes in half a minute.
    if (!loaded || viewState.playing || viewHash === this.#writtenHash) return;
    this.#writtenHash = viewHash;
    history.replaceState(null, "", viewHash);
  }
}

function buildPage(controller: PageController, viewLink: ViewLink, sourceNames: readonly string[]): void {
  render(SKELETON, document.body);
  const elementAt = (selector: string) => document.querySelector(selector) as HTMLElement;
  const timeline = new Timeline(elementAt(".timeline"));
  const keyHelp = helpDialog();
  const exportMenu = new ExportMenu(
    elementAt(".menu"),
    exportsOf({ viewAddress: () => location.href, timelineCanvas: () => timeline.timelineCanvas }),
  );
  const toolbarActions = {
    ...{
      sourceNames,
      sourceIndex: viewLink.sourceIndex,
      toggleMenu: () => exportMenu.toggleOpen(),
      showHelp: () => keyHelp.showModal(),
    },
    chooseSource: (sourceIndex: number) => {
      location.hash = writeLink({ ...viewLink, sourceIndex }, 0, {
        ...controller.viewState,
        following: true,
        visibleRange: undefined,
      });
      location.reload();
    },
    toggleTheme: () => {
      toggleTheme();
      controller.scheduleUpdate();
    },
  };
  controller.panels.push(
    ...[
      new Toolbar(elementAt(".bar"), toolbarActions),
      exportMenu,
      timeline,
      new EntryList(elementAt(".list")),
    ],
    ...[
      new RegisterTable(elementAt(".registers")),
      new ExplanationView(elementAt(".why")),
      new FifoView(elementAt(".fifos")),
      new TabBar(elementAt(".side")),
    ],
    ...[
      new ChartView(elementAt(".chart")),
      new ConsoleView(elementAt(".console")),
      new ForkView(elementAt(".fork")),
    ],
    ...[new StatusLine(elementAt(".status")), new AddressBar(viewLink)],
  );
  listenToKeys(
    () => controller,
    timeline,
    () => keyHelp.showModal(),
  );
  startTheme(() => controller.scheduleUpdate());
}

/** Goes to the row that the link names, else to the first difference. */
function goToInitialRow(controller: PageController, { entryIndex, viewState }: ViewLink): void {
  const { session } = controller;
  const [firstDifference] = session.differences;
  controller.changeView(viewState);
  if (entryIndex !== undefined) controller.goToRow(entryIndex - session.firstIndex, { following: false });
  else if (firstDifference) controller.goToRow(firstDifference.index - session.firstIndex);
  else if (!session.live) controller.changeView({ following: false });
}

async function loadLayouts(): Promise<ChartLayouts> {
  const embedded = document.getElementById(PART_IDS.layouts)?.textContent;
  return JSON.parse(embedded ?? (await (await fetch("layouts.json")).text())) as ChartLayouts;
}

async function startPage(): Promise<void> {
  startTheme(() => {});
  const viewLink = readLink(location.hash);
  const embedded = embeddedSession();
  const layoutsByHash = await loadLayouts();
  const sourceNames = embedded
    ? [""]
    : ((await (await requestApi("api/sources", viewLink.token)).json()) as string[]);
  const sourceQuery = `source=${viewLink.sourceIndex}`;
  const typeBytes: TypeBytes = async (bytes) => {
    const response = await requestApi(`api/type?${sourceQuery}`, viewLink.token, {
      method: "POST",
      body: bytes as BodyInit,
    });
    const { taken: acceptedCount, failure } = (await response.json()) as { taken: number; failure?: string };
    if (failure !== undefined) throw new Error(`the device's surroundings: ${failure}`);
    return acceptedCount;
  };
  let controller: PageController | undefined;
  const sessionBegan = (session: Session): void => {
    if (controller) {
      controller.beginSession(session);
      return;
    }
    const chartLayout = layoutsByHash[definitionHash(session.chart.machine)];
    controller = new PageController(session, chartLayout, session.live ? typeBytes : undefined);
    buildPage(controller, viewLink, sourceNames);
    controller.scheduleUpdate();
  };
  const sessionLoaded = (): void => {
    if (!controller || controller.loaded) return;
    controller.loaded = true;
    goToInitialRow(controller, viewLink);
    document.documentElement.dataset["loaded"] = "";
  };
  const byteChunks = embedded
    ? singleChunk(embedded)
    : responseChunks(await requestApi(`api/journal?${sourceQuery}`, viewLink.token));
  try {
    await readSession(byteChunks, {
      sessionBegan,
      sessionLoaded,
      entriesAdded: () => controller?.entriesAdded(),
    });
  } catch (error) {
    if (!controller) throw error;
    controller.announce(`the connection is lost: ${(error as Error).message}; what was read stays`);
  }
  if (controller) {
    controller.ended = true;
    controller.scheduleUpdate();
  }
}

async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

startPage().catch((error: unknown) => {
  render(
    html`<main class="refused"><h1>vm-superio inspector</h1><p>${(error as Error).message}</p>
      <p>Open the link that the inspector printed: it holds the token.</p></main>`,
    document.body,
  );
});
