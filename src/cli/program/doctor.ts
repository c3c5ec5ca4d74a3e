/** `callboard doctor`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addDoctorCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("doctor")
      .description(
        "look at this installation, or with --url at a server elsewhere, and say what is wrong and how to fix it",
      )
      .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
      .option(...DATABASE_URL_FLAG)
      .action(alone(async () => (await import("../commands/doctor.ts")).doctor)),
    "doctor",
    "doctor --url https://callboard.example.com",
  );
}
