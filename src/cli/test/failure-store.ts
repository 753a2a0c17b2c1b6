import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Action, ClaimId } from "../../testing/index.js";
import { withWriteErrors } from "../files.js";
import { CommandError } from "../io.js";

/** A failure of an earlier call. */
export interface StoredFailure {
  /** The driver's file or command, and the machine in words. */
  readonly target: string;
  readonly setting: string;
  readonly claim: ClaimId;
  /** The seed and the number of scenarios with which it was found. */
  readonly seed: number;
  readonly runs: number;
  /** The shortest scenario. */
  readonly actions: readonly Action[];
}

/** The failures of earlier calls, in a file: they are tried first. */
export class FailureStore {
  readonly #filePath: string;
  #failures: StoredFailure[];

  private constructor(filePath: string, failures: StoredFailure[]) {
    this.#filePath = filePath;
    this.#failures = failures;
  }

  /** Opens the file, which need not exist. @throws CommandError if it holds something else. */
  static async open(filePath: string): Promise<FailureStore> {
    let text: string;
    try {
      text = await readFile(filePath, "utf8");
    } catch {
      return new FailureStore(filePath, []);
    }
    try {
      const { version, failures } = JSON.parse(text) as { version: unknown; failures: StoredFailure[] };
      if (version === 1 && Array.isArray(failures)) return new FailureStore(filePath, failures);
    } catch {
      // No JSON: the same answer.
    }
    throw new CommandError(
      `${filePath}: expected the failures of earlier tests, got something else; delete it`,
    );
  }

  /** Returns the failure of a driver on a machine, if there was one. */
  find(target: string, setting: string): StoredFailure | undefined {
    return this.#failures.find((failure) => failure.target === target && failure.setting === setting);
  }

  /** Replaces the failure of a driver on a machine, or removes it, and writes the file. */
  async replace(target: string, setting: string, failure: StoredFailure | undefined): Promise<void> {
    const found = this.find(target, setting);
    if (!found && !failure) return;
    this.#failures = this.#failures.filter((other) => other !== found);
    if (failure) this.#failures.push(failure);
    await withWriteErrors(this.#filePath, async () => {
      if (this.#failures.length === 0) return rm(this.#filePath, { force: true });
      await mkdir(dirname(this.#filePath), { recursive: true });
      await writeFile(
        this.#filePath,
        `${JSON.stringify({ version: 1, failures: this.#failures }, null, 2)}\n`,
      );
    });
  }
}
