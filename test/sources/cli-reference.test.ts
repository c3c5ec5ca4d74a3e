/**
 * docs/cli.md is written from the definitions of the commands. After a change of a command it is written again by
 * `npm run reference`. What its examples say is run by test/documents.test.ts.
 */
import { Help } from "commander";
import type { Argument, Command, Option } from "commander";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { EXIT, EXIT_MEANINGS } from "../../src/cli/exit.ts";
import type { Ending } from "../../src/cli/exit.ts";
import { listExamples } from "../../src/cli/program/examples.ts";
import { describeProgram } from "../support/command-line.ts";

const help = new Help();
const program = describeProgram();

interface Listed {
  readonly path: string;
  readonly command: Command;
}

/** Every command that does something, without those that are hidden. */
function listCommands(command: Command, path: string): readonly Listed[] {
  return help.visibleCommands(command).flatMap((each) => {
    if (each.name() === "help") return [];
    const own = `${path} ${each.name()}`.trim();
    const isWork = listExamples(each).length > 0 || each.commands.length === 0;
    return [...(isWork ? [{ path: own, command: each }] : []), ...listCommands(each, own)];
  });
}

const commands = listCommands(program, "");
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function describeOption({ flags, description, argChoices = [], mandatory, defaultValue }: Option): string {
  const choices = argChoices.filter((each) => each !== "");
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean" && `${defaultValue}` !== "";
  const notes = [
    ...(choices.length === 0 ? [] : [`one of ${choices.map((each) => `\`${each}\``).join(", ")}`]),
    ...(mandatory ? ["required"] : []),
    ...(isShown ? [`default \`${defaultValue}\``] : []),
  ];
  const more = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(description)}${more} |`;
}

const describeArgument = (argument: Argument): string =>
  argument.required ? `<${argument.name()}${dots(argument)}>` : `[${argument.name()}${dots(argument)}]`;
const dots = ({ variadic }: Argument): string => (variadic ? "..." : "");

/** The options that every command has are told once. */
const GLOBAL = new Set(["url", "token", "json", "quiet", "color"]);
const ownOptions = (command: Command): readonly Option[] =>
  help
    .visibleOptions(command)
    .filter(
      (option) =>
        option.name() !== "help" &&
        !(option.helpGroupHeading === "Global options:" && GLOBAL.has(option.attributeName())),
    );

function describeCommand({ path, command }: Listed): string {
  const words = [path, ...command.registeredArguments.map(describeArgument)].join(" ");
  const aliases = command.aliases().map((alias) => `\`${path.replace(/\S+$/, alias)}\``);
  const options = ownOptions(command);
  return [
    `### ${path}`,
    `\`callboard ${words}\`: ${cell(command.description())}.${aliases.length === 0 ? "" : ` Also called ${aliases.join(", ")}.`}`,
    ...(options.length === 0
      ? []
      : [`| option | meaning |\n| --- | --- |\n${options.map(describeOption).join("\n")}`]),
    `\`\`\`sh\n${listExamples(command).join("\n")}\n\`\`\``,
  ].join("\n\n");
}

const INTRODUCTION = `# The command line

Every operation of the [API](api.md) has a command. This page is written from the commands themselves; \`callboard --help\` and
\`callboard COMMAND --help\` say the same.

The form is \`callboard THINGS VERB\`: \`list\`, \`show\`, \`create\`, \`edit\` and \`delete\`, and what else a thing can do. A group alone
means its \`list\`. What Callboard makes is created and deleted; what stands elsewhere is added and removed. The everyday verbs stand at the
top as well: \`install\` is \`addons install\`, \`redeliver\` is \`deliveries redeliver\`, \`replay\` is \`replays create\`.

A command talks to the server at \`CALLBOARD_URL\` with the API token in \`CALLBOARD_TOKEN\`. Without them it uses the files \`url\` and
\`token\` of the data directory, which \`callboard serve\` writes.

## Options of every command

| option | meaning |
| --- | --- |
`;

