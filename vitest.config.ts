import { defineConfig } from "vitest/config";

const results = process.env["TEST_RESULTS"];

export default defineConfig({
  test: {
    include: ["{src,machines,properties,bench}/**/*.test.ts"],
    // A property with many runs takes seconds, more on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: "properties/support/seed.ts",
    // Charts are pure: threads share what a process would load anew.
    pool: "threads",
    // No test changes what another sees, so a module is loaded once a thread and not once a file.
    isolate: false,
    // By default one core is spared, which on two cores is half of them.
    maxWorkers: "100%",
    // The CI counts what passed.
    ...(results ? { reporters: ["default", ["json", { outputFile: results }]] } : {}),
  },
});
