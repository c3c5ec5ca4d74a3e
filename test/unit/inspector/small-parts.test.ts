import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownHosts, requireGuarded } from "../../../src/inspector/address.ts";
import { createAnswers, describeAnswer, readRule } from "../../../src/inspector/answers.ts";
import { readFilter } from "../../../src/inspector/filter.ts";
import { compareJson } from "../../../src/inspector/web/compare.ts";
import { curlOf } from "../../../src/inspector/web/curl.ts";
import { captureOf } from "../../support/capture.ts";
import { argumentsOf } from "../../support/curl-command.ts";

describe("a filter", () => {
  const capture = captureOf({ verification: { state: "bad", code: "JWT_QSH", reason: "" } });
  test.each([
    ["", true],
    ["event:jira:issue_updated", true],
    ["event:jira:*", true],
    ["event:issue", false],
    ["product:jira kind:webhook", true],
    ["product:jira kind:lifecycle", false],
    ["jwt:bad", true],
    ["jwt:ok", false],
    ["id:dlv_*", true],
    ["demo-7", true],
    ["DEMO-8", false],
    ["https://x", false],
    ["constructor:x", false],
  ])("%j fits: %s", (text, fits) => {
    expect(readFilter(text)(capture)).toBe(fits);
  });
});

describe("the answer to senders", () => {
  test("is rehearsed as often as it was asked for, then it is the usual", () => {
    const answers = createAnswers(readRule("503", "2000", "2"));
    const given = [1, 2, 3].map(() => describeAnswer(answers.next()));
    expect(given).toEqual(["503 after 2 s", "503 after 2 s", "204"]);
    expect(answers.rule()).toEqual({ kind: "accept" });
  });

  test("stays until it is changed when no number was given", () => {
    const answers = createAnswers(readRule("drop", "", ""));
    expect([1, 2, 3].map(() => describeAnswer(answers.next()))).toEqual(["dropped", "dropped", "dropped"]);
    answers.change({ kind: "accept" });
    expect(describeAnswer(answers.next())).toBe("204");
  });

  test.each([
    ["99", "", ""],
    ["600", "", ""],
    ["none", "", ""],
    ["503", "-1", ""],
    ["503", "60001", ""],
    ["503", "x", ""],
    ["503", "", "0"],
    ["503", "", "1.5"],
  ])("cannot be %s, %s, %s", (answer, delay, times) => {
    expect(readRule(answer, delay, times)).toBeUndefined();
  });
});

describe("a comparison", () => {
  test("tells what was added, removed and changed, by path", () => {
    const before = { a: 1, b: { c: [1, { d: "x" }] }, gone: null, same: [1] };
    const after = { a: "1", b: { c: [1, { d: "y" }, 3] }, "new-one": true, same: [1] };
    expect(compareJson(before, after)).toEqual([
      { path: "a", kind: "changed", before: "1", after: '"1"' },
      { path: "b.c[1].d", kind: "changed", before: '"x"', after: '"y"' },
      { path: "b.c[2]", kind: "added", before: undefined, after: "3" },
      { path: "gone", kind: "removed", before: "null", after: undefined },
      { path: '["new-one"]', kind: "added", before: undefined, after: "true" },
    ]);
  });

  test("of a body with itself is empty", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(compareJson(JSON.parse(text), JSON.parse(text))).toEqual([]);
      }),
    );
  });

  test("is empty for equal bodies only", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const left: unknown = JSON.parse(JSON.stringify(before));
        const right: unknown = JSON.parse(JSON.stringify(after));
        const isEqual = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(compareJson(left, right).length === 0).toBe(isEqual);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return { items: value.map(sorted) };
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([key, member]) => [key, sorted(member)]);
}

describe("a command line", () => {
  test("has the request, without what curl sees to itself", () => {
    const headers = [
      ["Host", "x"],
      ["X-Test", "it's"],
      ["Content-Length", "26"],
      ["authorization", "JWT new"],
    ] as const;
    expect(argumentsOf(curlOf(captureOf(), "http://127.0.0.1:2991/app", headers))).toEqual([
      ...["-X", "POST", "http://127.0.0.1:2991/webhooks/jira:issue_updated"],
      ...["-H", "X-Test: it's", "-H", "authorization: JWT new", "-H", "Content-Type:"],
      ...["--data-binary", '{"issue":{"key":"DEMO-7"}}'],
    ]);
  });

  test("gives every text body back unchanged, and runs nothing of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("\0"));
        const body = Buffer.from(`$(touch x)'"\`\\${text}`);
        expect(argumentsOf(curlOf(captureOf({ body }), "http://127.0.0.1", [])).at(-1)).toBe(body.toString());
      }),
      { numRuns: 30 },
    );
  });

  test("leaves a body that begins with @ as it is, an empty header there, and a missing type missing", () => {
    const command = curlOf(captureOf({ body: Buffer.from("@/etc/passwd\n") }), "http://127.0.0.1", [
      ["X-Empty", ""],
    ]);
    expect(argumentsOf(command).slice(3)).toEqual([
      ...["-H", "X-Empty;", "-H", "Content-Type:"],
      ...["--data-raw", "@/etc/passwd\n"],
    ]);
  });

  test("points to the download for what is no text", () => {
    const body = Buffer.from([0xff, 0x00]);
    expect(curlOf(captureOf({ body }), "http://127.0.0.1", [])).toContain("--data-binary @callboard-1.body");
  });
});

describe("the address", () => {
  test.each(["127.0.0.1", "localhost", "::1", "127.1.2.3"])("%s needs no token", (address) => {
    expect(() => requireGuarded(address, undefined)).not.toThrow();
  });

  test.each(["0.0.0.0", "::", "192.168.1.10", "127.0.0.1.evil.example"])("%s does", (address) => {
    expect(() => requireGuarded(address, undefined)).toThrow(
      expect.objectContaining({ code: "CONFIG_INSECURE" }),
    );
    expect(() => requireGuarded(address, "")).toThrow(expect.objectContaining({ code: "CONFIG_INSECURE" }));
    expect(() => requireGuarded(address, "a token")).not.toThrow();
  });

  test("is known by the names of loopback, of the baseUrl, and those allowed", () => {
    const known = knownHosts("https://hooks.example/x", 2991, ["Other.example"]);
    expect([...known]).toEqual([
      "hooks.example",
      "localhost:2991",
      "127.0.0.1:2991",
      "[::1]:2991",
      "other.example",
    ]);
  });
});
