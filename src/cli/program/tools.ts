/** What the definitions of commands share. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { Ending, PassedOn } from "../exit.ts";
import type { Io } from "../io.ts";

/** Makes the actions of commands. The work of a command is loaded when the command is run. */
export interface Actions {
  /** The work gets a client, which is closed after it. */
  readonly withClient: <A extends unknown[]>(
    load: () => Promise<(context: Context, ...given: A) => Promise<Ending>>,
  ) => (...given: A) => Promise<void>;
  /** The work needs no server. */
  readonly alone: <A extends unknown[]>(
    load: () => Promise<(io: Io, ...given: A) => Promise<Ending | PassedOn>>,
  ) => (...given: A) => Promise<void>;
}

export const SITE = ["--site <key>", "site to do it on", "jira"] as const;
export const JSON_FLAG = ["--json", "print the result as JSON"] as const;
export const YES_FLAG = ["--yes", "do it without asking"] as const;
export const DRY_RUN_FLAG = ["--dry-run", "only count"] as const;
export const UNTIL_DONE_FLAG = [
  "--until-done",
  "wait through retries; a dev server's wait ends at the first",
] as const;
export const TIMEOUT_FLAG = ["--timeout <duration>", "how long to wait", "60s"] as const;
/** Every user of the machine can read the arguments of a process. */
export const DATABASE_URL_FLAG = [
  "--database-url <url>",
  "sqlite:FILE or postgres://…; give a URL with a password in the environment (CALLBOARD_DATABASE_URL)",
] as const;

/** A parser of options that can be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A parser of options that are counts: whole numbers from 1 on. */
export function wholeNumber(most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    const upTo = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number from 1${upTo === "" ? " on" : upTo}.`);
  };
}

/** Items of a log that are listed by default: it has no end. */
const DEFAULT_LIMIT = 50;

/** Adds what every list has. */
export const withListOptions = (command: Command): Command =>
  command
    .option("--limit <number>", "how many; everything when left out", wholeNumber())
    .addOption(new Option("--all", "everything, whatever the limit is").conflicts("limit"));

/** The same for a log: its newest entries. */
export const withLogOptions = (command: Command): Command =>
  command
    .option("--limit <number>", "how many", wholeNumber(), DEFAULT_LIMIT)
    .addOption(new Option("--all", "everything").conflicts("limit"));

export const ORDER_BY = [
  "--order-by <pointer>",
  'deliver events with the same value at this JSON pointer, such as /issue/id, one after the other; "" for any order',
] as const;

/** Adds the options of a receiver's pace; "" takes a value away. */
export const withPace = (command: Command): Command =>
  command
    .option("--rate <rate>", "attempts in each second or minute, such as 5/second or 90/minute")
    .option("--slots <number>", "requests in flight at the same time, in each process")
    .option("--request-timeout <duration>", "limit of a request, where it is shorter than the server's")
    .option("--retry-delays <durations>", "delays before the retries, such as 5s,1m,1h; none for no retry");

/** Adds the options of a receiver's headers. */
export const withHeaders = (command: Command): Command =>
  command.option(
    "--headers <json>",
    'custom headers by name, which are never shown again; @FILE reads them from a file, "" removes them',
  );

/** Adds the options of a receiver's TLS. */
export const withTls = (command: Command): Command =>
  command
    .option("--tls-certificate <file>", "client certificate with its chain, PEM")
    .option("--tls-key <file>", "its private key, PEM, not encrypted")
    .option("--tls-authorities <file>", "certificates to trust for this receiver alone, PEM")
    .option("--no-tls", "remove certificate, key and authorities");

/** Begins the `list` of a group, which the group alone means, too. */
export const listCommand = (group: Command): Command =>
  group.command("list", { isDefault: true }).allowExcessArguments();
