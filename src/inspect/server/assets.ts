import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the page. */
interface Asset {
  readonly mediaType: string;
  readonly contents: Uint8Array;
}

/** The page's files by path: "/", "/app.js". Nothing else is ever served, as no path is looked up on the disk. */
export type Assets = ReadonlyMap<string, Asset>;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
};

/** The folders of the page: in the built package, and in the repository's build. */
const PAGE_FOLDERS = ["../inspect/page/", "../../../dist/inspect/page/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const NOT_BUILT = "the inspector's page: expected to be built, is not; run `npm run build:page`";

/** Reads the page's files, or returns a notice if they have not been built: a device can be inspected before that. */
export const assetsOrNotice = (): Promise<Assets> =>
  readAssets().catch(() => {
    const contents = new TextEncoder().encode(`${NOT_BUILT}\n`);
    return new Map([["/", { mediaType: "text/plain; charset=utf-8", contents }]]);
  });

/**
 * Reads the page's files.
 *
 * @throws Error if the page has not been built.
 */
export async function readAssets(): Promise<Assets> {
  for (const folder of PAGE_FOLDERS) {
    const fileNames = await readdir(folder).catch((): string[] => []);
    if (!fileNames.includes("index.html") || !fileNames.includes("app.js")) continue;
    const servedNames = fileNames.filter((name) => MEDIA_TYPES[extname(name)] !== undefined);
    const assets = servedNames.map(
      async (name): Promise<[string, Asset]> => [
        name === "index.html" ? "/" : `/${name}`,
        { mediaType: MEDIA_TYPES[extname(name)] as string, contents: await readFile(join(folder, name)) },
      ],
    );
    return new Map(await Promise.all(assets));
  }
  throw new Error(NOT_BUILT);
}
