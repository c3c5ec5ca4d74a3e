import { describe, expect, test } from "vitest";
import {
  describeOff,
  describeUnchecked,
  isRefused,
  toJudgment,
  placesAt,
  refuseOffSchema,
} from "../../../../src/host/model/body-check.ts";
import type { Judgment } from "../../../../src/host/model/body-check.ts";

const problem = (pointer: string) => ({ pointer, detail: "must be object" });
const refused = (...pointers: string[]): Judgment => ({ kind: "refused", problems: pointers.map(problem) });

describe("a note of where a body is off", () => {
  test.each([
    [[""], "at its top it must be object."],
    [["/crane"], "at /crane it must be object."],
    [["/crane", "/b"], "at /crane it must be object, and in 1 more place."],
    [["/crane", "/b", "/c"], "at /crane it must be object, and in 2 more places."],
  ])("%j: %s", (pointers, expected) => {
    expect(describeOff("crane.stopped", pointers.map(problem))).toBe(
      `The body is not what the catalogue has for crane.stopped: ${expected}`,
    );
  });
});

describe("a judgment", () => {
  test("accepts what fits", () => {
    expect(toJudgment("crane.stopped", { kind: "fits" }, placesAt(""))).toEqual({ kind: "accepted" });
  });

  test("accepts what was not checked, and says why", () => {
    expect(toJudgment("crane.stopped", { kind: "unchecked", reason: "late" }, placesAt(""))).toEqual({
      kind: "accepted",
      note: "The body was not checked against the schema of crane.stopped: the check took too long.",
    });
    const reasons = (["late", "suspended", "busy", "failed"] as const).map((reason) =>
      describeUnchecked("x", reason),
    );
    expect(new Set(reasons).size).toBe(4);
  });

  test.each([
    [undefined, "/crane"],
    ["", "/payload/crane"],
    ["/events/3", "/events/3/payload/crane"],
  ])("refuses with pointers into the request: the envelope at %j", (at, pointer) => {
    const check = { kind: "off", problems: [problem("/crane")] } as const;
    expect(toJudgment("crane.stopped", check, placesAt(at))).toEqual(refused(pointer));
  });
});

describe("a refusal", () => {
  test("of one problem says it", () => {
    const event = { name: "crane.stopped", judgment: refused("/payload/crane") };
    expect(isRefused(event)).toBe(true);
    expect(refuseOffSchema([event])).toMatchObject({
      code: "EVENT_OFF_SCHEMA",
      status: 422,
      message: 'The product refuses "crane.stopped": /payload/crane must be object',
      errors: [problem("/payload/crane")],
    });
  });

  test("of several events has the problems of all of them, and leaves out those that are accepted", () => {
    const error = refuseOffSchema([
      { name: "a", judgment: refused("/1", "/2") },
      { name: "b", judgment: { kind: "accepted" } },
      { name: "c" },
      { name: "d", judgment: refused("/3") },
    ]);
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(["/1", "/2", "/3"]);
    expect(error.message).toBe('The product refuses "a", "d": it differs in 3 places.');
  });

  test("has at most 50 problems and three names", () => {
    const pointers = Array.from({ length: 20 }, (_, at) => `/${at}`);
    const events = ["a", "b", "c", "d", "e"].map((name) => ({ name, judgment: refused(...pointers) }));
    const error = refuseOffSchema(events);
    expect(error.errors).toHaveLength(50);
    expect(error.message).toBe(
      'The product refuses "a", "b", "c" and 2 more: it differs in 100 places. The first 50 are listed.',
    );
  });

  test("nothing judged is nothing refused", () => {
    expect([isRefused({ name: "a" }), isRefused({ name: "a", judgment: { kind: "accepted" } })]).toEqual([
      false,
      false,
    ]);
  });
});
