/** What completion scripts offer, from the definitions of commands. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { listWords, writeCompletion } from "../../../src/cli/completion.ts";

function createProgram(): Command {
  const program = new Command("tool").option("--quiet", "say less");
  const things = program.command("things").description("all things");
  things.command("show").description("it's one").option("--json", "as JSON");
  things.command("list");
  return program;
}

test("every command has the words that can follow it, the program first", () => {
  expect(
    listWords(createProgram()).map(({ path, commands, options }) => [path, names(commands), names(options)]),
  ).toEqual([
    ["", ["things"], ["--quiet"]],
    ["things", ["show", "list"], []],
    ["things show", [], ["--json"]],
    ["things list", [], []],
  ]);
});

const names = (words: readonly { readonly text: string }[]): readonly string[] =>
  words.map(({ text }) => text);

test("quotation marks of a description end nothing", () => {
  expect(writeCompletion("fish", "tool", createProgram())).toContain("-f -a show -d 'it\\'s one'");
});

test("zsh reads the script of bash", () => {
  const program = createProgram();
  expect(writeCompletion("zsh", "tool", program)).toContain(writeCompletion("bash", "tool", program));
});
