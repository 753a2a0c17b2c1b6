import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SUBPATHS } from "../.ci/subpaths.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What each folder may import of ours, beside itself. Nothing runs up, and neighbours do not lean on each other. */
const CORE = ["machines", "src/engine", "src/journal", "src/device", "src/version.ts"];
const LIBRARY = [...CORE, "src/bus"];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machines: [],
  "src/version.ts": [],
  "src/engine": [],
  "src/journal": ["machines", "src/version.ts"],
  "src/device": CORE,
  "src/bus": CORE,
  "src/draw": LIBRARY,
  "src/explore": [...LIBRARY, "src/draw"],
  "src/testing": LIBRARY,
  "src/inspect": [...LIBRARY, "src/draw"],
  "src/guests": LIBRARY,
  "src/conform": [...LIBRARY, "src/explore", "src/guests"],
  "src/cli": [
    ...LIBRARY,
    ...["src/draw", "src/explore", "src/testing", "src/inspect", "src/guests", "src/conform"],
  ],
};

/** The subpaths that run in a browser, and the packages that they may use: the peers, and what is bundled. */
const BROWSER_SAFE = [
  "src/draw",
  ...Object.values(SUBPATHS).flatMap(({ folder, nodeOnly }) =>
    nodeOnly || folder === "src/testing" ? [] : [folder],
  ),
];
const IN_BROWSERS = ["xstate", "rxjs", "fflate", "elkjs"];

/** The folders whose index.ts is for users and whose internal.ts is for neighbours. */
const WITH_DOORS = new Set([
  ...Object.keys(MAY_IMPORT),
  ...Object.values(SUBPATHS).map(({ folder }) => folder),
  "src/inspect/layout",
]);
const DOORS = ["index.ts", "internal.ts"];

const filesBelow = (...folders: readonly string[]): string[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name))),
    )
    .filter((path) => path.endsWith(".ts"));
const sources = filesBelow("machines", "src");

/** Returns what a file imports, types included: the paths of ours from the root, and the names of packages. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const names = [...text.matchAll(/(?:^|[\s}*])(?:from|import)\s*\(?\s*"([^"\s]+)"/g)].map(
    (it) => it[1] ?? "",
  );
  return names.map((name) =>
    name.startsWith(".") ? join(dirname(path), name).replace(/\.js$/, ".ts") : name,
  );
}

const isOurs = (name: string): boolean => /^[^:]*\.(ts|json)$|^\.\./.test(name);
/** True for what tests of several folders share. */
const isTestHelper = (name: string): boolean => name.endsWith(".test-helper.ts");
const isDoor = (name: string): boolean =>
  WITH_DOORS.has(name) || (WITH_DOORS.has(dirname(name)) && DOORS.includes(basename(name)));
const houseOf = (path: string): string =>
  Object.keys(MAY_IMPORT).find((house) => path === house || path.startsWith(`${house}/`)) ?? dirname(path);
const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");

describe("no import runs up", () => {
  const houses = new Set(sources.filter((path) => dirname(path) !== "src").map(houseOf));

  test.for([...houses])("%s", (house) => {
    const allowed = [house, ...(MAY_IMPORT[house] ?? [])];
    const wrong = sources
      .filter((path) => houseOf(path) === house)
      .flatMap((path) => importsOf(path).map((name) => ({ path, name })))
      .filter(({ name }) => isOurs(name) && !isTestHelper(name) && !allowed.includes(houseOf(name)));
    expect(wrong).toEqual([]);
  });

  test("machines and engine use no package but xstate", () => {
    const wrong = sources
      .filter((path) => ["machines", "src/engine"].includes(houseOf(path)) && !path.endsWith(".test.ts"))
      .flatMap((path) => importsOf(path).map((name) => ({ path, name })))
      .filter(({ name }) => !isOurs(name) && packageOf(name) !== "xstate");
    expect(wrong).toEqual([]);
  });
});

/** What writes the generated code, which the door of its folder loads. */
const BEFORE_THE_DOORS = [".ci/generate.ts"];

test("a folder is entered by its index.ts or its internal.ts", () => {
  const wrong = [...sources, ...filesBelow("properties", "bench", ".ci")]
    .filter((path) => !BEFORE_THE_DOORS.includes(path))
    .flatMap((path) => importsOf(path).map((name) => ({ path, name })))
    .filter(({ name }) => /^(machines|src)\//.test(name) && !isTestHelper(name))
    .filter(({ path, name }) => houseOf(path) !== houseOf(name) && !isDoor(name));
  expect(wrong).toEqual([]);
});

describe("what a browser loads uses nothing of Node's", () => {
  test.for(BROWSER_SAFE.filter((folder) => sources.includes(`${folder}/index.ts`)))("%s", (folder) => {
    const wrong: string[] = [];
    const reached = new Set([`${folder}/index.ts`]);
    for (const path of reached)
      for (const name of importsOf(path))
        if (isOurs(name)) reached.add(name);
        else if (!IN_BROWSERS.includes(packageOf(name))) wrong.push(`${path} imports ${name}`);
    expect(wrong).toEqual([]);
    expect(reached.size).toBeGreaterThan(1);
  });
});
