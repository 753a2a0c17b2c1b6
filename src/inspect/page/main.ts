import { html, render } from "lit-html";
import { definitionHash } from "../../journal/index.js";
import type { ChartLayouts } from "../layout/types.js";
import { PART_IDS } from "../standalone-page.js";
import { PageController, type Panel, type TypeBytes } from "./app.js";
import { exportsOf } from "./exports.js";
import {
  embeddedSession,
  fetchSourceNames,
  readSession,
  requestApi,
  responseChunks,
  UnreachableError,
} from "./frame-client.js";
import { helpDialog, listenToKeys } from "./keyboard.js";
import { Comparison } from "./model/comparison.js";
import type { Session } from "./model/session.js";
import { SourceList } from "./source-list.js";
import { chooseTheme, chosenTheme, startTheme, toggleTheme } from "./theme.js";
import { ChartView } from "./view/chart-view.js";
import { ClaimView } from "./view/claim-view.js";
import { CompareView } from "./view/compare-view.js";
import { ConsoleView } from "./view/console-view.js";
import { EntryList } from "./view/entry-list.js";
import { ExplanationView } from "./view/explanation-view.js";
import { FifoView } from "./view/fifos.js";
import { ForkView } from "./view/fork-view.js";
import { ExportMenu } from "./view/menu.js";
import { RegisterTable } from "./view/registers.js";
import { addSplitter } from "./view/splitters.js";
import { TabBar } from "./view/tabs.js";
import { Timeline } from "./view/timeline.js";
import { Toolbar } from "./view/toolbar.js";
import { readLink, type ViewLink, writeLink } from "./view-link.js";
import { INITIAL_VIEW_STATE, PANEL_NAMES } from "./view-state.js";

const splitter = (label: string) =>
  html`<div class="splitter" role="separator" aria-orientation="vertical" tabindex="0" aria-label=${label} title="Drag, or use the arrow keys"></div>`;

const SKELETON = html`<header class="bar"></header>
  <div class="menu" hidden></div>
  <section class="claim" aria-label="The claim that is broken" hidden></section>
  <section class="timeline" aria-label="Time line"></section>
  <main class="panels">
    <section class="list" aria-label="Accesses"></section>
    ${splitter("Width of the accesses")}
    <section class="device" aria-label="Device">
      <div class="registers"></div>
      <aside class="why" aria-label="Why" hidden></aside>
      <div class="fifos"></div>
    </section>
    ${splitter("Width of the registers")}
    <section class="side" aria-label="Chart, console and what if">
      <div class="tabs"></div>
      <div class="panel chart" id="panel-chart" role="tabpanel" aria-labelledby="tab-chart"></div>
      <div class="panel console" id="panel-console" role="tabpanel" aria-labelledby="tab-console"></div>
      <div class="panel compare" id="panel-compare" role="tabpanel" aria-labelledby="tab-compare"></div>
      <div class="panel fork" id="panel-fork" role="tabpanel" aria-labelledby="tab-fork"></div>
    </section>
  </main>
  <footer class="status" role="status"></footer>`;

/** The last message, else the reason for which nothing more is read, else the recording's warnings. */
class StatusLine implements Panel {
  readonly #container: HTMLElement;
  constructor(container: HTMLElement) {
    this.#container = container;
  }
  refresh({ statusMessage, endedReason, session }: PageController): void {
    this.#container.textContent = statusMessage || endedReason || session.warnings.join("; ");
  }
}

