/**
 * Urls that an add-on writes relative to its baseUrl: which are safe, why another is not, and how they are joined.
 *
 * Joining is concatenation, never `new URL(path, base)`, which would drop the context path of the baseUrl and follow
 * `//other.example`. What a URL parser could still read differently is refused here, so that the request goes exactly
 * where the descriptor's baseUrl says and its path is the one that the token's query string hash covers.
 */

import { pathBelowBase } from "../../protocol/below-base.ts";
import { encodeOutside } from "../model/params.ts";

export const MAX_URL_LENGTH = 2048;

/** `{issue.key}` or `${issue.key}`: a URL variable, filled in from the event. */
export const URL_VARIABLE = /\$?\{([A-Za-z][\w.-]*)\}/g;

const PLACEHOLDER = /\{\{|\}\}|\{%|%\}|<%|%>|%%/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
// Also the characters that no reader sees: soft hyphen, zero width and direction marks, byte order mark.
const FORBIDDEN_CHARACTERS =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0020\u007f-\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;
/** A query parameter that holds a token. */
export const RESERVED_PARAMETER = /^jwt(?:\[|$)/;
/** What RFC 3986 allows in a path or a query, and `%`, which begins an escape. */
const NOT_URL_CHARACTERS = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/gu;

/** Why `url` cannot be used below `baseUrl`, as one sentence; undefined when it can. */
export function whyNotRelative(url: string, baseUrl: string): string | undefined {
  if (url === "") return "The url is empty";
  if (FORBIDDEN_CHARACTERS.test(url) || LONE_SURROGATE.test(url)) {
    return PLACEHOLDER.test(url)
      ? placeholderSentence
      : "The url has a space, a backslash or a control character";
  }
  if (PLACEHOLDER.test(url)) return placeholderSentence;
  const below = pathBelowBase(url, baseUrl);
  if (below !== undefined) return whyNotRelative(below, baseUrl);
  if (SCHEME.test(url) || url.startsWith("//")) {
    return "The url must be relative to baseUrl, or absolute and below baseUrl";
  }
  if (/^[@.:#]/.test(url)) return "The url must begin with / or with a path";
  if (BAD_ESCAPE.test(url)) return "The url has a % that does not begin an escape such as %20";
  if (ENCODED_CONTROL.test(url)) return "The url has an escaped control character";

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

/** A url as it is written relative to baseUrl: what is below baseUrl in an absolute one, any other as it is. */
export function relativeTo(baseUrl: string, url: string): string {
  return pathBelowBase(url, baseUrl) ?? url;
}

/**
 * baseUrl and url with exactly one slash between them, without a fragment, and percent-encoded where a URL parser would
 * do it; variables stay as they are.
 */
export function joinUrl(baseUrl: string, url: string): string {
  const { path, query } = splitUrl(relativeTo(baseUrl, url));
  const relative = query === undefined ? path : `${path}?${query}`;
  return `${baseUrl.replace(/\/+$/, "")}/${encodeOutside(URL_VARIABLE, relative.replace(/^\//, ""), encode)}`;
}

/** The parts of a relative url; a fragment belongs to neither. */
export function splitUrl(url: string): { readonly path: string; readonly query: string | undefined } {
  const [beforeFragment = ""] = url.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  if (mark < 0) return { path: beforeFragment, query: undefined };
  return { path: beforeFragment.slice(0, mark), query: beforeFragment.slice(mark + 1) };
}

/** The decoded names in a query string, in order. */
export function parameterNames(query: string | undefined): readonly string[] {
  return query === undefined ? [] : [...new URLSearchParams(query).keys()];
}

/** Whether a key or baseUrl still has a placeholder in it, such as `{{localBaseUrl}}`, `${host}`, `<url>` or `%%URL%%`. */
export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || /\$\{[^}]*\}|<[^>]*>/.test(text);
}

const placeholderSentence =
  "The url still has a placeholder of a template in it; the add-on must fill it in before it serves the descriptor";

/** An apostrophe may stand in a URL, but atlassian-jwt escapes it before it hashes, so its token would not verify. */
function encode(text: string): string {
  return text.replace(NOT_URL_CHARACTERS, encodeURIComponent).replaceAll("'", "%27");
}
