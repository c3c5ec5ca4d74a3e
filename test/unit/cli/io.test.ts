import { describe, expect, test } from "vitest";
import { columns, spellCommands, countColumns } from "../../../src/cli/io.ts";

describe("columns", () => {
  test("count what a character takes on a terminal", () => {
    expect(
      columns([
        ["課題管理", "a"],
        ["issues", "b"],
        ["", "c"],
      ]),
    ).toEqual(["課題管理  a", "issues    b", "          c"]);
  });

  test.each([
    ["abc", 3],
    ["課題", 4],
    ["ｶﾀｶﾅ", 4],
    ["ＡＢ", 4],
    ["한국", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["🚀", 2],
    ["👩‍🚀", 2],
    ["❤️", 2],
    ["→", 1],
    ["", 0],
  ])("%j takes %d", (text, width) => {
    expect(countColumns(text)).toBe(width);
  });
});

describe("spellCommands", () => {
  const underNpm = { npm_command: "exec" };

  test.each([
    ["Start it with: callboard serve", "Start it with: npx callboard serve"],
    ["callboard sites add KEY", "npx callboard sites add KEY"],
    ["npx callboard sites", "npx callboard sites"],
    ["https://callboard.example/callboard sites", "https://callboard.example/callboard sites"],
    ["the user callboard", "the user callboard"],
  ])("under npm, %j becomes %j", (text, spelled) => {
    expect(spellCommands(text, underNpm)).toBe(spelled);
  });

  test("leaves commands alone where callboard is installed on the path", () => {
    expect(spellCommands("Start it with: callboard serve", {})).toBe("Start it with: callboard serve");
  });
});
