import { defineConfig } from "vitest/config";

/** The trials of a mutant of src/device: its own tests, and the properties of the devices that are quick. */
export default defineConfig({
  test: {
    include: [
      "src/device/**/*.test.ts",
      "properties/serial/{journal,nested,snapshots,streams,lost-input}.test.ts",
    ],
    testTimeout: 60_000,
    pool: "threads",
    isolate: false,
  },
});
