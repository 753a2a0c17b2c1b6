/**
 * Builds the inspector's page into dist/inspect/page: its script, its style, and the charts' layouts.
 *
 *     tsx .ci/page.ts        (npm run build:page; npm run build does it too)
 */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { serialChart, uart16550Chart } from "../src/device/index.js";
import { layOut } from "../src/inspect/layout/layout.js";
import { definitionHash } from "../src/journal/index.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = join(ROOT, "src/inspect/page");
const PAGE = join(ROOT, "dist/inspect/page");

/** The drawing of every chart that there is, by the definition's hash. */
async function layouts(): Promise<string> {
  const machines = [serialChart("0.8.1"), serialChart("0.8.2"), uart16550Chart()].map(
    ({ machine }) => machine,
  );
  const drawn = machines.map(async (machine) => [definitionHash(machine), await layOut(machine)]);
  return JSON.stringify(Object.fromEntries(await Promise.all(drawn)));
}

/** Builds the page. */
export async function buildPage(): Promise<Metafile> {
  await rm(PAGE, { recursive: true, force: true });
  await mkdir(PAGE, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { app: join(SOURCE, "main.ts") },
    outdir: PAGE,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    logLevel: "warning",
  });
  const style = await build({
    absWorkingDir: ROOT,
    entryPoints: { app: join(SOURCE, "app.css") },
    outdir: PAGE,
    bundle: true,
    minify: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  for (const name of ["index.html", "icon.svg"]) await cp(join(SOURCE, name), join(PAGE, name));
  await writeFile(join(PAGE, "layouts.json"), await layouts());
  return {
    inputs: { ...metafile.inputs, ...style.metafile.inputs },
    outputs: { ...metafile.outputs, ...style.metafile.outputs },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