/** Hides the panels that are folded. */
class PanelFolder implements Panel {
  refresh({ viewState }: PageController): void {
    for (const panelName of PANEL_NAMES) {
      const element = document.querySelector(`.${panelName}`) as HTMLElement;
      const isFolded = viewState.foldedPanels.includes(panelName);
      element.hidden = isFolded;
      const nextElement = element.nextElementSibling;
      if (nextElement instanceof HTMLElement && nextElement.matches(".splitter"))
        nextElement.hidden = isFolded;
    }
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
    const theme = chosenTheme();
    const viewHash = writeLink({ ...this.#viewLink, theme }, session.firstIndex, viewState);
    // Browsers allow some hundred writes in half a minute.
    if (!loaded || viewState.playing || viewHash === this.#writtenHash) return;
    this.#writtenHash = viewHash;
    history.replaceState(null, "", viewHash);
  }
}

function buildPage(controller: PageController, viewLink: ViewLink, sourceList: SourceList): void {
  render(SKELETON, document.body);
  const elementAt = (selector: string) => document.querySelector(selector) as HTMLElement;
  const timeline = new Timeline(elementAt(".timeline"));
  const keyHelp = helpDialog();
  const exportMenu = new ExportMenu(
    elementAt(".menu"),
    exportsOf({ viewAddress: () => location.href, timelineCanvases: () => timeline.canvases }),
  );
  const toolbarActions = {
    sourceList,
    sourceIndex: viewLink.sourceIndex,
    toggleMenu: () => exportMenu.toggleOpen(),
    showHelp: () => keyHelp.showModal(),
    chooseSource: (sourceIndex: number) => {
      const viewState = { ...controller.viewState, following: true, visibleRange: undefined };
      const link = { token: viewLink.token, sourceIndex, theme: chosenTheme() };
      history.replaceState(null, "", writeLink(link, 0, { ...viewState, markerRow: undefined }));
      location.reload();
    },
    toggleTheme: () => {
      toggleTheme();
      controller.scheduleUpdate();
    },
  };
  controller.panels.push(
    new PanelFolder(),
    new Toolbar(elementAt(".bar"), toolbarActions),
    exportMenu,
    timeline,
    new EntryList(elementAt(".list")),
    new RegisterTable(elementAt(".registers")),
    new ExplanationView(elementAt(".why")),
    new FifoView(elementAt(".fifos")),
    new TabBar(elementAt(".side")),
    new ChartView(elementAt(".chart")),
    new ConsoleView(elementAt(".console")),
    new ForkView(elementAt(".fork")),
    new CompareView(elementAt(".compare")),
    new ClaimView(elementAt(".claim")),
    new StatusLine(elementAt(".status")),
    new AddressBar(viewLink),
  );
  const panels = elementAt(".panels");
  const [listSplitter, deviceSplitter] = panels.querySelectorAll<HTMLElement>(".splitter");
  for (const [splitter, selector, property] of [
    [listSplitter, ".list", "--list-width"],
    [deviceSplitter, ".device", "--device-width"],
  ] as const)
    if (splitter) addSplitter({ splitter, sized: elementAt(selector), styled: panels, property });
  listenToKeys(
    () => controller,
    timeline,
    exportMenu,
    () => keyHelp.showModal(),
  );
  startTheme(() => controller.scheduleUpdate());
  addEventListener("hashchange", () => followLink(controller, viewLink));
}

/** Goes where a link leads that was pasted into the open page. */
function followLink(controller: PageController, openedLink: ViewLink): void {
  const pastedLink = readLink(location.hash);
  if (pastedLink.token !== openedLink.token || pastedLink.sourceIndex !== openedLink.sourceIndex) {
    location.reload();
    return;
  }
  if (pastedLink.theme) chooseTheme(pastedLink.theme);
  const { activeTab, timelineUnit } = INITIAL_VIEW_STATE;
  goToLink(controller, {
    ...pastedLink,
    // What a link does not name is as at first.
    viewState: {
      ...{ activeTab, timelineUnit, explained: undefined, pickedElement: undefined },
      ...{ visibleRange: undefined, markerRow: undefined },
      ...pastedLink.viewState,
    },
  });
}

/** Goes to the row that the link names, else to the first difference. */
function goToLink(controller: PageController, { entryIndex, markerIndex, viewState }: ViewLink): void {
  const { session } = controller;
  const [firstDifference] = session.differences;
  const markerRow = markerIndex === undefined ? undefined : markerIndex - session.firstIndex;
  controller.changeView({
    ...viewState,
    ...(markerRow !== undefined && markerRow >= 0 && markerRow < session.length ? { markerRow } : {}),
  });
  if (entryIndex !== undefined) {
    const endIndex = session.firstIndex + session.length;
    controller.goToRow(entryIndex - session.firstIndex, { following: false });
    if (entryIndex < session.firstIndex - 1 || entryIndex >= endIndex)
      controller.announce(
        `the link leads to #${entryIndex}: expected ${session.firstIndex} to ${endIndex - 1}`,
      );
  } else if (session.story) controller.goToRow(session.violationRow, { following: false });
  else if (firstDifference) controller.goToRow(firstDifference.index - session.firstIndex);
  else if (!session.live) controller.changeView({ following: false });
  const { against } = session;
  if (against && "chart" in against) controller.compareWith(against);
}

async function loadLayouts(): Promise<ChartLayouts> {
  const embedded = document.getElementById(PART_IDS.layouts)?.textContent;
  return JSON.parse(embedded ?? (await (await fetch("layouts.json")).text())) as ChartLayouts;
}

async function startPage(): Promise<void> {
  const viewLink = readLink(location.hash);
  if (viewLink.theme) chooseTheme(viewLink.theme);
  startTheme(() => {});
  const embedded = embeddedSession();
  let controller: PageController | undefined;
  const layoutsByHash = await loadLayouts();
  const sourceList = new SourceList(embedded ? undefined : () => fetchSourceNames(viewLink.token));
  await sourceList.follow(() => controller?.scheduleUpdate());
  const sourceQuery = `source=${viewLink.sourceIndex}`;
  const typeBytes: TypeBytes = async (bytes) => {
    const response = await requestApi(`api/type?${sourceQuery}`, viewLink.token, {
      method: "POST",
      body: bytes as BodyInit,
    });
    const { taken: acceptedCount, failure } = (await response.json()) as { taken: number; failure?: string };
    if (failure !== undefined) throw new Error(`the device: ${failure}`);
    return acceptedCount;
  };
  const sessionBegan = (session: Session): void => {
    if (controller) {
      controller.beginSession(session);
      return;
    }
    const chartLayout = layoutsByHash[definitionHash(session.chart.machine)];
    controller = new PageController(session, chartLayout, session.live ? typeBytes : undefined);
    buildPage(controller, viewLink, sourceList);
    controller.scheduleUpdate();
  };
  const sessionLoaded = (): void => {
    if (!controller || controller.loaded) return;
    controller.loaded = true;
    goToLink(controller, viewLink);
    const { session } = controller;
    if (session.against && "source" in session.against && !embedded)
      void compareWithSource(controller, session.against.source, viewLink.token);
    document.documentElement.dataset["loaded"] = "";
  };
  const openStream = async (fromIndex?: number) => {
    if (embedded) return singleChunk(embedded);
    const from = fromIndex === undefined ? "" : `&from=${fromIndex}`;
    return responseChunks(await requestApi(`api/journal?${sourceQuery}${from}`, viewLink.token));
  };
  try {
    await readSession(openStream, {
      sessionBegan,
      sessionLoaded,
      entriesAdded: () => controller?.entriesAdded(),
    });
  } catch (error) {
    if (!controller) throw error;
    controller.end(`${(error as Error).message}. ${ADVICE_AT_END}`);
    return;
  }
  if (controller?.session.live) controller.end(`the device has been closed. ${ADVICE_AT_END}`);
  controller?.scheduleUpdate();
}

/** What is left when nothing more can be read, and what the user can do. */
const ADVICE_AT_END =
  "What was read stays on this page; to go on, start the device or the command again, and open the link that it prints";

/** Reads another source, and shows both recordings beside each other. */
async function compareWithSource(
  controller: PageController,
  sourceIndex: number,
  token: string | undefined,
): Promise<void> {
  let other: Session | undefined;
  const openStream = async () => responseChunks(await requestApi(`api/journal?source=${sourceIndex}`, token));
  try {
    await readSession(openStream, {
      sessionBegan: (session) => {
        other = session;
      },
      entriesAdded: () => {},
      sessionLoaded: () => {
        if (other) controller.showComparison(Comparison.ofRecordings(controller.session, other));
      },
    });
  } catch (error) {
    controller.announce(`the other recording: ${(error as Error).message}`);
  }
}

async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

startPage().catch((error: unknown) => {
  render(
    html`<main class="refused"><h1>vm-superio inspector</h1><p>${(error as Error).message}</p>
      <p>${error instanceof UnreachableError ? "Start it again, and open the link that it prints." : "Open the link that the inspector printed: it holds the token."}</p></main>`,
    document.body,
  );
});
