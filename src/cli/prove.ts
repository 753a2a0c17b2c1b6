import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { AnyStateMachine } from "xstate";
import type { PicMode, SerialRevision, Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import {
  type Answer,
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
import { writing } from "./files.js";
import { Progress } from "./progress.js";
import { DRIVER_CLAIM_IDS, runProveDriver } from "./prove-driver.js";
import { proofsAsJson, proofsInWords } from "./prove-report.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { counted, grouped, paintFor, visibleJson } from "./terminal.js";

const SCOPE_NAMES = uart16550ScopeNames({ options: { autoFlow: true } });

/** What `vm-superio prove` can be told. */
interface ProveFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly driver?: "linux";
  readonly pic?: PicMode;
  readonly preset?: Uart16550Preset;
  readonly scope?: string;
  readonly limit?: number;
  readonly save?: string;
  readonly json?: true;
}

const EXAMPLES = `
Every state that the device can be in is explored, under the scope that the answer states, and each
claim is proved, or refuted with a shortest counterexample. CLAIM is a claim's id; by default all are
checked, and vm-superio does not hold every invariant of a 16550. Of uart16550 every scope is explored:
${SCOPE_NAMES.join(", ")}. The exit code is 0 if every claim is proved, 1 if not, 2 if
there is no such claim.

Examples:
  vm-superio prove                                every claim, of 0.8.2
  vm-superio prove --revision 0.8.1 L1 L2         can 0.8.1 lose input?
  vm-superio prove --revision 0.8.1 L1 --save .   write the counterexample to L1.jsonl ...
  vm-superio replay L1.jsonl --revision 0.8.1     ... which replays
  vm-superio prove --driver linux --pic level     is every byte accepted delivered by Linux's driver?
  vm-superio prove --device uart16550 --scope identification I2a I3
  vm-superio prove --device uart16550 --preset qemu --scope modem`;

/** A number of states, from the command line. */
export function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

/** How far an exploration is, in words. */
export const exploredInWords = ({ states, transitions, waiting, milliseconds }: ExploreProgress): string =>
  `exploring: ${grouped(states)} states, ${grouped(transitions)} transitions, ${grouped(waiting)} states to go on from, ${(milliseconds / 1000).toFixed(0)} s`;

/** The command `prove`. */
export function proveCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("prove")
    .description("explore every state of a device, and prove or refute claims about it")
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
    .option("--limit <states>", "how many states to stop at (default: 2000000)", limitFrom)
    .option("--save <folder>", "write each counterexample there as a journal, CLAIM.jsonl")
    .option("--json", "print the answers as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (ids: string[], flags: ProveFlags) => end(await runProve(ids, flags, io)));
}

/** A scope of a device with the claims that can be made in it. */
interface Job {
  readonly name?: string;
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
  readonly claims: readonly Claim[];
}

/** What of a device there is to explore. @throws CommandError if what was asked for does not fit together. */
function jobsFor({ device, revision, preset, scope }: ProveFlags): Job[] {
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
  const names = uart16550ScopeNames(chart);
  if (scope === "flow" && !names.includes("flow"))
    throw new CommandError(
      `--scope flow: expected a part with automatic flow control, got ${preset ?? "pc16550d"}`,
    );
  return names
    .filter((name) => scope === undefined || name === scope)
    .map((name) => ({
      name,
      chart,
      scope: uart16550Slice(name, chart) as Scope,
      claims: uart16550Claims(name, chart.options as never) as readonly Claim[],
    }));
}

/** The same with these claims alone. @throws CommandError if there is no such claim. */
function withClaims(jobs: readonly Job[], ids: readonly string[]): Job[] {
  const known = [...new Set(jobs.flatMap(({ claims }) => claims.map(({ id }) => id)))];
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new CommandError(`claim: expected ${known.join(", ")}, got ${unknown}`);
  if (ids.length === 0) return [...jobs];
  return jobs
    .map((job) => ({ ...job, claims: job.claims.filter(({ id }) => ids.includes(id)) }))
    .filter(({ claims }) => claims.length > 0);
}

async function runProve(ids: readonly string[], flags: ProveFlags, io: Surroundings): Promise<ExitCode> {
  if (flags.driver !== undefined) return runProveDriver(ids, flags, io);
  if (flags.pic !== undefined) throw new CommandError("--pic: expected --driver linux with it");
  const jobs = withClaims(jobsFor(flags), ids);
  const progress = new Progress(io);
  const told: unknown[] = [];
  let proved = true;
  for (const { name, chart, scope, claims } of jobs) {
    const graph = explore(chart, scope, {
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      progress: (so) => void progress.tick(() => exploredInWords(so)),
    });
    const answers = checkAll(graph, claims, {
      progress: ({ looked, transitions }) =>
        void progress.tick(
          () =>
            `checking ${counted(claims.length, "claim")}: ${grouped(looked)} of ${grouped(transitions)} transitions`,
        ),
    });
    await progress.hide();
    proved &&= answers.every(({ verdict }) => verdict === "proved");
    if (flags.save !== undefined) await save(answers, flags.save, name);
    if (flags.json)
      told.push({ ...(name === undefined ? {} : { name }), ...(await proofsAsJson(graph, answers)) });
    else {
      const text = proofsInWords(graph, answers, paintFor(io.stdout, io.env));
      await io.stdout.write(told.push(text) > 1 ? `\n${text}` : text);
    }
  }
  if (flags.json)
    await io.stdout.write(
      `${visibleJson(flags.device === "serial" ? told[0] : { version: 1, scopes: told })}\n`,
    );
  return proved ? 0 : 1;
}

/** Of a device with several scopes a claim's file is named after both. */
async function save(answers: readonly Answer[], folder: string, scope?: string): Promise<void> {
  await writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const { claim, verdict, graph, inputs, repeats } of answers)
      if (verdict === "refuted" && inputs)
        await writeFile(
          join(folder, `${scope === undefined ? "" : `${scope}-`}${claim.id}.jsonl`),
          await journalOf(graph.chart, inputs, repeats),
        );
  });
}
