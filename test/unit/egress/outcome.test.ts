import { describe, expect, test } from "vitest";
import {
  EgressFailure,
  findErrorCode,
  isBeforeReceiver,
  isProxyOutage,
  outcomeOfAnswer,
  outcomeOfError,
  tlsFailure,
  unreachable,
} from "../../../src/egress/outcome.ts";

const NOW = Date.parse("2026-01-05T10:00:00Z");
const failing = (code: string, message = ""): Error => Object.assign(new Error(message), { code });

describe("responses", () => {
  test.each([200, 201, 204, 299])("status %i is accepted", (status) => {
    expect(outcomeOfAnswer(status, [], NOW)).toEqual({ kind: "accepted", status });
  });

  test.each([199, 300, 304, 400, 500])("status %i is refused", (status) => {
    expect(outcomeOfAnswer(status, [], NOW)).toEqual({ kind: "refused", status });
  });

  test.each([
    ["seconds", "120", 120_000],
    ["a date, from the time of the answer on", "Mon, 05 Jan 2026 10:00:30 GMT", 30_000],
    ["now", "0", 0],
  ])("a refused response has the delay of Retry-After: %s", (_form, value, retryAfterMs) => {
    const headers = [
      ["x-a", "1"],
      ["Retry-After", value],
      ["retry-after", "7"],
    ] as const;

    expect(outcomeOfAnswer(503, headers, NOW)).toEqual({ kind: "refused", status: 503, retryAfterMs });
  });

  test("an unreadable Retry-After is ignored", () => {
    expect(outcomeOfAnswer(503, [["retry-after", "soon"]], NOW)).toEqual({ kind: "refused", status: 503 });
  });

  test("an accepted response has no Retry-After delay", () => {
    expect(outcomeOfAnswer(202, [["retry-after", "5"]], NOW)).toEqual({ kind: "accepted", status: 202 });
  });
});

describe("errors", () => {
  test.each([
    ["ECONNREFUSED", "connection-refused"],
    ["EHOSTUNREACH", "connection-refused"],
    ["EHOSTDOWN", "connection-refused"],
    ["ENETUNREACH", "connection-refused"],
    ["ENETDOWN", "connection-refused"],
    ["EACCES", "connection-refused"],
    ["EPERM", "connection-refused"],
    ["ECONNRESET", "connection-reset"],
    ["ECONNABORTED", "connection-reset"],
    ["EPIPE", "connection-reset"],
    ["ETIMEDOUT", "connect-timeout"],
    ["EMFILE", "local"],
    ["ENFILE", "local"],
    ["ENOBUFS", "local"],
    ["ENOMEM", "local"],
    ["EADDRNOTAVAIL", "local"],
  ])("%s is unreachable: %s", (code, reason) => {
    expect(outcomeOfError(failing(code, "what happened"))).toEqual(
      unreachable(reason as never, "what happened"),
    );
    expect(outcomeOfError(failing(code))).toEqual(unreachable(reason as never, code));
  });

  test.each(["ERR_INVALID_CHAR", "ERR_INVALID_HTTP_TOKEN", "ERR_HTTP_INVALID_HEADER_VALUE"])(
    "%s means a refused header",
    (code) => {
      expect(outcomeOfError(failing(code))).toEqual({
        kind: "forbidden",
        code: "HEADER_VALUE",
        detail: "A header name or value is not allowed",
      });
    },
  );

  test.each([
    ["a code of Node's TLS", failing("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match")],
    ["a code of OpenSSL", failing("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number")],
  ])("%s is a TLS failure", (_what, error) => {
    expect(outcomeOfError(error)).toEqual(tlsFailure(error));
    expect(outcomeOfError(error)).toMatchObject({
      kind: "unreachable",
      reason: expect.stringMatching(/^tls/),
    });
  });

  test.each([
    ["HPE_HEADER_OVERFLOW", "", "The response's headers are larger than 16 KiB"],
    ["HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/", "The response is not valid HTTP: Expected HTTP/"],
    ["HPE_X", "Parse Error: <script>", "The response is not valid HTTP"],
    ["HPE_X", "Not a Parse Error: a", "The response is not valid HTTP"],
    ["", "secret of ours", "The response is not valid HTTP"],
  ])("%s %s is unreachable by protocol, with a safe text", (code, message, detail) => {
    expect(outcomeOfError(failing(code, message))).toEqual(unreachable("protocol", detail));
  });

  test.each([["a text"], [undefined], [null], [{ code: "ECONNREFUSED" }]])(
    "%j as an error is unreachable by protocol",
    (thrown) => {
      expect(outcomeOfError(thrown)).toEqual(unreachable("protocol", "The response is not valid HTTP"));
    },
  );

  test("a carried outcome is found at any depth of causes", () => {
    const outcome = unreachable("dns", "no such name");
    const wrapped = new Error("outer", { cause: new Error("inner", { cause: new EgressFailure(outcome) }) });

    expect(outcomeOfError(wrapped)).toBe(outcome);
    expect(tlsFailure(wrapped)).toBe(outcome);
  });
});

test('a TLS handshake that lacks local resources fails with the reason "local"', () => {
  expect(tlsFailure(failing("EMFILE"))).toEqual(unreachable("local", "EMFILE"));
});

test("an EgressFailure has the detail of its outcome as message, and the cause", () => {
  const cause = new Error("below");
  const failure = new EgressFailure(unreachable("dns", "no such name"), cause);

  expect([failure.name, failure.message, failure.cause]).toEqual(["EgressFailure", "no such name", cause]);
  expect(new EgressFailure(unreachable("dns", "x"))).not.toHaveProperty("cause");
});

test.each([
  [failing("E1"), "E1"],
  [new Error("none"), ""],
  [Object.assign(new Error("a number"), { code: 5 }), ""],
  [{ code: "E1" }, ""],
])("the code of %s is %j", (error, code) => {
  expect(findErrorCode(error)).toBe(code);
});

test.each([
  ["proxy-unreachable", true, true],
  ["proxy-refused", true, false],
  ["token-server-unreachable", true, false],
  ["token-server-refused", true, false],
  ["token-server-response", true, false],
  ["timeout", false, false],
  ["dns", false, false],
] as const)(
  "%s comes before the receiver: %s; is an outage of the proxy: %s",
  (reason, isBefore, isOutage) => {
    const outcome = unreachable(reason, "for a reason");
    expect([isBeforeReceiver(outcome), isProxyOutage(outcome)]).toEqual([isBefore, isOutage]);
  },
);

test("a response comes from the receiver", () => {
  const outcome = outcomeOfAnswer(503, [], NOW);
  expect([isBeforeReceiver(outcome), isProxyOutage(outcome)]).toEqual([false, false]);
});
