import { defineConfig } from "vitest/config";

/** The tests that need programs which are not ours: `npm run test:tools`. */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: { include: ["properties/tools/*.tools.ts"], testTimeout: 120_000 },
});
