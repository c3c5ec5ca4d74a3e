/**
 * Reads the head of a response, and writes it anew where a client's parser would refuse what every common client accepts.
 * Pure: bytes in, verdict out. Nothing but the head is ever changed.
 *
 * What is accepted beyond the parsers' own rules: Content-Length beside Transfer-Encoding, which overrides it (RFC 9112,
 * section 6.3); the same Content-Length more than once (RFC 9110, section 8.6); the transfer coding `identity`; bare line
 * feeds, folded headers and control characters in values. A header whose name is none is left out.
 */

/** All lines of one head together. */
export const MAX_HEAD_BYTES = 16_384;

export type Headers = readonly (readonly [name: string, value: string])[];

export type Head =
  /** An interim response (1xx), which is passed over. */
  | { readonly kind: "interim" }
  /** Every parser reads it as it is. */
  | { readonly kind: "clean" }
  /**
   * `bytes` takes its place; `headers` are those that were received. Parsers may differ about where such a response ends, so
   * nothing that follows it on the same connection can be trusted.
   */
  | { readonly kind: "repaired"; readonly bytes: Buffer; readonly headers: Headers }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Names in any case, values without control characters, CRLF everywhere, and a status that parsers know. */
const CLEAN =
  /^HTTP\/1\.[01] [2-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;
/** How the message is framed: the second of these in one head, and any Transfer-Encoding, is looked at closely. */
const FRAMING = /\n(content-length|transfer-encoding):[\t ]*([^\r]*)/gi;

const STATUS_LINE = /^HTTP\/(\d+(?:\.\d+)?)[\t ]+(\d+)(?:[\t ]+(.*))?$/i;
/** Written anew, or without a meaning after a repair. */
const OWN_HEADERS = /^(content-length|transfer-encoding|connection|keep-alive)$/i;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/g;

/** Where the head ends, the empty line included; -1 while it is incomplete. `from`: so far it was looked at before. */
export function findHeadEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** Why these first bytes cannot be the begin of a response; undefined while they can. */
export function whyNotHttp(bytes: Buffer): string | undefined {
  const begin = bytes.toString("latin1", 0, 5).toUpperCase();
  if ("HTTP/".startsWith(begin)) return undefined;
  return `${NOT_HTTP}: it begins with ${quote(bytes.toString("latin1", 0, 20))}`;
}

const NOT_HTTP = "The response is not valid HTTP";

/** Only what is safe to show: printable ASCII. */
function quote(text: string): string {
  return JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, "?"));
}

/** `bytes` is a whole head, the empty line included. */
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

/** A head that the end of the connection cut: what its whole lines say. Undefined before the end of the first one. */
export function readCutHead(bytes: Buffer): Head | undefined {
  const end = bytes.lastIndexOf(10);
  return end === -1 ? undefined : readLeniently(bytes.toString("latin1", 0, end));
}

function readLeniently(text: string): Head {
  const [statusLine = "", ...lines] = unfolded(text);
  const [, version = "", digits = "", reason = ""] = STATUS_LINE.exec(statusLine) ?? [];
  if (version === "") return unreadable("its first line is not a status line");
  // A higher minor version is read as the one that is known (RFC 9110, section 2.5); some servers claim to speak HTTP/2.
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
  const kept = headers.filter(([name]) => NAME.test(name) && !OWN_HEADERS.test(name));
  const written = [...kept, ...framing, ["Connection", "close"]].map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const line = `HTTP/${version === "1.0" ? "1.0" : "1.1"} ${digits} ${reason.replaceAll(CONTROL, " ")}\r\n`;
  return { kind: "repaired", bytes: Buffer.from(`${line}${written.join("")}\r\n`, "latin1"), headers };
}

/** The lines without their ends, folded ones joined (RFC 9112, section 5.2), without the empty ones at the end. */
function unfolded(text: string): string[] {
  return text
    .trimEnd()
    .replaceAll(/\r?\n[\t ]+/g, " ")
    .split(/\r?\n/);
}

/**
 * What tells where the body ends, in one header at most. None when it is not certain: then the body goes on until the
 * connection closes, or is cut, and the status stands all the same.
 */
function readFraming(headers: Headers): Headers {
  const codings = valuesOf(headers, "transfer-encoding").filter(
    (coding) => coding.toLowerCase() !== "identity",
  );
  if (codings.length > 0) {
    return codings.at(-1)?.toLowerCase() === "chunked" ? [["Transfer-Encoding", "chunked"]] : [];
  }
  const lengths = valuesOf(headers, "content-length");
  if (lengths.length === 0 || !lengths.every((length) => DIGITS.test(length))) return [];
  // Different lengths are a mistake of the receiver; the shortest is the one that does not wait for bytes that never come.
  return [["Content-Length", String(Math.min(...lengths.map(Number)))]];
}

function valuesOf(headers: Headers, wanted: string): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, value]) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function unreadable(what: string): Head {
  return { kind: "unreadable", detail: `${NOT_HTTP}: ${what}` };
}
