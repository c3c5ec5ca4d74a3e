import { expect, test } from "vitest";
import { maskedAnswerHeaders, maskedRequestHeaders } from "../../../../src/host/model/mask.ts";

test("the token of a request is masked, and nothing else", () => {
  const sent = ["accept", "*/*", "authorization", "JWT e30.e30.abc", "webhook-id", "authorized"];

  expect(maskedRequestHeaders(sent)).toEqual([
    "accept",
    "*/*",
    "authorization",
    "JWT [masked]",
    "webhook-id",
    "authorized",
  ]);
});

test("a token that comes first is masked too, and the headers that were sent stay as they were", () => {
  const sent = ["authorization", "JWT e30.e30.abc", "accept", "*/*"];

  expect(maskedRequestHeaders(sent)).toEqual(["authorization", "JWT [masked]", "accept", "*/*"]);
  expect(sent[1]).toBe("JWT e30.e30.abc");
});

test("a request without a token is recorded as it is", () => {
  const sent = ["accept", "*/*"];

  expect(maskedRequestHeaders(sent)).toBe(sent);
});

test("sessions in an answer are masked, in whatever letter case, and nothing else", () => {
  expect(
    maskedAnswerHeaders([
      ["Set-Cookie", "JSESSIONID=1"],
      ["SET-COOKIE2", "a=b"],
      ["X-acpt", "eyJ…"],
      ["Cookie-Policy", "none"],
      ["set-cookies", "public"],
    ]),
  ).toEqual([
    ["Set-Cookie", "[masked]"],
    ["SET-COOKIE2", "[masked]"],
    ["X-acpt", "[masked]"],
    ["Cookie-Policy", "none"],
    ["set-cookies", "public"],
  ]);
});
