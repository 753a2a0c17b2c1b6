import { gzipSync } from "node:zlib";
import { standalone } from "../standalone.js";
import { readAssets } from "./assets.js";
import { feed } from "./feed.js";
import type { Source } from "./source.js";

/**
 * A source as one HTML file that needs no server: the page, and the frames that it would have been sent.
 *
 * @throws Error if the page has not been built.
 */
export async function sessionFile(source: Source): Promise<string> {
  const assets = await readAssets();
  const text = (path: string) => Buffer.from(assets.get(path)?.bytes ?? []).toString("utf8");
  const frames: Uint8Array[] = [];
  for await (const frame of feed({ ...source, live: false }, new AbortController().signal))
    frames.push(frame);
  return standalone({
    script: text("/app.js"),
    style: text("/app.css"),
    layouts: text("/layouts.json"),
    session: gzipSync(Buffer.concat(frames)).toString("base64"),
  });
}
