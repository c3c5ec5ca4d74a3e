import { expect, test } from "vitest";
import type { AnswerPart } from "../../../../src/egress/index.ts";
import { findRepeatedSignature, listSecrets, maskAnswer } from "../../../../src/host/model/masked-answer.ts";

const answer = (body: string, headers: AnswerPart["headers"] = []): AnswerPart => ({
  status: 400,
  headers,
  body: Buffer.from(body),
  cut: false,
});
const maskedBody = (body: string, ...secrets: readonly string[]): string =>
  maskAnswer(answer(body), secrets).body.toString();

test("a response without a secret stays the same object", () => {
  const given = answer("thanks", [["x-a", "b"]]);
  expect(maskAnswer(given, ["the-secret-value"])).toBe(given);
});

test.each<[string, string, string]>([
  ["in text", "key-of-tide", "you sent key-of-tide, key-of-tide"],
  ["in JSON", 'a "quoted" key', JSON.stringify({ sent: 'a "quoted" key' })],
  ["in JSON of PHP", "Zm9v/mJhcg==", '{"sent":"Zm9v\\/mJhcg=="}'],
  ["in HTML", "<key> & more", "<p>&lt;key&gt; &amp; more</p>"],
  ["in a URL", "key with spaces", "/?key=key%20with%20spaces"],
  ["in other letters than ASCII", "café-crème-key", "you sent café-crème-key"],
])("a secret is masked %s", (_where, secret, body) => {
  const masked = maskedBody(body, secret);
  expect(masked).toContain("[secret]");
  expect(masked).not.toContain(secret);
});

test("bytes around a secret stay as they are", () => {
  const body = Buffer.concat([
    Buffer.from([0xff, 0x00]),
    Buffer.from("the-secret-value"),
    Buffer.from([0xfe]),
  ]);
  expect(maskAnswer({ ...answer(""), body }, ["the-secret-value"]).body).toEqual(
    Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("[secret]"), Buffer.from([0xfe])]),
  );
});

test("headers of the response are masked as well", () => {
  const given = answer("", [
    ["X-Echo", "x-api-key=the-secret-value"],
    ["X-A", "b"],
  ]);
  expect(maskAnswer(given, ["the-secret-value"]).headers).toEqual([
    ["X-Echo", "x-api-key=[secret]"],
    ["X-A", "b"],
  ]);
});

test("a secret that is a part of another one leaves nothing of it", () => {
  expect(maskedBody("sent: the-secret-value-and-more", "the-secret-value", "the-secret-value-and-more")).toBe(
    "sent: [secret]",
  );
});

test("a text of less than 8 characters is found anywhere, and not masked", () => {
  expect(maskedBody("true story", "true")).toBe("true story");
});

test("secrets are the values of headers, without the scheme of an authorization, and the password in it", () => {
  const pair = Buffer.from("bell:pass:word").toString("base64");
  expect(listSecrets({ headers: ["x-api-key", "key", "authorization", "Bearer token"] })).toEqual([
    "key",
    "token",
  ]);
  expect(listSecrets({ headers: ["authorization", `Basic ${pair}`] })).toEqual([pair, "pass:word"]);
});

test.each([
  ["you sent the-secret", "size", "you sent [secret]"],
  ["you sent the-secr", "connection", "you sent [secret]"],
  ["you sent the-sec", "size", "you sent the-sec"],
  ["you sent the-secret", false, "you sent the-secret"],
  ["the-secret-value, the-secret-val", "time", "[secret], [secret]"],
] as const)("the end of %s, cut by %s, is kept as %s", (body, cut, kept) => {
  expect(maskAnswer({ ...answer(body), cut }, ["the-secret-value"]).body.toString()).toBe(kept);
});

test.each<[string, AnswerPart["headers"], boolean]>([
  ["a body with JWT e30.e30.signature-of-it", [], true],
  ["a body", [["x-echo", "e30.e30.signature-of-it"]], true],
  ["a body with e30.e30.another-signature", [["x-echo", "another-signature"]], false],
  ["", [], false],
])("the signature of a token is found in %j with the headers %j: %s", (body, headers, isFound) => {
  const found = findRepeatedSignature(answer(body, headers), "JWT e30.e30.signature-of-it");
  expect(found).toBe(isFound ? "signature-of-it" : undefined);
});

test("a text without a signature is no token", () => {
  expect(findRepeatedSignature(answer("JWT e30.e30. and short"), "JWT e30.e30.short")).toBe(undefined);
});
