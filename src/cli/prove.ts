import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { AnyStateMachine } from "xstate";
import type { PicMode, SerialRevision, Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import {
  type CheckResult,
  type Claim,
  checkAll,
  type ExploreProgress,
  explore,
  journalOf,
  type Scope,
  serialClaims,
  serialScope,
  uart16550Claims,
  uart16550ScopeNames,
  uart16550Slice,
} from "../explore/index.js";
import { DEVICES, PRESETS, REVISIONS } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { DRIVER_CLAIM_IDS, runProveDriver } from "./prove-driver.js";
import { proofsAsJson, proofsInWords } from "./prove-report.js";
import { storyOf } from "./prove-story.js";
import { choosePaint, formatCount, formatNumber, toSafeJson } from "./terminal.js";

const SCOPE_NAMES = uart16550ScopeNames({ options: { autoFlow: true } });

/** The options of `vm-superio prove`. */
interface ProveFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly driver?: "linux";
  readonly pic?: PicMode;
  readonly preset?: Uart16550Preset;
  readonly scope?: string;
  readonly limit?: number;
  readonly save?: string;
  readonly story?: string;
  readonly json?: true;
}

const HELP: CommandHelp = {
  summary: "explore every state of a device, and prove or refute claims about it",
  examples: `\
  vm-superio prove                                every claim, for serial 0.8.2
  vm-superio prove --revision 0.8.1 L1 L2         can 0.8.1 lose input?
  vm-superio prove --revision 0.8.1 L1 --save .   write the counterexample to L1.jsonl ...
  vm-superio replay L1.jsonl --revision 0.8.1     ... and replay it
  vm-superio prove --driver linux --pic level     does Linux's driver deliver every byte?
  vm-superio prove --device uart16550 --scope identification I2a I3
  vm-superio prove --device uart16550 --preset qemu --scope modem`,
  details: `\
Every state of the device is explored, within the scope that the answer states, and each claim is
proved, or refuted with a shortest counterexample. By default all claims are checked. vm-superio
does not satisfy every invariant of a 16550. For uart16550 every scope is explored. The exit code is
0 if every claim is proved, 1 if not, 2 if there is no such claim.`,
};

/** Parses a number of states from the command line. */
export function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

/** Describes the progress of an exploration. */
export const exploredInWords = ({ states, transitions, waiting, milliseconds }: ExploreProgress): string =>
  `exploring: ${formatNumber(states)} states, ${formatNumber(transitions)} transitions, ${formatNumber(waiting)} states to go on from, ${(milliseconds / 1000).toFixed(0)} s`;

/** The command `prove`. */
export function proveCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("prove"), HELP)
    .argument("[claims...]", `which claims; of serial ${serialClaims.map(({ id }) => id).join(", ")}`)
    .addOption(new Option("--device <device>", "the device").choices(DEVICES).default("serial"))
    .addOption(
      new Option("--revision <revision>", "of serial: vm-superio's revision (default: 0.8.2)").choices(
        REVISIONS,
      ),
    )
    .addOption(
      new Option(
        "--driver <driver>",
        `with a driver, which has claims of its own: ${DRIVER_CLAIM_IDS.join(", ")}`,
      ).choices(["linux"]),
    )
    .addOption(
      new Option("--pic <pic>", "with --driver: how its interrupt is taken (default: edge)").choices([
        "edge",
        "level",
      ]),
    )
    .addOption(new Option("--preset <preset>", "of uart16550: the part (default: pc16550d)").choices(PRESETS))
    .addOption(
      new Option("--scope <scope>", "of uart16550: what of it is explored (default: all)").choices(
        SCOPE_NAMES,
      ),
    )
    .option("--limit <states>", "how many states to stop at (default: 2000000)", parseLimit)
    .option("--save <folder>", "write each counterexample there as a journal, CLAIM.jsonl")
    .option("--story <folder>", "write each as a story for inspect, CLAIM.story.json")
    .option("--json", "print the answers as JSON")
    .action(async (ids: string[], flags: ProveFlags) => setExitCode(await runProve(ids, flags, io)));
}

/** A scope of a device with the claims that can be made in it. */
interface ProofJob {
  readonly name?: string;
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
  readonly claims: readonly Claim[];
}

