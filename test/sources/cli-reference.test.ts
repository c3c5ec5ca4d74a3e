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
import { groupBy } from "../../src/group-by.ts";
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

function describeOption({ flags, description, argChoices = [], mandatory, ...option }: Option): string {
  const choices = argChoices.filter((each) => each !== "");
  const { defaultValue, defaultValueDescription: shown = defaultValue } = option;
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean" && `${shown}` !== "";
  const notes = [
    ...(choices.length === 0 ? [] : [`one of ${choices.map((each) => `\`${each}\``).join(", ")}`]),
    ...(mandatory ? ["required"] : []),
    ...(isShown ? [`default \`${shown}\``] : []),
  ];
  const more = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(description)}${more} |`;
}

const describeArgument = (argument: Argument): string =>
  argument.required ? `<${argument.name()}${dots(argument)}>` : `[${argument.name()}${dots(argument)}]`;
const dots = ({ variadic }: Argument): string => (variadic ? "..." : "");

/** The options of every command are listed once. */
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
    `${cell(command.description())}.`,
    `Usage: \`callboard ${words}\`${aliases.length === 0 ? "" : `, also ${aliases.join(", ")}`}`,
    ...(options.length === 0
      ? []
      : [`| option | meaning |\n| --- | --- |\n${options.map(describeOption).join("\n")}`]),
    `\`\`\`sh\n${listExamples(command).join("\n")}\n\`\`\``,
  ].join("\n\n");
}

const INTRODUCTION = `# The command line

This page lists every command of \`callboard\` with its options and an example, and says what all commands have in common. It is generated from
the commands; \`callboard --help\` and \`callboard COMMAND --help\` have the same texts. Every operation of the [API](api.md) has a command.

## Names of commands

Most commands are a noun and a verb, such as \`callboard sites list\`. The usual verbs are \`list\`, \`show\`, \`create\`, \`edit\` and \`delete\`; for
things that exist outside of Callboard, \`add\` and \`remove\`. A noun alone lists: \`callboard sites\` is \`callboard sites list\`.

Common commands also have a short form: \`install\` is \`addons install\`, \`redeliver\` is \`deliveries redeliver\`, and \`replay\` is
\`replays create\`.

## Server and token

A command uses the server at \`CALLBOARD_URL\` and the API token in \`CALLBOARD_TOKEN\`. If they are not set, it reads the files \`url\` and
\`token\` of the data directory, which \`callboard serve\` writes. So in the folder where the server was started, no setting is needed. In the
environment of a server, such as its container, a command finds the server by \`CALLBOARD_HOST\` and \`CALLBOARD_PORT\`, and uses the token in
\`CALLBOARD_ADMIN_TOKEN\` if there is no file \`token\`.

## Through a proxy

On a network that reaches the server only through a proxy, set \`HTTPS_PROXY\` for an https server or \`HTTP_PROXY\` for an http server, for
example \`HTTPS_PROXY=http://user:password@proxy.example.com:3128\`. \`ALL_PROXY\` is used if neither is set for the protocol. The names can be
lowercase. The proxy can be \`http://\`, \`https://\` or \`socks5://\`.

\`NO_PROXY\` lists the servers to reach directly, with commas between them: a host name, which includes the names below it, an address, a
network such as \`10.0.0.0/8\`, any of them with a port, or \`*\` for all. Servers at \`localhost\` and other loopback addresses are always
reached directly.

These variables apply to requests of the command line to the server. A server sends its deliveries through
[\`CALLBOARD_EGRESS_PROXY\`](delivery.md#through-a-proxy) instead.

## Options of every command

| option | meaning |
| --- | --- |
`;

const CONVENTIONS = `
They can stand before or after the command. Some commands have a \`--url\` of their own, such as \`webhooks edit\`; the URL of the server then
stands before the command.

## Durations and times

A duration is a number with its unit: \`ms\`, \`s\` (seconds), \`m\` (minutes), \`h\` (hours) or \`d\` (days), for example \`500ms\`, \`1.5h\` or \`30d\`.

A time is ISO 8601, such as \`2026-01-31T12:00:00Z\` or \`2026-01-31\`. A date alone is UTC; a time without \`Z\` or an offset is in the time zone of
this machine. Where an option says so, a duration stands for a time that long ago (\`--since 1h\`) or from now (\`--expires 90d\`).

Output has times in UTC.

## Output

Results go to standard output; progress, notes, questions and errors go to standard error. A table is as wide as the terminal; in a pipe, it is
not cut. Colors are left out in a pipe, with \`--no-color\`, if \`NO_COLOR\` is set, and on a terminal of the type \`dumb\`.

| with \`--json\` | standard output |
| --- | --- |
| a list | \`{"items": […], "next": null}\`, as in the API; \`next\` is not null if \`--limit\` left something out |
| one object | the object of the API |
| a deleted object | its ID or key, and \`"deleted": true\` (\`revoked\`, \`removed\`, \`uninstalled\`) |
| \`deliveries tail\`, \`listen\` | one JSON document a line |
| an error | empty; standard error has one problem document (RFC 9457) with \`code\`, \`detail\`, \`errors\`, \`hint\` and \`exitCode\` |

Scripts and files have their own form, also with \`--json\`: \`completion\`, \`outbox ddl\`, \`products types\` and \`export\`.

Logs (deliveries, events, audit log, replays, endpoints, changes of products) show the latest 50 items. Other lists show all. Both have
\`--limit\` and \`--all\`.

## Confirmation

Commands that delete something or send many deliveries first show the extent. On a terminal they ask, unless \`--yes\` is given. Without a
terminal they go on, except that deleting a site, and redelivering or canceling without a filter, require \`--yes\`.

## Exit codes

| code | meaning |
| --- | --- |
`;

