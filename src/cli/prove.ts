import { mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { AnyStateMachine } from "xstate";
import type { PicMode, SerialRevision, Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart, uart16550Options } from "../device/index.js";
import {
  type CheckResult,
  type Claim,
  type ExploreProgress,
  journalOf,
  type Proof,
  type ProveOptions,
  prove,
  type Scope,
  serialClaims,
  serialScope,
  uart16550Claims,
  uart16550ScopeNames,
  uart16550Slice,
  type Verdict,
} from "../explore/index.js";
import { DEVICES, PRESETS, REVISIONS } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import type { NamedStory } from "./inspect.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { DRIVER_CLAIM_IDS, runProveDriver } from "./prove-driver.js";
import { jobsOfModule } from "./prove-module.js";
import { proofsAsJson, proofsInWords } from "./prove-report.js";
import { inspectHints, inspectRefutations, saveStories, storyOf } from "./prove-story.js";
import { importScript, SCRIPT_ENDINGS } from "./script.js";
import { choosePaint, formatNumber, toSafeJson } from "./terminal.js";
import { watchFile } from "./watch-file.js";

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
  readonly inspect?: true;
  readonly json?: true;
  readonly watch?: true;
  readonly exhaustive?: true;
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
default all claims are checked. vm-superio does not satisfy every invariant of a 16550. For
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

/** A scope of a device or a machine with the claims that can be made in it. */
export interface ProofJob {
  readonly name?: string;
  /** True if it is about a device, false if about a machine of the user's own. */
  readonly isOfDevice: boolean;
  /** Explores the scope, and checks claims. @throws any error of the machine, its scope or the claims. */
  prove(claims: readonly Claim[], options: ProveOptions): Proof;
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
      {
        isOfDevice: true,
        prove: (claims, options) =>
          prove(serialChart(revision) as Chart<AnyStateMachine>, serialScope as Scope, claims, options),
        claims: serialClaims as readonly Claim[],
      },
    ];
  }
  if (scope !== undefined && !(SCOPE_NAMES as readonly string[]).includes(scope))
    throw new CommandError(`--scope ${scope}: Allowed choices are ${SCOPE_NAMES.join(", ")}.`);
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
      isOfDevice: true,
      prove: (claims: readonly Claim[], options: ProveOptions) =>
        prove(chart as Chart<AnyStateMachine>, uart16550Slice(scopeName, chart) as Scope, claims, options),
      claims: uart16550Claims(scopeName, uart16550Options(preset)) as readonly Claim[],
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

async function runProve(proofArguments: readonly string[], flags: ProveFlags, io: Io): Promise<ExitCode> {
  const [filePath, ...claimIds] = proofArguments;
  for (const name of ["watch", "json"] as const)
    if (flags.inspect && flags[name])
      throw new CommandError(`--inspect: expected no --${name} with it, got both`);
  if (filePath !== undefined && SCRIPT_ENDINGS.has(extname(filePath))) {
    checkModuleFlags(flags);
    const proveOnce = async () =>
      proveJobs(
        selectClaims(jobsOfModule(await importScript(filePath), filePath, flags.scope), claimIds),
        flags,
        io,
      );
    return flags.watch ? watchFile(filePath, proveOnce, io) : proveOnce();
  }
  if (flags.watch) throw new CommandError("--watch: expected a module with it, such as my.claims.js");
  if (flags.driver !== undefined) return runProveDriver(proofArguments, flags, io);
  if (flags.pic !== undefined) throw new CommandError("--pic: expected --driver linux with it");
  return proveJobs(selectClaims(createJobs(flags), proofArguments), flags, io);
}

/** @throws CommandError if an option is not one of a module. */
function checkModuleFlags({ revision, preset, driver, pic }: ProveFlags): void {
  for (const [flag, value] of Object.entries({ revision, preset, driver, pic }))
    if (value !== undefined)
      throw new CommandError(`--${flag}: expected no module with it, which exports what is proved`);
}

/** @throws CommandError if there are options for the counterexamples of devices, and a job is about a machine. */
function checkStoryFlags(jobs: readonly ProofJob[], flags: ProveFlags): void {
  for (const name of ["story", "inspect"] as const)
    if (flags[name] !== undefined && !jobs.every(({ isOfDevice }) => isOfDevice))
      throw new CommandError(
        `--${name}: expected claims about a device, got a machine; --save FOLDER writes the events of its counterexamples`,
      );
}

async function proveJobs(jobs: readonly ProofJob[], flags: ProveFlags, io: Io): Promise<ExitCode> {
  checkStoryFlags(jobs, flags);
  const progress = new Progress(io);
  const shownText: unknown[] = [];
  const verdicts = new Set<Verdict>();
  const inspectedStories: NamedStory[] = [];
  for (const { name, isOfDevice, claims, prove: proveClaims } of jobs) {
    const { graph, results: answers } = proveClaims(claims, {
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      exhaustive: flags.exhaustive ?? false,
      progress: (so) => void progress.showIfDue(() => exploredInWords(so)),
    });
    await progress.hide();
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
