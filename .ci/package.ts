/**
 * Tries the package as a user gets it: packs it into FOLDER, installs it in an empty project there, imports every
 * subpath, runs the command, bundles what runs in a browser, and compiles and runs a small program.
 *
 *     tsx .ci/package.ts FOLDER        (after npm run build)
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { PROGRAM, PROGRAM_PRINTS } from "./program.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = resolve(process.argv[2] ?? "");
const PROJECT = join(FOLDER, "project");
const TRACE = join(ROOT, "properties/traces/linux-v86.jsonl.gz");

const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
  name: string;
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  peerDependencies: Record<string, string>;
};
const subpaths = Object.keys(manifest.exports)
  .filter((path) => path !== "./package.json")
  .map((path) => join(manifest.name, path));

/** The subpaths that are Node's alone: what a server shows in a browser it brings along. */
const NODE_ONLY = ["node", "inspect", "inspect/stately-server"].map((subpath) =>
  join(manifest.name, subpath),
);

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: PROJECT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Where a packed page links to, of what should be packed beside it. */
async function linksIn(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), "utf8");
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)];
  return links.map(([, link = ""]) => relative(ROOT, resolve(ROOT, dirname(page), link)));
}

/** Packs dist/ as it is, and holds what is in the package against what should be. */
async function pack(): Promise<string> {
  const args = ["pack", ROOT, "--ignore-scripts", "--json", "--pack-destination", FOLDER];
  const [packed] = JSON.parse(run("npm", ...args)) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  const paths = packed.files.map(({ path }) => path);
  const whole = [
    ...["CHANGELOG.md", "LICENSE", "LICENSE-APACHE", "LICENSE-BSD-3-Clause", "README.md", "package.json"],
    ...[
      "dist/THIRD-PARTY.txt",
      "dist/cli/bin.js",
      ...["index.html", "app.js", "app.css", "layouts.json", "icon.svg"].map(
        (it) => `dist/inspect/page/${it}`,
      ),
      "machines/serial.svg",
      "machines/serial-0.8.1.svg",
      "machines/serial-full.svg",
      "machines/uart16550.svg",
      "machines/linux-driver.svg",
      "machines/pic.svg",
      "machines/uart16550-interrupts.svg",
      "machines/uart16550-modem.svg",
      "machines/uart16550-modes.svg",
      "machines/uart16550-receiving.svg",
      "machines/uart16550-transmitting.svg",
    ],
    ...[
      "machines/README.md",
      "src/guests/COVERAGE.md",
      "src/engine/README.md",
      "src/explore/README.md",
      "src/testing/README.md",
    ],
    "src/inspect/inspector.png",
    ...[
      "machines",
      "src/device",
      "src/engine",
      "src/explore",
      "src/guests",
      "src/inspect",
      "src/inspect/export",
      "src/inspect/stately",
      "src/inspect/stately-server",
      "src/guests/host",
      "src/guests/node",
      "src/guests/v86",
      "src/journal",
      "src/testing",
    ].map((it) => `${it}/API.md`),
    ...Object.values(manifest.exports).flatMap((it) => (typeof it === "string" ? [] : Object.values(it))),
  ].map((path) => path.replace("./", ""));
  for (const path of whole) demand(paths.includes(path), `the package has no ${path}`);
  const parts = /^dist\/(chunks\/[^/]+\.js|types\/.+\.d\.ts)$/;
  for (const path of paths)
    demand(whole.includes(path) || parts.test(path), `the package has ${path}, which no user needs`);
  demand(!paths.some((path) => /\.test[.-]/.test(path)), "the package has tests");
  for (const page of paths.filter((path) => path.endsWith(".md")))
    for (const link of await linksIn(page))
      demand(paths.includes(link), `${page} links to ${link}, which the package does not have`);
  const kB = (bytes: number) => `${Math.round(bytes / 1024)} kB`;
  console.log(`packed: ${paths.length} files, ${kB(packed.size)}, ${kB(packed.unpackedSize)} unpacked`);
  return join(FOLDER, packed.filename);
}

