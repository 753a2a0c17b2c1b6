import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Refusal, refusalOf } from "./access.js";
import type { Assets } from "./assets.js";
import { feed } from "./feed.js";
import type { Source } from "./source.js";

/** Only this machine can reach it. */
const LOOPBACK = "127.0.0.1";
/** At most so many pages are fed at once, and so many connections held open. */
const MOST_FEEDS = 16;
const MOST_CONNECTIONS = 128;
/** A request must have come whole within this time, in milliseconds. */
const REQUEST_TIME = 10_000;
/** Bytes that may be typed in one request. */
const MOST_TYPED = 4096;

const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
};

/** What the page may do: run and style itself with its own files, and talk to this server. Nothing inline, nothing evaluated. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The terminal makes style elements of its own, and is told this page's nonce for them.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** A server that runs. */
export interface Running {
  readonly port: number;
  /** Ends all connections and the server. */
  close(): Promise<void>;
}

/** What a server needs. */
export interface Serving {
  readonly sources: readonly Source[];
  readonly assets: Assets;
  readonly token: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** Answers for one set of sources. */
class Handler {
  readonly #serving: Serving;
  readonly #ended: AbortSignal;
  #feeds = 0;
  port = 0;

  constructor(serving: Serving, ended: AbortSignal) {
    this.#serving = serving;
    this.#ended = ended;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const { method = "GET", url = "/", headers } = request;
    const [path = "/", query = ""] = url.split("?", 2);
    const refusal = refusalOf({ method, path, headers }, this.port, this.#serving.token);
    if (refusal) refuse(response, refusal);
    else if (!path.startsWith("/api/")) this.#page(method, path, response);
    else if (path === "/api/sources" && method === "GET") this.#list(response);
    else if (path === "/api/journal" && method === "GET") await this.#feed(query, response);
    else if (path === "/api/type" && method === "POST") await this.#type(query, request, response);
    else refuse(response, { status: 404, reason: `path: expected one of the inspector's, got ${method}` });
  }

  #page(method: string, path: string, response: ServerResponse): void {
    const asset = this.#serving.assets.get(path);
    const refusal: Refusal =
      method !== "GET" && method !== "HEAD"
        ? { status: 405, reason: "method: expected GET" }
        : { status: 404, reason: "path: expected one of the page's files" };
    if (refusal.status === 405 || !asset) {
      refuse(response, refusal);
      return;
    }
    const nonce = randomBytes(16).toString("base64");
    response.setHeader("Content-Security-Policy", policy(nonce));
    response.setHeader("Content-Type", asset.type);
    const html = path === "/" ? Buffer.from(asset.bytes).toString("utf8").replace("NONCE", nonce) : undefined;
    response.end(method === "HEAD" ? "" : (html ?? asset.bytes));
  }

  #list(response: ServerResponse): void {
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(this.#serving.sources.map(({ name }) => name)));
  }

  #source(query: string): Source | undefined {
    return this.#serving.sources[Number(new URLSearchParams(query).get("source") ?? 0)];
  }

  async #feed(query: string, response: ServerResponse): Promise<void> {
    const source = this.#source(query);
    if (!source) return refuse(response, { status: 404, reason: "source: expected the number of one" });
    if (this.#feeds >= MOST_FEEDS)
      return refuse(response, { status: 429, reason: `pages: expected at most ${MOST_FEEDS} at once` });
    const gone = new AbortController();
    const ended = AbortSignal.any([gone.signal, this.#ended]);
    response.once("close", () => gone.abort());
    response.setHeader("Content-Type", "application/octet-stream");
    this.#feeds++;
    try {
      for await (const frame of feed(source, ended)) {
        if (ended.aborted) break;
        // A page that does not read is waited for; only itself is held up.
        if (!response.write(frame)) await once(response, "drain", { signal: ended });
      }
    } catch (error) {
      if (!ended.aborted) throw error;
    } finally {
      this.#feeds--;
      response.end();
    }
  }

  async #type(query: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const source = this.#source(query);
    if (!source?.type)
      return refuse(response, { status: 404, reason: "source: expected a live device, got a recording" });
    const bytes = await bodyOf(request);
    if (!bytes) return refuse(response, { status: 413, reason: `body: expected 1 to ${MOST_TYPED} bytes` });
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(source.type(bytes)));
  }
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  // What else the request holds is not read.
  response.setHeader("Connection", "close");
  response.end(`${reason}\n`);
}

/** The request's bytes; undefined where there are none, or too many. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request) {
    length += (piece as Uint8Array).length;
    if (length > MOST_TYPED) return undefined;
    pieces.push(piece as Uint8Array);
  }
  return length === 0 ? undefined : Uint8Array.from(Buffer.concat(pieces));
}

/**
 * Serves the page and its sources on loopback.
 *
 * @throws Error with a code such as EADDRINUSE if the port cannot be had.
 */
export async function serve(serving: Serving): Promise<Running> {
  const ending = new AbortController();
  const handler = new Handler(serving, ending.signal);
  const server = createServer((request, response) => {
    // Whoever vanishes while being answered is no failure of ours.
    request.on("error", () => {});
    response.on("error", () => {});
    handler.answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = REQUEST_TIME;
  server.requestTimeout = REQUEST_TIME;
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(serving.port, LOOPBACK);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  handler.port = port;
  return {
    port,
    close: async () => {
      ending.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
