import { timingSafeEqual } from "node:crypto";

/** What there is to know of a request before it is answered. */
export interface Asked {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  /** The request's headers, with names in lower case; undefined for one that was not sent. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429;
  /** What was wrong and what would be right, on one line. */
  readonly reason: string;
}

/** Names under which a browser reaches loopback: any other Host means that a name was bent to point here. */
const HOSTS = ["127.0.0.1", "localhost", "[::1]"];

/** What is behind the token: the journal, and the device. The page itself holds nothing of either. */
const GUARDED = /^\/api\//;

/**
 * Why a request may not be answered; undefined if it may.
 *
 * Host and Origin keep other sites' pages out, even where a name of theirs resolves to loopback; the token keeps out other users and
 * programs of this machine.
 *
 * @param port - on which the server listens.
 * @param token - which those who may look have from the link.
 */
export function refusalOf(
  { method, path, headers }: Asked,
  port: number,
  token: string,
): Refusal | undefined {
  const hosts = HOSTS.map((name) => `${name}:${port}`);
  const { host, origin, authorization } = headers;
  if (typeof host !== "string" || !hosts.includes(host.toLowerCase()))
    return { status: 403, reason: `Host: expected one of ${hosts.join(", ")}` };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: "Origin: expected the inspector's own page" };
  const site = headers["sec-fetch-site"];
  // Following a link to the page from elsewhere is fine: it holds nothing.
  const visits = method === "GET" && !GUARDED.test(path);
  if (site !== undefined && site !== "same-origin" && !visits)
    return { status: 403, reason: "Sec-Fetch-Site: expected the inspector's own page" };
  if (GUARDED.test(path) && !isToken(authorization, token))
    return { status: 401, reason: "Authorization: expected the token that stands in the inspector's link" };
  return undefined;
}

/** Compares in a time that does not tell how much of the token was right. */
function isToken(authorization: string | readonly string[] | undefined, token: string): boolean {
  const given = Buffer.from(typeof authorization === "string" ? authorization : "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
