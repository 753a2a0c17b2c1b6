import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["properties/spin/**/*.spin.ts"],
    // Each compiles several verifiers, which takes seconds.
    testTimeout: 120_000,
    maxConcurrency: 2,
  },
});
