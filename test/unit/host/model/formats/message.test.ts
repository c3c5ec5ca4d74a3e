import { describe, expect, test } from "vitest";
import { countCharacters, shorten } from "../../../../../src/host/model/formats/message.ts";

describe("shorten", () => {
  const message = {
    title: "Title",
    facts: [
      { name: "a", value: "12345" },
      { name: "b", value: "6" },
    ],
    link: "https://a.example/",
  };
  test.each([
    [100, "Title", ["12345", "6"]],
    [13, "Title", ["12345", "6"]],
    [11, "Title", ["12345"]],
    [9, "Title", ["123…"]],
    [6, "Title", []],
    [3, "Tit…", []],
    [0, "…", []],
  ])("to %i characters keeps the title %j and the values %j", (length, title, values) => {
    const short = shorten(message, length);
    expect([short.title, short.facts.map(({ value }) => value), short.link]).toEqual([
      title,
      values,
      message.link,
    ]);
  });

  test("never cuts within a character", () => {
    expect(shorten({ ...message, title: "🌊🌊" }, 3).title).toBe("🌊…");
  });
});

test("the characters of a message are those of its title, names and values", () => {
  expect(
    countCharacters({ title: "Title", facts: [{ name: "a", value: "12345" }], link: "https://a.example/" }),
  ).toBe(11);
});
