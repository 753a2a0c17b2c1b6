import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { SourceNames } from "../wire.js";
import { type Refusal, refusalOf } from "./access.js";
import type { Assets } from "./assets.js";
import { streamFrames } from "./frame-stream.js";
import type { InspectionSource } from "./inspection-source.js";

/** Only this machine can reach it. */
const LOOPBACK = "127.0.0.1";
/** At most so many pages are fed at once, and so many connections held open. */
const MOST_FEEDS = 16;
const MOST_CONNECTIONS = 128;
/** A request must have come whole within this time, in milliseconds. */
const REQUEST_TIME = 10_000;
/** Bytes that may be typed in one request. */
const MOST_TYPED = 4096;

const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
};

/** Returns the page's policy: scripts and styles from its own files only, connections to this server only, nothing inline, nothing evaluated. */
const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The terminal creates style elements, with this page's nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** Ends all connections and the server. */
  close(): Promise<void>;
}

/** The parts and settings of a server. */
interface ServerOptions {
  readonly sources: readonly InspectionSource[];
  /** Returns true while sources, or differences of them, may be added. */
  readonly isGrowing: () => boolean;
  readonly assets: Assets;
  readonly token: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** Answers for one set of sources. */
class RequestHandler {
  readonly #serverOptions: ServerOptions;
  readonly #stopSignal: AbortSignal;
  #feedCount = 0;
  port = 0;

  constructor(serverOptions: ServerOptions, stopSignal: AbortSignal) {
    this.#serverOptions = serverOptions;
    this.#stopSignal = stopSignal;
  }

  async answerRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [headerName, headerValue] of Object.entries(SECURITY_HEADERS))
      response.setHeader(headerName, headerValue);
    const { method = "GET", url = "/", headers } = request;
    const [requestPath = "/", queryText = ""] = url.split("?", 2);
    const refusal = refusalOf({ method, requestPath, headers }, this.port, this.#serverOptions.token);
    if (refusal) sendRefusal(response, refusal);
    else if (!requestPath.startsWith("/api/")) this.#sendAsset(method, requestPath, response);
    else if (requestPath === "/api/sources" && method === "GET") this.#sendSourceNames(response);
    else if (requestPath === "/api/journal" && method === "GET") await this.#sendFrames(queryText, response);
    else if (requestPath === "/api/type" && method === "POST")
      await this.#typeBytes(queryText, request, response);
    else
      sendRefusal(response, { status: 404, reason: `path: expected one of the inspector's, got ${method}` });
  }

  #sendAsset(method: string, requestPath: string, response: ServerResponse): void {
    const asset = this.#serverOptions.assets.get(requestPath);
    const refusal: Refusal =
      method !== "GET" && method !== "HEAD"
        ? { status: 405, reason: "method: expected GET" }
        : { status: 404, reason: "path: expected one of the page's files" };
    if (refusal.status === 405 || !asset) {
      sendRefusal(response, refusal);
      return;
    }
    const nonce = randomBytes(16).toString("base64");
    response.setHeader("Content-Security-Policy", contentSecurityPolicy(nonce));
    response.setHeader("Content-Type", asset.mediaType);
    const html =
      requestPath === "/" ? Buffer.from(asset.contents).toString("utf8").replace("NONCE", nonce) : undefined;
    response.end(method === "HEAD" ? "" : (html ?? asset.contents));
  }

  #sendSourceNames(response: ServerResponse): void {
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    const { sources, isGrowing } = this.#serverOptions;
    const names = sources.map(({ name, differences: { length } }) =>
      length === 0 ? name : `${name}: ${length} ${length === 1 ? "difference" : "differences"}`,
    );
    response.end(JSON.stringify({ names, isGrowing: isGrowing() } satisfies SourceNames));
  }

  #sourceOf(queryText: string): InspectionSource | undefined {
    return this.#serverOptions.sources[Number(new URLSearchParams(queryText).get("source") ?? 0)];
  }

  async #sendFrames(queryText: string, response: ServerResponse): Promise<void> {
    const selectedSource = this.#sourceOf(queryText);
    if (!selectedSource) {
      const { sources, isGrowing } = this.#serverOptions;
      const soFar = isGrowing() ? " so far; the recording is still being read" : "";
      return sendRefusal(response, {
        status: 404,
        reason: `source: expected 0 to ${sources.length - 1}${soFar}`,
      });
    }
    if (this.#feedCount >= MOST_FEEDS)
      return sendRefusal(response, { status: 429, reason: `pages: expected at most ${MOST_FEEDS} at once` });
    const closeController = new AbortController();
    const pageGone = AbortSignal.any([closeController.signal, this.#stopSignal]);
    response.once("close", () => closeController.abort());
    response.setHeader("Content-Type", "application/octet-stream");
    this.#feedCount++;
    try {
      const fromText = new URLSearchParams(queryText).get("from");
      const fromIndex = fromText !== null && /^\d+$/.test(fromText) ? Number(fromText) : undefined;
      for await (const frame of streamFrames(selectedSource, pageGone, fromIndex)) {
        if (pageGone.aborted) break;
        // A page that does not read holds up only itself.
        if (!response.write(frame)) await once(response, "drain", { signal: pageGone });
      }
    } catch (error) {
      if (!pageGone.aborted) throw error;
    } finally {
      this.#feedCount--;
      response.end();
    }
  }

  async #typeBytes(queryText: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const selectedSource = this.#sourceOf(queryText);
    if (!selectedSource?.type)
      return sendRefusal(response, {
        status: 404,
        reason: "source: expected a live device, got a recording",
      });
    const typedBytes = await readBody(request);
    if (!typedBytes)
      return sendRefusal(response, { status: 413, reason: `body: expected 1 to ${MOST_TYPED} bytes` });
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(selectedSource.type(typedBytes)));
  }
}

function sendRefusal(response: ServerResponse, { status, reason }: Refusal): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  // The rest of the request is not read.
  response.setHeader("Connection", "close");
  response.end(`${reason}\n`);
}

/** Reads the request's bytes; undefined if there are none, or too many. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const bodyChunks: Uint8Array[] = [];
  let bodyLength = 0;
  for await (const bodyChunk of request) {
    bodyLength += (bodyChunk as Uint8Array).length;
    if (bodyLength > MOST_TYPED) return undefined;
    bodyChunks.push(bodyChunk as Uint8Array);
  }
  return bodyLength === 0 ? undefined : Uint8Array.from(Buffer.concat(bodyChunks));
}

/**
 * Serves the page and its sources on loopback.
 *
 * @throws Error with a code such as EADDRINUSE if the port cannot be had.
 */
export async function startServer(serverOptions: ServerOptions): Promise<RunningServer> {
  const stopController = new AbortController();
  const handler = new RequestHandler(serverOptions, stopController.signal);
  const server = createServer((request, response) => {
    // A client that disconnects early is no failure of the server.
    request.on("error", () => {});
    response.on("error", () => {});
    handler.answerRequest(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = REQUEST_TIME;
  server.requestTimeout = REQUEST_TIME;
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(serverOptions.port, LOOPBACK);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  handler.port = port;
  return {
    port,
    close: async () => {
      stopController.abort();
      const serverClosed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await serverClosed;
    },
  };
}
