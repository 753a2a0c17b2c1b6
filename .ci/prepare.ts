/**
 * Makes a checkout usable: `npm ci` runs it. It generates the code that is not kept in the repository. Where npm prepares the package
 * for another project (`npm install git+https://...`), it builds dist/ as well, as nothing else does.
 */
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = realpathSync(fileURLToPath(new URL("..", import.meta.url)));

const runProgram = (...programArguments: readonly string[]): void => {
  execFileSync(process.execPath, ["--import", "tsx", ...programArguments], { cwd: ROOT, stdio: "inherit" });
};

/** The project that npm was started for. */
const { npm_config_local_prefix: project } = process.env;

runProgram(".ci/generate.ts", "--stale");
if (project !== undefined && realpathSync(project) !== ROOT) runProgram(".ci/build/build.ts");
