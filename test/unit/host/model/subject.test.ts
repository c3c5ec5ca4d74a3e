import { expect, test } from "vitest";
import { ERASED, eraseSubject, holdsSubject } from "../../../../src/host/model/subject.ts";

test.each([
  ["zoe@example.com", '{"mail":"zoe@example.com"}', true],
  ["zoe@example.com", '{"mail":"Zoe@example.com"}', false],
  ["zoe@example.com", "/w?mail=zoe%40example.com", true],
  ["zoe@example.com", "/w?mail=zoe%40example.org", false],
  ["Zoë", '{"name":"Zo\\u00eb"}', true],
  ["Zoë", '{"name":"Zo\\u00EB"}', true],
  ["Zoë", "/w?name=Zo%C3%AB", true],
  ["Zoë", '{"url":"\\/w?name=Zo%c3%ab"}', true],
  ["🚀", '"\\ud83d\\ude80"', true],
  ['say "hi"', '{"text":"say \\"hi\\""}', true],
  ["a/b", '"a\\/b"', true],
  ["Zoë Kim", "name=Zo%C3%AB+Kim", true],
  ["Zoë Kim", "name=Zo%C3%AB%20Kim", true],
  ["a+b", "a+b", true],
  ["Zoë Kim", '"name=Zo\\u00eb+Kim"', true],
  // Each letter that JSON escapes, beside what it is written as.
  ["tab\there", '"tab\\there"', true],
  ["line\nbreak", '"line\\nbreak"', true],
  ["return\rhere", '"return\\rhere"', true],
  ["back\bspace", '"back\\bspace"', true],
  ["form\ffeed", '"form\\ffeed"', true],
  ["q", '"\\q"', true],
  // What looks like an escape and is none stays as it is.
  ["uxyz", '"\\uxyz1"', true],
  ["%zz", "a%zzb", true],
  ["\u00e9", "%c3%a9%20", true],
  ["ZoA", "/w?mail=zo%41", false],
  ["zoA", "/w?mail=zo%41", true],
  ["zo A", "zo+%41", true],
  ["100%", "100% of it", true],
  ["a", "bcd \\ % +", false],
])("%j in %j: %j", (subject, text, expected) => {
  expect(holdsSubject(text, subject)).toBe(expected);
});

test("what is erased doesn't hold the subject any more", () => {
  expect(eraseSubject("to zoe@x.org, cc zoe@x.org", "zoe@x.org")).toBe(`to ${ERASED}, cc ${ERASED}`);
  expect(eraseSubject("/w?mail=zoe%40x.org", "zoe@x.org")).toBe(ERASED);
  expect(eraseSubject("zoe@x.org and zoe%40x.org", "zoe@x.org")).toBe(ERASED);
  expect(eraseSubject("nothing", "zoe@x.org")).toBe("nothing");
});
