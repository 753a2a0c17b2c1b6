import type { SerialRevision } from "../../machines/index.js";
import { type Device, Serial } from "../device/index.js";
import { beginJournal, type Recording } from "../guests/index.js";
import { shown } from "../journal/index.js";
import { CommandError } from "./surroundings.js";

/** The revisions of `serial`, the default first. */
export const REVISIONS: readonly SerialRevision[] = ["0.8.2", "0.8.1"];

/**
 * The device for a recording, where the recording begins. It keeps no journal: what drives it is in a file already.
 *
 * @param revision - what the user asked for; otherwise what the recording says, or the newest.
 * @param warn - hears what may make the replay differ from what was recorded.
 * @throws CommandError, or what {@link beginJournal} throws, if there is none for it.
 */
export function deviceFor(
  { header }: Recording,
  revision: SerialRevision | undefined,
  warn: (warning: string) => void,
): Device {
  const device = new Serial({
    revision: revision ?? recordedRevision(header?.options["revision"]),
    journal: false,
  });
  if (header) beginJournal(device, header).forEach(warn);
  return device;
}

function recordedRevision(recorded: unknown): SerialRevision {
  if (recorded === undefined) return "0.8.2";
  const revision = REVISIONS.find((known) => known === recorded);
  if (revision) return revision;
  throw new CommandError(
    `the journal's revision: expected ${REVISIONS.join(" or ")}, got ${shown(recorded)}; choose one with --revision`,
  );
}
