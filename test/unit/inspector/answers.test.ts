import { describe, expect, test } from "vitest";
import { createAnswers, describeAnswer, readRule } from "../../../src/inspector/answers.ts";

describe("the answer to senders", () => {
  test("is rehearsed as often as it was asked for, then it is the usual", () => {
    const answers = createAnswers(readRule("503", "2000", "2"));
    const given = [1, 2, 3].map(() => describeAnswer(answers.next()));
    expect(given).toEqual(["503 after 2 s", "503 after 2 s", "204"]);
    expect(answers.rule()).toEqual({ kind: "accept" });
  });

  test("stays until it is changed when no number was given", () => {
    const answers = createAnswers(readRule("drop", "", ""));
    expect([1, 2, 3].map(() => describeAnswer(answers.next()))).toEqual(["dropped", "dropped", "dropped"]);
    answers.change({ kind: "accept" });
    expect(describeAnswer(answers.next())).toBe("204");
  });

  test.each([
    ["99", "", ""],
    ["600", "", ""],
    ["none", "", ""],
    ["503", "-1", ""],
    ["503", "60001", ""],
    ["503", "x", ""],
    ["503", "", "0"],
    ["503", "", "1.5"],
  ])("cannot be %s, %s, %s", (answer, delay, times) => {
    expect(readRule(answer, delay, times)).toBeUndefined();
  });
});
