import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isOutageReason,
  isProxyReason,
  judgeConnectStatus,
  judgeProxyTls,
  judgeSocksError,
} from "../../../src/egress/proxy-failure.ts";

test.each([
  [200, undefined],
  [204, undefined],
  [302, "proxy-protocol"],
  [400, "proxy-refused"],
  [401, "proxy-auth"],
  [403, "proxy-refused"],
  [407, "proxy-auth"],
  [429, "proxy-refused"],
  [500, "connection-refused"],
  [503, "connection-refused"],
  [504, "connect-timeout"],
])("CONNECT with the status %i means %s", (status, reason) => {
  expect(judgeConnectStatus(status, 443)?.reason).toBe(reason);
});

// The messages of the `socks` package.
test.each([
  ["Socks5 proxy rejected connection - NotAllowed", "proxy-refused"],
  ["Socks5 proxy rejected connection - AddressNotSupported", "proxy-refused"],
  ["Socks5 proxy rejected connection - Failure", "connection-refused"],
  ["Socks5 proxy rejected connection - NetworkUnreachable", "connection-refused"],
  ["Socks5 proxy rejected connection - HostUnreachable", "connection-refused"],
  ["Socks5 proxy rejected connection - ConnectionRefused", "connection-refused"],
  ["Socks5 proxy rejected connection - TTLExpired", "connect-timeout"],
  ["Socks5 proxy rejected connection - CommandNotSupported", "proxy-protocol"],
  ["Socks5 proxy rejected connection - undefined", "proxy-protocol"],
  ["Socks5 Authentication failed", "proxy-auth"],
  ["Received invalid Socks5 initial handshake (no accepted authentication type)", "proxy-auth"],
  ["Received invalid Socks5 initial handshake (invalid socks version)", "proxy-protocol"],
  ["Socket closed", "proxy-protocol"],
])("the SOCKS5 error %j means %s", (message, reason) => {
  expect(judgeSocksError(message).reason).toBe(reason);
});

test.each([
  ["CERT_HAS_EXPIRED", "tls", "The proxy's certificate has expired"],
  ["CERT_NOT_YET_VALID", "tls", "The proxy's certificate is not valid yet"],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "tls",
    "The proxy's certificate is for another name than the one it is reached by",
  ],
  ...[
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ].map(
    (code) =>
      [code, "tls", "The proxy's certificate is not from an authority that this server trusts"] as const,
  ),
  ["CERT_REVOKED", "tls", "The proxy's certificate was not accepted"],
  ["constructor", "tls", "The proxy's certificate was not accepted"],
  ["EPROTO", "tls-version", "The proxy supports neither TLS 1.2 nor 1.3"],
  [
    "EPROTO",
    "tls-client-certificate",
    "The proxy requires a client certificate, and Callboard has none for proxies",
  ],
  ["ECONNRESET", "tls-handshake", "The proxy did not complete a TLS handshake"],
] as const)("TLS with a proxy that fails by %s (%s): %s", (code, reason, detail) => {
  expect(judgeProxyTls(code, reason)).toEqual({ reason: "proxy-tls", detail });
});

test("only what fails for every receiver is an outage", () => {
  const reasons = [
    "proxy-unreachable",
    "proxy-tls",
    "proxy-timeout",
    "proxy-auth",
    "proxy-refused",
    "proxy-protocol",
    "timeout",
  ];
  expect(reasons.filter(isOutageReason)).toEqual([
    "proxy-unreachable",
    "proxy-tls",
    "proxy-timeout",
    "proxy-auth",
  ]);
  expect(reasons.filter(isProxyReason)).toEqual(reasons.slice(0, 6));
});

test("no status but 2xx is a tunnel, and no message of a library is shown", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.stringMatching(/^[a-z]{12}$/), (status, text) => {
      expect(judgeConnectStatus(status, 443) === undefined).toBe(status >= 200 && status < 300);
      expect(judgeSocksError(`Socks5 proxy rejected connection - ${text}`).detail).not.toContain(text);
    }),
  );
});
