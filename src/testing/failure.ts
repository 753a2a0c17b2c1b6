import type { Action } from "./action.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import { type Happening, happeningsInWords } from "./log.js";
import type { PlayOptions } from "./options.js";
import { journalText, type Outcome } from "./play.js";

/** Where a failure is written to. */
export interface FailureOptions {
  /** The file to which the device's journal is written if the driver fails; needs Node 20.16 or later. By default none. */
  readonly journalFile?: string;
}

/** What a driver did wrong, in the shortest scenario that was found. */
export interface FoundFailure {
  /** Which claim does not hold. */
  readonly claim: ClaimId;
  /** The claim. */
  readonly sentence: string;
  /** What happened instead. */
  readonly detail: string;
  /** What the environment did: `playDriver` plays it again. */
  readonly actions: readonly Action[];
  /** Everything that happened, in order. */
  readonly happenings: readonly Happening[];
  /** The accesses of the driver after its start. */
  readonly accesses: number;
  /** The scenario as text: a line a happening, polls taken together. */
  readonly scenario: string;
  /** The device's journal as text, for `vm-superio replay` and `loadJournal`. */
  readonly journal: string;
  /** All of it for people to read, the journal left out. */
  readonly text: string;
}

/**
 * A scenario that was told, as a failure; its journal is written.
 *
 * @param how - how to come by it again.
 * @throws Error if it did not fail this time, or the file cannot be written.
 */
export function failureOf(
  { violation, happenings, journal, subject }: Outcome,
  actions: readonly Action[],
  options: PlayOptions & FailureOptions,
  how: string,
): FoundFailure {
  if (!violation)
    throw new Error(
      "the driver did otherwise in the same scenario: it keeps something from one run to the next",
    );
  const { claim, detail } = violation;
  const { journalFile, pic = "edge" } = options;
  const sentence = CLAIMS[claim];
  const scenario = happeningsInWords(happenings);
  const kept = journalText(journal);
  if (journalFile !== undefined) write(journalFile, kept);
  const text = [
    `${claim}: ${sentence}`,
    `On ${subject}, ${pic} interrupts: ${detail}.`,
    "",
    scenario,
    "",
    how,
    ...(journalFile === undefined ? [] : [`The device's journal: ${journalFile}`]),
  ].join("\n");
  const accesses = happenings.filter(({ by, start }) => by === "driver" && !start).length;
  return { claim, sentence, detail, actions, happenings, accesses, scenario, journal: kept, text };
}

interface Files {
  writeFileSync(file: string, text: string): void;
}

/** There are files under Node alone, and this runs in a browser too: it imports nothing for them. */
function write(file: string, text: string): void {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => Files | undefined };
  };
  const files = process?.getBuiltinModule?.("fs");
  if (!files)
    throw new Error(
      "journalFile: expected Node 20.16 or later, which has files; failure.journal is the text",
    );
  files.writeFileSync(file, text);
}
