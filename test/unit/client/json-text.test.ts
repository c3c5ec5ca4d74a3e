/** Bodies with parts that are JSON text already. */
import { expect, test } from "vitest";
import { JsonText, toJson } from "../../../src/client/json-text.ts";

test.each<[string, unknown, string]>([
  ["an object", { a: 1, b: [null, "x"] }, '{"a":1,"b":[null,"x"]}'],
  ["a member that is undefined", { a: undefined, b: 2 }, '{"b":2}'],
  ["a body that is text", new JsonText('{"n":23.000}'), '{"n":23.000}'],
  [
    "a member that is text",
    { event: "e", payload: new JsonText('{"n":12345678901234567890,  "a":1}') },
    '{"event":"e","payload":{"n":12345678901234567890,  "a":1}}',
  ],
  ["a name with quotation marks", { 'a"b': new JsonText("1") }, '{"a\\"b":1}'],
  ["no object", [1, "x"], '[1,"x"]'],
  ["an empty object", {}, "{}"],
])("%s", (_name, body, json) => {
  expect(toJson(body)).toBe(json);
});
