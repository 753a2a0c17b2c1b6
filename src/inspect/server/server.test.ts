import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Serial } from "../../device/index.js";
import { unpackEntries } from "../../journal/index.js";
import { type Frame, FrameReader } from "../wire.js";
import { streamFrames } from "./frame-stream.js";
import { type RunningServer, startServer } from "./http-server.js";
import { inspect } from "./inspect.js";
import { type InspectionSource, liveSource } from "./inspection-source.js";

const TOKEN = "the-token";
const ASSETS = new Map([
  [
    "/",
    {
      mediaType: "text/html; charset=utf-8",
      contents: new TextEncoder().encode('<meta name="nonce" content="NONCE">'),
    },
  ],
  ["/app.js", { mediaType: "text/javascript; charset=utf-8", contents: new TextEncoder().encode("1;") }],
]);

let runningServer: RunningServer | undefined;
afterEach(async () => {
  await runningServer?.close();
  runningServer = undefined;
});

async function startWith(...sources: InspectionSource[]): Promise<number> {
  runningServer = await startServer({
    sources,
    isGrowing: () => false,
    assets: ASSETS,
    token: TOKEN,
    port: 0,
  });
  return runningServer.port;
}

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Asks as no browser would be allowed to: with any path and any headers. */
const sendRequest = (
  serverPort: number,
  requestPath: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = "",
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const clientRequest = request(
      { host: "127.0.0.1", port: serverPort, path: requestPath, method, headers, agent: false },
      (response) => {
        let responseText = "";
        response.setEncoding("utf8").on("data", (bodyChunk) => {
          responseText += bodyChunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: responseText, headers: response.headers }),
        );
      },
    );
    clientRequest.on("error", reject).end(body);
  });

const authorized = { authorization: `Bearer ${TOKEN}` };

it("serves the page under a policy that lets nothing inline or evaluated run", async () => {
  const serverPort = await startWith();
  const { status, text, headers } = await sendRequest(serverPort, "/");
  const policy = String(headers["content-security-policy"]);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(status).toBe(200);
  expect(nonce).toMatch(/^[\w+/=]{22,}$/);
  expect(text).toContain(`content="${nonce}"`);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect((await sendRequest(serverPort, "/")).text).not.toBe(text);
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
});

it.each([
  ["no token", {}],
  ["another token", { authorization: "Bearer the-tokem" }],
  ["a longer token", { authorization: `Bearer ${TOKEN}x` }],
  ["the token alone", { authorization: TOKEN }],
])("sends nothing to %s", async (_, headers) => {
  const serverPort = await startWith(liveSource(new Serial(), "secret"));
  for (const requestPath of ["/api/sources", "/api/journal", "/api/type", "/api/else"]) {
    const { status, text } = await sendRequest(serverPort, requestPath, headers);
    expect([requestPath, status]).toEqual([requestPath, 401]);
    expect(text).not.toContain("secret");
  }
});

it.each([["evil.example"], ["127.0.0.1.evil.example"], ["127.0.0.1:1"], ["127.0.0.1"], ["[::2]"]])(
  "does not answer to the name %s",
  async (host) => {
    const serverPort = await startWith(liveSource(new Serial(), "secret"));
    const hostHeader = host.includes("evil") || host === "[::2]" ? `${host}:${serverPort}` : host;
    for (const requestPath of ["/", "/api/sources"])
      expect((await sendRequest(serverPort, requestPath, { host: hostHeader, ...authorized })).status).toBe(
        403,
      );
  },
);

it("answers to loopback's names", async () => {
  const serverPort = await startWith();
  for (const host of [
    `localhost:${serverPort}`,
    `LOCALHOST:${serverPort}`,
    `[::1]:${serverPort}`,
    `127.0.0.1:${serverPort}`,
  ])
    expect((await sendRequest(serverPort, "/api/sources", { host, ...authorized })).status).toBe(200);
});

it.each([
  [{ origin: "http://evil.example" }],
  [{ origin: "null" }],
  [{ origin: "http://127.0.0.1:1" }],
  [{ origin: "https://127.0.0.1" }],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site" }],
  [{ "sec-fetch-site": "none" }],
])("does not let another site ask: %j", async (headers) => {
  const serialDevice = new Serial();
  const serverPort = await startWith(liveSource(serialDevice, "secret"));
  for (const [requestPath, method] of [
    ["/api/journal", "GET"],
    ["/api/sources", "GET"],
    ["/api/type", "POST"],
  ] as const)
    expect(
      (await sendRequest(serverPort, requestPath, { ...authorized, ...headers }, method, "rm\r")).status,
    ).toBe(403);
  expect(serialDevice.journal.length).toBe(0);
});

