import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CheckResult,
  type ComposedState,
  type Composition,
  journalOf,
  showComposedRun,
  showRun,
} from "../explore/index.js";
import type { Story, StoryRow } from "../journal/index.js";
import { deviceInWords } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { inspectStories, type NamedStory } from "./inspect.js";
import type { Io } from "./io.js";

/** Returns a counterexample of a device as a story, which the inspector opens at the first violation; undefined if there is none. */
export async function storyOf({
  claim,
  verdict,
  graph,
  inputs,
  repeats,
}: CheckResult): Promise<Story | undefined> {
  const { chart } = graph;
  const isMachine = chart.registers.length === 0;
  if (verdict !== "refuted" || !inputs || isMachine) return undefined;
  const run = showRun(chart, inputs);
  const rows = run.steps.map(({ number, text, changes }, i): StoryRow => {
    const inputType = run.inputs[i]?.type;
    return {
      ...{ number, text, effects: changes, index: indexInJournal(i, repeats), handler: false },
      by: inputType === "read" || inputType === "write" ? "driver" : "environment",
    };
  });
  return {
    ...{ format: "vm-superio-story", version: 1, subject: deviceInWords(chart.id, chart.options), rows },
    claim: { id: claim.id, sentence: claim.sentence, detail: refutedInWords(inputs, repeats, "input") },
    journal: await journalOf(chart, inputs, repeats),
  };
}

/** Returns a counterexample of driver and device as a story; undefined if there is none. */
export async function composedStoryOf(
  composition: Composition,
  { claim, verdict, inputs, repeats }: CheckResult<ComposedState>,
): Promise<Story | undefined> {
  if (verdict !== "refuted" || !inputs) return undefined;
  const { device, pic } = composition;
  const run = showComposedRun(composition, inputs, repeats);
  const rows = run.happenings.map(
    ({ step, by: actor, text, effects, handler, index }): StoryRow => ({
      ...{ number: step, by: actor, text, effects, handler, index: indexInJournal(index, run.repeats) },
    }),
  );
  return {
    ...{ format: "vm-superio-story", version: 1, rows },
    subject: `${deviceInWords(device.id, device.options)}, ${pic} interrupts`,
    claim: { id: claim.id, sentence: claim.sentence, detail: refutedInWords(inputs, repeats, "step") },
    journal: await journalOf(device, run.inputs, run.repeats),
  };
}

/** Returns an input's index in the journal of a counterexample: the mark at which that begins to repeat is an entry of its own. */
const indexInJournal = (inputIndex: number, repeats: number | undefined): number =>
  repeats === undefined || inputIndex < repeats ? inputIndex : inputIndex + 1;

const refutedInWords = (
  steps: readonly unknown[],
  repeats: number | undefined,
  stepName: "input" | "step",
): string =>
  repeats === undefined
    ? `refuted in ${steps.length} ${stepName}s`
    : `refuted: from ${stepName} ${repeats + 1} on it repeats`;

/**
 * Writes stories into a folder, each as CLAIM.story.json.
 *
 * @param scope - a name in front of the claim's, where there are several scopes.
 * @returns the files.
 */
export async function saveStories(
  stories: readonly Story[],
  folder: string,
  scope?: string,
): Promise<string[]> {
  const filePaths: string[] = [];
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const story of stories) {
      const filePath = join(folder, `${scope === undefined ? "" : `${scope}-`}${story.claim.id}.story.json`);
      await writeFile(filePath, `${JSON.stringify(story)}\n`);
      filePaths.push(filePath);
    }
  });
  return filePaths;
}

/**
 * Returns the lines that name the command which shows the counterexamples of a device; none if there are none, or if they are shown anyway.
 *
 * @param storyFiles - the stories' files, if they were written.
 */
export function inspectHints(
  stories: readonly Story[],
  storyFiles: readonly string[] | undefined,
  { inspect }: { readonly inspect?: true },
): string[] {
  if (stories.length === 0 || inspect) return [];
  return storyFiles
    ? ["", ...storyFiles.map((filePath) => `Look at it: vm-superio inspect ${filePath}`)]
    : ["", "Look at it: the same command with --inspect"];
}

/** Serves counterexamples to the inspector until the user ends it; if there are none, it says so. */
export async function inspectRefutations(stories: readonly NamedStory[], io: Io): Promise<void> {
  if (stories.length === 0) await io.stdout.write("\nThere is no counterexample to inspect\n");
  else {
    await io.stdout.write("\n");
    await inspectStories(stories, io);
  }
}
