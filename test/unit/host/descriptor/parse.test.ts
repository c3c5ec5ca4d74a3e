import { describe, expect, test } from "vitest";

import { parseDescriptor } from "../../../../src/host/descriptor/parse.ts";
import { goodDescriptor } from "../../../fixtures/descriptors/good.ts";

const text = JSON.stringify(goodDescriptor());
const nested = (depth: number) => `{"modules":${"[".repeat(depth)}${"]".repeat(depth)}}`;

test("a descriptor is parsed with or without a byte order mark", () => {
  expect(parseDescriptor(Buffer.from(text))).toEqual(goodDescriptor());
  expect(parseDescriptor(Buffer.from(`\ufeff${text}`))).toEqual(goodDescriptor());
});

test("32 nested levels are accepted", () => {
  expect(parseDescriptor(Buffer.from(nested(31)))).toHaveProperty("modules");
});

describe("refused bytes", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "DESCRIPTOR_NOT_JSON"],
    ["a login page", Buffer.from("\n<!doctype html><title>Log in</title>"), "DESCRIPTOR_NOT_JSON"],
    ["a comment", Buffer.from(`{"key": "a" /* mine */}`), "DESCRIPTOR_NOT_JSON"],
    ["a trailing comma", Buffer.from(`{"key": "a",}`), "DESCRIPTOR_NOT_JSON"],
    ["NaN", Buffer.from(`{"apiVersion":NaN}`), "DESCRIPTOR_NOT_JSON"],
    ["half a descriptor", Buffer.from(text.slice(0, 40)), "DESCRIPTOR_NOT_JSON"],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), "DESCRIPTOR_NOT_UTF8"],
    ["broken UTF-8 in a string", Buffer.from(`{"key":"a\xff\xc0"}`, "latin1"), "DESCRIPTOR_NOT_UTF8"],
    ["33 levels", Buffer.from(nested(32)), "DESCRIPTOR_TOO_DEEP"],
    ["200,000 levels", Buffer.from(nested(200_000)), "DESCRIPTOR_TOO_DEEP"],
    ["a key twice", Buffer.from(`{"baseUrl":"https://a","baseUrl":"https://b"}`), "DESCRIPTOR_DUPLICATE_KEY"],
    ["a key twice, once escaped", Buffer.from(`{"a":{"key":1,"k\\u0065y":2}}`), "DESCRIPTOR_DUPLICATE_KEY"],
    ["__proto__", Buffer.from(`{"modules":{"__proto__":{"x":1}}}`), "DESCRIPTOR_FORBIDDEN_KEY"],
  ])("%s", (_title, bytes, code) => {
    expect(() => parseDescriptor(bytes)).toThrow(expect.objectContaining({ code }));
  });
});

test("a syntax error has its line and column", () => {
  expect(() => parseDescriptor(Buffer.from('{\n  "key": ä\n}'))).toThrow("line 2, column 10");
});