it.each([
  "/../package.json",
  "/..%2fpackage.json",
  "/%2e%2e/%2e%2e/package.json",
  "/./app.js/../../http.ts",
  "//etc/passwd",
  "/etc/passwd",
  "/app.js%00.html",
  "/APP.JS",
  "/__proto__",
  "/app.js/",
])("serves no file but the page's: %s", async (requestPath) => {
  const serverPort = await startWith();
  expect((await sendRequest(serverPort, requestPath)).status).toBe(404);
});

it("takes GET for its page, and nothing else", async () => {
  const serverPort = await startWith();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
    expect((await sendRequest(serverPort, "/", {}, method)).status).toBe(405);
});

/** Reads a session until it has so many entries. */
async function readFrames(serverPort: number, isEnough: (frames: Frame[]) => boolean): Promise<Frame[]> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${serverPort}/api/journal`, {
    headers: authorized,
    signal: abort.signal,
  });
  const frameReader = new FrameReader();
  const frames: Frame[] = [];
  for await (const bodyChunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    frames.push(...frameReader.takeBytes(bodyChunk));
    if (isEnough(frames)) break;
  }
  abort.abort();
  return frames;
}

const entriesIn = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => (frame.type === "entries" ? [...unpackEntries(frame.bytes)] : []));

it("follows a device: what was, and what comes; what is typed reaches it", async () => {
  const serialDevice = new Serial();
  serialDevice.write(1, 5);
  const serverPort = await startWith(liveSource(serialDevice, "serial"));
  const pendingFrames = readFrames(serverPort, (frames) => entriesIn(frames).length >= 3);
  const typedAnswer = await sendRequest(serverPort, "/api/type", authorized, "POST", "ls");
  expect(JSON.parse(typedAnswer.text)).toEqual({ taken: 2 });
  serialDevice.read(5);
  const frames = await pendingFrames;
  expect(frames[0]).toMatchObject({ type: "opening", opening: { live: true, header: { chart: "serial" } } });
  expect(entriesIn(frames)).toEqual([
    { type: "write", offset: 1, value: 5 },
    { type: "receive", characters: Uint8Array.of(0x6c, 0x73) },
    { type: "read", offset: 5 },
  ]);
});

it("says how many typed bytes there was room for, and what failed", async () => {
  const serialDevice = new Serial({
    trigger: () => {
      throw new Error("no irqchip");
    },
  });
  const serverPort = await startWith(liveSource(serialDevice, "serial"));
  const typeText = async (requestText: string) =>
    JSON.parse((await sendRequest(serverPort, "/api/type", authorized, "POST", requestText)).text);
  expect(await typeText("x".repeat(70))).toEqual({ taken: 64 });
  expect(await typeText("y")).toEqual({ taken: 0 });
  for (let i = 0; i < 64; i++) serialDevice.read(0);
  serialDevice.write(1, 1);
  expect(await typeText("z")).toMatchObject({ taken: 1, failure: expect.stringContaining("no irqchip") });
});

it("starts again where the journal has discarded entries not yet sent", async () => {
  const serialDevice = new Serial({ journal: { keep: 1000 } });
  for (let i = 0; i < 200_000; i++) serialDevice.read(5);
  const serverPort = await startWith(liveSource(serialDevice, "serial"));
  const [opening] = await readFrames(serverPort, (frames) => frames.some(({ type }) => type === "caught-up"));
  expect(opening).toMatchObject({ opening: { header: { first: serialDevice.journal.first } } });
  expect(serialDevice.journal.first).toBeGreaterThan(0);
});

it("refuses floods: too much typed, too many pages; and goes on", async () => {
  const serverPort = await startWith(liveSource(new Serial(), "serial"));
  expect(
    (
      await sendRequest(serverPort, "/api/type", authorized, "POST", "x".repeat(100_000)).catch(() => ({
        status: 413,
      }))
    ).status,
  ).toBe(413);
  expect((await sendRequest(serverPort, "/api/type", authorized, "POST", "")).status).toBe(413);
  const aborts = Array.from({ length: 16 }, () => new AbortController());
  const url = `http://127.0.0.1:${serverPort}/api/journal`;
  await Promise.all(aborts.map(({ signal }) => fetch(url, { headers: authorized, signal })));
  expect((await sendRequest(serverPort, "/api/journal", authorized)).status).toBe(429);
  for (const abort of aborts) abort.abort();
  await expect.poll(async () => (await sendRequest(serverPort, "/api/sources", authorized)).status).toBe(200);
  await expect
    .poll(() => readFrames(serverPort, (frames) => frames.length > 0).then((frames) => frames.length))
    .toBeGreaterThan(0);
});

/** A client that speaks by itself. */
const rawClient = (serverPort: number, requestText: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(serverPort, "127.0.0.1", () => socket.write(requestText, () => resolve(socket)));
    socket.on("error", () => {});
  });

