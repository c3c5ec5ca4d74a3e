/**
 * Checks and joins the URLs of a descriptor, which are relative to its baseUrl.
 *
 * Joining is concatenation, never `new URL(path, base)`, which would drop the path of the baseUrl and follow
 * `//other.example`. URLs that parsers could read differently are refused. So the request goes where the baseUrl says, and
 * its path is the one in the query string hash.
 */

import { pathBelowBase } from "../../protocol/below-base.ts";
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";
import { encodeOutside } from "../model/params.ts";

export const MAX_URL_LENGTH = 2048;

/** A URL variable, `{issue.key}` or `${issue.key}`, whose value comes from the event. */
export const URL_VARIABLE = /\$?\{([A-Za-z][\w.-]*)\}/g;

const PLACEHOLDER = /\{\{|\}\}|\{%|%\}|<%|%>|%%/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
// Includes invisible characters: soft hyphen, zero width and direction marks, byte order mark.
const FORBIDDEN_CHARACTERS =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0020\u007f-\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;
/** Query parameters that hold a token. */
export const RESERVED_PARAMETER = /^jwt(?:\[|$)/;
/** Characters that RFC 3986 doesn't allow in a path or query. `%` begins an escape. */
const NOT_URL_CHARACTERS = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/gu;

/** Returns the reason why `url` can't be used with `baseUrl`, as one sentence. Undefined if it can. */
export function whyNotRelative(url: string, baseUrl: string): string | undefined {
  if (url === "") return "The url is empty";
  if (FORBIDDEN_CHARACTERS.test(url) || LONE_SURROGATE.test(url)) {
    return PLACEHOLDER.test(url)
      ? placeholderSentence
      : "The url contains a space, a backslash or a control character";
  }
  if (PLACEHOLDER.test(url)) return placeholderSentence;
  const below = pathBelowBase(url, baseUrl);
  if (below !== undefined) return whyNotRelative(below, baseUrl);
  if (SCHEME.test(url) || url.startsWith("//")) {
    return "The url must be relative to baseUrl, or absolute and below baseUrl";
  }
  if (/^[@.:#]/.test(url)) return "The url must begin with / or with a path";
  if (BAD_ESCAPE.test(url)) return "The url has a % that does not begin an escape such as %20";
  if (ENCODED_CONTROL.test(url)) return "The url contains an escaped control character";

  const { path, query } = splitUrl(url);
  const segments = path.split(/\/|%2f|%5c/i);
  if (segments.some((segment) => DOT_SEGMENT.test(segment))) {
    return "The url has a path segment . or .., which could leave the path of baseUrl";
  }
  if (path.startsWith("//")) return "The url must not begin with two slashes";
  if (parameterNames(query).some((name) => RESERVED_PARAMETER.test(name))) {
    return "The url has a parameter named jwt, which is reserved for the token";
  }
  if (joinUrl(baseUrl, url).length > MAX_URL_LENGTH) {
    return `Joined with baseUrl the url is longer than ${MAX_URL_LENGTH} characters`;
  }
  return undefined;
}

/** Returns the part of an absolute URL below baseUrl. Other URLs are returned unchanged. */
export function relativeTo(baseUrl: string, url: string): string {
  return pathBelowBase(url, baseUrl) ?? url;
}

/** Joins baseUrl and url with one slash and no fragment. Percent-encodes as a URL parser would, except for variables. */
export function joinUrl(baseUrl: string, url: string): string {
  const { path, query } = splitUrl(relativeTo(baseUrl, url));
  const relative = query === undefined ? path : `${path}?${query}`;
  return `${withoutTrailingSlashes(baseUrl)}/${encodeOutside(URL_VARIABLE, relative.replace(/^\//, ""), encode)}`;
}

/** Splits a relative URL and drops its fragment. */
export function splitUrl(url: string): { readonly path: string; readonly query: string | undefined } {
  const [beforeFragment = ""] = url.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  if (mark < 0) return { path: beforeFragment, query: undefined };
  return { path: beforeFragment.slice(0, mark), query: beforeFragment.slice(mark + 1) };
}

/** Returns the decoded names of a query string, in order. */
export function parameterNames(query: string | undefined): readonly string[] {
  return query === undefined ? [] : [...new URLSearchParams(query).keys()];
}

/** Reports whether a key or baseUrl has a template placeholder, such as `{{localBaseUrl}}`, `${host}`, `<url>` or `%%URL%%`. */
export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || /\$\{[^}]*\}|<[^>]*>/.test(text);
}

const placeholderSentence =
  "The url contains a template placeholder; the add-on must fill it in before it serves the descriptor";

/** URLs allow an apostrophe, but atlassian-jwt escapes it before hashing, so the token would not verify. */
function encode(text: string): string {
  return text.replace(NOT_URL_CHARACTERS, encodeURIComponent).replaceAll("'", "%27");
}
