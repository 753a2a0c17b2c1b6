import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { ExploredSlice, ExploreHelper, HelperSource, SliceRequest } from "../explore/internal.js";
import type { JobFlags } from "./proof-jobs.js";
import { tsxLoaderFor } from "./script.js";

/** The milliseconds after which exploring is worth threads: each loads the module first. */
const THREAD_DELAY = 2_000;
const LEAST_SLICE = 32;
/** The milliseconds after which a thread that does not answer has ended: out of memory, perhaps. */
const ANSWER_TIME = 120_000;

/** Which job a thread loads. */
export interface JobSource {
  readonly proofArguments: readonly string[];
  readonly flags: JobFlags;
  readonly jobIndex: number;
}

/** The indexes of the numbers that a thread and its owner share: the answers so far, and one of `ThreadState`. */
export const ANSWER_COUNT = 0;
export const THREAD_STATE = 1;
/** A thread that loads has 0. */
export const THREAD_READY = 1;
export const THREAD_ENDED = 2;

/** What a thread begins with. */
export interface ThreadData {
  readonly source: JobSource;
  readonly port: MessagePort;
  readonly signals: Int32Array;
}

/** A thread that explores slices. It is waited for without the event loop, as exploring is synchronous. */
class ProofThread implements ExploreHelper {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signals = new Int32Array(new SharedArrayBuffer(8));
  #receivedCount = 0;

  constructor(source: JobSource) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const { script, isCode } = threadScript();
    this.#worker = new Worker(script, {
      workerData: { source, port: port2, signals: this.#signals } satisfies ThreadData,
      transferList: [port2],
      eval: isCode,
      execArgv: [],
      stderr: true,
    });
    // What it could not load, the main thread has loaded: it goes on without.
    this.#worker.on("error", () => {});
    this.#worker.unref();
    this.#port.unref();
  }

  get isReady(): boolean {
    return Atomics.load(this.#signals, THREAD_STATE) === THREAD_READY;
  }

  get isAnswered(): boolean {
    return Atomics.load(this.#signals, ANSWER_COUNT) > this.#receivedCount;
  }

  ask(request: SliceRequest): void {
    this.#port.postMessage(request, [request.parentEdges.buffer as ArrayBuffer]);
  }

  receive(): ExploredSlice | undefined {
    while (!this.isAnswered)
      if (Atomics.wait(this.#signals, ANSWER_COUNT, this.#receivedCount, ANSWER_TIME) === "timed-out")
        return undefined;
    this.#receivedCount++;
    return receiveMessageOnPort(this.#port)?.message as ExploredSlice | undefined;
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}

/** Returns the script of a thread: in dist/ it is a file of its own; the sources beside this file are loaded by tsx, which must be registered first. */
function threadScript(): { script: string; isCode: boolean } {
  if (!import.meta.url.endsWith(".ts")) return { script: builtScript(), isCode: false };
  const [loader, source] = [
    tsxLoaderFor(fileURLToPath(import.meta.url)),
    new URL("proof-thread.ts", import.meta.url).href,
  ];
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return { script, isCode: true };
}

/** Returns the built script, which is beside the command or, for a chunk that several files share, in the folder beside. */
function builtScript(): string {
  const paths = ["./proof-thread.js", "../cli/proof-thread.js"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const builtPath = paths.find((path) => existsSync(path));
  if (builtPath === undefined) throw new Error(`expected ${paths.join(" or ")}, found neither`);
  return builtPath;
}

/** The threads that help to prove one job. They start once that takes longer than they do. */
export class ProofThreads {
  /** Where the explorer gets them; undefined if one thread is wanted. */
  readonly source: HelperSource | undefined;
  /** The reason why they were of no use; undefined if there is none. */
  refusal: string | undefined;
  readonly #threads: ProofThread[] = [];

  /** @param jobCount - the number of threads, this one included; by default one for each core. */
  constructor(jobSource: JobSource, jobCount = availableParallelism(), delay = THREAD_DELAY) {
    const start = (): readonly ProofThread[] => {
      for (let index = 1; index < jobCount; index++) this.#threads.push(new ProofThread(jobSource));
      return this.#threads;
    };
    const refuse = (reason: string): void => {
      this.refusal = reason;
    };
    this.source = jobCount > 1 ? { delay, leastSlice: LEAST_SLICE, start, refuse } : undefined;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
