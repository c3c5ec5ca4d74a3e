import { describe, expect, test } from "vitest";
import { endOfContainer, endOfString, isClosing, isOpening } from "../../../src/json/bytes.ts";

const rest = (text: string, end: number): string => Buffer.from(text).toString("utf8", end);

describe("the end of a string", () => {
  test.each([
    ['"a",1', ",1"],
    ['""]', "]"],
    [String.raw`"\"",1`, ",1"],
    [String.raw`"a\\",1`, ",1"],
    [String.raw`"\\\"b",1`, ",1"],
    ['"é",1', ",1"],
    ['"open', ""],
    [String.raw`"open\"`, ""],
  ])("%s leaves %j", (text, left) => {
    expect(rest(text, endOfString(Buffer.from(text), 0))).toBe(left);
  });

  test("is looked for from the quote on", () => {
    expect(endOfString(Buffer.from('["a","b"]'), 5)).toBe(8);
  });
});

describe("the end of the container around a place", () => {
  test.each([
    ["1,2],3", ",3"],
    ['"a":{"b":[]}},3', ",3"],
    ['"]}",[{}]],3', ",3"],
    ["],3", ",3"],
    ["[1,2],", ""],
  ])("%s leaves %j", (text, left) => {
    expect(rest(text, endOfContainer(Buffer.from(text), 0))).toBe(left);
  });
});

test("brackets and braces open and close", () => {
  const found = (is: (byte: number | undefined) => boolean) =>
    [...Buffer.from('[]{}",: 1'), undefined].filter(is).map((byte) => String.fromCharCode(byte ?? 0));
  expect([found(isOpening), found(isClosing)]).toEqual([
    ["[", "{"],
    ["]", "}"],
  ]);
});
