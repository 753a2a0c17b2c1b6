import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { LongFilesFirst } from "./.ci/long-files-first.js";

// The CI counts what passed.
const results = process.env["TEST_RESULTS"];
const globalSetup = ".ci/vitest.setup.ts";

/** `npm test`: unit tests and properties. */
const tests: TestProjectInlineConfiguration = {
  test: {
    name: "tests",
    globalSetup,
    include: ["{src,machines,properties,bench}/**/*.test.ts"],
    // A property with many runs takes seconds, more on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: "properties/support/seed.ts",
    // Properties create many short-lived devices. With the default of 16 MB, a fifth of the time goes into collecting garbage.
    pool: "forks",
    execArgv: ["--min-semi-space-size=64", "--max-semi-space-size=128"],
    // No test changes what another sees, so a module is loaded once a process and not once a file.
    isolate: false,
    // By default one core is spared, which on two cores is half of them.
    maxWorkers: "100%",
  },
};

/** The tests that need more than this repository, each a command of its own. */
const others: readonly TestProjectInlineConfiguration[] = [
  {
    // `npm run test:browser`: the inspector's page in a browser.
    test: {
      name: "browser",
      globalSetup,
      include: ["{src/inspect/browser,properties/inspect}/*.browser.ts"],
      // Browsers are slow on a busy machine, and share it.
      testTimeout: 240_000,
      hookTimeout: 240_000,
      expect: { poll: { timeout: 15_000 } },
      fileParallelism: false,
    },
  },
  {
    // `npm run test:guests`: real guests, live, after `npm run guest:linux`.
    test: {
      name: "guests",
      globalSetup,
      include: ["properties/live/*.live.ts"],
      // Booting takes minutes on a machine that others use.
      testTimeout: 900_000,
      hookTimeout: 900_000,
      pool: "forks",
      maxWorkers: 2,
    },
  },
  {
    // `npm run test:spin`: the charts in Promela.
    test: {
      name: "spin",
      globalSetup,
      include: ["properties/spin/**/*.spin.ts"],
      // Each compiles several verifiers, which takes seconds.
      testTimeout: 120_000,
      maxConcurrency: 2,
    },
  },
  {
    // `npm run test:drivers`: drivers in C, built and tested.
    test: {
      name: "drivers",
      globalSetup,
      include: ["properties/drivers/*.drivers.ts"],
      testTimeout: 240_000,
    },
  },
  {
    // `npm run test:tools`: exports, read by sigrok-cli and tshark.
    test: {
      name: "tools",
      globalSetup,
      include: ["properties/tools/*.tools.ts"],
      testTimeout: 120_000,
    },
  },
];

// `vitest run` alone, or with the name of a file, is the first project only.
const isProjectNamed = process.argv.some((word) => word.startsWith("--project"));

export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: isProjectNamed ? [tests, ...others] : [tests],
    ...(results ? { reporters: ["default", ["json", { outputFile: results }]] } : {}),
  },
});
