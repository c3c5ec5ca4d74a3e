import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sortParams, variablesIn, withParams } from "../../../../src/host/model/params.ts";

const BASE = "https://addon.example/app";

describe("params as query parameters", () => {
  test.each<[url: string, params: Record<string, string>, expected: string]>([
    ["/created", { board: "7", issue: "{issue.key}" }, "/created?board=7&issue={issue.key}"],
    ["/created", {}, "/created"],
    ["/created?x=1", { a: "2" }, "/created?x=1&a=2"],
    ["/created?", { a: "2" }, "/created?a=2"],
    ["/created?x=1&", { a: "2" }, "/created?x=1&a=2"],
    ["/created", { b: "1", a: "2" }, "/created?a=2&b=1"],
    ["/created", { a: "" }, "/created?a="],
    ["/created", { a: "type = Bug & ü'*!()" }, "/created?a=type%20%3D%20Bug%20%26%20%C3%BC%27%2A%21%28%29"],
    ["/created", { a: "x-${issue.key}/{project.id}" }, "/created?a=x-${issue.key}%2F{project.id}"],
    ["/created", { a: "{no}{{b}}" }, "/created?a=%7Bno%7D%7B%7Bb%7D%7D"],
    ["/created?a=1", { a: "2", b: "3" }, "/created?a=1&b=3"],
    ["/created?%61=1", { a: "2" }, "/created?%61=1"],
    ["/created?a", { a: "2" }, "/created?a"],
    ["/created", { "a[b]": "1", "c d": "2", é: "3", ok: "4" }, "/created?ok=4"],
    ["/created", { "A.z_~-9": "1" }, "/created?A.z_~-9=1"],
    [
      "/created",
      { filter: "type = Bug", excludeBody: "true" },
      "/created?excludeBody=true&filter=type%20%3D%20Bug",
    ],
  ])("%s with %j", (url, params, expected) => {
    expect(withParams(BASE + url, params)).toBe(BASE + expected);
  });

  test("params that are not sent are listed with the reason", () => {
    expect(sortParams({ "a b": "1", own: "2", sent: "3" }, "own=9")).toEqual({
      sent: [["sent", "3"]],
      unsafe: ["a b"],
      inUrl: ["own"],
    });
  });

  test("any value arrives unchanged", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "B", "0", ".", "_", "~", "-"), minLength: 1 });
    const value = fc.string({ unit: "grapheme" }).filter((text) => variablesIn(text).length === 0);
    fc.assert(
      fc.property(fc.dictionary(name, value), (params) => {
        const url = new URL(withParams(`${BASE}/x`, params));
        expect(url.pathname).toBe("/app/x");
        expect(url.hash).toBe("");
        expect(Object.fromEntries(url.searchParams)).toEqual({ ...params });
      }),
    );
  });
});

test("the variables of a text are listed without braces", () => {
  expect(variablesIn("{issue.key}-${project.id} {no} {a.}")).toEqual(["issue.key", "project.id"]);
});
