import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { CommandError, type ExitCode, type Io } from "./io.js";

/** Milliseconds after a change of the file until the command runs: linkers write several times. */
const SETTLE_TIME = 200;

/** Runs a command again after each change of a file, until the user ends it. Returns the last exit code. */
export async function watchFile(
  filePath: string,
  runOnce: () => Promise<ExitCode>,
  io: Io,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  let isStopped = false;
  let wake = () => {};
  let watcher: FSWatcher | undefined;
  const stopped = io.waitForStop().then(() => {
    isStopped = true;
    wake();
  });
  try {
    while (!isStopped) {
      const change = new Promise<void>((resolve) => {
        wake = resolve;
      });
      watcher?.close();
      watcher = watch(dirname(filePath), (_event, name) => {
        if (name === basename(filePath)) setTimeout(wake, SETTLE_TIME);
      });
      exitCode = await runReportingErrors(runOnce, io);
      await io.stderr.write(`waiting for a change of ${filePath}\n`);
      await Promise.race([change, stopped]);
    }
  } finally {
    watcher?.close();
  }
  return exitCode;
}

/** Runs a command; a file that cannot be loaded is reported, and may be right after the next change. */
async function runReportingErrors(runOnce: () => Promise<ExitCode>, io: Io): Promise<ExitCode> {
  try {
    return await runOnce();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await io.stderr.write(`vm-superio: ${error.message}\n`);
    return 2;
  }
}
