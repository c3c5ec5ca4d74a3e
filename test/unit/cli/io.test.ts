import { describe, expect, test } from "vitest";
import { spellCommands } from "../../../src/cli/io.ts";

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