/** A recording of two gigabytes, made up as it is read; it counts how often it is. */
function endlessSource() {
  const { journal } = new Serial();
  const markEntry = { type: "mark", text: "x".repeat(100) } as const;
  const readCount = { times: 0 };
  function* entries({ from = 0, until = 0 } = {}) {
    readCount.times++;
    for (let index = from; index < until; index++) yield { index, tick: 0, entry: markEntry };
  }
  const journalView = {
    header: journal.header,
    first: 0,
    next: 20_000_000,
    length: 20_000_000,
    tick: 0,
    bytes: 0,
    entries,
  };
  const source = {
    ...liveSource(new Serial(), "endless"),
    journal: { ...journalView, checkpoint: journal.checkpoint },
  };
  return { source: source as InspectionSource, asked: readCount };
}

it("holds through clients that stall, send rubbish and vanish", async () => {
  const { source, asked } = endlessSource();
  const serialDevice = new Serial();
  for (let i = 0; i < 120_000; i++) serialDevice.write(0, i & 0xff);
  const serverPort = await startWith(liveSource(serialDevice, "serial"), source);
  const feedRequest = `GET /api/journal?source=1 HTTP/1.1\r\nHost: 127.0.0.1:${serverPort}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;
  const stalled = await Promise.all(Array.from({ length: 3 }, () => rawClient(serverPort, feedRequest)));
  for (const socket of stalled) socket.pause();
  const vanished = await Promise.all(Array.from({ length: 3 }, () => rawClient(serverPort, feedRequest)));
  for (const socket of vanished) socket.destroy();
  const rubbish = ["\x00\x16rubbish\r\n\r\n", "GET / HTTP/1.1\r\nHost", ""];
  const otherClients = await Promise.all(rubbish.map((requestText) => rawClient(serverPort, requestText)));
  const frames = await readFrames(serverPort, (got) => got.some(({ type }) => type === "caught-up"));
  expect(entriesIn(frames)).toHaveLength(120_000);
  let countBefore: number;
  do {
    countBefore = asked.times;
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (asked.times > countBefore);
  // What fits into the sockets has been read for each, five megabytes at a time: nothing like all.
  expect(asked.times).toBeLessThan(6 * 6);
  for (const socket of [...stalled, ...otherClients]) socket.destroy();
});

it("listens on loopback alone", async () => {
  const serverPort = await startWith();
  const { networkInterfaces } = await import("node:os");
  const otherAddresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal }) => !internal),
  );
  for (const { address, family } of otherAddresses.filter((it) => it.family === "IPv4")) {
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(serverPort, address, () => resolve(false)).on("error", () => resolve(true));
      socket.unref();
    });
    expect([family, refused]).toEqual(["IPv4", true]);
  }
});

/** Returns the types of all frames of a stream, and the number of entries in them. */
async function readStream(source: InspectionSource, fromIndex?: number) {
  const frameReader = new FrameReader();
  const types: Frame["type"][] = [];
  let entryCount = 0;
  for await (const bytes of streamFrames(source, new AbortController().signal, fromIndex))
    for (const frame of frameReader.takeBytes(bytes)) {
      types.push(frame.type);
      if (frame.type === "entries") entryCount += [...unpackEntries(frame.bytes)].length;
    }
  return { types, entryCount };
}

it("pauses the stream of a live device, goes on where the page is, and ends it with the device", async () => {
  const serial = new Serial();
  const source = liveSource(serial, "live");
  for (let i = 0; i < 10; i++) serial.read(5);
  expect(await readStream(source)).toEqual({
    types: ["opening", "entries", "findings", "caught-up"],
    entryCount: 10,
  });
  serial.read(5);
  serial.close();
  expect(await readStream(source, 10)).toEqual({ types: ["entries", "end"], entryCount: 1 });
  expect(source.type?.(Uint8Array.of(0x41))).toEqual({ taken: 0, failure: "it has been closed" });
  expect(serial.journal.next).toBe(11);
});

it("sends what is still being read as it comes, and what was found at its end", async () => {
  const serial = new Serial();
  serial.read(5);
  let isReading = true;
  const warnings: string[] = [];
  const source: InspectionSource = {
    ...{ name: "growing", live: false, journal: serial.journal, differences: [], warnings },
    isReading: () => isReading,
  };
  setTimeout(() => {
    serial.read(5);
    warnings.push("cut off");
    isReading = false;
  }, 60);
  expect(await readStream(source)).toEqual({
    types: ["opening", "entries", "entries", "findings", "caught-up", "end"],
    entryCount: 2,
  });
});

it("refuses a device that keeps no journal, from its beginning on", async () => {
  await expect(inspect(new Serial({ journal: false }))).rejects.toThrow(
    "device: expected one that keeps its journal",
  );
});
