import type { Device } from "../../../device/index.js";
import { Session } from "./session.js";

/** Returns the session of a device, as the page has it. */
export function sessionOf({ journal }: Device): Session {
  const session = new Session({
    ...{ name: "test", live: false, header: journal.header, differences: [], warnings: [] },
  });
  for (const { entry } of journal.entries()) session.appendEntry(entry);
  return session;
}
