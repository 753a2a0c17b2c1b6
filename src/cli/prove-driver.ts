import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PicMode, SerialRevision } from "../../machines/index.js";
import {
  type Answer,
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
import { writing } from "./files.js";
import { column, field, WIDTH, wrap } from "./layout.js";
import { Progress } from "./progress.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { counted, grouped, type Paint, paintFor, visibleJson } from "./terminal.js";

/** What `vm-superio prove --driver` can be told. */
export interface ProveDriverFlags {
  readonly device: string;
  readonly revision?: SerialRevision;
  readonly pic?: PicMode;
  readonly limit?: number;
  readonly save?: string;
  readonly json?: true;
}

/** The ids of the claims about a driver. */
export const DRIVER_CLAIM_IDS: readonly string[] = driverClaims.map(({ id }) => id);

/** The command `prove --driver linux`: driver, device, interrupt controller and environment are explored as one. */
export async function runProveDriver(
  ids: readonly string[],
  flags: ProveDriverFlags,
  io: Surroundings,
): Promise<ExitCode> {
  if (flags.device !== "serial")
    throw new CommandError(
      `--device: expected serial with --driver, got ${flags.device}; vm-superio/testing tries the driver on it`,
    );
  const unknown = ids.find((id) => !DRIVER_CLAIM_IDS.includes(id));
  if (unknown !== undefined)
    throw new CommandError(`claim: expected ${DRIVER_CLAIM_IDS.join(", ")} of a driver, got ${unknown}`);
  const { revision = "0.8.2", pic = "edge" } = flags;
  const composition = compose({ revision, pic });
  const progress = new Progress(io);
  const graph = explore(composition.chart, composition.scope, {
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    progress: ({ states, transitions }) =>
      void progress.tick(() => `exploring: ${grouped(states)} states, ${grouped(transitions)} transitions`),
  });
  await progress.hide();
  const answers = driverClaims
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .map((claim) => checkDriverClaim(graph, claim));
  if (flags.save !== undefined) await save(composition, answers, flags.save);
  await io.stdout.write(
    flags.json
      ? `${visibleJson(await asJson(composition, graph, answers))}\n`
      : inWords(composition, graph, answers, paintFor(io.stdout, io.env)),
  );
  return answers.every(({ verdict }) => verdict === "proved") ? 0 : 1;
}

function inWords(
  composition: Composition,
  { scope, states, transitions, milliseconds, complete }: Graph<ComposedState>,
  answers: readonly Answer<ComposedState>[],
  paint: Paint,
): string {
  const { device, pic } = composition;
  const bold = (text: string) => paint("bold", text);
  const explored = `${counted(states.length, "state")}, ${counted(transitions.length, "transition")} in ${(milliseconds / 1000).toFixed(1)} s`;
  const ids = column(answers.map(({ claim }) => claim.id));
  const verdicts = column(answers.map(({ verdict }) => verdict));
  const margin = (ids[0]?.length ?? 0) + (verdicts[0]?.length ?? 0) + 4;
  const lines = [
    `${bold(`Linux's driver on ${deviceInWords(device.id, device.options)}, ${pic} interrupts`)}: ${explored}${complete ? "" : "; stopped at the limit"}`,
    field("Scope", scope.name, bold),
    field(
      "Fairness",
      "again and again the processor goes on or has nothing to do, and the handler has read what was received",
      bold,
    ),
    "",
    ...answers.map(({ claim, verdict, premises }, row) => {
      const about = verdict === "proved" ? ` (${counted(premises, "moment")})` : "";
      const [first = "", ...more] = wrap(`${claim.sentence}${about}`, WIDTH - margin);
      const style = verdict === "proved" ? "green" : verdict === "refuted" ? "red" : "yellow";
      return `${ids[row]}  ${paint(style, verdicts[row] ?? "")}  ${[first, ...more].join(`\n${" ".repeat(margin)}`)}`;
    }),
    ...answers.flatMap((answer) => refutation(composition, answer, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

function refutation(
  composition: Composition,
  { claim, verdict, inputs, repeats }: Answer<ComposedState>,
  paint: Paint,
): string[] {
  if (verdict !== "refuted" || !inputs) return [];
  const run = showComposedRun(composition, inputs, repeats);
  const last = repeats === inputs.length - 1;
  const end =
    repeats === undefined
      ? []
      : [last ? "  and nobody has anything to do" : `  and from step ${repeats + 1} on it repeats for ever`];
  return ["", `${paint("red", `${claim.id} refuted:`)} ${claim.sentence}`, composedRunInWords(run), ...end];
}

async function journal(
  composition: Composition,
  { inputs = [], repeats }: Answer<ComposedState>,
): Promise<string> {
  const run = showComposedRun(composition, inputs, repeats);
  return journalOf(composition.device, run.inputs, run.repeats);
}

async function asJson(
  composition: Composition,
  { scope, states, transitions, complete, milliseconds }: Graph<ComposedState>,
  answers: readonly Answer<ComposedState>[],
) {
  const { device, pic } = composition;
  const claims = answers.map(async (answer) => {
    const { claim, verdict, premises, inputs, repeats } = answer;
    return {
      ...{ id: claim.id, sentence: claim.sentence, verdict, premises },
      ...(inputs
        ? {
            happenings: showComposedRun(composition, inputs, repeats).happenings,
            journal: await journal(composition, answer),
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
    claims: await Promise.all(claims),
  };
}

async function save(
  composition: Composition,
  answers: readonly Answer<ComposedState>[],
  folder: string,
): Promise<void> {
  await writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const answer of answers)
      if (answer.verdict === "refuted" && answer.inputs)
        await writeFile(join(folder, `${answer.claim.id}.jsonl`), await journal(composition, answer));
  });
}
