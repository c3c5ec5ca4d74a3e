/** Judges the replies of a proxy: its own failures, and those of the receiver behind it. Pure. */
import type { TlsReason } from "./tls-failure.ts";

/**
 * proxy-unreachable: no connection to the proxy. proxy-tls: no TLS with it, often because of its certificate. proxy-timeout: the proxy responds to nothing. proxy-auth: it does not accept
 * the credentials. proxy-refused: it does not allow this receiver. proxy-protocol: its reply is not that of a proxy.
 */
export type ProxyReason = OutageReason | "proxy-refused" | "proxy-protocol";

/** Failures that every request through the proxy has. The others depend on the receiver. */
export type OutageReason = "proxy-unreachable" | "proxy-tls" | "proxy-timeout" | "proxy-auth";

/** A proxy that fails for all receivers. */
export interface Outage {
  readonly reason: OutageReason;
  readonly detail: string;
}

/** The failure of a tunnel. The reasons of the receiver are those of a direct connection. */
export interface TunnelFailure {
  readonly reason: ProxyReason | "connection-refused" | "connect-timeout";
  /** Names neither the proxy nor its credentials: owners of webhooks read it. */
  readonly detail: string;
}

const OUTAGES: ReadonlySet<string> = new Set<OutageReason>([
  "proxy-unreachable",
  "proxy-tls",
  "proxy-timeout",
  "proxy-auth",
]);

/** Reports whether an unreachable receiver is so because of the proxy. */
export function isProxyReason(reason: string): boolean {
  return reason.startsWith("proxy-");
}

/** Reports whether the proxy fails for all receivers. */
export function isOutageReason(reason: string): reason is OutageReason {
  return OUTAGES.has(reason);
}

/** Returns the failure that the status of a CONNECT response means (RFC 9110, section 9.3.6), undefined for a tunnel. */
export function judgeConnectStatus(status: number, port: number): TunnelFailure | undefined {
  if (status >= 200 && status <= 299) return undefined;
  // tinyproxy has 407 for no credentials and 401 for wrong ones.
  if (status === 407 || status === 401) {
    return auth(`The proxy does not accept the user name and password (${status})`);
  }
  if (status === 504) {
    return { reason: "connect-timeout", detail: "The proxy could not connect to the receiver in time (504)" };
  }
  if (status >= 500) {
    return {
      reason: "connection-refused",
      detail: `The proxy could not connect to the receiver (${status})`,
    };
  }
  if (status >= 400) return refused(`The proxy does not allow connections to port ${port} (${status})`);
  return protocol(`The proxy responded to CONNECT with status ${status}`);
}

const UNTRUSTED = "The proxy's certificate is not from an authority that this server trusts";

/** By the code of Node. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "The proxy's certificate has expired",
  CERT_NOT_YET_VALID: "The proxy's certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "The proxy's certificate is for another name than the one it is reached by",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

const TLS_PROBLEMS: Readonly<Record<TlsReason, string>> = {
  tls: "The proxy's certificate was not accepted",
  "tls-version": "The proxy supports neither TLS 1.2 nor 1.3",
  "tls-client-certificate": "The proxy requires a client certificate, and Callboard has none for proxies",
  "tls-handshake": "The proxy did not complete a TLS handshake",
};

/**
 * Returns the failure of a proxy whose URL begins with https.
 * @param code of Node's error
 * @param reason the same failure of a receiver
 */
export function judgeProxyTls(code: string, reason: TlsReason): TunnelFailure & Outage {
  const problem =
    reason === "tls" && Object.hasOwn(CERTIFICATE_PROBLEMS, code) ? CERTIFICATE_PROBLEMS[code] : undefined;
  return { reason: "proxy-tls", detail: problem ?? TLS_PROBLEMS[reason] };
}

/** The names that the `socks` package gives to the replies of RFC 1928, section 6. */
const SOCKS_REPLIES: Readonly<Record<string, TunnelFailure>> = {
  Failure: { reason: "connection-refused", detail: "The proxy could not connect to the receiver" },
  NotAllowed: refused("The proxy does not allow connections to the receiver"),
  NetworkUnreachable: {
    reason: "connection-refused",
    detail: "The proxy found no way to the receiver's network",
  },
  HostUnreachable: { reason: "connection-refused", detail: "The proxy found no way to the receiver" },
  ConnectionRefused: { reason: "connection-refused", detail: "The receiver refused the proxy's connection" },
  TTLExpired: {
    reason: "connect-timeout",
    detail: "The proxy could not connect to the receiver in time",
  },
  AddressNotSupported: refused("The proxy does not support the receiver's kind of address"),
};

/** Returns the failure that an error message of the `socks` package means. */
export function judgeSocksError(message: string): TunnelFailure {
  const [, reply = ""] = /rejected connection - (\w+)$/.exec(message) ?? [];
  const known = SOCKS_REPLIES[reply];
  if (known !== undefined) return known;
  return /authentication|accepted auth/i.test(message)
    ? auth("The proxy does not accept the user name and password")
    : protocol("The proxy's reply is not that of a SOCKS5 proxy");
}

/** The failure of a proxy that closed the connection without a reply to it, although it responds to others. */
export const CLOSED_BY_PROXY = protocol("The proxy closed the connection without a response");

function auth(detail: string): TunnelFailure {
  return { reason: "proxy-auth", detail };
}

function refused(detail: string): TunnelFailure {
  return { reason: "proxy-refused", detail };
}

function protocol(detail: string): TunnelFailure {
  return { reason: "proxy-protocol", detail };
}
