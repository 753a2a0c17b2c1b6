/**
 * Builds dist/: a JavaScript file for each subpath, the command line, their shared chunks, the inspector's page, the declarations, and the
 * licences of the bundled packages: `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import { buildPage } from "../page.js";
import { builtName, SUBPATHS } from "../subpaths.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = join(ROOT, "dist");
const MODULES = join(DIST, "modules");

/** The source of each file of dist/, by its name without an ending. */
const ENTRIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.values(SUBPATHS).map(({ folder }) => [builtName(folder), `${folder}/index.ts`]),
  ),
  "cli/bin": "src/cli/bin.ts",
  "cli/proof-thread": "src/cli/proof-thread.ts",
  "cli/test-worker": "src/cli/test/test-worker.ts",
};

/** Turns the `require` calls of commander, which is CommonJS, for Node's modules into imports: an ES module has no `require`. */
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

async function bundleEntries(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { ...entryPoints },
    outdir,
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
  return metafile;
}

/**
 * Writes dist/modules, for whoever bundles the package: a chunk for each module, of which those that are not used are left out, as
 * package.json says that none has side effects. Node loads a few shared chunks faster, so it gets those. esbuild makes a chunk of
 * each module where each is an entry.
 */
async function bundleModules(): Promise<void> {
  const subpathEntries = Object.fromEntries(
    Object.values(SUBPATHS).flatMap(({ folder, nodeOnly }) =>
      nodeOnly ? [] : [[builtName(folder), `${folder}/index.ts`]],
    ),
  );
  const { inputs } = await bundleEntries(subpathEntries, MODULES);
  await rm(MODULES, { recursive: true });
  const entryFiles = new Set(Object.values(subpathEntries));
  const otherModules = Object.keys(inputs).filter(
    (file) => /^(src|machines)\//.test(file) && !entryFiles.has(file),
  );
  const otherEntries = Object.fromEntries(otherModules.map((file, index) => [`others/${index}`, file]));
  const { outputs } = await bundleEntries({ ...subpathEntries, ...otherEntries }, MODULES);
  // The entries of the others stand only for their chunks, except where they are loaded on demand.
  const loaded = new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  for (const file of Object.keys(outputs))
    if (file.includes("/others/") && !loaded.has(file)) await rm(join(ROOT, file));
}

/** Returns the names of the bundled packages. */
function bundled(...metafiles: readonly Metafile[]): string[] {
  const packageNames = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((filePath) => {
      const packageName = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(filePath)?.[1];
      return packageName ? [packageName] : [];
    });
  return [...new Set(packageNames)].sort();
}

async function licence(packageName: string): Promise<string> {
  const folder = join(ROOT, "node_modules", packageName);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const licenceFile = (await readdir(folder)).find((fileName) => /^licen[cs]e/i.test(fileName));
  if (!licenceFile) throw new Error(`${packageName} is bundled, and has no licence file`);
  const fileText = (await readFile(join(folder, licenceFile), "utf8")).trim();
  return `${packageName} ${version} (${license})\n\n${fileText}\n`;
}

/**
 * Checks that no declaration imports more than the peers: users do not have our development dependencies. Deletes the declarations that no
 * subpath reaches.
 */
async function checkDeclarations(folder: string): Promise<void> {
  const allowed = /^(xstate|rxjs|fast-check)(\/|$)|^node:stream$/;
  const entries = Object.values(ENTRIES).map((filePath) => filePath.replace(/\.ts$/, ".d.ts"));
  const fileNames = (await readdir(folder, { recursive: true })).filter((fileName) =>
    fileName.endsWith(".d.ts"),
  );
  const reached = new Set(entries.filter((fileName) => fileNames.includes(fileName)));
  for (const fileName of reached) {
    const fileText = (await readFile(join(folder, fileName), "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, specifier = ""] of fileText.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*["']([^"']+)["']/g))
      if (/^\.{1,2}\//.test(specifier))
        reached.add(join(dirname(fileName), specifier).replace(/\.js$/, ".d.ts"));
      else if (!allowed.test(specifier)) throw new Error(`dist/types/${fileName} imports ${specifier}`);
    if (/<reference types=/.test(fileText))
      throw new Error(`dist/types/${fileName} refers to types of others`);
  }
  for (const fileName of fileNames) if (!reached.has(fileName)) await rm(join(folder, fileName));
}

await rm(DIST, { recursive: true, force: true });
const metafile = await bundleEntries(ENTRIES, DIST);
await chmod(join(DIST, "cli/bin.js"), 0o755);
await bundleModules();
const pageMetafile = await buildPage();
const compilerPath = join(
  dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin/tsc",
);
execFileSync(process.execPath, [compilerPath, "-p", join(ROOT, ".ci/build/tsconfig.build.json")], {
  stdio: "inherit",
});
await checkDeclarations(join(DIST, "types"));
const licences = await Promise.all(bundled(metafile, pageMetafile).map(licence));
await writeFile(join(DIST, "THIRD-PARTY.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
const totalBytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist/: ${Object.keys(metafile.outputs).length} scripts, ${Math.round(totalBytes / 1024)} kB`);
