import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PicMode, SerialRevision } from "../../machines/index.js";
import {
  type CheckResult,
  type ComposedState,
  type Composition,
  checkDriverClaim,
  compose,
  composedRunInWords,
  driverClaims,
  explore,
  type Graph,
  journalOf,
  showComposedRun,
} from "../explore/index.js";
import { deviceInWords } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { alignColumn, labelledField, REPORT_WIDTH, wrapText } from "./layout.js";
import { Progress } from "./progress.js";
import { composedStoryOf, inspectHints, inspectRefutations, saveStories } from "./prove-story.js";
import { choosePaint, formatCount, formatNumber, type Paint, toSafeJson } from "./terminal.js";

/** The options of `vm-superio prove --driver`. */
interface ProveDriverFlags {
  readonly device: string;
  readonly revision?: SerialRevision;
  readonly pic?: PicMode;
  readonly limit?: number;
  readonly save?: string;
  readonly story?: string;
  readonly inspect?: true;
  readonly json?: true;
}

/** The ids of the claims about a driver. */
export const DRIVER_CLAIM_IDS: readonly string[] = driverClaims.map(({ id }) => id);

/** Runs `prove --driver linux`: explores driver, device, interrupt controller and environment as one. */
export async function runProveDriver(
  claimIds: readonly string[],
  flags: ProveDriverFlags,
  io: Io,
): Promise<ExitCode> {
  if (flags.device !== "serial")
    throw new CommandError(
      `--device: expected serial with --driver, got ${flags.device}; vm-superio/testing tries the driver on it`,
    );
  const unknown = claimIds.find((id) => !DRIVER_CLAIM_IDS.includes(id));
  if (unknown !== undefined)
    throw new CommandError(`claim: expected ${DRIVER_CLAIM_IDS.join(", ")} of a driver, got ${unknown}`);
  const { revision = "0.8.2", pic = "edge" } = flags;
  const composition = compose({ revision, pic });
  const progress = new Progress(io);
  const graph = explore(composition.chart, composition.scope, {
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    progress: ({ states, transitions }) =>
      void progress.showIfDue(
        () => `exploring: ${formatNumber(states)} states, ${formatNumber(transitions)} transitions`,
      ),
  });
  await progress.hide();
  const answers = driverClaims
    .filter(({ id }) => claimIds.length === 0 || claimIds.includes(id))
    .map((claim) => checkDriverClaim(graph, claim));
  if (flags.save !== undefined) await saveRefutations(composition, answers, flags.save);
  const stories = (await Promise.all(answers.map((answer) => composedStoryOf(composition, answer)))).filter(
    (story) => story !== undefined,
  );
  const storyFiles = flags.story === undefined ? undefined : await saveStories(stories, flags.story);
  const hints = inspectHints(stories, storyFiles, flags);
  await io.stdout.write(
    flags.json
      ? `${toSafeJson(await driverProofsAsJson(composition, graph, answers))}\n`
      : `${driverProofsInWords(composition, graph, answers, choosePaint(io.stdout, io.env))}${hints.map((line) => `${line}\n`).join("")}`,
  );
  if (flags.inspect)
    await inspectRefutations(
      stories.map((story) => ({ name: story.subject, story })),
      io,
    );
  return answers.every(({ verdict }) => verdict === "proved") ? 0 : 1;
}

function driverProofsInWords(
  composition: Composition,
  { scope, states, transitions, milliseconds, complete }: Graph<ComposedState>,
  answers: readonly CheckResult<ComposedState>[],
  paint: Paint,
): string {
  const { device, pic } = composition;
  const paintBold = (text: string) => paint("bold", text);
  const exploredText = `${formatCount(states.length, "state")}, ${formatCount(transitions.length, "transition")} in ${(milliseconds / 1000).toFixed(1)} s`;
  const idCells = alignColumn(answers.map(({ claim }) => claim.id));
  const verdictCells = alignColumn(answers.map(({ verdict }) => verdict));
  const margin = (idCells[0]?.length ?? 0) + (verdictCells[0]?.length ?? 0) + 4;
  const lines = [
    `${paintBold(`Linux's driver on ${deviceInWords(device.id, device.options)}, ${pic} interrupts`)}: ${exploredText}${complete ? "" : "; stopped at the limit"}`,
    labelledField("Scope", scope.name, paintBold),
    labelledField(
      "Fairness",
      "again and again the processor goes on or has nothing to do, and the handler has read what was received",
      paintBold,
    ),
    "",
    ...answers.map(({ claim, verdict, premises }, rowIndex) => {
      const momentText = verdict === "proved" ? ` (${formatCount(premises, "moment")})` : "";
      const [firstLine = "", ...moreLines] = wrapText(
        `${claim.sentence}${momentText}`,
        REPORT_WIDTH - margin,
      );
      const verdictStyle = verdict === "proved" ? "green" : verdict === "refuted" ? "red" : "yellow";
      return `${idCells[rowIndex]}  ${paint(verdictStyle, verdictCells[rowIndex] ?? "")}  ${[firstLine, ...moreLines].join(`\n${" ".repeat(margin)}`)}`;
    }),
    ...answers.flatMap((answer) => refutationInWords(composition, answer, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

function refutationInWords(
  composition: Composition,
  { claim, verdict, inputs, repeats }: CheckResult<ComposedState>,
  paint: Paint,
): string[] {
  if (verdict !== "refuted" || !inputs) return [];
  const composedRun = showComposedRun(composition, inputs, repeats);
  const isDeadlock = repeats === inputs.length - 1;
  const endLines =
    repeats === undefined
      ? []
      : [
          isDeadlock
            ? "  and nobody has anything to do"
            : `  and from step ${repeats + 1} on it repeats for ever`,
        ];
  return [
    "",
    `${paint("red", `${claim.id} refuted:`)} ${claim.sentence}`,
    composedRunInWords(composedRun),
    ...endLines,
  ];
}

async function runJournal(
  composition: Composition,
  { inputs = [], repeats }: CheckResult<ComposedState>,
): Promise<string> {
  const composedRun = showComposedRun(composition, inputs, repeats);
  return journalOf(composition.device, composedRun.inputs, composedRun.repeats);
}

async function driverProofsAsJson(
  composition: Composition,
  { scope, states, transitions, complete, milliseconds }: Graph<ComposedState>,
  answers: readonly CheckResult<ComposedState>[],
) {
  const { device, pic } = composition;
  const claimResults = answers.map(async (answer) => {
    const { claim, verdict, premises, inputs, repeats } = answer;
    return {
      ...{ id: claim.id, sentence: claim.sentence, verdict, premises },
      ...(inputs
        ? {
            happenings: showComposedRun(composition, inputs, repeats).happenings,
            journal: await runJournal(composition, answer),
          }
        : {}),
      ...(repeats === undefined ? {} : { repeats }),
    };
  });
  return {
    version: 1,
    driver: "linux",
    chart: device.id,
    options: device.options,
    pic,
    scope: scope.name,
    states: states.length,
    transitions: transitions.length,
    complete,
    milliseconds: Math.round(milliseconds),
    claims: await Promise.all(claimResults),
  };
}

async function saveRefutations(
  composition: Composition,
  answers: readonly CheckResult<ComposedState>[],
  folder: string,
): Promise<void> {
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const answer of answers)
      if (answer.verdict === "refuted" && answer.inputs)
        await writeFile(join(folder, `${answer.claim.id}.jsonl`), await runJournal(composition, answer));
  });
}
