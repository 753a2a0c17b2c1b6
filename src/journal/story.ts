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
  /** Its position in the driver's source, where that is known: "driver.c:21". */
  readonly source?: string;
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
  return checkStory(story);
}

const isText = (value: unknown): boolean => typeof value === "string";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const CLAIM_FIELDS = { id: isText, sentence: isText, detail: isText };
const ROW_FIELDS = {
  number: isCount,
  by: isText,
  text: isText,
  effects: (value: unknown) => Array.isArray(value) && value.every(isText),
  index: isCount,
  handler: (value: unknown) => typeof value === "boolean",
  function: (value: unknown) => value === undefined || isText(value),
  source: (value: unknown) => value === undefined || isText(value),
};

/** Returns the first field that is not as it should be, as a path; undefined if all are. */
function wrongField(
  value: unknown,
  fields: Readonly<Record<string, (fieldValue: unknown) => boolean>>,
  path: string,
): string | undefined {
  if (!isRecord(value)) return path;
  const name = Object.keys(fields).find((key) => !fields[key]?.(value[key]));
  return name === undefined ? undefined : `${path}.${name}`;
}

/**
 * Checks that a value has the shape of a story.
 *
 * @throws TypeError that names the field which has not.
 */
export function checkStory(story: unknown): Story {
  const expected = `{ format: "${STORY_FORMAT}", version: 1, claim, subject, rows, journal }`;
  if (!isRecord(story) || story["format"] !== STORY_FORMAT || story["version"] !== 1)
    throw new TypeError(`story: expected ${expected}, got ${formatValue(story)}`);
  const wrongRow = (rows: readonly unknown[]): string | undefined => {
    for (const [i, row] of rows.entries()) {
      const path = wrongField(row, ROW_FIELDS, `story.rows[${i}]`);
      if (path !== undefined) return path;
    }
    return undefined;
  };
  const wrongPath =
    wrongField(story, { subject: isText, journal: isText, rows: Array.isArray }, "story") ??
    wrongField(story["claim"], CLAIM_FIELDS, "story.claim") ??
    wrongRow(story["rows"] as readonly unknown[]);
  if (wrongPath !== undefined)
    throw new TypeError(`${wrongPath}: expected what checkDriver and prove write into a story, ${expected}`);
  return story as unknown as Story;
}
