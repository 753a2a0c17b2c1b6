import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Serial } from "../../device/index.js";
import { unpackEntries } from "../../journal/index.js";
import { type Frame, FrameReader } from "../wire.js";
import { type Running, serve } from "./http.js";
import { liveSource, type Source } from "./source.js";

const TOKEN = "the-token";
const ASSETS = new Map([
  [
    "/",
    {
      type: "text/html; charset=utf-8",
      bytes: new TextEncoder().encode('<meta name="nonce" content="NONCE">'),
    },
  ],
  ["/app.js", { type: "text/javascript; charset=utf-8", bytes: new TextEncoder().encode("1;") }],
]);

let running: Running | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function started(...sources: Source[]): Promise<number> {
  running = await serve({ sources, assets: ASSETS, token: TOKEN, port: 0 });
  return running.port;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Asks as no browser would be allowed to: with any path and any headers. */
const ask = (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = "",
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on("error", reject).end(body);
  });

const authorized = { authorization: `Bearer ${TOKEN}` };

it("serves the page under a policy that lets nothing inline or evaluated run", async () => {
  const port = await started();
  const { status, text, headers } = await ask(port, "/");
  const policy = String(headers["content-security-policy"]);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(status).toBe(200);
  expect(nonce).toMatch(/^[\w+/=]{22,}$/);
  expect(text).toContain(`content="${nonce}"`);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect((await ask(port, "/")).text).not.toBe(text);
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
});

it.each([
  ["no token", {}],
  ["another token", { authorization: "Bearer the-tokem" }],
  ["a longer token", { authorization: `Bearer ${TOKEN}x` }],
  ["the token alone", { authorization: TOKEN }],
])("gives nothing to %s", async (_, headers) => {
  const port = await started(liveSource(new Serial(), "secret"));
  for (const path of ["/api/sources", "/api/journal", "/api/type", "/api/else"]) {
    const { status, text } = await ask(port, path, headers);
    expect([path, status]).toEqual([path, 401]);
    expect(text).not.toContain("secret");
  }
});

it.each([["evil.example"], ["127.0.0.1.evil.example"], ["127.0.0.1:1"], ["127.0.0.1"], ["[::2]"]])(
  "does not answer to the name %s",
  async (host) => {
    const port = await started(liveSource(new Serial(), "secret"));
    const named = host.includes("evil") || host === "[::2]" ? `${host}:${port}` : host;
    for (const path of ["/", "/api/sources"])
      expect((await ask(port, path, { host: named, ...authorized })).status).toBe(403);
  },
);

it("answers to loopback's names", async () => {
  const port = await started();
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`, `127.0.0.1:${port}`])
    expect((await ask(port, "/api/sources", { host, ...authorized })).status).toBe(200);
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
  const serial = new Serial();
  const port = await started(liveSource(serial, "secret"));
  for (const [path, method] of [
    ["/api/journal", "GET"],
    ["/api/sources", "GET"],
    ["/api/type", "POST"],
  ] as const)
    expect((await ask(port, path, { ...authorized, ...headers }, method, "rm\r")).status).toBe(403);
  expect(serial.journal.length).toBe(0);
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
])("serves no file but the page's: %s", async (path) => {
  const port = await started();
  expect((await ask(port, path)).status).toBe(404);
});

it("takes GET for its page, and nothing else", async () => {
  const port = await started();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
    expect((await ask(port, "/", {}, method)).status).toBe(405);
});

/** Reads a session until it has so many entries. */
async function read(port: number, enough: (frames: Frame[]) => boolean): Promise<Frame[]> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/api/journal`, {
    headers: authorized,
    signal: abort.signal,
  });
  const reader = new FrameReader();
  const frames: Frame[] = [];
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    frames.push(...reader.take(piece));
    if (enough(frames)) break;
  }
  abort.abort();
  return frames;
}

const entriesIn = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => (frame.type === "entries" ? [...unpackEntries(frame.bytes)] : []));

it("follows a device: what was, and what comes; what is typed reaches it", async () => {
  const serial = new Serial();
  serial.write(1, 5);
  const port = await started(liveSource(serial, "serial"));
  const reading = read(port, (frames) => entriesIn(frames).length >= 3);
  const typed = await ask(port, "/api/type", authorized, "POST", "ls");
  expect(JSON.parse(typed.text)).toEqual({ taken: 2 });
  serial.read(5);
  const frames = await reading;
  expect(frames[0]).toMatchObject({ type: "opening", opening: { live: true, header: { chart: "serial" } } });
  expect(entriesIn(frames)).toEqual([
    { type: "write", offset: 1, value: 5 },
    { type: "receive", characters: Uint8Array.of(0x6c, 0x73) },
    { type: "read", offset: 5 },
  ]);
});

