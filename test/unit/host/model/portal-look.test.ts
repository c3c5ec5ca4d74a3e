import { describe, expect, test } from "vitest";
import {
  MAX_LOGO_BYTES,
  PLAIN_LOOK,
  changeLook,
  formatAncestors,
} from "../../../../src/host/model/portal-look.ts";

const PNG = Buffer.from("89504e470d0a1a0a00", "hex");
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString("base64");

describe("a logo", () => {
  test.each([
    ["PNG", PNG, "image/png"],
    ["JPEG", Buffer.from("ffd8ffe000", "hex"), "image/jpeg"],
    ["WebP", Buffer.from("RIFF\0\0\0\0WEBPVP8 "), "image/webp"],
  ])("%s is known by its bytes", (_name, bytes, type) => {
    expect(changeLook(PLAIN_LOOK, { logo: base64(bytes) }).logo).toEqual({ type, base64: base64(bytes) });
  });

  test.each([
    ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"],
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["nothing", ""],
    ["a RIFF that is no WebP", "RIFF\0\0\0\0WAVEfmt "],
    ["one byte more than 64 KiB", Buffer.concat([PNG, Buffer.alloc(MAX_LOGO_BYTES - PNG.length + 1)])],
  ])("%s is refused", (_name, bytes) => {
    expect(() => changeLook(PLAIN_LOOK, { logo: base64(bytes as Buffer) })).toThrow(
      expect.objectContaining({ code: "LOGO_INVALID" }),
    );
  });

  test("stays when it is left out, and goes with null", () => {
    const look = changeLook(PLAIN_LOOK, { logo: base64(PNG) });
    expect(changeLook(look, { title: "Harbor" }).logo).toEqual(look.logo);
    expect(changeLook(look, { logo: null }).logo).toBeUndefined();
  });
});

describe("the origins that may embed a portal", () => {
  test("are those of the list, once each", () => {
    const origins = ["https://app.example.com", "https://APP.example.com/", "http://localhost:3000"];
    const look = changeLook(PLAIN_LOOK, { origins });
    expect(formatAncestors(look)).toBe("https://app.example.com http://localhost:3000");
    expect(formatAncestors(PLAIN_LOOK)).toBe("'none'");
  });

  test.each([
    "*",
    "https://*.example.com",
    "http://app.example.com",
    "https://app.example.com/path",
    "https://user@app.example.com",
    "https://app.example.com; script-src *",
    "https://app.example.com;script-src",
    "https://app.example.com'none'",
    "javascript:alert(1)",
    "'self'",
    "null",
    "",
  ])("%s is refused", (origin) => {
    expect(() => changeLook(PLAIN_LOOK, { origins: ["https://app.example.com", origin] })).toThrow(
      expect.objectContaining({
        code: "BODY_SCHEMA",
        errors: [expect.objectContaining({ pointer: "/origins/1" })],
      }),
    );
  });

  test("are 20 at most", () => {
    const origins = Array.from({ length: 21 }, (_, index) => `https://a${index}.example.com`);
    expect(() => changeLook(PLAIN_LOOK, { origins })).toThrow(/at most 20/);
    expect(changeLook(PLAIN_LOOK, { origins: origins.slice(1) }).origins).toHaveLength(20);
  });
});

test.each(["", "  ", "x".repeat(61), "two\nlines"])("the title %j is refused", (title) => {
  expect(() => changeLook(PLAIN_LOOK, { title })).toThrow(expect.objectContaining({ code: "BODY_SCHEMA" }));
});
