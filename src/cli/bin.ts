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

const code = main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  env: process.env,
  now: () => performance.now(),
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