const CONVENTIONS = `
They stand before the command or after it. Where a command has a \`--url\` of its own, the server's stands before the command.

## Output

Results go to standard output, everything else to standard error. A table fits the terminal, and is not cut in a pipe. Colors are left out
in a pipe, with \`--no-color\`, where \`NO_COLOR\` is set, and on a dumb terminal.

| with \`--json\` | standard output has |
| --- | --- |
| a list | \`{"items": […], "next": null}\`, as the API has it; \`next\` is not null if \`--limit\` left something out |
| one thing | the object of the API |
| what is deleted | its ID or key, and \`"deleted": true\` (\`revoked\`, \`removed\`, \`uninstalled\`) |
| \`deliveries tail\` | one JSON document a line |
| an error | nothing; standard error has one problem document (RFC 9457) with \`code\`, \`detail\`, \`errors\`, \`hint\` and \`exitCode\` |

Lists of what is set up show everything. Logs (deliveries, events, audit, replays, endpoints, changes of products) show the first 50. Both
take \`--limit\` and \`--all\`.

Commands that destroy something or send many deliveries say what ends with it. On a terminal they ask, unless \`--yes\` is given. Without a
terminal, deleting a site and what is done without a filter need \`--yes\`.

## Exit codes

| code | meaning |
| --- | --- |
`;

const COMPLETION = `
\`callboard test\` passes on the exit code of the command that it runs.

## Completion

\`\`\`sh
source <(callboard completion bash)
source <(callboard completion zsh)
\`\`\`

In fish: \`callboard completion fish | source\`. [docs/client.md](client.md) is the same for programs in TypeScript.
`;

function writeReference(): string {
  const globals = help
    .visibleOptions(program)
    .filter((option) => GLOBAL.has(option.attributeName()))
    .map(describeOption);
  const codes = (Object.keys(EXIT) as Ending[]).map(
    (name) => `| \`${EXIT[name]}\` | ${EXIT_MEANINGS[name]} |`,
  );
  const headings = [...new Set(commands.map(({ path }) => findHeading(path)))];
  const sections = headings.map((heading) => {
    const listed = commands.filter(({ path }) => findHeading(path) === heading);
    return `## ${heading}\n\n${listed.map(describeCommand).join("\n\n")}`;
  });
  return `${INTRODUCTION}${globals.join("\n")}\n${CONVENTIONS}${codes.join("\n")}\n${COMPLETION}\n${sections.join("\n\n")}\n`;
}

/** The heading of the help that the command of the program stands below. */
const findHeading = (path: string): string =>
  (program.commands.find((command) => command.name() === path.split(" ")[0])?.helpGroup() ?? "").replace(
    /:$/,
    "",
  );

test("docs/cli.md is what the commands say of themselves", async () => {
  const text = await format(writeReference(), { parser: "markdown", printWidth: 110 });
  await expect(text).toMatchFileSnapshot("../../docs/cli.md");
});

describe("a command", () => {
  test("has an example, which begins with its name", () => {
    const wrong = commands.filter(({ path, command }) => {
      const [group, ...rest] = path.split(" ");
      // A verb that stands at the top as well has the example of the shorter form.
      const names = [path, rest.join(" "), `${group === "replays" ? "replay" : group}`];
      const examples = listExamples(command);
      return (
        examples.length === 0 ||
        !examples.every((line) => names.some((name) => line.startsWith(`callboard ${name}`)))
      );
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("says in its help what it does, in a terminal of 80 columns", () => {
    const wide = commands.flatMap(({ path, command }) =>
      command
        .configureOutput({ getOutHelpWidth: () => 80 })
        .helpInformation()
        .split("\n")
        .filter((line) => line.length > 80)
        .map((line) => `${path}: ${line}`),
    );
    expect(wide).toEqual([]);
    expect(commands.filter(({ command }) => command.description() === "").map(({ path }) => path)).toEqual(
      [],
    );
  });
});
