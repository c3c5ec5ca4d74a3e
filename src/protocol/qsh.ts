/**
 * Computes the query string hash, the claim that binds a token to one method, path and query. Pure.
 *
 * Every step works on the URL as sent. Parsing and encoding it again would hash other bytes than the signer (nested
 * parameters, `__proto__`, percent-encoded path segments).
 * Source: developer.atlassian.com/cloud/jira/platform/understanding-jwt, "Creating a query string hash".
 */
import { hash } from "node:crypto";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";

const RESERVED = /[^A-Za-z0-9\-._~]/;
const OAUTH_RESERVED = /[!'()*]/g;

/** A name or value of the query: `decoded` for sorting, `encoded` for the canonical request. */
interface Component {
  readonly decoded: string;
  readonly encoded: string;
}

/** The request that a token must match. */
export interface TokenRequest {
  readonly method: string;
  /** Path and query as received, not decoded. */
  readonly rawUrl: string;
  /** Path of the receiver's baseUrl, "" for none. */
  readonly basePath: string;
}

/**
 * Returns `METHOD&path&query` as both sides hash it. Never throws.
 * @param rawPathAndQuery the request target as sent
 * @param basePath the path of the receiver's baseUrl, "" or "/" for none; removed at a segment boundary only
 */
export function canonicalRequest(method: string, rawPathAndQuery: string, basePath: string): string {
  const mark = rawPathAndQuery.indexOf("?");
  const path = mark < 0 ? rawPathAndQuery : rawPathAndQuery.slice(0, mark);
  const query = mark < 0 ? "" : rawPathAndQuery.slice(mark + 1);
  return `${method.toUpperCase()}&${canonicalPath(path, basePath)}&${canonicalQuery(query)}`;
}

/** Returns the lowercase hex SHA-256 of a canonical request. */
export function queryStringHash(canonical: string): string {
  return hash("sha256", canonical, "hex");
}

/** Returns the request target of an absolute URL: path and query as written, without the fragment. */
export function requestTarget(url: string): string {
  const authority = url.indexOf("://") + 3;
  const start = url.slice(authority).search(/[/?#]/);
  if (start < 0) return "/";
  const target = url.slice(authority + start).replace(/#.*/s, "");
  return target.startsWith("/") ? target : `/${target}`;
}

/** Returns the path of a baseUrl without trailing slashes, "" for none: the `basePath` of its requests. */
export function parseBasePath(baseUrl: string): string {
  return withoutTrailingSlashes(requestTarget(baseUrl).replace(/\?.*/s, ""));
}

/** Removes `basePath` from a raw path, at a segment boundary only. */
export function pathBelow(path: string, basePath: string): string {
  const base = basePath.endsWith("/") ? basePath.slice(0, -1) : basePath;
  const isBelow = path === base || path.startsWith(`${base}/`);
  return isBelow ? path.slice(base.length) : path;
}

function canonicalPath(path: string, basePath: string): string {
  const relative = pathBelow(path, basePath).replaceAll("&", "%26");
  const rooted = relative.startsWith("/") ? relative : `/${relative}`;
  return rooted.length > 1 && rooted.endsWith("/") ? rooted.slice(0, -1) : rooted;
}

function canonicalQuery(query: string): string {
  // Stryker disable next-line ConditionalExpression,StringLiteral: only quicker
  if (query === "") return "";
  const parameters = new Map<string, { name: Component; values: Component[] }>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = component(equals < 0 ? pair : pair.slice(0, equals));
    if (name.decoded === "jwt") continue;
    const value = component(equals < 0 ? "" : pair.slice(equals + 1));
    const known = parameters.get(name.encoded);
    if (known === undefined) parameters.set(name.encoded, { name, values: [value] });
    else known.values.push(value);
  }
  return [...parameters.values()]
    .sort((a, b) => byDecoded(a.name, b.name))
    .map(
      ({ name, values }) =>
        `${name.encoded}=${values
          .sort(byDecoded)
          .map((value) => value.encoded)
          .join(",")}`,
    )
    .join("&");
}

/** Compares by UTF-16 code units of the decoded text, as atlassian-jwt does. */
function byDecoded(a: Component, b: Component): number {
  // Stryker disable next-line ConditionalExpression: equal ones stay as they stand in any case
  if (a.decoded === b.decoded) return 0;
  // Stryker disable next-line EqualityOperator: equal ones have been answered
  return a.decoded < b.decoded ? -1 : 1;
}

function component(raw: string): Component {
  // Stryker disable next-line ConditionalExpression: only quicker
  if (!RESERVED.test(raw)) return { decoded: raw, encoded: raw };
  const spaced = raw.replaceAll("+", " ");
  try {
    const decoded = decodeURIComponent(spaced);
    return { decoded, encoded: encodeRfc3986(decoded) };
  } catch {
    return undecodable(spaced);
  }
}

/** Encodes all but the unreserved characters of RFC 3986. encodeURIComponent leaves five more as they are. */
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    OAUTH_RESERVED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Keeps the bytes of a component that is not percent-encoded UTF-8. Lenient decoders replace each invalid byte by U+FFFD, so
 * that different queries would have the same hash.
 */
function undecodable(text: string): Component {
  const bytes = Buffer.from(
    text.replace(/%([0-9A-Fa-f]{2})|([^\0-\x7f])/gu, (_whole, hex: string | undefined, wide: string) =>
      hex === undefined
        ? Buffer.from(wide).toString("latin1")
        : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    "latin1",
  );
  const encoded = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return RESERVED.test(character) ? `%${byte.toString(16).toUpperCase().padStart(2, "0")}` : character;
  }).join("");
  return { decoded: bytes.toString("latin1"), encoded };
}
