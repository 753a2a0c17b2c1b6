import { randomBytes } from "node:crypto";
import type { Device } from "../../device/index.js";
import { loadJournal, type Story } from "../../journal/index.js";
import {
  checkCallback,
  checkReadable,
  checkStory,
  formatValue,
  withKnownNames,
} from "../../journal/internal.js";
import { assetsOrNotice } from "./assets.js";
import { startServer } from "./http-server.js";
import { type InspectionSource, liveSource } from "./inspection-source.js";

/** Options of the inspector, all optional. */
export interface InspectOptions {
  /** The port to listen on, 0 to 65,535: by default, and with 0, any that is free. */
  readonly port?: number;
  /** The device's name on the page: by default its chart's name. */
  readonly name?: string;
  /**
   * Takes the bytes typed in the page's console, and returns how many it accepted; the page sends the others again. By
   * default the bytes are received by the device.
   */
  readonly type?: (bytes: Uint8Array) => number;
}

const OPTIONS: readonly (keyof InspectOptions)[] = ["port", "name", "type"];

/** An inspector that runs. */
export interface Inspector {
  /** The link to open in a browser. It holds the token: whoever has it sees all, and can type. */
  readonly url: string;
  /** The port that it listens on, of 127.0.0.1 alone. */
  readonly port: number;
  /** Ends the server and all connections; the pages keep what they have. The device goes on. */
  close(): Promise<void>;
}

/**
 * Lets a browser on this machine look at a device while it works, or at the story of a failure. For Node.
 *
 * The page gets the journal and runs the chart itself, so the device is never asked and never slowed down; it
 * is looked at some forty times a second, whenever the process comes back to its event loop. The server listens on loopback alone, and
 * answers its own page alone, with the token that stands in the link.
 *
 * @example
 * const inspector = await inspect(serial);
 * console.log(`inspect at ${inspector.url}`);
 * @param target - a device, or `failure.story` of `checkDriver` and `exploreDriver`.
 * @throws TypeError if it is none of these, if the device keeps no journal, or for an unknown option, RangeError if the port is none, Error if it
 *   cannot be had.
 */
export async function inspect(target: Device | Story, options: InspectOptions = {}): Promise<Inspector> {
  const known = withKnownNames(options, OPTIONS, "inspect");
  if (known.name !== undefined && typeof known.name !== "string")
    throw new TypeError(`name: expected a string, got ${formatValue(known.name)}`);
  checkCallback(known.type, "type");
  const expected = "a device or the story of a failure";
  checkReadable(target, "target", expected, () => {
    if (typeof target !== "object" || target === null || !("apply" in target || "claim" in target))
      throw new TypeError(`target: expected ${expected}, got ${formatValue(target)}`);
    if (!("apply" in target)) checkStory(target);
  });
  if (!("apply" in target)) return inspectStory(target, known);
  const { journal, chart } = target;
  if (!journal.keepsEntries)
    throw new TypeError("device: expected one that keeps its journal, got one with journal: false or a sink");
  const { name = chart.id, type } = known;
  return inspectSources([liveSource(target, name, type)], known.port);
}

/** Serves the story of a failure, which opens at the first violation. */
async function inspectStory(
  { journal: journalText, ...story }: Story,
  { name = story.claim.id, port }: InspectOptions,
): Promise<Inspector> {
  const { journal } = await loadJournal(journalText);
  return inspectSources([{ name, live: false, journal, differences: [], warnings: [], story }], port);
}

/**
 * Serves recordings or other sources.
 *
 * @param isGrowing - returns true while sources, or differences of them, may be added.
 * @internal
 * @throws RangeError if the port is none, Error if it cannot be had.
 */
export async function inspectSources(
  sources: readonly InspectionSource[],
  port = 0,
  isGrowing = () => false,
): Promise<Inspector> {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new RangeError(`port: expected a whole number from 0 to 65535, got ${formatValue(port)}`);
  const token = randomBytes(24).toString("base64url");
  const runningServer = await startServer({
    ...{ sources, isGrowing, token, port },
    assets: await assetsOrNotice(),
  });
  const url = `http://127.0.0.1:${runningServer.port}/#token=${token}`;
  return { url, port: runningServer.port, close: () => runningServer.close() };
}
