/**
 * The `params` of a webhook module: query parameters of its POST. They become part of its URL at install, so comparing,
 * signing and sending cover them. Pure.
 */

/** A URL variable, `{issue.key}` or `${issue.key}`, with a value from the body. */
export const VARIABLE = /\$?\{([A-Za-z_]\w*(?:\.[\w-]+)+)\}/g;

/** Clients sort other names differently for the query string hash, so tokens would not always verify. */
const SENT_NAME = /^[A-Za-z0-9._~-]+$/;

export interface SortedParams {
  /** Sorted by name, because the order makes no difference. */
  readonly sent: readonly (readonly [name: string, value: string])[];
  /** Names with characters that clients sort differently. */
  readonly unsafe: readonly string[];
  /** Names that are already in the URL's query, whose value is sent. */
  readonly inUrl: readonly string[];
}

/** Sorts params into those that are sent with a URL of this query, and the others by reason. */
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

/** Adds the sent params to a URL without a fragment. Variables stay as they are. */
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

/** Returns the names of the variables in a text. `variables` is a global pattern with the name as its first group. */
export function variablesIn(text: string, variables = VARIABLE): readonly string[] {
  return [...text.matchAll(variables)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Encodes a text except for its variables. `variables` is a global pattern. */
export function encodeOutside(variables: RegExp, text: string, encode: (part: string) => string): string {
  let encoded = "";
  let from = 0;
  for (const variable of text.matchAll(variables)) {
    encoded += encode(text.slice(from, variable.index)) + variable[0];
    from = variable.index + variable[0].length;
  }
  return encoded + encode(text.slice(from));
}

/** Percent-encodes as in RFC 3986: all but letters, digits and -._~. */
export function encodeParam(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
