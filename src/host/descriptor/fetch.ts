/** Fetches a descriptor from its URL. */

import { isUtf8 } from "node:buffer";

import { decodeBody } from "../../egress/index.ts";
import type {
  AnswerPart,
  CutReason,
  Egress,
  Outcome,
  TokenServerReason,
  UnreachableReason,
} from "../../egress/index.ts";
import { assertNever, CallboardError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import { MAX_DESCRIPTOR_BYTES, tooLarge } from "./parse.ts";

export const FETCH_TIMEOUT_MS = 10_000;

/**
 * Returns the body of the URL without content encodings. The content type is ignored, because real add-ons serve wrong ones.
 * The size limit counts decoded bytes.
 * @throws {CallboardError} URL_*, HOST_DENIED, IP_DENIED or DNS_* if the request is refused or impossible;
 * DESCRIPTOR_TIMEOUT, DESCRIPTOR_TLS, DESCRIPTOR_TOO_LARGE, DESCRIPTOR_NOT_UTF8 or DESCRIPTOR_FETCH if it fails.
 */
export async function fetchDescriptor(
  url: string,
  egress: Pick<Egress, "check" | "request">,
  timeoutMs: number = FETCH_TIMEOUT_MS,
): Promise<Buffer> {
  egress.check(url, { httpsOnly: true });
  const { outcome, answer } = await egress.request({
    method: "GET",
    url,
    headers: { accept: "application/json, */*;q=0.5" },
    timeoutMs,
    maxBytes: MAX_DESCRIPTOR_BYTES,
    httpsOnly: true,
  });
  if (outcome.kind !== "accepted") throw fetchError(outcome, answer);
  if (answer === undefined) return Buffer.alloc(0);
  if (answer.cut !== false) throw cutError(answer.cut);
  const body = await decoded(answer);
  const charset = readCharset(answer);
  if (charset === undefined || isUtf8(body)) return body;
  throw new CallboardError(
    "DESCRIPTOR_NOT_UTF8",
    `The descriptor is in ${charset}, as its Content-Type says; JSON must be UTF-8`,
  );
}

async function decoded(answer: AnswerPart): Promise<Buffer> {
  const result = await decodeBody(answer, MAX_DESCRIPTOR_BYTES);
  switch (result.kind) {
    case "decoded":
      return result.body;
    case "too-large":
      throw tooLarge();
    case "unknown":
      throw encodingError(
        result.encoding,
        "which is not supported; serve it unencoded, or as gzip, deflate or br",
      );
    case "corrupt":
      throw encodingError(result.encoding, "but its bytes cannot be decoded as such");
    default:
      return assertNever(result);
  }
}

function encodingError(encoding: string, what: string): CallboardError {
  const quoted = JSON.stringify(encoding.slice(0, 60));
  return new CallboardError("DESCRIPTOR_FETCH", `The descriptor has the Content-Encoding ${quoted}, ${what}`);
}

/** Returns the charset of the content type, or undefined for UTF-8. */
function readCharset({ headers }: AnswerPart): string | undefined {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,60})/i.exec(type)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset) ? undefined : charset;
}

function cutError(cut: CutReason): CallboardError {
  switch (cut) {
    case "size":
      return tooLarge();
    case "time":
      return unreachableError("timeout", "the response had begun");
    case "connection":
      return unreachableError("connection-reset", "the response had begun");
    default:
      return assertNever(cut);
  }
}

function fetchError(
  outcome: Exclude<Outcome, { kind: "accepted" }>,
  answer: AnswerPart | undefined,
): CallboardError {
  switch (outcome.kind) {
    case "forbidden":
      return new CallboardError(outcome.code, outcome.detail);
    case "refused":
      return new CallboardError("DESCRIPTOR_FETCH", refusedSentence(outcome.status, answer), {
        extra: { answeredStatus: outcome.status },
      });
    case "unreachable":
      return unreachableError(outcome.reason, outcome.detail);
    default:
      return assertNever(outcome);
  }
}

function refusedSentence(status: number, answer: AnswerPart | undefined): string {
  if (status >= 300 && status < 400) {
    const location = answer?.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    const target = location === undefined ? "" : ` to ${JSON.stringify(location.slice(0, 200))}`;
    return `The URL redirects${target}, and redirects are not followed; give the final URL of the descriptor`;
  }
  if (status === 401 || status === 403) {
    return `The URL returned ${status}; the descriptor must be readable without a login, or with headers that are given with the install`;
  }
  if (status === 404 || status === 410) {
    return `The URL returned ${status}; check its path, which usually ends in /atlassian-connect.json`;
  }
  return `The URL returned ${status} instead of a descriptor; check the add-on's logs`;
}

/** Without those of access tokens, which no descriptor is fetched with. */
type Reason = Exclude<UnreachableReason, TokenServerReason>;

const UNREACHABLE = {
  timeout: ["DESCRIPTOR_TIMEOUT", "did not send the whole descriptor in time; try again"],
  "connect-timeout": [
    "DESCRIPTOR_TIMEOUT",
    "did not accept a connection in time; check host, port and firewall",
  ],
  dns: ["DNS_FAIL", "could not be found by name; check the host name"],
  "connection-refused": ["DESCRIPTOR_FETCH", "refused the connection; start the add-on or check the port"],
  "connection-reset": ["DESCRIPTOR_FETCH", "closed the connection before it sent the whole response"],
  tls: ["DESCRIPTOR_TLS", "has a TLS certificate that is not accepted; check its name, dates and chain"],
  "tls-version": ["DESCRIPTOR_TLS", "does not support TLS 1.2 or 1.3; enable one of them"],
  "tls-client-certificate": [
    "DESCRIPTOR_TLS",
    "requires a client certificate; give one with the install, or let it serve the descriptor without one",
  ],
  "tls-handshake": ["DESCRIPTOR_TLS", "did not complete the TLS handshake; check that the port serves https"],
  "proxy-unreachable": ["DESCRIPTOR_FETCH", "was not contacted: this server's proxy cannot be reached"],
  "proxy-tls": ["DESCRIPTOR_FETCH", "was not contacted: TLS with this server's proxy failed"],
  "proxy-timeout": ["DESCRIPTOR_TIMEOUT", "was not contacted: this server's proxy does not respond"],
  "proxy-auth": [
    "DESCRIPTOR_FETCH",
    "was not contacted: this server's proxy refuses its user name or password",
  ],
  "proxy-refused": ["DESCRIPTOR_FETCH", "was not contacted: this server's proxy does not allow it"],
  "proxy-protocol": ["DESCRIPTOR_FETCH", "was not contacted: this server's proxy gave no usable response"],
  protocol: ["DESCRIPTOR_FETCH", "did not respond with valid HTTP; check scheme and port"],
  local: ["DESCRIPTOR_FETCH", "was not contacted, because this machine has no free connection; try again"],
} as const satisfies Record<Reason, readonly [ErrorCode, string]>;

function unreachableError(reason: UnreachableReason, detail: string): CallboardError {
  const [code, what] = UNREACHABLE[reason as Reason];
  return new CallboardError(code, `The descriptor's server ${what} (${detail})`);
}
