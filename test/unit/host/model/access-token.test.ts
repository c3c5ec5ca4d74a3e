import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExchangeResult, Outcome } from "../../../../src/egress/index.ts";
import {
  createTokenRequest,
  findStage,
  isOther,
  isReplaceable,
  pauseAfterFailures,
  readTokenResponse,
} from "../../../../src/host/model/access-token.ts";

const NOW = 1_700_000_000_000;
const CLIENT = {
  kind: "oauth2",
  tokenUrl: "https://id.example/token",
  clientId: "a client",
  clientSecret: "a:b+c%",
  clientMethod: "basic",
} as const;

function result(
  body: string | Buffer,
  outcome: Outcome = { kind: "accepted", status: 200 },
  cut = false,
): ExchangeResult {
  const answer = {
    status: 200,
    headers: [],
    body: Buffer.from(body),
    cut: cut ? ("size" as const) : (false as const),
  };
  return { outcome, answer, timing: { startedAt: 0, durationMs: 1 } };
}
const read = (body: unknown) => readTokenResponse(result(JSON.stringify(body)), NOW);
const refused = (status: number, body: unknown) =>
  readTokenResponse(result(JSON.stringify(body), { kind: "refused", status }), NOW);

describe("the request", () => {
  test("has ID and secret of the client in the header, each encoded as in a form", () => {
    const { headers, body } = createTokenRequest({ ...CLIENT, scope: "a b", audience: "c" });
    expect(headers).toEqual({
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from("a+client:a%3Ab%2Bc%25").toString("base64")}`,
    });
    expect(body).toBe("grant_type=client_credentials&scope=a+b&audience=c");
  });

  test("has them in the body where the token server expects them there", () => {
    const { headers, body } = createTokenRequest({ ...CLIENT, clientMethod: "post" });
    expect(headers).not.toHaveProperty("authorization");
    expect(body).toBe("grant_type=client_credentials&client_id=a+client&client_secret=a%3Ab%2Bc%25");
  });
});

describe("a token", () => {
  test.each([
    [3_600, 3_540, 3_600],
    ["3600", 3_540, 3_600],
    [10, 8, 10],
    [0.5, 0.4, 0.5],
    [300, 240, 300],
    [undefined, 3_540, 3_600],
    [null, 3_540, 3_600],
    [1e9, 86_340, 86_400],
    ["999999999999999", 86_340, 86_400],
  ])("with a lifetime of %j s is renewed after %d s and ends after %d s", (lifetime, refresh, end) => {
    expect(read({ access_token: "t", token_type: "Bearer", expires_in: lifetime })).toEqual({
      kind: "token",
      token: { token: "t", fetchedAt: NOW, refreshAt: NOW + refresh * 1_000, expiresAt: NOW + end * 1_000 },
    });
  });

  test.each([undefined, "bearer", "BEARER"])("of the type %s", (type) => {
    expect(read({ access_token: "t", token_type: type })).toMatchObject({ kind: "token" });
  });

  test.each<readonly [string, object, string]>([
    ["no text", {}, "has no access_token"],
    ["an empty text", { access_token: "" }, "has no access_token"],
    ["an object", { access_token: {} }, "has no access_token"],
    [
      "too long",
      { access_token: "t".repeat(6_145) },
      "has an access_token that fits no header: at most 6144 visible ASCII characters",
    ],
    [
      "with a line break",
      { access_token: "t\r\nx: y" },
      "has an access_token that fits no header: at most 6144 visible ASCII characters",
    ],
    ["of another type", { access_token: "t", token_type: "mac" }, "has a token of another type than Bearer"],
    ...[0, -1, "-1", "soon", true, [], Number.MAX_VALUE * -1].map(
      (lifetime): readonly [string, object, string] => [
        `with a lifetime of ${JSON.stringify(lifetime)}`,
        { access_token: "t", expires_in: lifetime },
        "has an expires_in that is no positive number of seconds",
      ],
    ),
  ])("is not taken: %s", (_what, body, detail) => {
    expect(read(body)).toEqual({
      kind: "failed",
      reason: "token-server-response",
      detail: `The response of the token server ${detail}`,
      isOfClient: false,
    });
  });

  test.each([
    ["no JSON", result("access_token=t")],
    ["a list", result("[]")],
    ["a body that was cut", result('{"access_token":"t"}', undefined, true)],
    ["a deep body", result(`{"access_token":"t","a":${"[".repeat(9)}${"]".repeat(9)}}`)],
    ["a name twice", result('{"access_token":"t","access_token":"u"}')],
    ["many values", result(`{"access_token":"t","a":[${"1,".repeat(600)}1]}`)],
    ["no UTF-8", result(Buffer.from([0x7b, 0xff, 0x7d]))],
  ])("is not taken from %s", (_what, response) => {
    expect(readTokenResponse(response, NOW)).toMatchObject({
      kind: "failed",
      reason: "token-server-response",
    });
  });
});

describe("a failure", () => {
  test("names the status and a known code, and whether it is the client's", () => {
    expect(refused(400, { error: "invalid_scope" })).toEqual({
      kind: "failed",
      reason: "token-server-refused",
      detail: "The token server returned 400, invalid_scope",
      isOfClient: false,
    });
    expect(refused(400, { error: "invalid_client" })).toMatchObject({ isOfClient: true });
    expect(refused(401, {})).toMatchObject({ isOfClient: true, detail: "The token server returned 401" });
    expect(refused(503, { error: "the secret is s" })).toMatchObject({
      isOfClient: false,
      detail: "The token server returned 503",
    });
  });

  test("says why there is no response", () => {
    const timing = { startedAt: 0, durationMs: 1 };
    const unreachable = {
      kind: "unreachable",
      reason: "timeout",
      detail: "No response within 5000 ms",
    } as const;
    expect(readTokenResponse({ outcome: unreachable, timing }, NOW)).toMatchObject({
      reason: "token-server-unreachable",
      detail: "The token server did not respond (timeout): No response within 5000 ms",
    });
    const forbidden = { kind: "forbidden", code: "IP_DENIED", detail: "private" } as const;
    expect(readTokenResponse({ outcome: forbidden, timing }, NOW)).toMatchObject({
      reason: "token-server-unreachable",
      detail: "The address of the token server is not allowed (IP_DENIED): private",
    });
  });
});

test("whatever a token server says, a token that is taken fits a header and ends in time", () => {
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ access_token: fc.string(), expires_in: fc.anything() }).map((v) => JSON.stringify(v)),
  );
  fc.assert(
    fc.property(body, fc.integer({ min: 200, max: 599 }), (text, status) => {
      const outcome: Outcome = status < 300 ? { kind: "accepted", status } : { kind: "refused", status };
      const read = readTokenResponse(result(text, outcome), NOW);
      if (read.kind === "failed") return;
      expect(() => new Headers({ authorization: `Bearer ${read.token.token}` })).not.toThrow();
      expect(read.token.expiresAt - NOW).toBeLessThanOrEqual(86_400_000);
      expect(read.token.refreshAt).toBeLessThanOrEqual(read.token.expiresAt);
    }),
  );
});

test("a token is fresh, due or expired", () => {
  const token = { token: "t", fetchedAt: 0, refreshAt: 100, expiresAt: 200 };
  expect([0, 99, 100, 199, 200].map((now) => findStage(token, now))).toEqual([
    "fresh",
    "fresh",
    "due",
    "due",
    "expired",
  ]);
});

test("a token of another request is another one", () => {
  const token = { token: "t", fetchedAt: 5, refreshAt: 0, expiresAt: 0 };
  expect([
    isOther(token, token),
    isOther(token, { ...token, fetchedAt: 4 }),
    isOther(token, undefined),
  ]).toEqual([false, true, true]);
});

test("a refused token is replaced once it is a minute old", () => {
  const token = { token: "t", fetchedAt: NOW, refreshAt: 0, expiresAt: 0 };
  expect([59_999, 60_000].map((age) => isReplaceable(token, NOW + age))).toEqual([false, true]);
});

test("failures pause the requests, a minute at most", () => {
  expect([0, 1, 2, 3, 6, 7, 100].map(pauseAfterFailures)).toEqual([
    1_000, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
});
