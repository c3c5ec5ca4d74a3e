/** Judges the replies of a proxy: its own failures, and those of the receiver behind it. Pure. */

/**
 * proxy-unreachable: no connection to the proxy. proxy-timeout: the proxy responds to nothing. proxy-auth: it does not accept
 * the credentials. proxy-refused: it does not allow this receiver. proxy-protocol: its reply is not that of a proxy.
 */
export type ProxyReason = OutageReason | "proxy-refused" | "proxy-protocol";

/** Failures that every request through the proxy has. The others depend on the receiver. */
export type OutageReason = "proxy-unreachable" | "proxy-timeout" | "proxy-auth";

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
