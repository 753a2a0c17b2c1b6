import { defineConfig } from "vitest/config";

/** What a mutant of src/device has to get past: its own tests, and the properties of the devices that are quick. */
export default defineConfig({
  test: {
    include: [
      "src/device/**/*.test.ts",
      "properties/serial/{journal,nested,snapshots,streams,lost-input}.test.ts",
    ],
    // What it compares is generated, and not mutated.
    exclude: ["src/device/compiled.test.ts"],
    testTimeout: 60_000,
    pool: "threads",
    isolate: false,
  },
});
