#!/usr/bin/env node
import { once } from "node:events";
import { main } from "./main.js";
import type { Sink } from "./surroundings.js";

const sinkOf = (stream: NodeJS.WriteStream): Sink => ({
  isTTY: stream.isTTY === true,
  write: async (chunk) => {
    if (!stream.write(chunk)) await once(stream, "drain");
  },
});

// Whoever reads our output may stop reading: `vm-superio replay FILE | head`. That is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let received: NodeJS.Signals | undefined;

function onSignal(listener: (signal: string) => void): () => void {
  const receive = (signal: NodeJS.Signals) => {
    received ??= signal;
    listener(signal);
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}

/** However the process ends, the terminal is as it was. */
function setRaw(raw: boolean): void {
  process.stdin.setRawMode(raw);
  if (raw) process.once("exit", () => process.stdin.setRawMode(false));
}

const code = main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  env: process.env,
  now: () => performance.now(),
  onSignal,
  ...(process.stdin.isTTY ? { setRaw } : {}),
  stopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
});

process.exitCode = await code.catch((error: unknown) => {
  // Node would end with 1, which here means that a difference was found.
  console.error(error);
  return 2;
});
// Nobody reads on, and the process ends as the signal would have ended it.
process.stdin.destroy();
if (received) process.kill(process.pid, received);
