import { expect, test } from "vitest";
import { parseStory, type Story } from "./story.js";

const STORY: Story = {
  ...{ format: "vm-superio-story", version: 1, subject: "serial", journal: "" },
  claim: { id: "L1", sentence: "Every byte arrives.", detail: "one does not" },
  rows: [{ number: 1, by: "driver", text: "LSR -> 0x60", effects: ["IRQ"], index: 0, handler: false }],
};

test("a story that has been written is read as it was", () => {
  expect(parseStory(JSON.stringify(STORY))).toEqual(STORY);
  const named = { ...STORY, rows: [{ ...STORY.rows[0], function: "probe" }] };
  expect(parseStory(JSON.stringify(named))).toEqual(named);
});

const paths = [
  ...["story.subject", "story.journal", "story.rows"],
  ...["id", "sentence", "detail"].map((name) => `story.claim.${name}`),
  ...["number", "by", "text", "effects", "index", "handler"].map((name) => `story.rows[0].${name}`),
];

test.each(paths)("%s that is missing, or of another type, is named", (path) => {
  const keys = path.match(/\w+/g)?.slice(1) ?? [];
  for (const wrongValue of [undefined, null, { a: 1 }, -1.5, [3]]) {
    const story = structuredClone(STORY) as unknown as Record<string, unknown>;
    const last = keys.at(-1) as string;
    const parent = keys.slice(0, -1).reduce((value, key) => value[key] as Record<string, unknown>, story);
    if (wrongValue === undefined) delete parent[last];
    else parent[last] = wrongValue;
    const named = path === "story.rows" && Array.isArray(wrongValue) ? "story.rows[0]" : path;
    expect(() => parseStory(JSON.stringify(story))).toThrow(
      `${named}: expected what checkDriver and prove write`,
    );
  }
});

test.each([
  "",
  "{",
  "[]",
  "null",
  JSON.stringify({ ...STORY, version: 2 }),
  JSON.stringify({ ...STORY, claim: 7 }),
])("%j is no story", (text) => expect(() => parseStory(text)).toThrow(/^story(\.claim)?: expected/));
