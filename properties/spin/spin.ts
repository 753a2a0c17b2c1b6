import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Spin's counts of a model's states. */
interface Counted {
  /** States stored. */
  readonly states: number;
  /** Steps taken: from each state, every one that there is. */
  readonly transitions: number;
}

/** A model that spin has compiled to a verifier. */
interface Verifier {
  /** Goes through all states. */
  count(): Promise<Counted>;
  /** True if a claim holds. */
  holds(claimId: string): Promise<boolean>;
  close(): Promise<void>;
}

type VerifierKind = "states" | "claims" | "cores";

const SPIN_FLAGS: Readonly<Record<VerifierKind, readonly string[]>> = {
  states: [],
  claims: ["-DCLAIMS"],
  cores: ["-DCORES"],
};
const GCC_FLAGS: Readonly<Record<VerifierKind, readonly string[]>> = {
  states: ["-DSAFETY"],
  claims: [],
  cores: ["-DSAFETY", "-DNCORE=2", "-DMEMLIM=1000"],
};

/** The model does what no model may: a variable leaves its range, or no choice is left. */
export class WentWrong extends Error {}

/** The number before a word in the verifier's report. */
function figure(report: string, subjectName: string): number {
  const matched = new RegExp(`^\\s*(\\d+) ${subjectName}`, "m").exec(report)?.[1];
  if (matched === undefined) throw new Error(`spin's report has no "${subjectName}":\n${report}`);
  return Number(matched);
}

/**
 * Compiles a model: for counting its states; or, with claims, for checking one after the other.
 *
 * Nothing is reduced: neither by partial orders nor by hashes. "cores" counts states as well, on two cores.
 */
async function verifier(promelaModel: string, kind: VerifierKind): Promise<Verifier> {
  const directory = await mkdtemp(join(tmpdir(), "vm-superio-spin-"));
  const options = { cwd: directory, maxBuffer: 1 << 24 };
  await writeFile(join(directory, "model.pml"), promelaModel);
  await run("spin", [...SPIN_FLAGS[kind], "-a", "model.pml"], options);
  // The models are small: compiling them takes longer than going through them.
  const flags = ["-O0", "-w", "-DNOREDUCE", ...GCC_FLAGS[kind]];
  await run("gcc", [...flags, "-o", "pan", "pan.c"], options);
  const report = async (...cliArguments: string[]): Promise<string> => {
    const { stdout } = await run(join(directory, "pan"), ["-m50000", "-w18", ...cliArguments], options);
    if (
      /max search depth too small|Search not completed|out of memory/i.test(stdout) &&
      !/errors: 1/.test(stdout)
    )
      throw new Error(`spin did not finish:\n${stdout}`);
    return stdout;
  };
  return {
    count: async () => {
      const verifierReport = await report();
      if (!/errors: 0/.test(verifierReport)) throw new WentWrong(`the model goes wrong:\n${verifierReport}`);
      // spin counts the arrival at the first state as a transition.
      return {
        states: figure(verifierReport, "states, stored"),
        transitions: figure(verifierReport, "transitions") - 1,
      };
    },
    holds: async (claimId) => {
      const verifierReport = await report("-a", "-N", claimId);
      const errors = /errors: (\d+)/.exec(verifierReport)?.[1];
      if (errors === undefined) throw new Error(`spin's report has no errors:\n${verifierReport}`);
      return errors === "0";
    },
    close: () => rm(directory, { recursive: true }),
  };
}

/** Compiles a model, uses it, and cleans up. */
export async function withVerifier<T>(
  promelaModel: string,
  kind: VerifierKind,
  use: (verifier: Verifier) => Promise<T>,
): Promise<T> {
  const createdVerifier = await verifier(promelaModel, kind);
  try {
    return await use(createdVerifier);
  } finally {
    await createdVerifier.close();
  }
}
