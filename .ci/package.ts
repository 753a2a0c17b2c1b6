/**
 * Tests the package from a user's side: packs it into FOLDER, installs it in an empty project there, imports every subpath, runs the command,
 * bundles the subpaths for browsers, and compiles and runs a small program.
 *
 *     tsx .ci/package.ts FOLDER        (after npm run build)
 */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { PROGRAM, PROGRAM_PRINTS } from "./program.js";
import { API_FOLDERS, moduleName, SUBPATHS } from "./subpaths.js";

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
const subpaths = Object.keys(SUBPATHS).map(moduleName);

const runProgram = (command: string, ...programArguments: string[]): string =>
  execFileSync(command, programArguments, {
    cwd: PROJECT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });

function expectThat(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** Returns the relative links of a page, which must be in the package too. */
async function linksIn(pagePath: string): Promise<string[]> {
  const fileText = await readFile(join(ROOT, pagePath), "utf8");
  const linkPaths = [...fileText.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)];
  return linkPaths.map(([, linkPath = ""]) => relative(ROOT, resolve(ROOT, dirname(pagePath), linkPath)));
}

/** Returns the paths of the files in a folder and its subfolders. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Packs the present dist/, compares the contents of the package with the expected ones, and returns the path of the tarball. */
async function packPackage(): Promise<string> {
  const programArguments = ["pack", ROOT, "--ignore-scripts", "--json", "--pack-destination", FOLDER];
  const [packResult] = JSON.parse(runProgram("npm", ...programArguments)) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  const packedPaths = packResult.files.map(({ path }) => path);
  const expectedPaths = [
    ...[
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "LICENSE-APACHE",
      "LICENSE-BSD-3-Clause",
      "README.md",
      "package.json",
    ],
    ...[
      "dist/THIRD-PARTY.txt",
      "dist/cli/bin.js",
      "dist/cli/proof-thread.js",
      "dist/cli/test-worker.js",
      ...["index.html", "app.js", "app.css", "layouts.json", "icon.svg"].map(
        (fileName) => `dist/inspect/page/${fileName}`,
      ),
      "machines/serial.svg",
      "machines/serial-0.8.1.svg",
      "machines/serial-full.svg",
      "machines/uart16550.svg",
      "machines/linux-driver.svg",
      "machines/pic.svg",
      "machines/plic.svg",
      "machines/uart16550-interrupts.svg",
      "machines/uart16550-modem.svg",
      "machines/uart16550-modes.svg",
      "machines/uart16550-receiving.svg",
      "machines/uart16550-transmitting.svg",
    ],
    ...(await readdir(join(ROOT, "docs"))).map((pagePath) => `docs/${pagePath}`),
    ...["machines/README.md", "src/guests/COVERAGE.md"],
    ...(await filesIn("include")),
    ...(await filesIn("examples")),
    "src/inspect/inspector.png",
    ...API_FOLDERS.map((folder) => `${folder}/API.md`),
    ...Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [] : Object.values(entry),
    ),
  ].map((filePath) => filePath.replace("./", ""));
  for (const filePath of expectedPaths)
    expectThat(packedPaths.includes(filePath), `the package has no ${filePath}`);
  const chunkPattern = /^dist\/((?:modules\/(?:chunks|others)|chunks)\/[^/]+\.js|types\/.+\.d\.ts)$/;
  for (const filePath of packedPaths)
    expectThat(
      expectedPaths.includes(filePath) || chunkPattern.test(filePath),
      `the package has ${filePath}, which no user needs`,
    );
  expectThat(!packedPaths.some((filePath) => /\.test[.-]/.test(filePath)), "the package has tests");
  for (const pagePath of packedPaths.filter((filePath) => filePath.endsWith(".md")))
    for (const linkPath of await linksIn(pagePath))
      expectThat(
        packedPaths.includes(linkPath),
        `${pagePath} links to ${linkPath}, which the package does not have`,
      );
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} kB`;
  console.log(
    `packed: ${packedPaths.length} files, ${kilobytes(packResult.size)}, ${kilobytes(packResult.unpackedSize)} unpacked`,
  );
  return join(FOLDER, packResult.filename);
}

async function install(tarball: string): Promise<void> {
  await writeFile(join(PROJECT, "package.json"), '{ "private": true, "type": "module" }\n');
  // v86 is named by nothing but the command that runs a guest.
  const peerPackages = Object.entries(manifest.peerDependencies)
    .filter(([peerName]) => peerName !== "v86")
    .map(([peerName, versionRange]) => `${peerName}@${versionRange}`);
  runProgram("npm", "install", "--ignore-scripts", "--silent", tarball, ...peerPackages);
}

async function importEach(): Promise<void> {
  for (const subpath of subpaths) {
    const countProgram = `import * as it from "${subpath}"; console.log(Object.keys(it).length)`;
    const exportCount = Number(runProgram("node", "--input-type=module", "-e", countProgram));
    expectThat(exportCount > 0, `${subpath} exports nothing`);
    console.log(`import ${subpath}: ${exportCount} names`);
  }
}

async function command(): Promise<void> {
  const npx = (...programArguments: string[]) =>
    runProgram("npx", "--no-install", "vm-superio", ...programArguments);
  expectThat(npx("--version").trim() === manifest.version, "vm-superio --version is not the package's");
  npx("replay", "--revision", "0.8.1", "--quiet", TRACE);
  console.log("npx vm-superio replay: no difference");
  expectThat(npx("explore", "--export", "svg").startsWith("<svg"), "vm-superio explore draws no picture");
  console.log("npx vm-superio explore --export svg: draws");
  const machine = '{ id: "light", initial: "a", states: { a: { on: { GO: "b" } }, b: {} } }';
  const exported = `import { createMachine } from "xstate";\nexport const light = createMachine(${machine});\n`;
  await writeFile(join(PROJECT, "light.js"), exported);
  npx("compile", "light.js", "--out", "light.compiled.js");
  const use = `import { compile } from "vm-superio/engine"; import { light } from "./light.js";
    import * as source from "./light.compiled.js"; const run = compile(light, { source }).start();
    run.send({ type: "GO" }, []); console.log(run.snapshot.value);`;
  await writeFile(join(PROJECT, "use.js"), use);
  expectThat(
    runProgram("node", "--disallow-code-generation-from-strings", "use.js").trim() === "b",
    "compiled code fails",
  );
  console.log("npx vm-superio compile: runs");
}

/** Bundles each subpath that is not Node's alone for a browser, where Node's modules do not resolve. */
async function bundleEach(): Promise<void> {
  for (const [filePath, { nodeOnly }] of Object.entries(SUBPATHS)) {
    if (nodeOnly) continue;
    const subpath = moduleName(filePath);
    const { outputFiles } = await build({
      stdin: { contents: `export * from "${subpath}"`, resolveDir: PROJECT },
      bundle: true,
      platform: "browser",
      format: "esm",
      minify: true,
      write: false,
      logLevel: "error",
    });
    const fileText = outputFiles[0]?.text ?? "";
    expectThat(!/["']node:/.test(fileText), `${subpath} names a module of Node's`);
    console.log(`bundle ${subpath}: ${Math.round(fileText.length / 1024)} kB with its peers`);
  }
}

