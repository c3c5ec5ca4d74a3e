/**
 * Parses the head of a response, and rewrites it if a client's parser would refuse what common clients accept. Pure. Only the
 * head is ever changed.
 *
 * It accepts beyond the parsers: Content-Length beside Transfer-Encoding, which overrides it (RFC 9112, section 6.3); a
 * repeated equal Content-Length (RFC 9110, section 8.6); the transfer coding `identity`; bare line feeds, folded headers and
 * control characters in values. A header with an invalid name is removed.
 */

/** Maximum size of all lines of a head. */
export const MAX_HEAD_BYTES = 16_384;

export type Headers = readonly (readonly [name: string, value: string])[];

export type Head =
  /** An interim response (1xx), which is skipped. */
  | { readonly kind: "interim" }
  /** Every parser accepts the head. */
  | { readonly kind: "clean" }
  /**
   * `bytes` replaces the head. `headers` are those received. Parsers can disagree about the end of such a response, so the
   * connection must not be used again.
   */
  | { readonly kind: "repaired"; readonly bytes: Buffer; readonly headers: Headers }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Valid names, values without control characters, CRLF line ends, and a status that parsers accept. */
const CLEAN =
  /^HTTP\/1\.[01] [2-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;
/** Headers that frame the message. A second one, or any Transfer-Encoding, is examined. */
const FRAMING = /\n(content-length|transfer-encoding):[\t ]*([^\r]*)/gi;

const STATUS_LINE = /^HTTP\/(\d+(?:\.\d+)?)[\t ]+(\d+)(?:[\t ]+(.*))?$/i;
/** Rewritten, or meaningless after a repair. */
const OWN_HEADERS = /^(content-length|transfer-encoding|connection|keep-alive)$/i;
/** The name of a header: a token of RFC 9110. */
export const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/g;

/** Returns the offset after the head and its empty line, or -1 if it is incomplete. `from` is the offset already searched. */
export function findHeadEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** Returns the reason if these bytes can't begin a response, otherwise undefined. */
export function whyNotHttp(bytes: Buffer): string | undefined {
  const begin = bytes.toString("latin1", 0, 5).toUpperCase();
  if ("HTTP/".startsWith(begin)) return undefined;
  return `${NOT_HTTP}: it begins with ${quote(bytes.toString("latin1", 0, 20))}`;
}

const NOT_HTTP = "The response is not valid HTTP";

/** Quotes text as printable ASCII. */
function quote(text: string): string {
  return JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, "?"));
}

/** Parses a complete head, including its empty line. */
export function readHead(bytes: Buffer): Head {
  const text = bytes.toString("latin1");
  return CLEAN.test(text) && isPlainlyFramed(text) ? CLEAN_HEAD : readLeniently(text);
}

const CLEAN_HEAD: Head = { kind: "clean" };

function isPlainlyFramed(text: string): boolean {
  FRAMING.lastIndex = 0;
  const first = FRAMING.exec(text);
  if (first === null) return true;
  const [, name = "", value = ""] = first;
  const isOnly = FRAMING.exec(text) === null;
  const isPlain = name.length === "content-length".length ? DIGITS.test(value) : CHUNKED.test(value);
  return isOnly && isPlain;
}

const DIGITS = /^\d{1,15}[\t ]*$/;
const CHUNKED = /^chunked[\t ]*$/i;

/** Status, version and headers of a head that {@link readHead} accepted or rewrote. */
export interface CheckedHead {
  readonly status: number;
  readonly isHttp10: boolean;
  readonly headers: Headers;
}

/** Offsets in `HTTP/1.1 200`. */
const VERSION_END = 8;
const STATUS_AT = 9;
const STATUS_END = 12;

/** Splits a checked head, which has CRLF line ends and an empty line. */
export function splitHead(text: string): CheckedHead {
  const headers: [string, string][] = [];
  let at = text.indexOf("\r\n") + 2;
  for (let end = text.indexOf("\r\n", at); end > at; end = text.indexOf("\r\n", at)) {
    const colon = text.indexOf(":", at);
    headers.push([text.slice(at, colon), text.slice(colon + 1, end).trim()]);
    at = end + 2;
  }
  return {
    status: Number(text.slice(STATUS_AT, STATUS_END)),
    isHttp10: text[VERSION_END - 1] === "0",
    headers,
  };
}

/**
 * Parses a head that the end of the connection truncated, from its complete lines. Returns undefined without a complete first
 * line.
 */
export function readCutHead(bytes: Buffer): Head | undefined {
  const end = bytes.lastIndexOf(10);
  return end === -1 ? undefined : readLeniently(bytes.toString("latin1", 0, end));
}

function readLeniently(text: string): Head {
  const [statusLine = "", ...lines] = unfolded(text);
  const [, version = "", digits = "", reason = ""] = STATUS_LINE.exec(statusLine) ?? [];
  if (version === "") return unreadable("its first line is not a status line");
  // A higher minor version is treated as the known one (RFC 9110, section 2.5). Some servers claim HTTP/2.
  if (!/^(1\.\d|2(\.0)?)$/.test(version)) return unreadable(`its version is HTTP/${version.slice(0, 10)}`);
  const status = Number(digits);
  if (digits.length !== 3 || status < 100) return unreadable(`its status is ${digits.slice(0, 10)}`);
  if (status === 101) return unreadable("it switches to another protocol, which was not asked for");
  if (status < 200) return { kind: "interim" };

  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    if (colon === -1) return unreadable("a header line has no colon");
    headers.push([
      name.replaceAll(CONTROL, " "),
      line
        .slice(colon + 1)
        .replaceAll(CONTROL, " ")
        .trim(),
    ]);
  }
  const framing = readFraming(headers);
  const kept = headers.filter(([name]) => HEADER_NAME.test(name) && !OWN_HEADERS.test(name));
  const written = [...kept, ...framing, ["Connection", "close"]].map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const line = `HTTP/${version === "1.0" ? "1.0" : "1.1"} ${digits} ${reason.replaceAll(CONTROL, " ")}\r\n`;
  return { kind: "repaired", bytes: Buffer.from(`${line}${written.join("")}\r\n`, "latin1"), headers };
}

/** Splits the lines, with folded ones joined (RFC 9112, section 5.2) and empty ones at the end removed. */
function unfolded(text: string): string[] {
  return text
    .trimEnd()
    .replaceAll(/\r?\n[\t ]+/g, " ")
    .split(/\r?\n/);
}

/**
 * Returns the header that frames the body. Empty if the framing is ambiguous: then the body ends with the connection or at
 * the limit, and the status still counts.
 */
function readFraming(headers: Headers): Headers {
  const codings = listValues(headers, "transfer-encoding").filter(
    (coding) => coding.toLowerCase() !== "identity",
  );
  if (codings.length > 0) {
    return codings.at(-1)?.toLowerCase() === "chunked" ? [["Transfer-Encoding", "chunked"]] : [];
  }
  const lengths = listValues(headers, "content-length");
  if (lengths.length === 0 || !lengths.every((length) => DIGITS.test(length))) return [];
  // Different lengths are a mistake of the receiver. The shortest never waits for bytes that don't come.
  return [["Content-Length", String(Math.min(...lengths.map(Number)))]];
}

function listValues(headers: Headers, wanted: string): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, value]) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function unreadable(what: string): Head {
  return { kind: "unreadable", detail: `${NOT_HTTP}: ${what}` };
}
