import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { guestFiles } from "../../.ci/guest/files.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { kernel, initrd, bios } = guestFiles();

/** `vm-superio run` in a terminal of its own (util-linux's script); the terminal's settings are told before and after. */
function inTerminal(...args: string[]): {
  readonly shell: ChildProcess;
  until(told: RegExp): Promise<RegExpExecArray>;
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
  const line = [...command, ...args].join(" ");
  const shell = spawn(
    "script",
    [
      "-qefc",
      `echo before=$(stty -g); sh -c 'echo pid=$$; exec ${line}'; echo code=$?; echo after=$(stty -g)`,
      "/dev/null",
    ],
    { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] },
  );
  let text = "";
  let heard: () => void = () => {};
  shell.stdout?.on("data", (piece) => {
    text += piece;
    heard();
  });
  const until = (told: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      heard = () => {
        const found = told.exec(text);
        if (found) resolve(found);
      };
      heard();
    });
  return { shell, until };
}

test.each([
  ["Ctrl-A x", [], 0, (_: number, shell: ChildProcess) => shell.stdin?.write("\x01x")],
  ["SIGTERM", [], 143, (pid: number) => process.kill(pid, "SIGTERM")],
  ["SIGHUP", [], 129, (pid: number) => process.kill(pid, "SIGHUP")],
  ["SIGINT", [], 130, (pid: number) => process.kill(pid, "SIGINT")],
  ["a disk that is full", ["--journal", "/dev/full"], 2, () => {}],
] as const)("the terminal is as it was after %s", async (_, args, code, end) => {
  const { shell, until } = inTerminal(...args);
  const [, before] = await until(/before=(\S+)/);
  const [, pid] = await until(/pid=(\d+)/);
  await until(/Ctrl-A x to leave/);
  end(Number(pid), shell);
  const [, ended, after] = await until(/code=(\d+)\s+after=(\S+)/);
  expect([Number(ended), after]).toEqual([code, before]);
});
