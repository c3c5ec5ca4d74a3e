import { describe, expect, test } from "vitest";
import type { Reply } from "../../../src/check/exchange.ts";
import {
  complainAboutWord,
  complainUnlessAccepted,
  complainUnlessRefused,
  listLeaks,
  remarkOnRefusal,
} from "../../../src/check/verdict.ts";

const reply = (status: number, durationMs = 5, body = ""): Reply => ({
  kind: "response",
  status,
  headers: [],
  body: Buffer.from(body),
  durationMs,
});
const SILENCE: Reply = { kind: "none", detail: "No response within 5000 ms", durationMs: 5_000 };

describe("a genuine request", () => {
  test.each([200, 201, 202, 204, 299])("is accepted with %i", (status) => {
    expect(complainUnlessAccepted(reply(status), 5_000)).toBeUndefined();
  });
  test.each([301, 302, 304, 400, 401, 404, 429, 500, 503])("is not accepted with %i", (status) => {
    expect(complainUnlessAccepted(reply(status), 5_000)).toBe(`returned ${status}`);
  });
  test("is not accepted after the limit, or never", () => {
    expect(complainUnlessAccepted(reply(204, 5_000), 5_000)).toBeUndefined();
    expect(complainUnlessAccepted(reply(204, 5_001), 5_000)).toBe("responded after 5001 ms");
    expect(complainUnlessAccepted(SILENCE, 5_000)).toBe("no response: No response within 5000 ms");
  });
});

describe("a forged request", () => {
  test.each([400, 401, 403, 404, 413, 422])("is refused with %i", (status) => {
    expect(complainUnlessRefused(reply(status))).toBeUndefined();
  });
  test.each([
    [200, "accepted with 200"],
    [204, "accepted with 204"],
    [302, "returned 302, which refuses nothing"],
    [408, "returned 408, which asks for another attempt"],
    [425, "returned 425, which asks for another attempt"],
    [429, "returned 429, which asks for another attempt"],
    [500, "returned 500, as for a failure of its own"],
    [503, "returned 503, as for a failure of its own"],
  ])("is not refused with %i", (status, complaint) => {
    expect(complainUnlessRefused(reply(status))).toBe(complaint);
  });
  test("is neither accepted nor refused without a response", () => {
    expect(complainUnlessRefused(SILENCE)).toContain("neither accepted nor refused");
  });
  test("is remarked on unless it is refused with 401 or 403", () => {
    expect([401, 403].map((status) => remarkOnRefusal(reply(status)))).toEqual([undefined, undefined]);
    expect(remarkOnRefusal(reply(400))).toContain("refused with 400");
    expect(remarkOnRefusal(SILENCE)).toBeUndefined();
  });
});

describe("a response", () => {
  const leaks = (body: string) => listLeaks(reply(200, 5, body), ["secret-0123456789"]);
  test("tells nothing with an ordinary text", () => {
    expect(leaks('{"error":"The token was refused at 12:30:00 by app"}')).toEqual([]);
    expect(listLeaks(SILENCE, ["x"])).toEqual([]);
  });
  test("tells a shared secret, in its body or a header", () => {
    expect(leaks('{"tenant":{"sharedSecret":"secret-0123456789"}}')).toEqual(["a shared secret"]);
    const header: Reply = { ...reply(200), headers: [["x-debug", "secret-0123456789"]] } as Reply;
    expect(listLeaks(header, ["secret-0123456789"])).toEqual(["a shared secret"]);
  });
  test.each([
    ["Node", "Error: no\n    at verify (/app/node_modules/x/index.js:10:5)"],
    [
      "Node, as a page of Express",
      "Error: no<br> &nbsp; &nbsp;at Layer.handle [as handle_request] (/app/x.js:1:2)",
    ],
    ["Java", "java.lang.IllegalStateException: no\n\tat com.example.Hook.take(Hook.java:12)"],
    ["Python", 'Traceback (most recent call last):\n  File "x.py", line 1'],
  ])("tells a stack trace of %s", (_language, body) => {
    expect(leaks(body)).toEqual(["a stack trace"]);
  });
});

describe("the header webhook-delivery of a response to a sample", () => {
  const withWord = (status: number, word: string): Reply => ({
    ...(reply(status) as Extract<Reply, { kind: "response" }>),
    headers: [["Webhook-Delivery", word]],
  });
  test.each([
    [reply(204), undefined],
    [SILENCE, undefined],
    [withWord(422, "abort-message"), undefined],
    [withWord(422, " Abort-Message "), undefined],
    [withWord(204, "abort-message"), "is answered with abort-message beside a 2xx, where it means nothing"],
    [withWord(204, "disable"), "is answered with disable, which makes the subscription inactive"],
    [withWord(422, "stop"), 'is answered with "stop", which hosts ignore'],
  ])("%# is judged", (given, complaint) => {
    expect(complainAboutWord(given)).toBe(complaint);
  });
});
