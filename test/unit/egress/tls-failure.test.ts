import { expect, test } from "vitest";
import { outcomeOfError } from "../../../src/egress/outcome.ts";
import { describeTlsFailure, isOpenSslError } from "../../../src/egress/tls-failure.ts";
import { findCause } from "../../../src/host/delivery-log/causes.ts";

const line = (reason: string) =>
  `80CC1F2AA17F0000:error:0A00042E:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/rec_layer_s3.c:1601:SSL alert number 70\n`;

test.each([
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version", undefined, "tls-version"],
  ["EPROTO", "tlsv1 alert protocol version", undefined, "tls-version"],
  ["EPROTO", "unsupported protocol", 80, "tls-version"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "", undefined, "tls-client-certificate"],
  ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "", 2_000, "tls-client-certificate"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "", 2_000, "tls-client-certificate"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "", 7, "tls-handshake"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number", 5, "tls-handshake"],
  ["ERR_SSL_SOMETHING_NEW", "something new", 5, "tls-handshake"],
  ["ECONNRESET", "", 0, "tls-handshake"],
])("%s (%s) after %s bytes is %s, without internal lines", (code, reason, bytesRead, expected) => {
  const failure = describeTlsFailure(code, reason === "" ? "" : line(reason), bytesRead);
  expect(failure.reason).toBe(expected);
  expect(failure.detail).not.toMatch(/error:|routines|\.c:|[0-9A-F]{8}/);
  expect(findCause(`unreachable:${failure.reason}`, undefined, "ended")?.cause).not.toContain(
    "certificate was not",
  );
});

test("a refused certificate keeps its reason and message", () => {
  expect(describeTlsFailure("CERT_HAS_EXPIRED", "certificate has expired")).toEqual({
    reason: "tls",
    detail: "certificate has expired",
  });
});

test.each([
  ["assert(statusCode >= 100)", "ERR_ASSERTION", "The response is not valid HTTP"],
  ["Cannot read properties of undefined (reading 'x')", "", "The response is not valid HTTP"],
  ["Parse Error: Expected HTTP/", "HPE_INVALID_CONSTANT", "The response is not valid HTTP: Expected HTTP/"],
])("%j is shown without internal lines", (message, code, detail) => {
  const error = Object.assign(new Error(message), { code });
  expect(outcomeOfError(error)).toEqual({ kind: "unreachable", reason: "protocol", detail });
});

const NO_VERSION =
  "No common TLS version: Callboard requires TLS 1.2 or 1.3, which the receiver does not support";
const CLIENT_CERTIFICATE = "The receiver requires a client certificate that it accepts";
const CLOSED = "The receiver closed the connection during the TLS handshake";
const NO_TLS = "The port does not respond with TLS";

test.each([
  ["ECONNRESET", undefined, "tls-handshake", CLOSED],
  ["EPIPE", undefined, "tls-handshake", CLOSED],
  ["ECONNABORTED", undefined, "tls-handshake", CLOSED],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", undefined, "tls-version", NO_VERSION],
  ["ERR_SSL_VERSION_TOO_LOW", undefined, "tls-version", NO_VERSION],
  ["ERR_SSL_VERSION_TOO_HIGH", undefined, "tls-version", NO_VERSION],
  ["ERR_SSL_NO_PROTOCOLS_AVAILABLE", undefined, "tls-version", NO_VERSION],
  ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED", undefined, "tls-client-certificate", CLIENT_CERTIFICATE],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", 65, "tls-client-certificate", CLIENT_CERTIFICATE],
  [
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    64,
    "tls-handshake",
    "The receiver ended the TLS handshake: no cipher in common",
  ],
  [
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    undefined,
    "tls-handshake",
    "The receiver ended the TLS handshake: no cipher in common",
  ],
  ["ERR_SSL_WRONG_VERSION_NUMBER", undefined, "tls-handshake", NO_TLS],
  ["ERR_SSL_HTTP_REQUEST", undefined, "tls-handshake", NO_TLS],
  ["ERR_SSL_UNEXPECTED_MESSAGE", undefined, "tls-handshake", NO_TLS],
  ["ERR_SSL_BAD_RECORD_TYPE", undefined, "tls-handshake", NO_TLS],
  [
    "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
    undefined,
    "tls-handshake",
    "The receiver does not offer HTTP/1.1 over TLS",
  ],
  [
    "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
    undefined,
    "tls-handshake",
    "The receiver has no certificate for this host name",
  ],
  ["ERR_SSL_SOMETHING_<NEW>", undefined, "tls-handshake", "The TLS handshake failed (something new)"],
  [`ERR_SSL_${"A".repeat(200)}`, undefined, "tls-handshake", `The TLS handshake failed (${"a".repeat(100)})`],
  ["EPROTO", undefined, "tls-handshake", "The TLS handshake failed (no reason given)"],
  ["CERT_HAS_EXPIRED", undefined, "tls", "CERT_HAS_EXPIRED"],
])("%s after %s bytes is %s: %s", (code, bytesRead, reason, detail) => {
  expect(describeTlsFailure(code, "", bytesRead)).toEqual({ reason, detail });
});

test.each([
  ["ERR_SSL_WRONG_VERSION_NUMBER", "", true],
  ["EPROTO", "", true],
  ["", line("wrong version number"), true],
  ["CERT_HAS_EXPIRED", "certificate has expired", false],
  ["XERR_SSL_", "error: in words", false],
])("an error with the code %j and the message %j comes from OpenSSL: %s", (code, message, isOpenSsl) => {
  expect(isOpenSslError(code, message)).toBe(isOpenSsl);
});
