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
import { UART16550_GROUPS } from "../src/draw/internal.js";
import { layOutChart } from "../src/inspect/layout/internal.js";
import { definitionHash } from "../src/journal/index.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = join(ROOT, "src/inspect/page");
const PAGE = join(ROOT, "dist/inspect/page");

/** Returns the layout of every chart, by the hash of its definition. */
async function layouts(): Promise<string> {
  const uart16550Groups = Object.values(UART16550_GROUPS);
  const layoutEntries = [serialChart("0.8.1"), serialChart("0.8.2"), uart16550Chart()].map(
    async ({ id, machine }) => [
      definitionHash(machine),
      await layOutChart(machine, id === "uart16550" ? uart16550Groups : undefined),
    ],
  );
  return JSON.stringify(Object.fromEntries(await Promise.all(layoutEntries)));
}

/** Builds the page and returns the metafile of its bundles. */
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
  const styleBundle = await build({
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
    inputs: { ...metafile.inputs, ...styleBundle.metafile.inputs },
    outputs: { ...metafile.outputs, ...styleBundle.metafile.outputs },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
