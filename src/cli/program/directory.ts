/** `callboard directory …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { YES_FLAG, listCommand, withListOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/directory.ts");

export function addDirectoryCommands(program: Command, { withClient }: Actions): void {
  const directory = program
    .command("directory")
    .description("The directory: add-ons that an administrator approved for sites to install");
  withExamples(
    withListOptions(listCommand(directory))
      .description("List the add-ons of the directory with their installations")
      .option("--find <text>", "Only with this text in the key, name, vendor or description")
      .action(withClient(async () => (await load()).listDirectory)),
    "directory list --find bell",
  );
  withExamples(
    directory
      .command("show <key>")
      .description("Show an add-on of the directory")
      .action(withClient(async () => (await load()).showEntry)),
    "directory show com.example.bell",
  );
  withExamples(
    withTexts(directory.command("add <url>"))
      .description("Add an add-on by the URL of its descriptor")
      .action(withClient(async () => (await load()).addEntry)),
    "directory add https://bell.example.com/atlassian-connect.json",
  );
  withExamples(
    withTexts(directory.command("edit <key>").alias("set"))
      .description(
        'Change an add-on of the directory; omitted options keep their value, "" restores that of the descriptor',
      )
      .option("--url <url>", "URL of the descriptor")
      .action(withClient(async () => (await load()).editEntry)),
    "directory edit com.example.bell --vendor Example",
  );
  withExamples(
    directory
      .command("remove <key>")
      .alias("delete")
      .description("Remove an add-on from the directory; its installations stay")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).removeEntry)),
    "directory remove com.example.bell",
  );
  withExamples(
    directory
      .command("refresh [key...]")
      .description(
        "Read the descriptors of these add-ons again, or of all; exits with 1 if one can't be read",
      )
      .option("--no-wait", "Return at once; the server reads all descriptors in the background")
      .action(withClient(async () => (await load()).refreshEntries)),
    "directory refresh com.example.bell",
  );
}

const withTexts = (command: Command): Command =>
  command
    .option("--name <name>", "Name in place of that of the descriptor")
    .option("--vendor <name>", "Vendor in place of that of the descriptor")
    .option("--description <text>", "Description in place of that of the descriptor");
