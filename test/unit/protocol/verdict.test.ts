import { expect, test } from "vitest";
import { TOKEN_CODES, bad, ok, findRefusal, skipped } from "../../../src/protocol/verdict.ts";

test("a check is ok, skipped or bad, and says why", () => {
  expect(ok("time", "in time")).toEqual({ name: "time", state: "ok", reason: "in time" });
  expect(skipped("qsh", "no key")).toEqual({ name: "qsh", state: "skipped", reason: "no key" });
  expect(bad("time", "JWT_EXPIRED")).toEqual({
    name: "time",
    state: "bad",
    code: "JWT_EXPIRED",
    reason: `${TOKEN_CODES.JWT_EXPIRED}.`,
  });
  expect(bad("time", "JWT_EXPIRED", "3 s ago")).toMatchObject({
    reason: `${TOKEN_CODES.JWT_EXPIRED}: 3 s ago.`,
  });
});

test("the first bad check is the refusal, with all checks that were made", () => {
  const checks = [ok("a", "x"), skipped("b", "y"), bad("c", "JWT_QSH"), bad("d", "JWT_EXPIRED")];
  expect(findRefusal(checks)).toEqual({
    ok: false,
    code: "JWT_QSH",
    reason: `${TOKEN_CODES.JWT_QSH}.`,
    checks,
  });
});

test("without a bad check there is no refusal", () => {
  expect(findRefusal([])).toBeUndefined();
  expect(findRefusal([ok("a", "x"), skipped("b", "y")])).toBeUndefined();
});

test("every code is a sentence without its period", () => {
  expect(Object.values(TOKEN_CODES).filter((text) => !/^(?:[A-Z]|iat\b).*[^.]$/.test(text))).toEqual([]);
});
