import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What spin made of a model's states. */
export interface Counted {
  /** States stored. */
  readonly states: number;
  /** Steps taken: from each state, every one that there is. */
  readonly transitions: number;
}

/** A model that spin has compiled to a verifier. */
export interface Verifier {
  /** Goes through all states. */
  count(): Promise<Counted>;
  /** Whether a claim holds. */
  holds(claim: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The model does what no model may: a variable leaves its range, or no choice is left. */
export class WentWrong extends Error {}

/** The number before a word in the verifier's report. */
function figure(report: string, what: string): number {
  const found = new RegExp(`^\\s*(\\d+) ${what}`, "m").exec(report)?.[1];
  if (found === undefined) throw new Error(`spin's report has no "${what}":\n${report}`);
  return Number(found);
}

/**
 * Compiles a model: for counting its states; or, with claims, for checking one after the other.
 *
 * Nothing is reduced: neither by partial orders nor by hashes.
 */
export async function verifier(model: string, kind: "states" | "claims"): Promise<Verifier> {
  const folder = await mkdtemp(join(tmpdir(), "vm-superio-spin-"));
  const options = { cwd: folder, maxBuffer: 1 << 24 };
  await writeFile(join(folder, "model.pml"), model);
  await run("spin", [...(kind === "claims" ? ["-DCLAIMS"] : []), "-a", "model.pml"], options);
  // The models are small: compiling them takes longer than going through them.
  const flags = ["-O0", "-w", "-DNOREDUCE", ...(kind === "states" ? ["-DSAFETY"] : [])];
  await run("gcc", [...flags, "-o", "pan", "pan.c"], options);
  const report = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(join(folder, "pan"), ["-m50000", "-w18", ...args], options);
    if (
      /max search depth too small|Search not completed|out of memory/i.test(stdout) &&
      !/errors: 1/.test(stdout)
    )
      throw new Error(`spin did not finish:\n${stdout}`);
    return stdout;
  };
  return {
    count: async () => {
      const text = await report();
      if (!/errors: 0/.test(text)) throw new WentWrong(`the model goes wrong:\n${text}`);
      // spin counts the arrival at the first state as a transition.
      return { states: figure(text, "states, stored"), transitions: figure(text, "transitions") - 1 };
    },
    holds: async (claim) => {
      const text = await report("-a", "-N", claim);
      const errors = /errors: (\d+)/.exec(text)?.[1];
      if (errors === undefined) throw new Error(`spin's report has no errors:\n${text}`);
      return errors === "0";
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** Compiles a model, uses it, and cleans up. */
export async function withVerifier<T>(
  model: string,
  kind: "states" | "claims",
  use: (verifier: Verifier) => Promise<T>,
): Promise<T> {
  const made = await verifier(model, kind);
  try {
    return await use(made);
  } finally {
    await made.close();
  }
}