/** Creates the jobs for the options. @throws CommandError if the options contradict each other. */
function createJobs({ device, revision, preset, scope }: ProveFlags): ProofJob[] {
  if (device === "serial") {
    if (preset !== undefined)
      throw new CommandError(
        "--preset: expected --device uart16550 with it, got serial, which has --revision",
      );
    if (scope !== undefined)
      throw new CommandError("--scope: expected --device uart16550 with it, got serial, which has one scope");
    return [
      { chart: serialChart(revision), scope: serialScope as Scope, claims: serialClaims as readonly Claim[] },
    ];
  }
  if (revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  const chart = uart16550Chart(preset);
  const scopeNames = uart16550ScopeNames(chart);
  if (scope === "flow" && !scopeNames.includes("flow"))
    throw new CommandError(
      `--scope flow: expected a part with automatic flow control, got ${preset ?? "pc16550d"}`,
    );
  return scopeNames
    .filter((name) => scope === undefined || name === scope)
    .map((scopeName) => ({
      name: scopeName,
      chart,
      scope: uart16550Slice(scopeName, chart) as Scope,
      claims: uart16550Claims(scopeName, chart.options as never) as readonly Claim[],
    }));
}

/** Limits jobs to the claims with these ids. @throws CommandError if there is no such claim. */
function selectClaims(jobs: readonly ProofJob[], claimIds: readonly string[]): ProofJob[] {
  const knownIds = [...new Set(jobs.flatMap(({ claims }) => claims.map(({ id }) => id)))];
  const unknownId = claimIds.find((id) => !knownIds.includes(id));
  if (unknownId !== undefined)
    throw new CommandError(`claim: expected ${knownIds.join(", ")}, got ${unknownId}`);
  if (claimIds.length === 0) return [...jobs];
  return jobs
    .map((job) => ({ ...job, claims: job.claims.filter(({ id }) => claimIds.includes(id)) }))
    .filter(({ claims }) => claims.length > 0);
}

async function runProve(claimIds: readonly string[], flags: ProveFlags, io: Io): Promise<ExitCode> {
  if (flags.driver !== undefined) return runProveDriver(claimIds, flags, io);
  if (flags.pic !== undefined) throw new CommandError("--pic: expected --driver linux with it");
  const jobs = selectClaims(createJobs(flags), claimIds);
  const progress = new Progress(io);
  const shownText: unknown[] = [];
  let allProved = true;
  for (const { name, chart, scope, claims } of jobs) {
    const graph = explore(chart, scope, {
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      progress: (so) => void progress.showIfDue(() => exploredInWords(so)),
    });
    const answers = checkAll(graph, claims, {
      progress: ({ looked, transitions }) =>
        void progress.showIfDue(
          () =>
            `checking ${formatCount(claims.length, "claim")}: ${formatNumber(looked)} of ${formatNumber(transitions)} transitions`,
        ),
    });
    await progress.hide();
    allProved &&= answers.every(({ verdict }) => verdict === "proved");
    if (flags.save !== undefined) await saveRefutations(answers, flags.save, name);
    if (flags.story !== undefined) await saveStories(answers, flags.story, name);
    if (flags.json)
      shownText.push({ ...(name === undefined ? {} : { name }), ...(await proofsAsJson(graph, answers)) });
    else {
      const proofText = proofsInWords(graph, answers, choosePaint(io.stdout, io.env));
      await io.stdout.write(shownText.push(proofText) > 1 ? `\n${proofText}` : proofText);
    }
  }
  if (flags.json)
    await io.stdout.write(
      `${toSafeJson(flags.device === "serial" ? shownText[0] : { version: 1, scopes: shownText })}\n`,
    );
  return allProved ? 0 : 1;
}

/** Saves each counterexample as a story, named as {@link saveRefutations} does. */
async function saveStories(answers: readonly CheckResult[], folder: string, scope?: string): Promise<void> {
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const answer of answers) {
      const story = await storyOf(answer);
      const fileName = `${scope === undefined ? "" : `${scope}-`}${answer.claim.id}.story.json`;
      if (story) await writeFile(join(folder, fileName), `${JSON.stringify(story)}\n`);
    }
  });
}

/** Saves each counterexample. With several scopes, a file is named after scope and claim. */
async function saveRefutations(
  answers: readonly CheckResult[],
  folder: string,
  scope?: string,
): Promise<void> {
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const { claim, verdict, graph, inputs, repeats } of answers)
      if (verdict === "refuted" && inputs)
        await writeFile(
          join(folder, `${scope === undefined ? "" : `${scope}-`}${claim.id}.jsonl`),
          await journalOf(graph.chart, inputs, repeats),
        );
  });
}
