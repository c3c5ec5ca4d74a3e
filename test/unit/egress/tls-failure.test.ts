import { expect, test } from "vitest";
import { outcomeOfError } from "../../../src/egress/outcome.ts";
import { describeTlsFailure } from "../../../src/egress/tls-failure.ts";
import { causeOf } from "../../../src/host/delivery-log/causes.ts";

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
  expect(causeOf(`unreachable:${failure.reason}`, undefined, "ended")?.cause).not.toContain(
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
  [
    "Response does not match the HTTP/1.1 protocol (Invalid header value char)",
    "HPE_INVALID_HEADER_TOKEN",
    "The response is not valid HTTP: Invalid header value char",
  ],
  ["Parse Error: Expected HTTP/", "HPE_INVALID_CONSTANT", "The response is not valid HTTP: Expected HTTP/"],
])("%j is shown without internal lines", (message, code, detail) => {
  const error = Object.assign(new Error(message), { code });
  expect(outcomeOfError(error)).toEqual({ kind: "unreachable", reason: "protocol", detail });
});
