import { expect, test } from "vitest";
import { refuse } from "../../../../src/host/model/reading.ts";

test("a refused reading has its problems", () => {
  const problems = [{ pointer: "/name", detail: "must be a text", code: "BODY_SCHEMA" }] as const;
  expect(refuse(problems)).toEqual({ kind: "refused", problems });
});
