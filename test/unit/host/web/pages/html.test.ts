import { describe, expect, test } from "vitest";
import { badge, duration, percent, size, time } from "../../../../../src/host/web/pages/html.ts";

describe("words", () => {
  test("a badge escapes its text and never speaks by color alone", () => {
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
