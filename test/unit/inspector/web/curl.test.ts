import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCurl } from "../../../../src/inspector/web/curl.ts";
import { createCapture } from "../../../support/capture.ts";
import { listArguments } from "../../../support/curl-command.ts";

describe("a command line", () => {
  test("has the request, without what curl sees to itself", () => {
    const headers = [
      ["Host", "x"],
      ["X-Test", "it's"],
      ["Content-Length", "26"],
      ["authorization", "JWT new"],
    ] as const;
    expect(listArguments(formatCurl(createCapture(), "http://127.0.0.1:2991/app", headers))).toEqual([
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
        expect(listArguments(formatCurl(createCapture({ body }), "http://127.0.0.1", [])).at(-1)).toBe(
          body.toString(),
        );
      }),
      { numRuns: 30 },
    );
  });

  test("leaves a body that begins with @ as it is, an empty header there, and a missing type missing", () => {
    const command = formatCurl(createCapture({ body: Buffer.from("@/etc/passwd\n") }), "http://127.0.0.1", [
      ["X-Empty", ""],
    ]);
    expect(listArguments(command).slice(3)).toEqual([
      ...["-H", "X-Empty;", "-H", "Content-Type:"],
      ...["--data-raw", "@/etc/passwd\n"],
    ]);
  });

  test("points to the download for what is no text", () => {
    const body = Buffer.from([0xff, 0x00]);
    expect(formatCurl(createCapture({ body }), "http://127.0.0.1", [])).toContain(
      "--data-binary @callboard-1.body",
    );
  });
});
