import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isStale } from "./generated.js";

/** Generates the code of `uart16550` if it is missing or stale, before any test runs. */
export default function setup(): void {
  if (!isStale()) return;
  const script = fileURLToPath(new URL("generate.ts", import.meta.url));
  const directory = fileURLToPath(new URL("..", import.meta.url));
  try {
    execFileSync(process.execPath, ["--import", "tsx", script, "--stale"], {
      cwd: directory,
      stdio: "inherit",
    });
  } catch {
    // Tests of the engine say what is wrong with it better than a run without tests.
    console.error("The code of uart16550 is stale, and npm run generate fails");
  }
}
