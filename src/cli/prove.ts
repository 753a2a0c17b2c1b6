import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type CheckResult,
  type ExploreProgress,
  journalOf,
  serialClaims,
  type Verdict,
} from "../explore/index.js";
import { parseJobs } from "./count-options.js";
import { DEVICES, PRESETS, REVISIONS } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import type { NamedStory } from "./inspect.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { isModulePath, type JobFlags, loadJobs, type ProofJob, proveJob, SCOPE_NAMES } from "./proof-jobs.js";
import { ProofThreads } from "./proof-threads.js";
import { DRIVER_CLAIM_IDS, runProveDriver } from "./prove-driver.js";
import { proofsAsJson, proofsInWords } from "./prove-report.js";
import { inspectHints, inspectRefutations, saveStories, storyOf } from "./prove-story.js";
import { choosePaint, formatNumber, toSafeJson } from "./terminal.js";
import { watchFile } from "./watch-file.js";

/** The options of `vm-superio prove`. */
interface ProveFlags extends JobFlags {
  readonly limit?: number;
  readonly save?: string;
  readonly story?: string;
  readonly inspect?: true;
  readonly json?: true;
  readonly watch?: true;
  readonly exhaustive?: true;
  readonly jobs?: number;
}

const HELP: CommandHelp = {
  summary: "explore every state of a device, and prove or refute claims about it",
  examples: `\
  vm-superio prove                                every claim, for serial 0.8.2
  vm-superio prove --revision 0.8.1 L1 L2         can 0.8.1 lose input?
  vm-superio prove --revision 0.8.1 L1 --save .   write the counterexample to L1.jsonl ...
  vm-superio replay L1.jsonl --revision 0.8.1     ... and replay it
  vm-superio prove --revision 0.8.1 L1 --inspect  look at the counterexample in the browser
  vm-superio prove --driver linux --pic level     does Linux's driver deliver every byte?
  vm-superio prove --device uart16550 --scope identification I2a I3
  vm-superio prove --device uart16550 --preset qemu --scope modem
  vm-superio prove my.claims.ts                   claims about a machine of your own
  vm-superio prove my.claims.ts --scope small C1 --watch`,
  details: `\
Every state of the device is explored, within the scope that the answer states, and each claim is
proved, or refuted with a shortest counterexample. It ends early once every claim is decided. By
default all claims are checked. What takes longer than two seconds is explored by all cores, with
the same answer. vm-superio does not satisfy every invariant of a 16550. For
uart16550 every scope is explored.

A file that ends in .js, .mjs, .ts or .mts is an ES module. It exports machine (of XState) or chart
(serialChart(), uart16550Chart()), claims, and scope, or scopes, an object with one by each name.

The exit code is 0 if every claim is proved, 1 if one is refuted, 2 if there is no such claim, and 3
if none is refuted, but one is inconclusive or about nothing.`,
};

/** Parses a number of states from the command line. */
export function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

/** Describes the progress of an exploration. */
export function exploredInWords(progress: ExploreProgress): string {
  const { states, transitions, waiting, depth, milliseconds } = progress;
  const rate = Math.round((1000 * transitions) / Math.max(1, milliseconds));
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
  return [
    `exploring: ${formatNumber(states)} states`,
    `${formatNumber(transitions)} transitions`,
    `${formatNumber(waiting)} states to go on from`,
    `depth ${formatNumber(depth)}`,
    `${formatNumber(rate)} transitions a second`,
    `${formatNumber(megabytes)} MB`,
    `${(milliseconds / 1000).toFixed(0)} s`,
  ].join(", ");
}

/** The command `prove`. */
export function proveCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("prove"), HELP)
    .argument(
      "[claims...]",
      `a module first, perhaps; which claims; of serial ${serialClaims.map(({ id }) => id).join(", ")}`,
    )
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
      new Option(
        "--scope <scope>",
        `of uart16550: what of it is explored, ${SCOPE_NAMES.join(", ")}; of a module: one of its scopes (default: all)`,
      ),
    )
    .option("--limit <states>", "how many states to stop at (default: 2000000)", parseLimit)
    .option("--jobs <count>", "how many threads explore, or all (default: one for each core)", parseJobs)
    .option("--exhaustive", "explore everything, even once every claim is decided")
    .option(
      "--save <folder>",
      "write each counterexample there: as a journal, CLAIM.jsonl; of a machine, its events, CLAIM.json",
    )
    .option("--story <folder>", "write each as a story for inspect, CLAIM.story.json")
    .option("--inspect", "serve the counterexamples of a device to the inspector, until Ctrl-C")
    .option("--watch", "prove the claims of a module again whenever its file changes")
    .option("--json", "print the answers as JSON")
    .action(async (ids: string[], flags: ProveFlags) => setExitCode(await runProve(ids, flags, io)));
}

