/** The small pure parts of the pages. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cookieName, setCookie } from "../../../src/host/web/pages/cookie.ts";
import { curlCommand } from "../../../src/host/web/pages/curl.ts";
import { badge, duration, percent, size, time } from "../../../src/host/web/pages/html.ts";
import { createRateLimit } from "../../../src/rate-limit.ts";
import { pagingOf } from "../../../src/host/web/pages/paging.ts";
import { SPARK, barsOf, daySlots } from "../../../src/host/web/pages/spark.ts";
import { tokenView } from "../../../src/host/web/pages/token-view.ts";
import { canonicalRequest, queryStringHash } from "../../../src/protocol/qsh.ts";

describe("words", () => {
  test("a badge escapes its text and never speaks by colour alone", () => {
    expect(badge("bad", "<b>")).toBe(
      '<span class="badge bad"><span aria-hidden="true">✕</span>&lt;b&gt;</span>',
    );
  });

  test("a time is UTC until the script makes it local", () => {
    expect(time(0)).toContain('datetime="1970-01-01T00:00:00.000Z"');
    expect(time(0)).toContain('title="1970-01-01 00:00:00 UTC"');
  });

  test.each([
    [duration(12), "12 ms"],
    [duration(1_500), "1.5 s"],
    [duration(7_200_000), "2 h"],
    [size(1_536), "1.5 KiB"],
    [percent(0.9999), "99.9 %"],
    [percent(undefined), "–"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe("paging", () => {
  test("leads to older pages and back, with the filter", () => {
    const first = pagingOf("/list", new URLSearchParams("state=failed"));
    expect(first.newer).toBeUndefined();
    expect(first.older("c1")).toBe("/list?state=failed&cursor=c1");
    const second = pagingOf("/list", new URLSearchParams("state=failed&cursor=c1"));
    expect(second.newer).toBe("/list?state=failed");
    expect(second.older("c2")).toBe("/list?state=failed&cursor=c2&trail=c1");
    const third = pagingOf("/list", new URLSearchParams("state=failed&cursor=c2&trail=c1"));
    expect(third.newer).toBe("/list?state=failed&cursor=c1");
    expect(third.newest).toBe("/list?state=failed");
  });
});

describe("curl", () => {
  test("the command sends the very same bytes, whatever stands in them", () => {
    const body = Buffer.from(`{"a":"it's $HOME \`x\` \\\\ \\n é"}`);
    const command = curlCommand({
      url: "http://example.com/a'b?c=$d",
      headers: [
        ["X-Odd", `a'b"c`],
        ["Content-Length", "9"],
      ],
      body,
    });
    // A shell takes the words apart; printf instead of curl shows them.
    const words = execFileSync("sh", ["-c", command.replace(/^curl/, "printf '%s\\0'")])
      .toString()
      .split("\0");
    expect(words).toEqual([
      "-X",
      "POST",
      "http://example.com/a'b?c=$d",
      "-H",
      `X-Odd: a'b"c`,
      "--data-binary",
      body.toString(),
      "",
    ]);
  });
});

describe("the cookie", () => {
  test("is bound to the host by https, and carries the port without", () => {
    expect(setCookie({ isHttps: true, host: "example.com", basePath: "" }, "s")).toBe(
      "__Host-callboard=s; Path=/; HttpOnly; SameSite=Strict; Secure",
    );
    expect(cookieName({ isHttps: false, host: "127.0.0.1:2990", basePath: "" })).toBe("callboard-2990");
    expect(cookieName({ isHttps: false, host: "[::1]:2991", basePath: "" })).toBe("callboard-2991");
  });

  test("is for the base path alone, if there is one", () => {
    expect(setCookie({ isHttps: true, host: "example.com", basePath: "/hooks/callboard" }, "s")).toBe(
      "__Secure-callboard=s; Path=/hooks/callboard; HttpOnly; SameSite=Strict; Secure",
    );
  });
});

describe("a limit", () => {
  test("counts by key and forgets after its period", () => {
    let now = 0;
    const limit = createRateLimit(2, 1_000, () => now);
    limit.take("a");
    limit.take("a");
    expect(() => limit.take("a")).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    limit.take("b");
    now = 1_001;
    expect(() => limit.take("a")).not.toThrow();
  });
});

describe("the chart of a day", () => {
  test("has a bar for each half hour, sites added up, and shows what happened once", () => {
    const now = Date.UTC(2026, 0, 2, 10, 40);
    const startsAt = Date.UTC(2026, 0, 2, 10, 30);
    const slots = daySlots([[{ startsAt, good: 1_000, bad: 0 }], [{ startsAt, good: 0, bad: 1 }]], now);
    expect(slots).toHaveLength(SPARK.slots);
    expect(slots.at(-1)).toEqual({ startsAt, good: 1_000, bad: 1 });
    const last = barsOf(slots).at(-1);
    expect(last?.bad.height).toBeGreaterThan(0);
    expect((last?.bad.y ?? 0) + (last?.bad.height ?? 0)).toBe(last?.good.y);
  });
});

describe("a token", () => {
  test("is explained by the canonical request that its qsh was made of", () => {
    const qsh = queryStringHash(canonicalRequest("POST", "/hook?a=1", ""));
    const view = tokenView(
      { iss: "host", qsh, exp: 10 },
      "https://x.example/ctx/hook?a=1",
      "https://x.example/ctx",
    );
    expect(view).toMatchObject({ canonical: "POST&/hook&a=1", qshMatches: true });
    expect(view.claims).toContainEqual({
      name: "exp",
      value: "10",
      meaning: expect.stringContaining("valid until"),
      at: 10_000,
    });
  });
});
