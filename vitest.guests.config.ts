import { defineConfig } from "vitest/config";

const results = process.env["TEST_RESULTS"];

/** Real guests, live: `npm run test:guests`, after `npm run guest:linux`. */
export default defineConfig({
  test: {
    include: ["properties/live/*.live.ts"],
    // A guest takes what it takes: a machine that others use is slow.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: "forks",
    maxWorkers: 2,
    ...(results ? { reporters: ["default", ["json", { outputFile: results }]] } : {}),
  },
});
