/**
 * The public subpaths of the package, in the order of package.json's `exports`: the one list of them. package.json is written from it
 * (`npm run manifest`); the build, the API pages, the try of the package and the tests of the documents read it.
 */

interface Subpath {
  /** The folder whose index.ts users import. */
  readonly folder: string;
  /** True if it runs in Node alone; all others are bundled for a browser, too. */
  readonly nodeOnly?: boolean;
  /** The folder of a subpath that exports all of this one: its API page is that one's. */
  readonly partOf?: string;
}

export const SUBPATHS: Readonly<Record<string, Subpath>> = {
  ".": { folder: "src/device" },
  "./serial": { folder: "src/device/serial", partOf: "src/device" },
  "./uart16550": { folder: "src/device/uart16550", partOf: "src/device" },
  "./machines": { folder: "machines" },
  "./journal": { folder: "src/journal" },
  "./bus": { folder: "src/bus" },
  "./guests": { folder: "src/guests" },
  "./inspect/export": { folder: "src/inspect/export" },
  "./inspect/stately": { folder: "src/inspect/stately" },
  "./inspect/stately-server": { folder: "src/inspect/stately-server", nodeOnly: true },
  "./host": { folder: "src/guests/host" },
  "./node": { folder: "src/guests/node", nodeOnly: true },
  "./v86": { folder: "src/guests/v86" },
  "./conform": { folder: "src/conform" },
  "./explore": { folder: "src/explore" },
  "./engine": { folder: "src/engine" },
  "./testing": { folder: "src/testing" },
  "./testing/process": { folder: "src/testing/process", nodeOnly: true },
  "./inspect": { folder: "src/inspect", nodeOnly: true },
};

/** The folders of subpaths with an API page. */
export const API_FOLDERS: readonly string[] = Object.values(SUBPATHS).flatMap(({ folder, partOf }) =>
  partOf === undefined ? [folder] : [],
);

/** Returns the name by which users import a subpath: `vm-superio/journal` for `./journal`. */
export const moduleName = (subpath: string): string => `vm-superio${subpath.slice(1)}`;

/** Returns the name of the built file of a folder in dist/, without its ending: `device/index` for `src/device`. */
export const builtName = (folder: string): string => `${folder.replace(/^src\//, "")}/index`;

/** The files of a subpath: its types, those for bundlers, and those that Node runs. */
interface SubpathFiles {
  readonly types: string;
  readonly module?: string;
  readonly default: string;
}

/** Returns the `exports` of package.json. */
export const packageExports = (): Readonly<Record<string, string | SubpathFiles>> => ({
  ...Object.fromEntries(
    Object.entries(SUBPATHS).map(([subpath, { folder, nodeOnly }]) => [
      subpath,
      {
        types: `./dist/types/${folder}/index.d.ts`,
        ...(nodeOnly ? {} : { module: `./dist/modules/${builtName(folder)}.js` }),
        default: `./dist/${builtName(folder)}.js`,
      },
    ]),
  ),
  "./package.json": "./package.json",
});
