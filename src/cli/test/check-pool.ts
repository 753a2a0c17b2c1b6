import { Worker } from "node:worker_threads";
import type { CheckOptions, CheckResult } from "../../testing/index.js";
import { CommandError } from "../io.js";
import { packageFolder } from "../package-folder.js";
import type { LoadFlags, TestingLibrary, TestTarget } from "./target.js";

/** Runs checks of one driver, several at once. */
export interface CheckPool {
  /** How many checks run at once. */
  readonly jobs: number;
  /** Checks the driver. The options are plain data. */
  check(options: CheckOptions): CheckResult | Promise<CheckResult>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** Returns the check that suits a driver, synchronous or not. */
export const checkOf =
  (target: TestTarget, library: TestingLibrary): CheckPool["check"] =>
  (options) =>
    target.isAsync
      ? library.checkDriverAsync(target.makeDriver, options)
      : library.checkDriver(target.makeDriver, options);

/** Creates a pool in this thread: for one job, or for drivers that are processes of their own. */
export const createLocalPool = (target: TestTarget, library: TestingLibrary, jobs = 1): CheckPool => ({
  jobs,
  check: checkOf(target, library),
  close: async () => {},
});

/** The driver that a worker loads. */
export interface WorkerTarget {
  readonly filePath: string;
  readonly flags: LoadFlags;
}

/** A check for a worker, and its answer. */
export interface WorkerRequest {
  readonly options: CheckOptions;
}
export type WorkerAnswer = { readonly result: CheckResult } | { readonly error: string };

/** A worker thread, which runs one check after the other. */
class CheckWorker {
  readonly #thread: Worker;
  #settle: { resolve(answer: WorkerAnswer): void; reject(error: Error): void } | undefined;

  constructor(script: URL | string, target: WorkerTarget) {
    this.#thread = new Worker(script, { workerData: target });
    this.#thread.on("message", (answer: WorkerAnswer) => this.#settle?.resolve(answer));
    this.#thread.on("error", (error) => this.#settle?.reject(error));
    // A worker of a test that has ended keeps no process alive.
    this.#thread.unref();
  }

  async check(options: CheckOptions): Promise<CheckResult> {
    this.#thread.ref();
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.#settle = { resolve, reject };
        this.#thread.postMessage({ options } satisfies WorkerRequest);
      });
      if ("error" in answer) throw new CommandError(answer.error);
      return answer.result;
    } finally {
      this.#thread.unref();
    }
  }

  async close(): Promise<void> {
    this.#settle = undefined;
    await this.#thread.terminate();
  }
}

/** Creates a pool of worker threads, each with a driver of its own from the same file. */
export async function createWorkerPool(target: WorkerTarget, jobs: number): Promise<CheckPool> {
  // From the sources the worker is beside this file; in dist/ it has one of its own.
  const script = import.meta.url.endsWith(".ts")
    ? new URL("test-worker.ts", import.meta.url)
    : `${await packageFolder()}/dist/cli/test-worker.js`;
  const workers = Array.from({ length: jobs }, () => new CheckWorker(script, target));
  const idleWorkers = [...workers];
  return {
    jobs,
    async check(options) {
      const worker = idleWorkers.pop();
      if (!worker) throw new Error(`expected at most ${jobs} checks at once`);
      try {
        return await worker.check(options);
      } finally {
        idleWorkers.push(worker);
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
