import { describe, expect, test } from "vitest";
import { readFilter } from "../../../src/inspector/filter.ts";
import { createCapture } from "../../support/capture.ts";

describe("a filter", () => {
  const capture = createCapture({ verification: { state: "bad", code: "JWT_QSH", reason: "" } });
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
