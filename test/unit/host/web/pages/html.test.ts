import { describe, expect, test } from "vitest";
import { badge, time } from "../../../../../src/host/web/pages/html.ts";

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

  test("a time at an axis is short, and its title is whole", () => {
    const at = Date.UTC(2026, 0, 31, 12, 30);
    expect(time(at, "hour")).toContain('title="2026-01-31 12:30:00 UTC">12:30<');
    expect(time(at, "day")).toContain('title="2026-01-31 12:30:00 UTC">01-31<');
  });
});
