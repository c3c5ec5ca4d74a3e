import { expect, test } from "vitest";
import { CHECKS, CHECK_IDS, selectChecks, toGroup } from "../../../src/check/checks.ts";

test("no words select every check, in the order of the table", () => {
  expect(selectChecks([])).toEqual(Object.keys(CHECKS));
});

test("words select by ID, by group and with *, each check once and in the order of the table", () => {
  expect(selectChecks(["token.expired", "descriptor.valid"])).toEqual(["descriptor.valid", "token.expired"]);
  expect(selectChecks(["lifecycle", "lifecycle.enabled"])).toEqual([
    "lifecycle.installed",
    "lifecycle.enabled",
    "lifecycle.disabled",
    "lifecycle.uninstalled",
  ]);
  expect(selectChecks(["*.unsigned-*"])).toEqual(["install.unsigned-new", "install.unsigned-known"]);
  expect(selectChecks(["*"])).toEqual(CHECK_IDS);
});

test.each(["tokens", "token.", "token.expire", "", "tokenXexpired", "(", "constructor"])(
  "%j names no check",
  (word) => {
    expect(selectChecks(["webhook", word])).toEqual({ unknown: word });
  },
);

test("every check has a group, texts of one line without a pipe, and a fix for each framework", () => {
  for (const id of CHECK_IDS) {
    const { title, does, fix } = CHECKS[id];
    expect([
      "descriptor",
      "lifecycle",
      "webhook",
      "change",
      "token",
      "install",
      "callback",
      "response",
    ]).toContain(toGroup(id));
    for (const text of [title, does, fix.ace, fix.spring, fix.toolkit])
      expect(text, id).toMatch(/^[A-Z][^|\n]+$/);
    for (const text of [fix.ace, fix.spring, fix.toolkit]) expect(text, id).toMatch(/\.$/);
  }
});
