import { describe, expect, test } from "vitest";
import {
  fitResponse,
  toHour,
  sizeOfResponse,
  usedBytes,
  withBytes,
} from "../../../../src/host/model/response-budget.ts";

const attempt = {
  requestHeaders: ["content-type", "application/json"],
  answerHeaders: [["server", "nginx"]] as const,
  answer: Buffer.alloc(1_000, "x"),
  answerCut: false as const,
};

describe("stored responses", () => {
  test("a response counts with its headers and body", () => {
    expect(sizeOfResponse(attempt)).toBe(1_000 + "server".length + "nginx".length);
    expect(sizeOfResponse({ ...attempt, answer: undefined, answerHeaders: undefined })).toBe(0);
  });

  test("a response within the budget is stored whole", () => {
    expect(fitResponse(attempt, 1_011)).toBe(attempt);
  });

  test("beyond the budget, the first 256 bytes are stored, marked as cut", () => {
    const fitted = fitResponse(attempt, 1_010);
    expect(fitted).toEqual({
      requestHeaders: [],
      answerHeaders: undefined,
      answer: Buffer.alloc(256, "x"),
      answerCut: "budget",
    });
  });
});

describe("stored bytes", () => {
  test("bytes count for 24 hours, across days", () => {
    let stored = withBytes(new Map(), 100, 10);
    stored = withBytes(stored, 110, 5);
    stored = withBytes(stored, 110, 5);
    expect([usedBytes(stored, 110), usedBytes(stored, 123), usedBytes(stored, 124)]).toEqual([20, 20, 10]);
    expect([...withBytes(stored, 134, 1)]).toEqual([[134, 1]]);
  });

  test("bytes count by whole hours", () => {
    expect([toHour(3_599_999), toHour(3_600_000)]).toEqual([0, 1]);
  });
});
