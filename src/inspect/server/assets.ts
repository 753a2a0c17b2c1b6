import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The page's files by path: "/", "/app.js". Nothing else is ever served, as no path is looked up on the disk. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
};

/** Where the page is: beside the built package's scripts, or in what the repository has built. */
const FOLDERS = ["../inspect/page/", "../../../dist/inspect/page/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const NOT_BUILT = "the inspector's page: expected to be built, is not; run `npm run build:page`";

/** The page's files; where it has not been built, what says so instead. A device can be inspected before its page is there. */
export const assetsOrNotice = (): Promise<Assets> =>
  readAssets().catch(() => {
    const bytes = new TextEncoder().encode(`${NOT_BUILT}\n`);
    return new Map([["/", { type: "text/plain; charset=utf-8", bytes }]]);
  });

/**
 * Reads the page's files.
 *
 * @throws Error if the page has not been built.
 */
export async function readAssets(): Promise<Assets> {
  for (const folder of FOLDERS) {
    const names = await readdir(folder).catch((): string[] => []);
    if (!names.includes("index.html") || !names.includes("app.js")) continue;
    const served = names.filter((name) => TYPES[extname(name)] !== undefined);
    const assets = served.map(
      async (name): Promise<[string, Asset]> => [
        name === "index.html" ? "/" : `/${name}`,
        { type: TYPES[extname(name)] as string, bytes: await readFile(join(folder, name)) },
      ],
    );
    return new Map(await Promise.all(assets));
  }
  throw new Error(NOT_BUILT);
}
