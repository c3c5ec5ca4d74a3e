/** Formats the head of a POST. Pure. A header that could change the meaning of the request is refused before a byte is sent. */
import { HEADER_NAME } from "./response-head.ts";

/** Headers of the connection, which are written here and nowhere else, and one that would need a response before the body. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "upgrade",
  "expect",
]);
/** Control characters, and what is no Latin-1. */
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Maximum number of names that are known to be valid. Callboard's own are a dozen. */
const MAX_KNOWN_NAMES = 1_000;
const knownNames = new Set<string>();

export interface RequestHead {
  /** Path and query, as `URL` writes them. */
  readonly path: string;
  /** Host and port, as `URL` writes them. */
  readonly host: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  /** Size of the body, in bytes. */
  readonly bodyBytes: number;
}

/**
 * Returns the head as Latin-1 text, with its empty line; undefined if the name or the value of a header is not allowed (RFC 9110,
 * section 5.5), or if the header is one of the connection.
 */
export function formatRequestHead({ path, host, headers, bodyBytes }: RequestHead): string | undefined {
  let head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    const value = headers[index + 1] ?? "";
    if (!isAllowedName(name) || FORBIDDEN_IN_VALUE.test(value)) return undefined;
    head += `${name}: ${value}\r\n`;
  }
  return `${head}content-length: ${bodyBytes}\r\n\r\n`;
}

function isAllowedName(name: string): boolean {
  if (knownNames.has(name)) return true;
  if (!HEADER_NAME.test(name) || OWN_HEADERS.has(name.toLowerCase())) return false;
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.add(name);
  return true;
}
