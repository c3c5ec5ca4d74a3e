/** `callboard directory …`: names, options and help. */
import type { Command } from "commander";
import { JSON_FLAG, YES_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/directory.ts");

export function addDirectoryCommands(program: Command, { withClient }: Actions): void {
  const directory = program
    .command("directory")
    .description("add-ons that an administrator approved, for sites to install");
  directory
    .command("list", { isDefault: true })
    .description("list them, with their installations")
    .option("--find <text>", "part of a key, name, vendor or description")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).listDirectory));
  directory
    .command("show <key>")
    .description("show one")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).showEntry));
  directory
    .command("add <url>")
    .description("add an add-on by the URL of its descriptor")
    .option("--name <name>", "shown in place of the descriptor's")
    .option("--vendor <name>", "shown in place of the descriptor's")
    .option("--description <text>", "shown in place of the descriptor's")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).addEntry));
  directory
    .command("set <key>")
    .description("change one; omitted options keep their value, an empty text shows that of the descriptor")
    .option("--url <url>", "new URL of its descriptor")
    .option("--name <name>", "shown in place of the descriptor's")
    .option("--vendor <name>", "shown in place of the descriptor's")
    .option("--description <text>", "shown in place of the descriptor's")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).changeEntry));
  directory
    .command("remove <key>")
    .description("remove one; installed add-ons stay installed")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).removeEntry));
  directory
    .command("refresh [key...]")
    .description("read the descriptors again, all of them without a key; exits non-zero if one can't be read")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await load()).refreshEntries));
}
