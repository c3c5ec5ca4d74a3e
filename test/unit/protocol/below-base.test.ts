import { expect, test } from "vitest";
import { pathBelowBase } from "../../../src/protocol/below-base.ts";

test.each([
  ["https://a.example/x/p?q=1", "https://a.example/x", "/p?q=1"],
  ["https://a.example/x/p", "https://a.example/x/", "/p"],
  ["https://A.example:443/p", "https://a.example", "/p"],
  ["https://a.example/x#f", "https://a.example/x", "/#f"],
  ["https://a.example", "https://a.example", "/"],
  ["https://a.example/x", "https://a.example/x", "/"],
  ["https://a.example/x?q", "https://a.example/x", "/?q"],
  ["HTTP://a.example/p", "http://a.example", "/p"],
  ["https://a.example/p\nq", "https://a.example", "/p\nq"],
])("%s is below %s", (url, baseUrl, below) => {
  expect(pathBelowBase(url, baseUrl)).toBe(below);
});

test.each([
  ["/p", "https://a.example"],
  ["see https://a.example/p", "https://a.example"],
  ["https://a.example/x-y?q", "https://a.example/x"],
  ["https://a.example/xy#q", "https://a.example/x"],
  ["p", "https://a.example"],
  ["//a.example/p", "https://a.example"],
  ["https://b.example/p", "https://a.example"],
  ["https://a.example.evil.example/p", "https://a.example"],
  ["http://a.example/p", "https://a.example"],
  ["https://a.example/xy", "https://a.example/x"],
  ["https://a.example/X/p", "https://a.example/x"],
  ["https://me@a.example/p", "https://a.example"],
  ["https://a.example\\@b.example/p", "https://a.example"],
  ["https:/a.example/p", "https://a.example"],
  ["javascript:alert(1)", "https://a.example"],
  ["https://a.example/p", "no url"],
  ["https://[/p", "https://a.example"],
])("%s is not below %s", (url, baseUrl) => {
  expect(pathBelowBase(url, baseUrl)).toBeUndefined();
});