const COMPLETION = `
\`callboard test\` exits with the exit code of the command that it runs.

## Completion

\`\`\`sh
source <(callboard completion bash)
source <(callboard completion zsh)
\`\`\`

For fish: \`callboard completion fish | source\`. For programs in TypeScript, use the [client](client.md).
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

test("docs/cli.md has the texts of the commands", async () => {
  const text = await format(writeReference(), { parser: "markdown", printWidth: 110 });
  await expect(text).toMatchFileSnapshot("../../docs/cli.md");
});

/** Options whose meaning differs between commands: how many texts each has. Any other option has one text. */
const SEVERAL_TEXTS: Readonly<Record<string, number>> = {
  "--addon <key>": 4,
  "--all": 3,
  "--base-url <url>": 4,
  "--body-retention <duration>": 2,
  "--description <text>": 2,
  "--envelope <name>": 2,
  "--event <name...>": 2,
  "--event <name>": 2,
  "--find <text>": 2,
  "--format <name>": 2,
  "--json": 2,
  "--limit <number>": 4,
  "--name <name>": 3,
  "--owner <name>": 3,
  "--port <number>": 3,
  "--product <key>": 5,
  "--project <key>": 2,
  "--retention <duration>": 2,
  "--retry-profile <name>": 2,
  "--search <text>": 3,
  "--site <key>": 3,
  "--timeout <duration>": 2,
  "--tls-key <file>": 2,
  "--url <url>": 4,
  "--wait": 3,
  "--yes": 2,
};

/** Every command and group, and the options of each, with the global ones. */
const everything = (function list(command: Command, path: string): readonly Listed[] {
  return command.commands.flatMap((each) => {
    const own = `${path} ${each.name()}`.trim();
    return [{ path: own, command: each }, ...list(each, own)];
  });
})(program, "").concat({ path: "", command: program });
const options = everything.flatMap(({ path, command }) =>
  command.options.map((option) => ({
    path,
    option,
    text: `${option.description} ${option.defaultValueDescription ?? ""}`,
  })),
);

describe("the help", () => {
  /** A phrase that begins with a capital letter or the value itself, and has no period at its end. */
  const isPhrase = (text: string) =>
    /^(?:[A-Z]|jira, )/.test(text) && !/[.:;]$/.test(text) && !/\. [A-Z]/.test(text);
  /** Words of riddles, and words that the glossary replaces. */
  const RIDDLE =
    /^(?:What|Who|Whoever|Whether|Of|As|Where|How|So|It) |\b(?:told?|tells|nobody|somebody|people|goes out|for ever|no longer|switch(?:ed)? (?:on|off)|e\.g\.)\b/i;

  test("of every command and option is a phrase in plain words", () => {
    const texts = [
      ...everything.map(({ path, command }) => [path, command.description()]),
      ...options.map(({ path, option }) => [`${path} ${option.flags}`, option.description]),
    ];
    expect(texts.filter(([, text = ""]) => !isPhrase(text) || RIDDLE.test(text))).toEqual([]);
  });

  test("of an option is the same wherever it means the same", () => {
    const texts = groupBy(options, ({ option }) => option.flags);
    const found = [...texts].map(
      ([flags, of]) => [flags, new Set(of.map(({ option }) => option.description)).size] as const,
    );
    expect(Object.fromEntries(found.filter(([, count]) => count > 1))).toEqual(SEVERAL_TEXTS);
  });

  test("of a duration or a time has an example or its limits", () => {
    const timed = options.filter(({ option }) => /<[a-z,]*(?:duration|time)[a-z]*>/.test(option.flags));
    expect(timed.length).toBeGreaterThan(30);
    expect(
      timed.filter(({ text }) => !/\d(?:ms|[smhd])\b|2026-01-31/.test(text) && !text.includes("same form")),
    ).toEqual([]);
  });
});

test("every duration of the command line is refused in the same words", () => {
  const refusals = options.flatMap(({ option }) => {
    if (!/<[a-z,|]*(?:duration|delays|time)[a-z]*>/.test(option.flags)) return [];
    try {
      option.parseArg?.("soon", undefined);
      return [`${option.flags} takes any text`];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  const isRefusal = (text: string) =>
    /^It must be .*(?:a number with its unit \(ms, s, m, h or d\)|a time such as 2026-01-31T12:00:00Z)/.test(
      text,
    );
  expect(refusals.filter((text) => !isRefusal(text))).toEqual([]);
  expect(refusals.length).toBeGreaterThan(30);
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
