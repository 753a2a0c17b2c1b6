import type { Story } from "../journal/index.js";
import type { Action } from "./action.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import type { Happening } from "./happening-log.js";
import { type PlayOptions, picInWords } from "./options.js";
import { journalText, type Outcome } from "./play.js";
import { UNREPEATABLE } from "./repeatable.js";
import { happeningsInWords } from "./scenario-text.js";
import { UsageError } from "./stop.js";

/** Options for the report of a failure. */
export interface FailureOptions {
  /** The file to which the device's journal is written if the driver fails; needs Node 20.16 or later. By default none. */
  readonly journalFile?: string;
  /** The file to which the story is written if the driver fails, for `vm-superio inspect`; as for `journalFile`. */
  readonly storyFile?: string;
}

/** A driver's failure, in the shortest scenario that was found. */
export interface FoundFailure {
  /** The id of the claim that does not hold. */
  readonly claim: ClaimId;
  /** The claim as a sentence. */
  readonly sentence: string;
  /** A description of what happened instead. */
  readonly detail: string;
  /** The environment's actions: `playDriver` plays them again. */
  readonly actions: readonly Action[];
  /** The reason why a byte is stuck, if that is what happened. */
  readonly why?: string;
  /** Everything that happened, in order. */
  readonly happenings: readonly Happening[];
  /** The number of accesses of the driver after its start. */
  readonly accesses: number;
  /** The scenario as text: a line for each happening, repeated polls merged. */
  readonly scenario: string;
  /** The device's journal as text, for `vm-superio replay` and `loadJournal`. */
  readonly journal: string;
  /** All of it as data: `vm-superio inspect` and `inspect` of `vm-superio/inspect` open it. */
  readonly story: Story;
  /** All of it for people to read, without the journal. */
  readonly text: string;
}

/**
 * Describes a recorded scenario that failed, and writes its journal to the file.
 *
 * @param reproduceHint - a sentence on how to reproduce it.
 * @throws Error if the scenario did not fail this time, or the file cannot be written.
 */
export function failureOf(
  { violation, happenings, journal, subject, why }: Outcome,
  actions: readonly Action[],
  options: PlayOptions & FailureOptions,
  reproduceHint: string,
): FoundFailure {
  if (!violation) throw new UsageError(UNREPEATABLE);
  const { claim, detail } = violation;
  const { journalFile, storyFile } = options;
  const sentence = CLAIMS[claim];
  const scenario = happeningsInWords(happenings);
  const serializedJournal = journalText(journal);
  if (journalFile !== undefined) writeTextFile("journalFile", journalFile, serializedJournal);
  const story: Story = {
    ...{ format: "vm-superio-story", version: 1, claim: { id: claim, sentence, detail }, subject },
    rows: happenings.map(({ start: _, ...row }) => row),
    journal: serializedJournal,
  };
  if (storyFile !== undefined) writeTextFile("storyFile", storyFile, `${JSON.stringify(story)}\n`);
  const text = [
    `${claim}: ${detail}${why === undefined ? "" : `: ${why}`}.`,
    `On ${subject}, ${picInWords(options)} interrupts: expected: ${sentence}`,
    "",
    scenario,
    ...(why === undefined ? [] : ["", `Why: ${why}.`]),
    "",
    reproduceHint,
    ...(journalFile === undefined ? [] : [`The device's journal: ${journalFile}`]),
    `Look at it: vm-superio inspect ${storyFile ?? "STORY, with JSON.stringify(failure.story) in the file"}`,
  ].join("\n");
  const accesses = happenings.filter(({ by: actor, start }) => actor === "driver" && !start).length;
  return {
    claim,
    sentence,
    detail,
    ...(why === undefined ? {} : { why }),
    actions,
    happenings,
    accesses,
    scenario,
    journal: serializedJournal,
    story,
    text,
  };
}

interface FileSystem {
  writeFileSync(filePath: string, content: string): void;
}

/** Writes a file under Node. As this also runs in browsers, it imports nothing of Node's. */
function writeTextFile(optionName: string, filePath: string, content: string): void {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (moduleName: string) => FileSystem | undefined };
  };
  const fileSystem = process?.getBuiltinModule?.("fs");
  if (!fileSystem)
    throw new Error(
      `${optionName}: expected Node 20.16 or later, which has files; failure.journal and failure.story are the contents`,
    );
  fileSystem.writeFileSync(filePath, content);
}