it("says how many typed bytes there was room for, and what failed", async () => {
  const serial = new Serial({
    trigger: () => {
      throw new Error("no irqchip");
    },
  });
  const port = await started(liveSource(serial, "serial"));
  const type = async (text: string) =>
    JSON.parse((await ask(port, "/api/type", authorized, "POST", text)).text);
  expect(await type("x".repeat(70))).toEqual({ taken: 64 });
  expect(await type("y")).toEqual({ taken: 0 });
  for (let i = 0; i < 64; i++) serial.read(0);
  serial.write(1, 1);
  expect(await type("z")).toMatchObject({ taken: 1, failure: expect.stringContaining("no irqchip") });
});

it("begins anew where the journal has let go of what was not sent", async () => {
  const serial = new Serial({ journal: { keep: 1000 } });
  for (let i = 0; i < 200_000; i++) serial.read(5);
  const port = await started(liveSource(serial, "serial"));
  const [opening] = await read(port, (frames) => frames.some(({ type }) => type === "caught-up"));
  expect(opening).toMatchObject({ opening: { header: { first: serial.journal.first } } });
  expect(serial.journal.first).toBeGreaterThan(0);
});

it("refuses floods: too much typed, too many pages; and goes on", async () => {
  const port = await started(liveSource(new Serial(), "serial"));
  expect(
    (await ask(port, "/api/type", authorized, "POST", "x".repeat(100_000)).catch(() => ({ status: 413 })))
      .status,
  ).toBe(413);
  expect((await ask(port, "/api/type", authorized, "POST", "")).status).toBe(413);
  const aborts = Array.from({ length: 16 }, () => new AbortController());
  const url = `http://127.0.0.1:${port}/api/journal`;
  await Promise.all(aborts.map(({ signal }) => fetch(url, { headers: authorized, signal })));
  expect((await ask(port, "/api/journal", authorized)).status).toBe(429);
  for (const abort of aborts) abort.abort();
  await expect.poll(async () => (await ask(port, "/api/sources", authorized)).status).toBe(200);
  await expect
    .poll(() => read(port, (frames) => frames.length > 0).then((frames) => frames.length))
    .toBeGreaterThan(0);
});

/** A client that speaks by itself. */
const raw = (port: number, text: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text, () => resolve(socket)));
    socket.on("error", () => {});
  });

/** A recording of two gigabytes, made up as it is read; it counts how often it is. */
function endless() {
  const { journal } = new Serial();
  const mark = { type: "mark", text: "x".repeat(100) } as const;
  const asked = { times: 0 };
  function* entries({ from = 0, until = 0 } = {}) {
    asked.times++;
    for (let index = from; index < until; index++) yield { index, tick: 0, entry: mark };
  }
  const view = {
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
    journal: { ...view, checkpoint: journal.checkpoint },
  };
  return { source: source as Source, asked };
}

it("holds through clients that stall, send rubbish and vanish", async () => {
  const { source, asked } = endless();
  const serial = new Serial();
  for (let i = 0; i < 120_000; i++) serial.write(0, i & 0xff);
  const port = await started(liveSource(serial, "serial"), source);
  const asking = `GET /api/journal?source=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;
  const stalled = await Promise.all(Array.from({ length: 3 }, () => raw(port, asking)));
  for (const socket of stalled) socket.pause();
  const vanished = await Promise.all(Array.from({ length: 3 }, () => raw(port, asking)));
  for (const socket of vanished) socket.destroy();
  const rubbish = ["\x00\x16rubbish\r\n\r\n", "GET / HTTP/1.1\r\nHost", ""];
  const others = await Promise.all(rubbish.map((text) => raw(port, text)));
  const frames = await read(port, (got) => got.some(({ type }) => type === "caught-up"));
  expect(entriesIn(frames)).toHaveLength(120_000);
  let before: number;
  do {
    before = asked.times;
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (asked.times > before);
  // What fits into the sockets has been read for each, five megabytes at a time: nothing like all.
  expect(asked.times).toBeLessThan(6 * 6);
  for (const socket of [...stalled, ...others]) socket.destroy();
});

it("listens on loopback alone", async () => {
  const port = await started();
  const { networkInterfaces } = await import("node:os");
  const others = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal }) => !internal),
  );
  for (const { address, family } of others.filter((it) => it.family === "IPv4")) {
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(false)).on("error", () => resolve(true));
      socket.unref();
    });
    expect([family, refused]).toEqual(["IPv4", true]);
  }
});
