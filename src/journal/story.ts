import { formatValue } from "./format-value.js";

/** The kind of a story's file. */
export const STORY_FORMAT = "vm-superio-story";

/** Something that happened in a failing scenario: an access of the driver, a call, an interrupt, a deed of the environment. */
export interface StoryRow {
  /** Its number in the printed scenario, from 1. */
  readonly number: number;
  /** The party that did it: "driver", "environment", "user", "processor". */
  readonly by: string;
  readonly text: string;
  /** Effects on the device's outputs. */
  readonly effects: readonly string[];
  /** The number of journal entries before it: of an access, its own entry. */
  readonly index: number;
  /** True if it happened in the interrupt handler. */
  readonly handler: boolean;
  /** The driver's function that did it, where its name is known. */
  readonly function?: string;
}

/** The story of a bug as data: what was claimed, what happened, and the device's journal. `vm-superio inspect` opens it. */
export interface Story {
  readonly format: typeof STORY_FORMAT;
  readonly version: 1;
  /** The claim that is broken: its id, its sentence, and what happened instead. */
  readonly claim: { readonly id: string; readonly sentence: string; readonly detail: string };
  /** The device in words. */
  readonly subject: string;
  readonly rows: readonly StoryRow[];
  /** The device's journal as text. */
  readonly journal: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Returns true for the beginning of a story's text. */
export const isStoryText = (text: string): boolean => /^\s*\{\s*"format"\s*:\s*"vm-superio-story"/.test(text);

/**
 * Parses the text of a story.
 *
 * @throws TypeError that says what was expected.
 */
export function parseStory(text: string): Story {
  let story: unknown;
  try {
    // Nothing guarantees in JavaScript that it is a text.
    story = typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    story = undefined;
  }
  if (story === undefined) throw new TypeError(`story: expected JSON, got ${formatValue(text)}`);
  const isStory =
    isRecord(story) &&
    story["format"] === STORY_FORMAT &&
    story["version"] === 1 &&
    isRecord(story["claim"]) &&
    typeof story["journal"] === "string" &&
    Array.isArray(story["rows"]) &&
    story["rows"].every(
      (row) => isRecord(row) && typeof row["text"] === "string" && Number.isSafeInteger(row["index"]),
    );
  if (!isStory)
    throw new TypeError(
      `story: expected { format: "${STORY_FORMAT}", version: 1, claim, rows, journal }, got ${formatValue(story)}`,
    );
  return story as unknown as Story;
}
