/** The options that every command takes, before its name or after it. */
import { Option } from "commander";
import type { Command } from "commander";
import { listExamples } from "./examples.ts";
import { JSON_FLAG } from "./tools.ts";
import { requireKnownCommand } from "./unknown-command.ts";

export interface GlobalFlags {
  /** The server, instead of CALLBOARD_URL. */
  readonly url?: string;
  /** The API token, instead of CALLBOARD_TOKEN. */
  readonly token?: string;
  /** Errors only on standard error; nobody is asked. */
  readonly quiet: boolean;
  readonly color: boolean;
}

const createOptions = (): readonly Option[] => [
  new Option("--url <url>", "URL of the server (CALLBOARD_URL)"),
  new Option(
    "--token <token>",
    "API token; every user of the machine can see it here, so prefer the environment (CALLBOARD_TOKEN)",
  ),
  new Option(...JSON_FLAG),
  new Option("--quiet", "Print results and errors only, and ask nothing"),
  new Option("--no-color", "Print without colors (NO_COLOR)"),
];

export const NO_FLAGS: GlobalFlags = { quiet: false, color: true };

/**
 * Adds the options to the program and to each command that has none of the same name: there, `--url` of `webhooks edit` is that
 * of the webhook, and the server's stands before the command. `take` gets those of the command that runs, before it does.
 */
export function addGlobalOptions(program: Command, take: (flags: GlobalFlags) => void): void {
  const added = new Map<Command, ReadonlySet<string>>();
  addTo(program, added);
  program.hook("preAction", (_program, command) => {
    requireKnownCommand(command);
    const isOwn = (name: string): boolean => added.get(command)?.has(name) === true;
    const read = (name: string): unknown =>
      (isOwn(name) ? command.getOptionValue(name) : undefined) ?? program.getOptionValue(name);
    if (read("json") === true) command.setOptionValue("json", true);
    const [url, token] = [read("url"), read("token")];
    take({
      ...(typeof url === "string" ? { url } : {}),
      ...(typeof token === "string" ? { token } : {}),
      quiet: read("quiet") === true,
      color: command.getOptionValue("color") !== false && program.getOptionValue("color") !== false,
    });
    // A command gets its own options alone: some send what they got.
    for (const name of added.get(command) ?? []) if (name !== "json") command.setOptionValue(name, undefined);
  });
}

function addTo(command: Command, added: Map<Command, ReadonlySet<string>>): void {
  const own = new Set(command.options.map((option) => option.attributeName()));
  const missing = createOptions().filter((option) => !own.has(option.attributeName()));
  // A group does nothing, unless it has examples: `replay` is a command and a group.
  if (command.commands.length === 0 || command.parent === null || listExamples(command).length > 0) {
    for (const option of missing) command.addOption(option.helpGroup("Global options:"));
    added.set(command, new Set(missing.map((option) => option.attributeName())));
  }
  for (const each of command.commands) addTo(each, added);
}
