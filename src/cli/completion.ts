/** Completion scripts for shells, made from the definitions of the commands. Pure. */
import type { Command } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

interface Word {
  readonly text: string;
  readonly description: string;
}

interface CommandWords {
  /** "" for the program, "endpoints show" for a command of a command. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

/** Lists what can follow each command, the program first. */
export function listWords(program: Command): readonly CommandWords[] {
  return walk(program, "");
}

function walk(command: Command, path: string): readonly CommandWords[] {
  // Without those that are hidden.
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");
  const own: CommandWords = {
    path,
    commands: commands.map((each) => ({ text: each.name(), description: each.description() })),
    options: command.options.flatMap(({ long, description }) =>
      long === undefined ? [] : [{ text: long, description }],
    ),
  };
  const named = commands.flatMap((each) => [each.name(), ...each.aliases()].map((name) => ({ each, name })));
  return [own, ...named.flatMap(({ each, name }) => walk(each, `${path} ${name}`.trim()))];
}

/** Returns the script that a shell reads. */
export function writeCompletion(shell: Shell, name: string, program: Command): string {
  const words = listWords(program);
  switch (shell) {
    case "bash":
      return writeBash(name, words);
    case "zsh":
      return `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${writeBash(name, words)}`;
    case "fish":
      return writeFish(name, words);
  }
}

function writeBash(name: string, words: readonly CommandWords[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const all = [...commands, ...options].map(({ text }) => text);
    return `    "${path}") words="${all.join(" ")}" ;;`;
  });
  return `_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) ;;
      *) case " ${listPaths(words)} " in
           *" \${command:+$command/}$word "*) command="\${command:+$command/}$word" ;;
         esac ;;
    esac
  done
  case "\${command//\\// }" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`;
}

const listPaths = (words: readonly CommandWords[]): string =>
  words.flatMap(({ path }) => (path === "" ? [] : [path.replaceAll(" ", "/")])).join(" ");

function writeFish(name: string, words: readonly CommandWords[]): string {
  const lines = words.flatMap(({ path, commands, options }) => {
    const condition = path === "" ? "__fish_use_subcommand" : fishCondition(path, commands);
    const start = `complete -c ${name} -n ${quote(condition)}`;
    return [
      ...commands.map(({ text, description }) => `${start} -f -a ${text} -d ${quote(description)}`),
      ...options.map(({ text, description }) => `${start} -l ${text.slice(2)} -d ${quote(description)}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

function fishCondition(path: string, below: readonly Word[]): string {
  const seen = path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const none = below.map(({ text }) => text).join(" ");
  return [...seen, ...(none === "" ? [] : [`not __fish_seen_subcommand_from ${none}`])].join("; and ");
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
