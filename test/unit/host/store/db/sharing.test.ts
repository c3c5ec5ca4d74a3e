import { expect, test } from "vitest";
import { createSharing } from "../../../../../src/host/store/db/sharing.ts";

test("equal JSON texts give one value, which nobody can change", () => {
  const { json } = createSharing();
  const value = json('{"events":["jira:issue_created"]}') as { readonly events: string[] };
  expect(value).toEqual({ events: ["jira:issue_created"] });
  expect(json('{"events":["jira:issue_created"]}')).toBe(value);
  expect(() => value.events.push("another")).toThrow(TypeError);
  expect(json("[1]")).toEqual([1]);
  expect(json("null")).toBeNull();
});

test("a long text is parsed anew, and read as it is", () => {
  const { json, text } = createSharing();
  const long = "x".repeat(300);
  expect(text(long)).toBe(long);
  expect(json(JSON.stringify([long]))).toEqual([long]);
  expect(json(JSON.stringify([long]))).not.toBe(json(JSON.stringify([long])));
  expect(() => (json(JSON.stringify([long])) as string[]).push("another")).not.toThrow();
});

test("values that are used again and again stay shared while others come and go", () => {
  const { json, text } = createSharing(10);
  const shared = json("[0]");
  for (let number = 1; number < 100; number += 1) {
    json(`[${number}]`);
    if (number % 5 === 0) expect(json("[0]")).toBe(shared);
  }
  const first = json("[1]");
  for (let number = 100; number < 130; number += 1) json(`[${number}]`);
  expect(json("[1]")).not.toBe(first);
  expect(text("jira")).toBe("jira");
  expect(text("")).toBe("");
});