async function runProve(proofArguments: readonly string[], flags: ProveFlags, io: Io): Promise<ExitCode> {
  for (const name of ["watch", "json"] as const)
    if (flags.inspect && flags[name])
      throw new CommandError(`--inspect: expected no --${name} with it, got both`);
  const [filePath] = proofArguments;
  const isModule = isModulePath(filePath);
  if (flags.watch && !isModule)
    throw new CommandError("--watch: expected a module with it, such as my.claims.js");
  if (!isModule && flags.driver !== undefined) {
    if (flags.jobs !== undefined)
      throw new CommandError("--jobs: expected no --driver with it, which is explored by one thread");
    return runProveDriver(proofArguments, flags, io);
  }
  if (!isModule && flags.pic !== undefined) throw new CommandError("--pic: expected --driver linux with it");
  const proveOnce = async () => proveJobs(await loadJobs(proofArguments, flags), proofArguments, flags, io);
  return isModule && flags.watch ? watchFile(filePath, proveOnce, io) : proveOnce();
}

/** @throws CommandError if there are options for the counterexamples of devices, and a job is about a machine. */
function checkStoryFlags(jobs: readonly ProofJob[], flags: ProveFlags): void {
  for (const name of ["story", "inspect"] as const)
    if (flags[name] !== undefined && !jobs.every(({ isOfDevice }) => isOfDevice))
      throw new CommandError(
        `--${name}: expected claims about a device, got a machine; --save FOLDER writes the events of its counterexamples`,
      );
}

async function proveJobs(
  jobs: readonly ProofJob[],
  proofArguments: readonly string[],
  flags: ProveFlags,
  io: Io,
): Promise<ExitCode> {
  checkStoryFlags(jobs, flags);
  const progress = new Progress(io);
  const shownText: unknown[] = [];
  const verdicts = new Set<Verdict>();
  const inspectedStories: NamedStory[] = [];
  for (const [jobIndex, job] of jobs.entries()) {
    const { name, isOfDevice } = job;
    const threads = new ProofThreads({ proofArguments, flags, jobIndex }, flags.jobs);
    const { graph, results: answers } = proveJob(
      job,
      {
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        exhaustive: flags.exhaustive ?? false,
        progress: (so) => void progress.showIfDue(() => exploredInWords(so)),
      },
      threads.source,
    );
    await Promise.all([progress.hide(), threads.close()]);
    if (flags.jobs !== undefined && threads.refusal !== undefined)
      await io.stderr.write(`--jobs: ${threads.refusal}\n`);
    for (const { verdict } of answers) verdicts.add(verdict);
    if (flags.save !== undefined) await saveRefutations(answers, flags.save, name);
    const stories = (await Promise.all(answers.map(storyOf))).filter((story) => story !== undefined);
    inspectedStories.push(
      ...stories.map((story) => ({
        name: name === undefined ? story.subject : `${story.subject}, ${name}`,
        story,
      })),
    );
    const storyFiles = flags.story === undefined ? undefined : await saveStories(stories, flags.story, name);
    if (flags.json)
      shownText.push({ ...(name === undefined ? {} : { name }), ...(await proofsAsJson(graph, answers)) });
    else {
      const hints = isOfDevice ? inspectHints(stories, storyFiles, flags) : [];
      const proofText = `${proofsInWords(graph, answers, choosePaint(io.stdout, io.env))}${hints.map((line) => `${line}\n`).join("")}`;
      await io.stdout.write(shownText.push(proofText) > 1 ? `\n${proofText}` : proofText);
    }
  }
  const isOne = shownText.length === 1 && jobs[0]?.name === undefined;
  if (flags.json)
    await io.stdout.write(`${toSafeJson(isOne ? shownText[0] : { version: 1, scopes: shownText })}\n`);
  if (flags.inspect) await inspectRefutations(inspectedStories, io);
  if (verdicts.has("refuted")) return 1;
  return verdicts.has("inconclusive") || verdicts.has("vacuous") ? 3 : 0;
}

/** Saves each counterexample: a journal of a device, the events of a machine. With several scopes, a file is named after scope and claim. */
async function saveRefutations(
  answers: readonly CheckResult[],
  folder: string,
  scope?: string,
): Promise<void> {
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const { claim, verdict, graph, inputs, repeats } of answers)
      if (verdict === "refuted" && inputs) {
        const isMachine = graph.chart.registers.length === 0;
        const fileName = `${scope === undefined ? "" : `${scope}-`}${claim.id}.${isMachine ? "json" : "jsonl"}`;
        await writeFile(
          join(folder, fileName),
          isMachine ? `${toSafeJson(inputs)}\n` : await journalOf(graph.chart, inputs, repeats),
        );
      }
  });
}
