/**
 * Builds dist/: a JavaScript file a subpath of `exports`, the command line, their shared chunks, the inspector's page, the declarations, and
 * the licences of what is bundled. Run by `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import { buildPage } from "./.ci/page.js";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, "dist");

const ENTRIES = {
  "machines/index": "machines/index.ts",
  "device/index": "src/device/index.ts",
  "engine/index": "src/engine/index.ts",
  "explore/index": "src/explore/index.ts",
  "guests/index": "src/guests/index.ts",
  "inspect/export/index": "src/inspect/export/index.ts",
  "inspect/stately/index": "src/inspect/stately/index.ts",
  "inspect/stately-server/index": "src/inspect/stately-server/index.ts",
  "guests/host/index": "src/guests/host/index.ts",
  "guests/node/index": "src/guests/node/index.ts",
  "guests/v86/index": "src/guests/v86/index.ts",
  "inspect/index": "src/inspect/index.ts",
  "journal/index": "src/journal/index.ts",
  "testing/index": "src/testing/index.ts",
  "cli/bin": "src/cli/bin.ts",
};

/** commander is CommonJS and requires Node's modules, which an ES module cannot: it is given imports of them instead. */
const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === "require-call" ? { path, namespace: "required" } : { path, external: true },
    );
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `import it from ${JSON.stringify(path)}; module.exports = it;`,
    }));
  },
};

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: ["es2022", "node20"],
    external: ["xstate", "xstate/*", "rxjs", "rxjs/*", "fast-check", "v86", "ws"],
    chunkNames: "chunks/[name]-[hash]",
    plugins: [requiredBuiltins],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  await chmod(join(DIST, "cli/bin.js"), 0o755);
  return metafile;
}

/** The packages of which something is in the bundles, by name, with their folder. */
function bundled(...all: readonly Metafile[]): string[] {
  const names = all
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((path) => {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      return name ? [name] : [];
    });
  return [...new Set(names)].sort();
}

async function licence(name: string): Promise<string> {
  const folder = join(ROOT, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((it) => /^licen[cs]e/i.test(it));
  if (!file) throw new Error(`${name} is bundled, and has no licence file`);
  const text = (await readFile(join(folder, file), "utf8")).trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/**
 * Whoever installs the package has the peers, and nothing that only we develop with: no declaration may name more. What no subpath's
 * declaration leads to is taken away.
 */
async function checkDeclarations(folder: string): Promise<void> {
  const allowed = /^(xstate|rxjs|fast-check)(\/|$)|^node:stream$/;
  const entries = Object.values(ENTRIES).map((path) => path.replace(/\.ts$/, ".d.ts"));
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".d.ts"));
  const reached = new Set(entries.filter((file) => files.includes(file)));
  for (const file of reached) {
    const text = (await readFile(join(folder, file), "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, from = ""] of text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*["']([^"']+)["']/g))
      if (/^\.{1,2}\//.test(from)) reached.add(join(dirname(file), from).replace(/\.js$/, ".d.ts"));
      else if (!allowed.test(from)) throw new Error(`dist/types/${file} imports ${from}`);
    if (/<reference types=/.test(text))
      throw new Error(`dist/types/${file} refers to types that are not ours`);
  }
  for (const file of files) if (!reached.has(file)) await rm(join(folder, file));
}

await rm(DIST, { recursive: true, force: true });
const metafile = await bundle();
const page = await buildPage();
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(ROOT, "tsconfig.build.json")], { stdio: "inherit" });
await checkDeclarations(join(DIST, "types"));
const licences = await Promise.all(bundled(metafile, page).map(licence));
await writeFile(join(DIST, "THIRD-PARTY.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist/: ${Object.keys(metafile.outputs).length} scripts, ${Math.round(bytes / 1024)} kB`);
