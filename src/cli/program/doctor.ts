/** `callboard doctor`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, DATA_DIR_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addDoctorCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("doctor")
      .description(
        "Check this installation, or with --url a server elsewhere, and list its problems with their fixes; exits with 1 if there is one",
      )
      .option(...DATA_DIR_FLAG)
      .option(...DATABASE_URL_FLAG)
      .action(alone(async () => (await import("../commands/doctor.ts")).doctor)),
    "doctor",
    "doctor --url https://callboard.example.com",
  );
}
