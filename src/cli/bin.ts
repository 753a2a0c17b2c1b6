#!/usr/bin/env node
import { once } from "node:events";
import type { OutputSink } from "./io.js";
import { main } from "./main.js";

const createSink = (stream: NodeJS.WriteStream): OutputSink => ({
  isTTY: stream.isTTY === true,
  write: async (chunk) => {
    if (!stream.write(chunk)) await once(stream, "drain");
  },
});

// The reader of our output may stop reading: `vm-superio replay FILE | head`. That is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let receivedSignal: NodeJS.Signals | undefined;

function onSignal(listener: (signal: string) => void): () => void {
  const handleSignal = (signal: NodeJS.Signals) => {
    receivedSignal ??= signal;
    listener(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handleSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handleSignal);
  };
}

/** Sets the terminal's raw mode; the process resets it when it exits. */
function setRaw(isRaw: boolean): void {
  process.stdin.setRawMode(isRaw);
  if (isRaw) process.once("exit", () => process.stdin.setRawMode(false));
}

const exitCode = main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: createSink(process.stdout),
  stderr: createSink(process.stderr),
  env: process.env,
  now: () => performance.now(),
  onSignal,
  ...(process.stdin.isTTY ? { setRawMode: setRaw } : {}),
  waitForStop: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
});

process.exitCode = await exitCode.catch((error: unknown) => {
  // Node would end with 1, which here means that a difference was found.
  console.error(error);
  return 2;
});
// Nobody reads on, and the process ends as the signal would have ended it.
process.stdin.destroy();
if (receivedSignal) process.kill(process.pid, receivedSignal);
