import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { guestFiles } from "../../.ci/guest/files.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { kernel, initrd, bios } = guestFiles();

/** `vm-superio run` in a terminal of its own (util-linux's script); the terminal's settings are told before and after. */
function inTerminal(...cliArguments: string[]): {
  readonly shell: ChildProcess;
  until(awaitedText: RegExp): Promise<RegExpExecArray>;
} {
  const command = [
    "node --import tsx src/cli/bin.ts run",
    "--kernel",
    kernel,
    "--initrd",
    initrd,
    "--bios",
    bios,
  ];
  const textLine = [...command, ...cliArguments].join(" ");
  const shellProcess = spawn(
    "script",
    [
      "-qefc",
      `echo before=$(stty -g); sh -c 'echo pid=$$; exec ${textLine}'; echo code=$?; echo after=$(stty -g)`,
      "/dev/null",
    ],
    { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] },
  );
  let terminalOutput = "";
  let heard: () => void = () => {};
  shellProcess.stdout?.on("data", (piece) => {
    terminalOutput += piece;
    heard();
  });
  const until = (awaitedText: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      heard = () => {
        const matched = awaitedText.exec(terminalOutput);
        if (matched) resolve(matched);
      };
      heard();
    });
  return { shell: shellProcess, until };
}

test.each([
  ["Ctrl-A x", [], 0, (_: number, shell: ChildProcess) => shell.stdin?.write("\x01x")],
  ["SIGTERM", [], 143, (pid: number) => process.kill(pid, "SIGTERM")],
  ["SIGHUP", [], 129, (pid: number) => process.kill(pid, "SIGHUP")],
  ["SIGINT", [], 130, (pid: number) => process.kill(pid, "SIGINT")],
  ["a disk that is full", ["--journal", "/dev/full"], 2, () => {}],
] as const)("the terminal is as it was after %s", async (_, cliArguments, code, end) => {
  const { shell, until } = inTerminal(...cliArguments);
  const [, previous] = await until(/before=(\S+)/);
  const [, processId] = await until(/pid=(\d+)/);
  await until(/Ctrl-A x to leave/);
  end(Number(processId), shell);
  const [, ended, after] = await until(/code=(\d+)\s+after=(\S+)/);
  expect([Number(ended), after]).toEqual([code, previous]);
});
