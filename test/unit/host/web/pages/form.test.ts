import { describe, expect, test } from "vitest";
import { CSRF_FIELD, maskFormToken, requireFormToken } from "../../../../../src/host/web/pages/form.ts";

const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";
const check = (text: string | undefined) => {
  requireFormToken(new URLSearchParams(text === undefined ? {} : { [CSRF_FIELD]: text }), TOKEN);
};

describe("the token of a form", () => {
  test("is written in other bytes on each page, of which none is the token, and accepted", () => {
    const masked = Array.from({ length: 50 }, () => maskFormToken(TOKEN));
    expect(new Set(masked).size).toBe(50);
    for (const text of masked) {
      expect(Buffer.from(text, "base64url").toString("latin1")).not.toContain(TOKEN.slice(0, 8));
      expect(() => check(text)).not.toThrow();
    }
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["the token itself, without a mask", TOKEN],
    ["that of another session", maskFormToken(TOKEN.toUpperCase())],
    ["half of it", maskFormToken(TOKEN).slice(0, 64)],
    ["a mask alone", Buffer.alloc(TOKEN.length).toString("base64url")],
    ["an odd number of bytes", "AAAA"],
    ["no text of this kind", "%%%"],
  ])("%s is refused", (_what, text) => {
    expect(() => check(text)).toThrow(expect.objectContaining({ code: "CSRF" }));
  });
});
