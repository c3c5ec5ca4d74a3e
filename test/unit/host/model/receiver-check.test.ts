import { describe, expect, test } from "vitest";
import { createCheckMessage, whyNotPassed } from "../../../../src/host/model/receiver-check.ts";

const AT = Date.UTC(2026, 0, 1);
const OK = { kind: "accepted", status: 200 } as const;

describe("the message of a check", () => {
  test("of a challenge has the value, that of a ping has none", () => {
    const challenge = createCheckMessage("challenge", "random", AT);
    expect(challenge.value).toBe("random");
    expect(JSON.parse(challenge.body.toString())).toEqual({
      type: "webhook.challenge",
      timestamp: "2026-01-01T00:00:00.000Z",
      challenge: "random",
    });
    const ping = createCheckMessage("ping", "random", AT);
    expect([ping.value, JSON.parse(ping.body.toString())]).toEqual([
      undefined,
      { type: "webhook.ping", timestamp: "2026-01-01T00:00:00.000Z" },
    ]);
  });
});

describe("a URL", () => {
  test.each([
    ["passes a ping with a 2xx", undefined, OK, "", undefined],
    [
      "fails a ping with a 404",
      undefined,
      { kind: "refused", status: 404 },
      "",
      "it responded 404 instead of a 2xx",
    ],
    ["passes a challenge with the value", "v", OK, "v", undefined],
    ["passes a challenge with the value in JSON", "v", OK, '{"challenge":"v"}', undefined],
    [
      "fails a challenge without the value",
      "v",
      OK,
      "w",
      "its response doesn't have the value of the challenge",
    ],
    [
      "fails a challenge with a 500",
      "v",
      { kind: "refused", status: 500 },
      "v",
      "it responded 500 instead of a 2xx",
    ],
    [
      "fails without a response",
      "v",
      { kind: "unreachable", reason: "timeout", detail: "No response" },
      "",
      "No response",
    ],
    [
      "fails when it is refused",
      "v",
      { kind: "forbidden", code: "IP_DENIED", detail: "Not allowed" },
      "",
      "Not allowed",
    ],
  ] as const)("%s", (_what, value, outcome, body, why) => {
    expect(whyNotPassed({ value }, outcome, Buffer.from(body))).toBe(why);
  });
});
