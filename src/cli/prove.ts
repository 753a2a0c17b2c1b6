import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { PicMode, SerialRevision } from "../../machines/index.js";
import { type SerialState, serialChart } from "../device/index.js";
import {
  type Answer,
  type Claim,
  check,
  type ExploreProgress,
  explore,
  journalOf,
  serialClaims,
  serialScope,
} from "../explore/index.js";
import { DEVICES, REVISIONS } from "./devices.js";
import { Progress } from "./progress.js";
import { DRIVER_CLAIM_IDS, runProveDriver } from "./prove-driver.js";
import { proofsAsJson, proofsInWords } from "./prove-report.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { grouped, paintFor, visibleJson } from "./terminal.js";

/** What `vm-superio prove` can be told. */
interface ProveFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision: SerialRevision;
  readonly driver?: "linux";
  readonly pic?: PicMode;
  readonly limit?: number;
  readonly save?: string;
  readonly json?: true;
}

const EXAMPLES = `
Every state that serial can be in is explored, under the scope that the answer states, and each claim
is proved, or refuted with a shortest counterexample. CLAIM is a claim's id; by default all are
checked, and vm-superio does not hold every invariant of a 16550. The exit code is 0 if every claim
is proved, 1 if not, 2 if there is no such claim.

Examples:
  vm-superio prove                                every claim, of 0.8.2
  vm-superio prove --revision 0.8.1 L1 L2         can 0.8.1 lose input?
  vm-superio prove --revision 0.8.1 L1 --save .   write the counterexample to L1.jsonl ...
  vm-superio replay L1.jsonl --revision 0.8.1     ... which replays
  vm-superio prove --driver linux --pic level     is every byte accepted delivered by Linux's driver?`;

/** A number of states, from the command line. */
export function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

/** How far an exploration is, in words. */
export const exploredInWords = ({ states, transitions, waiting }: ExploreProgress): string =>
  `exploring: ${grouped(states)} states, ${grouped(transitions)} transitions, ${grouped(waiting)} states to go on from`;

/** The command `prove`. */
export function proveCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("prove")
    .description("explore every state of a device, and prove or refute claims about it")
    .argument("[claims...]", `which claims: ${serialClaims.map(({ id }) => id).join(", ")}`)
    .addOption(new Option("--device <device>", "the device").choices(DEVICES).default("serial"))
    .addOption(
      new Option("--revision <revision>", "of serial: vm-superio's revision")
        .choices(REVISIONS)
        .default("0.8.2"),
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
    .option("--limit <states>", "how many states to stop at (default: 200000)", limitFrom)
    .option("--save <folder>", "write each counterexample there as a journal, CLAIM.jsonl")
    .option("--json", "print the answers as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (ids: string[], flags: ProveFlags) => end(await runProve(ids, flags, io)));
}

function claimsFor(ids: readonly string[]): readonly Claim<SerialState>[] {
  const unknown = ids.find((id) => !serialClaims.some((claim) => claim.id === id));
  if (unknown !== undefined)
    throw new CommandError(`claim: expected ${serialClaims.map(({ id }) => id).join(", ")}, got ${unknown}`);
  return ids.length === 0 ? serialClaims : serialClaims.filter(({ id }) => ids.includes(id));
}

async function runProve(ids: readonly string[], flags: ProveFlags, io: Surroundings): Promise<ExitCode> {
  if (flags.driver !== undefined) return runProveDriver(ids, flags, io);
  if (flags.pic !== undefined) throw new CommandError("--pic: expected --driver linux with it");
  if (flags.device !== "serial")
    throw new CommandError(
      `--device: expected serial, got ${flags.device}, whose states are too many to explore; compare its presets with vm-superio diff`,
    );
  const claims = claimsFor(ids);
  const progress = new Progress(io);
  const graph = explore(serialChart(flags.revision), serialScope, {
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    progress: (so) => void progress.tick(() => exploredInWords(so)),
  });
  await progress.hide();
  const answers = claims.map((claim) => check(graph, claim));
  if (flags.save !== undefined) await save(answers, flags.save);
  await io.stdout.write(
    flags.json
      ? `${visibleJson(await proofsAsJson(graph, answers))}\n`
      : proofsInWords(graph, answers, paintFor(io.stdout, io.env)),
  );
  return answers.every(({ verdict }) => verdict === "proved") ? 0 : 1;
}

async function save(answers: readonly Answer<SerialState>[], folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { claim, verdict, graph, inputs, repeats } of answers)
      if (verdict === "refuted" && inputs)
        await writeFile(join(folder, `${claim.id}.jsonl`), await journalOf(graph.chart, inputs, repeats));
  } catch (error) {
    throw new CommandError(`cannot write to ${folder}: ${(error as Error).message}`);
  }
}
