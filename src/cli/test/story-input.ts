import type { Story } from "../../journal/index.js";
import type { InputFile } from "../input.js";

/** Returns the story of a failure as an input of the inspector. */
export const storyInput = (name: string, story: Story): InputFile => ({
  name,
  chunks: (async function* () {
    yield new TextEncoder().encode(JSON.stringify(story));
  })(),
  readShare: undefined,
});
