import type { ChartLayout } from "../layout/types.js";
import type { Fork } from "./model/fork.js";
import { find, parseQuery, QueryError } from "./model/search.js";
import type { Moment, Session } from "./model/session.js";
import { FIRST_VIEW, type ViewState } from "./view-state.js";

/** A part of the page. */
export interface Panel {
  /** Shows the app as it is now. Called once a frame at most, and only when something has changed. */
  update(app: App): void;
}

/** How bytes that are typed reach the device; gives how many it took. */
export type Type = (bytes: Uint8Array) => Promise<number>;

/** The page's state, and all that can be done to it. Panels show it, and call it. */
export class App {
  readonly panels: Panel[] = [];
  view: ViewState = FIRST_VIEW;
  /** Grows while more is being read; another one where a live journal had to begin anew. */
  session: Session;
  readonly layout: ChartLayout | undefined;
  readonly type: Type | undefined;
  /** Whether all that there was has been read. */
  loaded = false;
  /** Whether the server is gone. */
  ended = false;
  /** What was last said to the user. */
  message = "";
  fork: Fork | undefined;
  #moment: Moment | undefined;
  #scheduled = false;
  #played = 0;

  constructor(session: Session, layout: ChartLayout | undefined, type: Type | undefined) {
    this.session = session;
    this.layout = layout;
    this.type = type;
  }

  /** The chart at the present row. */
  get moment(): Moment {
    const { row } = this.view;
    if (this.#moment?.row !== row) this.#moment = this.session.moment(row);
    return this.#moment;
  }

  /** Begins with another session. */
  begin(session: Session): void {
    this.session = session;
    this.#moment = undefined;
    this.fork = undefined;
    this.set({ row: session.length - 1 });
  }

  /** Changes what is shown. */
  set(change: Partial<ViewState>): void {
    this.view = { ...this.view, ...change };
    this.schedule();
  }

  /** Has the panels updated with the next frame. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame((now) => {
      this.#scheduled = false;
      this.#play(now);
      for (const panel of this.panels) panel.update(this);
    });
  }

  /** More has come. */
  grown(): void {
    if (this.view.follow) this.view = { ...this.view, row: this.session.length - 1 };
    this.schedule();
  }

  /** Goes to a row: the nearest that there is. */
  go(row: number, change: Partial<ViewState> = {}): void {
    const last = this.session.length - 1;
    const to = Math.max(-1, Math.min(last, row));
    this.set({ playing: false, follow: this.session.live && to === last, ...change, row: to });
  }

  step(by: number): void {
    this.go(this.view.row + by);
  }

  /** Starts or stops playing; at the end, from the start. */
  togglePlay(): void {
    const { playing, row } = this.view;
    const atEnd = row >= this.session.length - 1;
    this.#played = 0;
    this.set({ playing: !playing, follow: false, row: !playing && atEnd ? -1 : row });
  }

  #play(now: number): void {
    const { playing, speed, row } = this.view;
    if (!playing) return;
    if (this.#played === 0) this.#played = now;
    const due = Math.floor(((now - this.#played) * speed) / 1000);
    if (due > 0) {
      this.#played += (due * 1000) / speed;
      const last = this.session.length - 1;
      const to = Math.min(row + due, last);
      this.view = { ...this.view, row: to, playing: to < last };
    }
    if (this.view.playing) this.schedule();
  }

  /** Looks for what was typed, and goes there. */
  search(query: string, backwards = false): void {
    try {
      const parsed = parseQuery(this.session, query);
      const found = find(this.session, parsed, this.view.row, backwards);
      if (found === undefined) this.say(`no ${backwards ? "earlier" : "later"} ${parsed.text}`);
      else {
        this.say(`${parsed.text}: #${this.session.first + found}`);
        this.go(found, { query });
        this.reveal(found);
      }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.say(error.message);
    }
    this.set({ query });
  }

  /** Moves the time line's stretch so that a row lies in it. */
  reveal(row: number): void {
    const { range, unit } = this.view;
    if (!range) return;
    const at = unit === "ticks" ? this.session.table.tick.at(row) : row;
    const [from, to] = range;
    if (at >= from && at <= to) return;
    const half = (to - from) / 2;
    this.set({ range: [at - half, at + half] });
  }

  /** Tells the user something: on the page, and to a screen reader. */
  say(message: string): void {
    this.message = message;
    this.schedule();
  }
}
