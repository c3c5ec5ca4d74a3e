/** What the definitions of commands share. */
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";

/** Makes the action of a command: its work is loaded when the command is run, and gets a client that is closed after it. */
export type WithClient = <A extends unknown[]>(
  load: () => Promise<(context: Context, ...given: A) => Promise<Ending>>,
) => (...given: A) => Promise<void>;

export const JSON_FLAG = ["--json", "print the result as JSON"] as const;
export const YES_FLAG = ["--yes", "do it without asking"] as const;
