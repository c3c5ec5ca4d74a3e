import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Capture } from "../../../src/inspector/capture.ts";
import { MASK } from "../../../src/inspector/capture.ts";
import { OUTPUTS, createConsole } from "../../../src/inspector/console.ts";
import type { Output } from "../../../src/inspector/console.ts";
import { readFilter } from "../../../src/inspector/filter.ts";
import { compactJson, indentJson } from "../../../src/inspector/json-text.ts";
import { createCapture } from "../../support/capture.ts";

function printed(
  capture: Capture,
  output: Output,
  options: { filter?: string; color?: boolean } = {},
): string {
  let text = "";
  const print = createConsole({
    output,
    filter: readFilter(options.filter ?? ""),
    color: options.color ?? false,
    write: (part) => void (text += part),
  });
  print(capture);
  return text;
}

describe("the console prints", () => {
  test("a line, and the body on its own lines", () => {
    expect(printed(createCapture(), "body")).toBe(
      `14:32:15.120  jira:issue_updated  jira  dlv_1  26 B  verified
{
  "issue": {
    "key": "DEMO-7"
  }
}
`,
    );
  });

  test("why something was refused, and what a rehearsed answer was", () => {
    const verification = { state: "bad", code: "JWT_QSH", reason: "Made for another request." } as const;
    expect(printed(createCapture({ verification, answer: "401" }), "lines")).toContain(
      "REFUSED JWT_QSH Made for another request.",
    );
    expect(printed(createCapture({ answer: "503 after 2 s" }), "lines")).toContain("answered 503 after 2 s");
  });

  test("one JSON document a line, with every digit of the body", () => {
    const body = Buffer.from('{\n "id": 9007199254740993 }');
    const text = printed(createCapture({ body }), "jsonl");
    expect(text.endsWith('"body":{"id":9007199254740993}}\n')).toBe(true);
    expect(text.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ event: "jira:issue_updated", at: "2026-01-31T14:32:15.120Z" });
    expect(text).not.toContain("aaa.bbb.ccc");
  });

  test("a body that is no JSON as a text", () => {
    const body = Buffer.from('plain "text"');
    expect(JSON.parse(printed(createCapture({ body }), "jsonl"))).toMatchObject({ body: 'plain "text"' });
  });

  test("nothing that the filter keeps back", () => {
    expect(printed(createCapture(), "body", { filter: "event:page_*" })).toBe("");
    expect(printed(createCapture(), "body", { filter: "event:jira:*" })).not.toBe("");
  });

  test("colors only when it is told to", () => {
    expect(printed(createCapture(), "body")).not.toContain("\u001b");
    expect(printed(createCapture(), "body", { color: true })).toContain("\u001b[32mverified\u001b[0m");
  });

  test("a body in colors, and the same text without them", () => {
    const body = Buffer.from('{"a":"x\\"y","b":[1.50,true],"c":{}}');
    const colored = printed(createCapture({ body }), "body", { color: true });
    for (const piece of ['36m"a"', '32m"x\\"y"', "34m1.50", "33mtrue"])
      expect(colored).toContain(`\u001b[${piece}`);
    // eslint-disable-next-line no-control-regex -- what colors are made of
    expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(printed(createCapture({ body }), "body"));
  });

  test.each(OUTPUTS)("no secret of an installation, as %s", (output) => {
    const secret = String.raw`s3cret\"still-s3cret`;
    const body = Buffer.from(`{"key":"k","sharedSecret" : "${secret}","n":[{"sharedSecret":"another"}]}`);
    const text = printed(createCapture({ body, kind: "lifecycle", event: "installed" }), output);
    expect(text).not.toMatch(/s3cret|another/);
    if (output === "jsonl") {
      expect(JSON.parse(text)).toMatchObject({ body: { key: "k", sharedSecret: MASK } });
    }
  });

  test("a body made of brackets alone, without running out of room", () => {
    const body = Buffer.from("[".repeat(100_000) + "]".repeat(100_000));
    const text = printed(createCapture({ body }), "body");
    expect(text.length).toBeLessThan(body.length + 10_000);
    expect(printed(createCapture({ body }), "jsonl")).toContain(body.toString());
  });

  test.each([
    ["one string", `{"a":"${"x".repeat(12_000_000)}"}`],
    ["one string of escapes", `{"a":"${"\\n".repeat(6_000_000)}"}`],
    ["many numbers", `[${"1,".repeat(500_000)}1]`],
  ])("a body of megabytes that is %s, whole", (_title, text) => {
    const capture = createCapture({ body: Buffer.from(text) });
    expect(printed(capture, "body").includes(text)).toBe(true);
    expect(printed(capture, "jsonl").includes(text)).toBe(true);
  });

  test("no control characters of a stranger", () => {
    const body = Buffer.from("\u001b]0;owned\u0007\u009b31m");
    const text = printed(createCapture({ body, event: "a\u001b[2Jb", deliveryId: "\u001b[H" }), "body");
    for (const control of ["\u001b", "\u0007", "\u009b"]) expect(text).not.toContain(control);
    expect(text).toContain("a\\u001b[2Jb");
    const json = Buffer.from('{"a":"\u009b31m"}');
    const document = printed(createCapture({ body: json }), "jsonl");
    expect(document).not.toContain("\u009b");
    expect(JSON.parse(document)).toMatchObject({ body: { a: "\u009b31m" } });
  });
});

describe("white space of JSON", () => {
  test("changes and nothing else does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(compactJson(indentJson(text))).toBe(compactJson(text));
        expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("is that of JSON.stringify for what it writes too", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const isBranchEmpty = /[{[][}\]]/;
        fc.pre(!isBranchEmpty.test(JSON.stringify(value)));
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});
