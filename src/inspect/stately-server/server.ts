import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { checkReadable, formatValue, withKnownNames } from "../../journal/internal.js";
import type { StatelyInspection } from "../stately/index.js";

/** Options of the server. */
export interface StatelyServerOptions {
  /** The port; 0, the default, takes any free one. */
  readonly port?: number;
  /** The inspector's page, which is shown in a frame; by default Stately's hosted one. */
  readonly page?: string;
}

/** An inspection that is being served, on loopback alone. */
export interface StatelyServer {
  /** The address of the inspector's page, to be opened in a browser. */
  readonly url: string;
  /** The address for `createWebSocketReceiver({ server })` of `@statelyai/inspect`. */
  readonly socket: string;
  /** Closes the server; the inspection goes on. */
  close(): Promise<void>;
}

const GREATEST_PORT = 65_535;
const LOOPBACK = "127.0.0.1";
const HOSTED_PAGE = "https://stately.ai/inspect";
/** The longest message of a browser, in bytes: receivers have nothing to say. */
const MOST_RECEIVED_BYTES = 4096;
/** Bytes buffered for a slow browser before it is disconnected. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/**
 * Serves an inspection on loopback: a page that holds Stately's inspector, and a WebSocket that its receivers connect to. Whoever connects, however
 * late, is sent the definition and the present state first.
 *
 * Only programs of this machine can connect, and of web pages only the one that is served here. That page holds the inspector's page, which
 * comes from Stately's server, and is sent everything that is shown.
 *
 * @throws TypeError or RangeError for a wrong argument, Error if the port is taken.
 */
export async function serveStately(
  inspection: StatelyInspection,
  options: StatelyServerOptions = {},
): Promise<StatelyServer> {
  checkReadable(inspection, "inspection", "the result of inspectWithStately", () => {
    if (typeof inspection?.connect !== "function")
      throw new TypeError(
        `inspection: expected the result of inspectWithStately, got ${formatValue(inspection)}`,
      );
  });
  const { port = 0, page = HOSTED_PAGE } = withKnownNames(options, ["port", "page"], "serveStately");
  if (!Number.isInteger(port) || port < 0 || port > GREATEST_PORT)
    throw new RangeError(
      `port: expected a whole number from 0 to ${GREATEST_PORT}, got ${formatValue(port)}`,
    );
  if (typeof page !== "string" || !URL.canParse(page))
    throw new TypeError(`page: expected the address of a page, got ${formatValue(page)}`);
  const server = createServer((request, response) => {
    const { host } = authorities(server);
    if (!host.includes(request.headers.host ?? "")) response.writeHead(403).end();
    else if (request.method !== "GET" || request.url !== "/") response.writeHead(404).end();
    else {
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": `default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-src ${new URL(page).origin}; connect-src 'self' ws:`,
      };
      response.writeHead(200, headers).end(bridgePage(page));
    }
  });
  const socketServer = new WebSocketServer({ noServer: true, maxPayload: MOST_RECEIVED_BYTES });
  server.on("upgrade", (request: IncomingMessage, socket, head) => {
    if (!mayConnect(request, server)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socketServer.handleUpgrade(request, socket, head, (client) => connectClient(client, inspection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${boundPort}/`,
    socket: `ws://${LOOPBACK}:${boundPort}/`,
    close: async () => {
      for (const client of socketServer.clients) client.terminate();
      socketServer.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the server's names and origins. */
function authorities(server: Server): {
  readonly host: readonly string[];
  readonly origin: readonly string[];
} {
  const { port } = server.address() as AddressInfo;
  const host = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  return { host, origin: host.map((name) => `http://${name}`) };
}

/** Returns true if a client may connect: programs send no origin; of web pages only our own may. */
function mayConnect({ headers }: IncomingMessage, server: Server): boolean {
  const { host, origin } = authorities(server);
  return (
    host.includes(headers.host ?? "") && (headers.origin === undefined || origin.includes(headers.origin))
  );
}

function connectClient(client: WebSocket, inspection: StatelyInspection): void {
  client.on("error", () => client.terminate());
  const disconnect = inspection.connect((message) => {
    if (client.bufferedAmount > MOST_BUFFERED_BYTES) client.terminate();
    else if (client.readyState === client.OPEN) client.send(JSON.stringify(message));
  });
  client.on("close", disconnect);
}

/** Returns the page, which forwards the socket's messages to the inspector in its frame, once that is loaded. */
const bridgePage = (page: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>vm-superio in Stately's inspector</title>
<style>
html, body, iframe { border: 0; height: 100%; margin: 0; width: 100%; }
</style>
<iframe title="Stately's inspector" src="${page}"></iframe>
<script>
const frame = document.querySelector("iframe");
addEventListener("message", ({ data, source }) => {
  if (source !== frame.contentWindow || data?.type !== "@statelyai.connected") return;
  const socket = new WebSocket("ws://" + location.host + "/");
  socket.onmessage = (message) => frame.contentWindow.postMessage(JSON.parse(message.data), ${JSON.stringify(new URL(page).origin)});
});
</script>
</html>
`;