/** The size of a bundle with one export of a subpath, minified and compressed and without the peers: kB at most. */
const BUNDLE_LIMITS: readonly (readonly [subpath: string, exported: string, kilobytes: number])[] = [
  ["vm-superio", "Serial", 40],
  ["vm-superio/serial", "Serial", 40],
  ["vm-superio", "SerialError", 0.5],
  ["vm-superio/host", "attachTerminal", 3.6],
  ["vm-superio", "Uart16550", 80.7],
  ["vm-superio/uart16550", "Uart16550", 80.2],
];

/** Bundles single exports, and demands that what they do not use is left out. */
async function measureBundles(): Promise<void> {
  for (const [subpath, exported, limit] of BUNDLE_LIMITS) {
    const { outputFiles } = await build({
      stdin: { contents: `export { ${exported} } from "${subpath}"`, resolveDir: PROJECT },
      bundle: true,
      platform: "browser",
      format: "esm",
      minify: true,
      write: false,
      external: Object.keys(manifest.peerDependencies),
      logLevel: "error",
    });
    const kilobytes = gzipSync(outputFiles[0]?.contents ?? "").length / 1000;
    expectThat(kilobytes <= limit, `${exported}: expected at most ${limit} kB, got ${kilobytes.toFixed(1)}`);
    console.log(`bundle of ${exported}: ${kilobytes.toFixed(1)} kB compressed, without its peers`);
  }
}

/** The module resolutions and strictness of users. XState's own types need skipLibCheck to be that strict. */
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
  for (const [peerName, options] of Object.entries(COMPILERS)) {
    const compilerOptions = {
      ...{ target: "ES2022", lib: ["ES2023", "DOM"], types: [] },
      ...{ strict: true, noUncheckedIndexedAccess: true, rootDir: ".", outDir: peerName },
      ...options,
    };
    const fileName = join(PROJECT, `tsconfig.${peerName}.json`);
    await writeFile(fileName, JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    try {
      runProgram(process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", fileName);
    } catch (error) {
      throw new Error(`tsc (${peerName}):\n${(error as { stdout?: string }).stdout}`);
    }
  }
  const printed = runProgram("node", "nodenext/program.js");
  expectThat(printed === PROGRAM_PRINTS, `the program printed ${JSON.stringify(printed)}`);
  console.log(`type-checked as ${Object.keys(COMPILERS).join(", ")}, and run`);
}

await mkdir(PROJECT, { recursive: true });
await install(await packPackage());
await importEach();
await command();
await bundleEach();
await measureBundles();
await compile();