async function install(tarball: string): Promise<void> {
  await writeFile(join(PROJECT, "package.json"), '{ "private": true, "type": "module" }\n');
  // v86 is named by nothing but the command that runs a guest.
  const peers = Object.entries(manifest.peerDependencies)
    .filter(([name]) => name !== "v86")
    .map(([name, range]) => `${name}@${range}`);
  run("npm", "install", "--ignore-scripts", "--silent", tarball, ...peers);
}

async function importEach(): Promise<void> {
  for (const subpath of subpaths) {
    const count = `import * as it from "${subpath}"; console.log(Object.keys(it).length)`;
    const names = Number(run("node", "--input-type=module", "-e", count));
    demand(names > 0, `${subpath} exports nothing`);
    console.log(`import ${subpath}: ${names} names`);
  }
}

async function command(): Promise<void> {
  const npx = (...args: string[]) => run("npx", "--no-install", "vm-superio", ...args);
  demand(npx("--version").trim() === manifest.version, "vm-superio --version is not the package's");
  npx("replay", "--revision", "0.8.1", "--quiet", TRACE);
  console.log("npx vm-superio replay: no difference");
  demand(npx("explore", "--export", "svg").startsWith("<svg"), "vm-superio explore draws no picture");
  console.log("npx vm-superio explore --export svg: draws");
  const machine = '{ id: "light", initial: "a", states: { a: { on: { GO: "b" } }, b: {} } }';
  const exported = `import { createMachine } from "xstate";\nexport const light = createMachine(${machine});\n`;
  await writeFile(join(PROJECT, "light.js"), exported);
  npx("compile", "light.js", "--out", "light.compiled.js");
  const use = `import { compile } from "vm-superio/engine"; import { light } from "./light.js";
    import * as source from "./light.compiled.js"; const run = compile(light, { source }).start();
    run.send({ type: "GO" }, []); console.log(run.snapshot.value);`;
  await writeFile(join(PROJECT, "use.js"), use);
  demand(
    run("node", "--disallow-code-generation-from-strings", "use.js").trim() === "b",
    "compiled code fails",
  );
  console.log("npx vm-superio compile: runs");
}

/** Bundles a subpath for a browser: what is Node's would not resolve. */
async function bundleEach(): Promise<void> {
  for (const subpath of subpaths.filter((each) => !NODE_ONLY.includes(each))) {
    const { outputFiles } = await build({
      stdin: { contents: `export * from "${subpath}"`, resolveDir: PROJECT },
      bundle: true,
      platform: "browser",
      format: "esm",
      minify: true,
      write: false,
      logLevel: "error",
    });
    const text = outputFiles[0]?.text ?? "";
    demand(!/["']node:/.test(text), `${subpath} names a module of Node's`);
    console.log(`bundle ${subpath}: ${Math.round(text.length / 1024)} kB with its peers`);
  }
}

/** The ways in which users resolve modules, and how strictly. XState's own types need skipLibCheck to be that strict. */
const COMPILERS = {
  nodenext: { module: "NodeNext", exactOptionalPropertyTypes: true, skipLibCheck: true },
  bundler: {
    ...{ module: "ESNext", moduleResolution: "Bundler" },
    ...{ exactOptionalPropertyTypes: true, skipLibCheck: true },
  },
  declarations: { module: "NodeNext", exactOptionalPropertyTypes: false, skipLibCheck: false },
};

async function compile(): Promise<void> {
  await writeFile(join(PROJECT, "program.ts"), PROGRAM);
  for (const [name, options] of Object.entries(COMPILERS)) {
    const compilerOptions = {
      ...{ target: "ES2022", lib: ["ES2023", "DOM"], types: [] },
      ...{ strict: true, noUncheckedIndexedAccess: true, rootDir: ".", outDir: name },
      ...options,
    };
    const file = join(PROJECT, `tsconfig.${name}.json`);
    await writeFile(file, JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    try {
      run(process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", file);
    } catch (error) {
      throw new Error(`tsc (${name}):\n${(error as { stdout?: string }).stdout}`);
    }
  }
  const printed = run("node", "nodenext/program.js");
  demand(printed === PROGRAM_PRINTS, `the program printed ${JSON.stringify(printed)}`);
  console.log(`type-checked as ${Object.keys(COMPILERS).join(", ")}, and run`);
}

await mkdir(PROJECT, { recursive: true });
await install(await pack());
await importEach();
await command();
await bundleEach();
await compile();
