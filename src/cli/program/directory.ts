/** `callboard directory …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { YES_FLAG, listCommand, withListOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/directory.ts");

export function addDirectoryCommands(program: Command, { withClient }: Actions): void {
  const directory = program
    .command("directory")
    .description("add-ons that an administrator approved, for sites to install");
  withExamples(
    withListOptions(listCommand(directory))
      .description("list them, with their installations")
      .option("--find <text>", "part of a key, name, vendor or description")
      .action(withClient(async () => (await load()).listDirectory)),
    "directory list --find bell",
  );
  withExamples(
    directory
      .command("show <key>")
      .description("show one")
      .action(withClient(async () => (await load()).showEntry)),
    "directory show com.example.bell",
  );
  withExamples(
    withTexts(directory.command("add <url>"))
      .description("add an add-on by the URL of its descriptor")
      .action(withClient(async () => (await load()).addEntry)),
    "directory add https://bell.example.com/atlassian-connect.json",
  );
  withExamples(
    withTexts(directory.command("edit <key>").alias("set"))
      .description("change one; omitted options keep their value, an empty text shows that of the descriptor")
      .option("--url <url>", "new URL of its descriptor")
      .action(withClient(async () => (await load()).editEntry)),
    "directory edit com.example.bell --vendor Example",
  );
  withExamples(
    directory
      .command("remove <key>")
      .alias("delete")
      .description("remove one; installed add-ons stay installed")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).removeEntry)),
    "directory remove com.example.bell",
  );
  withExamples(
    directory
      .command("refresh [key...]")
      .description(
        "read the descriptors again, all of them without a key; exits non-zero if one can't be read",
      )
      .option("--no-wait", "only tell the server to read all of them")
      .action(withClient(async () => (await load()).refreshEntries)),
    "directory refresh com.example.bell",
  );
}

const withTexts = (command: Command): Command =>
  command
    .option("--name <name>", "shown in place of the descriptor's")
    .option("--vendor <name>", "shown in place of the descriptor's")
    .option("--description <text>", "shown in place of the descriptor's");
