/** `callboard config` and `completion`: names, options and help. */
import { Argument } from "commander";
import type { Command } from "commander";
import { SHELLS, writeCompletion } from "../completion.ts";
import type { Shell } from "../completion.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";
import { withExamples } from "./examples.ts";
import type { Actions } from "./tools.ts";

export function addConfigCommands(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("config")
      .description("show the settings as a server started here would read them, and what is wrong with them")
      .option("--all", "those with their default, too")
      .action(alone(async () => (await import("../commands/config.ts")).showConfig)),
    "config --all",
  );

  const print = (io: Io, shell: Shell): Promise<Ending> => {
    io.out(writeCompletion(shell, program.name(), program));
    return Promise.resolve("done");
  };
  withExamples(
    program
      .command("completion")
      .description("print a script that completes commands and options: source <(callboard completion bash)")
      .addArgument(new Argument("<shell>", "for which shell").choices(SHELLS))
      .action(alone(() => Promise.resolve(print))),
    "completion bash > callboard.bash",
  );
}
