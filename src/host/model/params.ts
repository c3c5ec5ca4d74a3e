/**
 * The `params` of a webhook module: query parameters of its POST. They become part of its URL when the add-on is installed,
 * so everything that compares, signs and sends the URL covers them. Pure.
 */

/** `{issue.key}` or `${issue.key}`: a URL variable with a value in the body. */
export const VARIABLE = /\$?\{([A-Za-z_]\w*(?:\.[\w-]+)+)\}/g;

/** Clients sort other names differently when they compute the query string hash, so a token for them would not verify everywhere. */
const SENT_NAME = /^[A-Za-z0-9._~-]+$/;

export interface SortedParams {
  /** By name: two webhooks that differ in the order of their params ask for the same. */
  readonly sent: readonly (readonly [name: string, value: string])[];
  /** Names with characters that clients sort differently. */
  readonly unsafe: readonly string[];
  /** Names that the URL's own query has: its value counts. */
  readonly inUrl: readonly string[];
}

/** Which params of a webhook are sent with a URL that has this query, and why others are not. */
export function sortParams(
  params: Readonly<Record<string, string>>,
  query: string | undefined,
): SortedParams {
  const own = new Set(new URLSearchParams(query ?? "").keys());
  const sent: (readonly [string, string])[] = [];
  const unsafe: string[] = [];
  const inUrl: string[] = [];
  const byName = Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, value] of byName) {
    if (!SENT_NAME.test(name)) unsafe.push(name);
    else if (own.has(name)) inUrl.push(name);
    else sent.push([name, value]);
  }
  return { sent, unsafe, inUrl };
}

/** The URL, which has no fragment, with the params that are sent behind its own query; variables stay as they are. */
export function withParams(url: string, params: Readonly<Record<string, string>>): string {
  const mark = url.indexOf("?");
  const query = mark < 0 ? undefined : url.slice(mark + 1);
  const added = sortParams(params, query).sent.map(
    ([name, value]) => `${name}=${encodeOutside(VARIABLE, value, encodeParam)}`,
  );
  if (added.length === 0) return url;
  const joint = query === undefined ? "?" : query === "" || query.endsWith("&") ? "" : "&";
  return url + joint + added.join("&");
}

/** The names of the variables in a text, by default those of params. `variables` is a global pattern whose first group is the name. */
export function variablesIn(text: string, variables = VARIABLE): readonly string[] {
  return [...text.matchAll(variables)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Encodes a text but for the variables in it, which stay as they are. `variables` is a global pattern. */
export function encodeOutside(variables: RegExp, text: string, encode: (part: string) => string): string {
  let encoded = "";
  let from = 0;
  for (const variable of text.matchAll(variables)) {
    encoded += encode(text.slice(from, variable.index)) + variable[0];
    from = variable.index + variable[0].length;
  }
  return encoded + encode(text.slice(from));
}

/** As RFC 3986 wants it: everything but letters, digits and -._~ is percent-encoded. */
export function encodeParam(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
