/** `callboard config` and `completion`: names, options and help. */
import { Argument } from "commander";
import type { Command } from "commander";
import { SHELLS, writeCompletion } from "../completion.ts";
import type { Shell } from "../completion.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, DATA_DIR_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addConfigCommands(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("config")
      .description(
        "Show the settings that a server started here would use, and their problems; exits with 2 if there is one",
      )
      .option("--all", "Include settings that have their default value")
      .option(...DATA_DIR_FLAG)
      .option(...DATABASE_URL_FLAG)
      .action(alone(async () => (await import("../commands/config.ts")).showConfig)),
    "config --all",
    "config --data-dir /var/lib/callboard",
  );

  const print = (io: Io, shell: Shell): Promise<Ending> => {
    io.out(writeCompletion(shell, program.name(), program));
    return Promise.resolve("done");
  };
  withExamples(
    program
      .command("completion")
      .description("Print a script that completes commands and options in a shell")
      .addArgument(new Argument("<shell>", "Name of the shell").choices(SHELLS))
      .action(alone(() => Promise.resolve(print))),
    "completion bash > callboard.bash",
  );
}
