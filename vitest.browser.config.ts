import { defineConfig } from "vitest/config";

const results = process.env["TEST_RESULTS"];

/** The inspector's page, in a browser: npm run test:browser. */
export default defineConfig({
  test: {
    include: ["src/inspect/browser/*.browser.ts"],
    // Browsers are slow on a busy machine, and share it.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 15_000 } },
    fileParallelism: false,
    reporters: results ? ["default", ["json", { outputFile: results }]] : ["default"],
  },
});
