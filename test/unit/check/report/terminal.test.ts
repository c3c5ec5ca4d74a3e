import { expect, test } from "vitest";
import { createPaint, formatEnd, formatResult, formatStart } from "../../../../src/check/report/terminal.ts";
import { RUN } from "./results.ts";

const plain = createPaint(false);
const lines = RUN.results.map((result, index) => formatResult(result, RUN.results[index - 1]?.id, plain));

test("every result is a line with its mark, and a second one with the reason", () => {
  expect(lines.map((line) => line.trim().split(/\s+/).slice(0, 2))).toEqual([
    ["✓", "descriptor.valid"],
    ["✓", "webhook.events"],
    ["-", "webhook.order"],
    ["✗", "token.alg-none"],
    ["!", "token.early"],
    ["?", "install.qsh"],
  ]);
  expect(lines[1]).toContain("\n    one & two");
  expect(lines[5]).toContain("\n    out of time");
});

test("the first check of each group is set apart", () => {
  expect(lines.map((line) => line.startsWith("\n"))).toEqual([true, true, false, true, false, true]);
});

test("the end has each finding with its request, response and fixes, and the counts", () => {
  const end = formatEnd(RUN, plain);
  expect(end).toContain("✗ token.alg-none  An unsigned token is refused  critical");
  expect(end).toContain(
    "    curl -X POST 'http://127.0.0.1:3000/hook?a=1&b=2' \\\n      -H 'authorization: JWT a.b.c'",
  );
  expect(end).toContain("  → 204 a");
  expect(end).toContain("Fix with callboard/addon: Handle the webhook with addon.on");
  expect(end).toContain("! token.early");
  expect(end).not.toContain("webhook.events");
  expect(end).toContain("Checks    2 passed, 1 failed, 1 warned, 1 could not be made, 1 skipped (6)");
  expect(end).toMatch(/Requests {2}12\n {2}Time {6}1\.23 s$/);
});

test("colors are there only where they are wanted", () => {
  const esc = String.fromCharCode(27);
  expect(formatStart(RUN, plain)).not.toContain(esc);
  expect(formatEnd(RUN, createPaint(true))).toContain(`${esc}[31m1 failed${esc}[0m`);
});
