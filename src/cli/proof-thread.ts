/** Explores slices in a thread of its own, for `vm-superio prove --jobs`. */
import { workerData } from "node:worker_threads";
import { createHelper, type SliceRequest } from "../explore/internal.js";
import { loadJobs, type ProofJob } from "./proof-jobs.js";
import { ANSWER_COUNT, THREAD_ENDED, THREAD_READY, THREAD_STATE, type ThreadData } from "./proof-threads.js";

const { source, port, signals } = workerData as ThreadData;

/** Says that nothing more comes. */
const end = (): void => {
  Atomics.store(signals, THREAD_STATE, THREAD_ENDED);
  // The owner may wait for an answer, and finds none.
  Atomics.add(signals, ANSWER_COUNT, 1);
  Atomics.notify(signals, ANSWER_COUNT);
  port.close();
};

try {
  const jobs = await loadJobs(source.proofArguments, source.flags);
  const { subject, scope, claims } = jobs[source.jobIndex] as ProofJob;
  const helper = createHelper(subject, scope, claims);
  port.on("message", (request: SliceRequest) => {
    try {
      const slice = helper.explore(request);
      port.postMessage(slice, [slice.targets.buffer as ArrayBuffer, slice.answers.buffer as ArrayBuffer]);
      Atomics.add(signals, ANSWER_COUNT, 1);
      Atomics.notify(signals, ANSWER_COUNT);
    } catch {
      // The owner takes these steps itself, and throws what they throw.
      end();
    }
  });
  Atomics.store(signals, THREAD_STATE, THREAD_READY);
} catch {
  end();
}
