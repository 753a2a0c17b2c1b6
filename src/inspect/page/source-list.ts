import type { SourceNames } from "../wire.js";

/** Interval at which the names are fetched while the recording is being read, in milliseconds. */
const FETCH_MILLISECONDS = 1000;

/** The names of the sources that the page can show, which grow while a recording of many traces is read. */
export class SourceList {
  names: readonly string[] = [];
  /** True while names, or the differences that they count, may be added. */
  isGrowing = false;
  readonly #fetchNames: (() => Promise<SourceNames>) | undefined;

  /** @param fetchNames - undefined for a saved page, which holds one source. */
  constructor(fetchNames: (() => Promise<SourceNames>) | undefined) {
    this.#fetchNames = fetchNames;
  }

  /**
   * Fetches the names, and goes on as long as they grow. Resolves once there are names.
   *
   * @param reportChange - called when later names have been fetched.
   * @throws Error if the first names cannot be fetched.
   */
  async follow(reportChange: () => void): Promise<void> {
    const fetchNames = this.#fetchNames;
    if (!fetchNames) return;
    const fetchOnce = async (): Promise<void> => {
      ({ names: this.names, isGrowing: this.isGrowing } = await fetchNames());
      if (this.isGrowing) setTimeout(() => void fetchAgain(), FETCH_MILLISECONDS);
    };
    // If the server has ended, the stream of the entries says so.
    const fetchAgain = (): Promise<void> => fetchOnce().then(reportChange, () => {});
    await fetchOnce();
  }
}
