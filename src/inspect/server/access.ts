import { timingSafeEqual } from "node:crypto";

/** The parts of a request that decide about access. */
interface RequestHead {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly requestPath: string;
  /** The request's headers, with names in lower case; undefined for one that was not sent. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The reason for which a request is refused. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429;
  /** The error and the expected value, on one line. */
  readonly reason: string;
}

/** Names under which a browser reaches loopback: any other Host means that a foreign name resolves to it. */
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** The paths that need the token: those of the journal and the device. The page itself contains neither. */
const TOKEN_PATHS = /^\/api\//;

/**
 * Returns the reason to refuse a request; undefined if it may be answered.
 *
 * Host and Origin keep other sites' pages out, even where a name of theirs resolves to loopback; the token keeps out other users and
 * programs of this machine.
 *
 * @param port - on which the server listens.
 * @param token - which those who may look have from the link.
 */
export function refusalOf(
  { method, requestPath, headers }: RequestHead,
  port: number,
  token: string,
): Refusal | undefined {
  const allowedHosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  const { host, origin, authorization } = headers;
  if (typeof host !== "string" || !allowedHosts.includes(host.toLowerCase()))
    return { status: 403, reason: `Host: expected one of ${allowedHosts.join(", ")}` };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: "Origin: expected the inspector's own page" };
  const fetchSite = headers["sec-fetch-site"];
  // A link to the page from elsewhere is fine: the page contains no data.
  const isPageVisit = method === "GET" && !TOKEN_PATHS.test(requestPath);
  if (fetchSite !== undefined && fetchSite !== "same-origin" && !isPageVisit)
    return { status: 403, reason: "Sec-Fetch-Site: expected the inspector's own page" };
  if (TOKEN_PATHS.test(requestPath) && !hasToken(authorization, token))
    return { status: 401, reason: "Authorization: expected the token that stands in the inspector's link" };
  return undefined;
}

/** Compares in constant time, so that the time reveals nothing of the token. */
function hasToken(authorization: string | readonly string[] | undefined, token: string): boolean {
  const sentToken = Buffer.from(typeof authorization === "string" ? authorization : "");
  const expectedToken = Buffer.from(`Bearer ${token}`);
  return sentToken.length === expectedToken.length && timingSafeEqual(sentToken, expectedToken);
}
