/** Checks a driver in a thread of its own, for `vm-superio test --jobs`. */
import { parentPort, workerData } from "node:worker_threads";
import { checkOf, type WorkerAnswer, type WorkerRequest, type WorkerTarget } from "./check-pool.js";
import { loadTarget, loadTestingLibrary } from "./target.js";

const { filePath, flags } = workerData as WorkerTarget;

const loadCheck = async () => {
  const library = await loadTestingLibrary();
  return checkOf(await loadTarget(filePath, flags, library), library);
};
const loadedCheck = loadCheck();
// The first request hears of a failure.
loadedCheck.catch(() => {});

async function answer({ options }: WorkerRequest): Promise<WorkerAnswer> {
  try {
    const check = await loadedCheck;
    return { result: await check(options) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", async (request: WorkerRequest) => parentPort?.postMessage(await answer(request)));
