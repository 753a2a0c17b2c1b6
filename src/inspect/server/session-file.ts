import { gzipSync } from "node:zlib";
import { standalonePage } from "../standalone-page.js";
import { readAssets } from "./assets.js";
import { streamFrames } from "./frame-stream.js";
import type { InspectionSource } from "./inspection-source.js";

/**
 * Returns a source as one HTML file that needs no server: the page, and the frames that a server would have sent.
 *
 * @throws Error if the page has not been built.
 */
export async function sessionFile(source: InspectionSource): Promise<string> {
  const assets = await readAssets();
  const assetText = (assetPath: string) =>
    Buffer.from(assets.get(assetPath)?.contents ?? []).toString("utf8");
  const frames: Uint8Array[] = [];
  for await (const frame of streamFrames({ ...source, live: false }, new AbortController().signal))
    frames.push(frame);
  return standalonePage({
    script: assetText("/app.js"),
    style: assetText("/app.css"),
    layouts: assetText("/layouts.json"),
    session: gzipSync(Buffer.concat(frames)).toString("base64"),
  });
}
