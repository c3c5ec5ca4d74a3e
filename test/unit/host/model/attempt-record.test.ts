import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnswerPart, ExchangeResult, Outcome } from "../../../../src/egress/index.ts";
import {
  formatOutcome,
  parseOutcome,
  toAttemptRecord,
  withTimeout,
} from "../../../../src/host/model/attempt-record.ts";
import type { Sent, SignedRequest } from "../../../../src/host/model/attempt-record.ts";

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

function recorded(
  outcome: Outcome,
  answer?: AnswerPart,
  sent: SignedRequest = REQUEST,
  beside: Partial<Sent> = {},
) {
  const result: ExchangeResult = {
    outcome,
    timing: { startedAt: 1_000, durationMs: 12.6 },
    ...(answer === undefined ? {} : { answer }),
  };
  return toAttemptRecord(3, sent, { ...result, ...beside });
}

test("an answered attempt is recorded with what was sent and what came back, secrets masked", () => {
  expect(recorded({ kind: "accepted", status: 200 }, ANSWER)).toEqual({
    number: 3,
    startedAt: 1_000,
    durationMs: 13,
    outcome: { kind: "accepted" },
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

test("a token that comes back is recorded without its signature, and what is sent beside it is masked", () => {
  const signature = "c2lnbmF0dXJlIG9mIGEgdG9rZW4gb2Ygb3Vycw";
  const headers = ["accept", "*/*", "authorization", `JWT e30.e30.${signature}`];
  const sent = { ...REQUEST, request: { ...REQUEST.request, headers }, secrets: ["routing-key"] };
  const answer = { ...ANSWER, body: Buffer.from(`JWT e30.e30.${signature} routing-key`) };
  expect(recorded({ kind: "accepted", status: 200 }, answer, sent).answer?.toString()).toBe(
    "JWT e30.e30.[secret] [secret]",
  );
});

test("the notes of the request and of the response are recorded one after the other", () => {
  const answer = { ...ANSWER, headers: [["content-encoding", "utf-8"]] as const };
  const sent = { ...REQUEST, note: "Cut" };
  expect(recorded({ kind: "accepted", status: 200 }, answer, sent).detail).toMatch(
    /^Cut\. The body of the response has the encoding "utf-8"/,
  );
});

test("an attempt without an answer has none, and says why", () => {
  expect(recorded({ kind: "unreachable", reason: "timeout", detail: "no \0answer\0" })).toMatchObject({
    outcome: { kind: "unreachable", reason: "timeout" },
    status: undefined,
    detail: "no answer",
    answerHeaders: undefined,
    answer: undefined,
    answerCut: false,
  });
});

test("an attempt that our own rules stopped names the rule", () => {
  expect(recorded({ kind: "forbidden", code: "IP_DENIED", detail: "private" })).toMatchObject({
    outcome: { kind: "forbidden", code: "IP_DENIED" },
    detail: "private",
  });
});

test("an attempt without a token has no claims", () => {
  expect(recorded({ kind: "refused", status: 500 }, ANSWER, { ...REQUEST, claims: undefined })).toMatchObject(
    {
      outcome: { kind: "refused" },
      detail: undefined,
      claims: undefined,
    },
  );
});

describe("what the log says beside the result", () => {
  const BLOCKED = { kind: "forbidden", code: "IP_DENIED", detail: "private" } as const;
  const TAKEN = { kind: "accepted", status: 200 } as const;
  test.each<
    [
      of: string,
      outcome: Outcome,
      note: string | undefined,
      ofRequest: string | undefined,
      detail: string | undefined,
    ]
  >([
    ["nothing", TAKEN, undefined, undefined, undefined],
    ["a result that needs an explanation", TAKEN, "no body", undefined, "no body"],
    ["a request that needs one", TAKEN, undefined, "cut", "cut"],
    ["both", TAKEN, "no body", "cut", "no body. cut"],
    ["a failure, whose reason goes before any explanation", BLOCKED, "no body", undefined, "private"],
    ["a failure of a request that needs one", BLOCKED, undefined, "cut", "private. cut"],
  ])("of %s", (_of, outcome, note, ofRequest, detail) => {
    const sent = ofRequest === undefined ? REQUEST : { ...REQUEST, note: ofRequest };
    expect(recorded(outcome, undefined, sent, note === undefined ? {} : { note }).detail).toBe(detail);
  });
});

describe("secrets that the receiver's settings added", () => {
  const OWN = { kind: "accepted", status: 200 } as const;
  const echo = { ...ANSWER, body: Buffer.from("header-secret and body-secret") };
  const recordAnswer = (ofHeaders?: readonly string[], ofBody?: readonly string[]) =>
    recorded(
      OWN,
      echo,
      ofBody === undefined ? REQUEST : { ...REQUEST, secrets: ofBody },
      ofHeaders === undefined ? {} : { secrets: ofHeaders },
    ).answer?.toString();

  test.each<[where: string, ofHeaders: string[] | undefined, ofBody: string[] | undefined, answer: string]>([
    ["nowhere", undefined, undefined, "header-secret and body-secret"],
    ["in headers", ["header-secret"], undefined, "[secret] and body-secret"],
    ["in the body", undefined, ["body-secret"], "header-secret and [secret]"],
    ["in both", ["header-secret"], ["body-secret"], "[secret] and [secret]"],
  ])("%s, are masked where the response repeats them", (_where, ofHeaders, ofBody, answer) => {
    expect(recordAnswer(ofHeaders, ofBody)).toBe(answer);
  });

  test("without a response leave none", () => {
    expect(recorded(OWN, undefined, REQUEST, { secrets: ["header-secret"] }).answer).toBeUndefined();
  });

  test("are shown as headers without their values, behind those of the request", () => {
    expect(recorded(OWN, ANSWER, REQUEST, { secretHeaders: ["x-key", "x-other"] }).requestHeaders).toEqual([
      ...["accept", "*/*", "authorization", "JWT [masked]"],
      ...["x-key", "[masked]", "x-other", "[masked]"],
    ]);
  });
});

test("the URL is the one that was reached, where that is another", () => {
  const url = "https://elsewhere.example/";
  expect(recorded({ kind: "accepted", status: 200 }, ANSWER, REQUEST, { url }).url).toBe(url);
});

test("a request gets a time limit of its own, and is the same without one", () => {
  expect(withTimeout(REQUEST, undefined)).toBe(REQUEST);
  expect(withTimeout(REQUEST, 5_000)).toEqual({
    ...REQUEST,
    request: { ...REQUEST.request, timeoutMs: 5_000 },
  });
});

describe("an answer that was cut", () => {
  test.each(["size", "time", "connection"] as const)(
    "by %s is recorded as longer than what is kept",
    (cut) => {
      expect(recorded({ kind: "accepted", status: 200 }, { ...ANSWER, cut }).answerCut).toBe("size");
    },
  );
});

describe("an outcome as one word", () => {
  test.each([
    ["accepted", { kind: "accepted" }],
    ["refused", { kind: "refused" }],
    ["unreachable:connect-timeout", { kind: "unreachable", reason: "connect-timeout" }],
    ["forbidden:IP_DENIED", { kind: "forbidden", code: "IP_DENIED" }],
  ] as const)("%s is written and read", (text, outcome) => {
    expect(formatOutcome(outcome)).toBe(text);
    expect(parseOutcome(text)).toEqual(outcome);
  });

  test("of a later version counts as unreachable", () => {
    expect(parseOutcome("surprised")).toEqual({ kind: "unreachable", reason: "" });
  });
});

describe("the headers of a request", () => {
  const listRecorded = (headers: readonly string[]) =>
    recorded({ kind: "refused", status: 500 }, ANSWER, {
      ...REQUEST,
      request: { ...REQUEST.request, headers },
    }).requestHeaders;

  test("have the token masked, and nothing else", () => {
    expect(
      listRecorded(["accept", "*/*", "authorization", "JWT e30.e30.abc", "webhook-id", "authorized"]),
    ).toEqual(["accept", "*/*", "authorization", "JWT [masked]", "webhook-id", "authorized"]);
  });

  test("have a token that comes first masked too, and stay as they were sent", () => {
    const sent = ["authorization", "JWT e30.e30.abc", "accept", "*/*"];

    expect(listRecorded(sent)).toEqual(["authorization", "JWT [masked]", "accept", "*/*"]);
    expect(sent[1]).toBe("JWT e30.e30.abc");
  });

  test("without a token are recorded as they are", () => {
    const sent = ["accept", "*/*"];

    expect(listRecorded(sent)).toBe(sent);
  });
});

test("sessions in a response are masked, in any letter case, and nothing else", () => {
  const headers: AnswerPart["headers"] = [
    ["Set-Cookie", "JSESSIONID=1"],
    ["SET-COOKIE2", "a=b"],
    ["X-acpt", "eyJ…"],
    ["Cookie-Policy", "none"],
    ["set-cookies", "public"],
  ];

  expect(recorded({ kind: "accepted", status: 200 }, { ...ANSWER, headers }).answerHeaders).toEqual([
    ["Set-Cookie", "[masked]"],
    ["SET-COOKIE2", "[masked]"],
    ["X-acpt", "[masked]"],
    ["Cookie-Policy", "none"],
    ["set-cookies", "public"],
  ]);
});

const TEXT = fc.oneof(
  fc.string(),
  fc.string().map((text) => `forbidden:${text}`),
);

test("any text that stands in the column is read as an outcome", () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      const outcome = parseOutcome(text);
      expect(parseOutcome(formatOutcome(outcome))).toEqual(outcome);
    }),
  );
});
