import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../../../src/errors.ts";
import type { AnswerPart, ExchangeResult, Outcome } from "../../../../src/egress/index.ts";
import { attemptRecord, readOutcome } from "../../../../src/host/model/attempt-record.ts";
import type { SignedRequest } from "../../../../src/host/model/attempt-record.ts";

const REQUEST: SignedRequest = {
  kind: "request",
  request: {
    url: "https://app.example/hook",
    headers: ["accept", "*/*", "authorization", "JWT secret"],
    body: Buffer.from("{}"),
    httpsOnly: true,
  },
  claims: { iss: "client", iat: 1, exp: 181, qsh: "q" },
};
const ANSWER: AnswerPart = {
  status: 200,
  headers: [
    ["Set-Cookie", "a=b"],
    ["X-A", "b"],
  ],
  body: Buffer.from("thanks"),
  cut: false,
};

function recorded(outcome: Outcome, answer?: AnswerPart, sent: SignedRequest = REQUEST) {
  const result: ExchangeResult = {
    outcome,
    timing: { startedAt: 1_000, durationMs: 12.6 },
    ...(answer === undefined ? {} : { answer }),
  };
  return attemptRecord(3, sent, result);
}

test("an answered attempt is recorded with what was sent and what came back, secrets masked", () => {
  expect(recorded({ kind: "accepted", status: 200 }, ANSWER)).toEqual({
    number: 3,
    startedAt: 1_000,
    durationMs: 13,
    outcome: "accepted",
    status: 200,
    detail: undefined,
    url: "https://app.example/hook",
    requestHeaders: ["accept", "*/*", "authorization", "JWT [masked]"],
    claims: { iss: "client", iat: 1, exp: 181, qsh: "q" },
    bodySize: 2,
    answerHeaders: [
      ["Set-Cookie", "[masked]"],
      ["X-A", "b"],
    ],
    answer: Buffer.from("thanks"),
    answerCut: false,
  });
});

test("an attempt without an answer has none, and says why", () => {
  expect(recorded({ kind: "unreachable", reason: "timeout", detail: "no \0answer\0" })).toMatchObject({
    outcome: "unreachable:timeout",
    status: undefined,
    detail: "no answer",
    answerHeaders: undefined,
    answer: undefined,
    answerCut: false,
  });
});

test("an attempt that our own rules stopped names the rule", () => {
  expect(recorded({ kind: "forbidden", code: "IP_DENIED", detail: "private" })).toMatchObject({
    outcome: "forbidden:IP_DENIED",
    detail: "private",
  });
});

test("an attempt without a token has no claims", () => {
  expect(recorded({ kind: "refused", status: 500 }, ANSWER, { ...REQUEST, claims: undefined })).toMatchObject(
    {
      outcome: "refused",
      detail: undefined,
      claims: undefined,
    },
  );
});

describe("an answer that was cut", () => {
  test.each(["size", "time", "connection"] as const)(
    "by %s is recorded as longer than what is kept",
    (cut) => {
      expect(recorded({ kind: "accepted", status: 200 }, { ...ANSWER, cut }).answerCut).toBe("size");
    },
  );
});

describe("a recorded outcome is read again as", () => {
  test.each([
    ["accepted", { kind: "accepted", reason: "", code: undefined }],
    ["refused", { kind: "refused", reason: "", code: undefined }],
    ["unreachable:connect-timeout", { kind: "unreachable", reason: "connect-timeout", code: undefined }],
    ["forbidden:IP_DENIED", { kind: "forbidden", reason: "IP_DENIED", code: "IP_DENIED" }],
    ["forbidden:A_CODE_OF_THE_PAST", { kind: "forbidden", reason: "A_CODE_OF_THE_PAST", code: undefined }],
    ["unreachable:IP_DENIED", { kind: "unreachable", reason: "IP_DENIED", code: undefined }],
    ["forbidden:toString", { kind: "forbidden", reason: "toString", code: undefined }],
  ])("%s", (recorded, outcome) => expect(readOutcome(recorded)).toEqual(outcome));

  test("a kind and a reason, whatever was recorded; the code is one of ours", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (kind, reason) => {
        const { code } = readOutcome(`${kind}:${reason}`);
        if (code !== undefined) expect(Object.keys(ERROR_CODES)).toContain(code);
      }),
    );
  });
});
