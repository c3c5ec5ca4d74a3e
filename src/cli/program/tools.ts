/** What the definitions of commands share. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { CONFIG_KEYS } from "../../config-keys.ts";
import type { ConfigKey } from "../../config-keys.ts";
import { RETRY_SCHEDULES } from "../../host/model/retry-schedules.ts";
import type { Context } from "../context.ts";
import type { Ending, PassedOn } from "../exit.ts";
import type { Io } from "../io.ts";
import { delaysOr, duration, orEmpty, pastTime } from "./option-values.ts";

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

export const SITE = ["--site <key>", "Key of the site", "jira"] as const;
/** A filter: every site when left out. */
export const ONLY_SITE = ["--site <key>", "Only this site (default: every site)"] as const;
export const JSON_FLAG = ["--json", "Print results and errors as JSON"] as const;
export const YES_FLAG = ["--yes", "Do not ask for confirmation"] as const;
export const DRY_RUN_FLAG = ["--dry-run", "Show what would change, and change nothing"] as const;
export const PAYLOAD_FLAG = ["--data <file>", "Payload in place of the sample; - is standard input"] as const;
export const UNTIL_DONE_FLAG = [
  "--until-done",
  "Wait for the last retry; in the dev profile, a wait otherwise ends at the first failed attempt",
] as const;

/** The longest wait, in ms. */
export const timeoutOption = (): Option =>
  new Option("--timeout <duration>", "Maximum wait, such as 30s or 5m")
    .argParser(duration({ example: "30s" }))
    .default(60_000, "60s");

export const DATA_DIR_FLAG = settingOption("--data-dir <path>", "CALLBOARD_DATA_DIR");
/** Every user of the machine can read the arguments of a process. */
export const DATABASE_URL_FLAG = [
  "--database-url <url>",
  "Database, sqlite:FILE or postgres://…; give a URL with a password in the environment (CALLBOARD_DATABASE_URL)",
] as const;

/** An option that overrides a setting, in the words of the configuration. */
export function settingOption(flags: string, key: ConfigKey): readonly [flags: string, description: string] {
  const [shownDefault, meaning] = CONFIG_KEYS[key];
  const text = `${meaning} (${key}; default: ${shownDefault})`.replaceAll("`", "");
  return [flags, text.charAt(0).toUpperCase() + text.slice(1)];
}

/** Adds a period of time; both ends are ISO 8601 for the command. */
export const withPeriod = (command: Command): Command =>
  command
    .option("--since <time>", "Start of the period: 2026-01-31T12:00:00Z, or 1h for an hour ago", pastTime)
    .option("--until <time>", "End of the period, in the same form (default: now)", pastTime);

/** Adds the retry schedules by name; "" takes the name away. */
export const retryProfileOption = (owner: "site" | "product"): Option =>
  new Option("--retry-profile <name>", `Retry schedule; "" for that of the ${owner}`).choices([
    ...Object.keys(RETRY_SCHEDULES),
    "",
  ]);

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
    .option("--limit <number>", "Maximum number of items (default: all)", wholeNumber())
    .addOption(allOption());

/** The same for a log: its newest entries. */
export const withLogOptions = (command: Command): Command =>
  command
    .option("--limit <number>", "Maximum number of items", wholeNumber(), DEFAULT_LIMIT)
    .addOption(allOption());

const allOption = (): Option => new Option("--all", "List all items").conflicts("limit");

export const ORDER_BY = [
  "--order-by <pointer>",
  'JSON pointer, such as /issue/id: events with the same value there are delivered one after the other; "" for any order',
] as const;

/** Adds the options of a receiver's pace; "" takes a value away. */
export const withPace = (command: Command): Command =>
  command
    .option("--rate <rate>", 'Maximum rate of attempts, such as 5/second or 90/minute; "" for no limit')
    .option(
      "--slots <number>",
      'Maximum number of requests in flight, in each process; "" for the default of the server',
    )
    .option(
      "--request-timeout <duration>",
      'Timeout of a request, such as 10s, at most that of the server; "" for that of the server',
      orEmpty(duration({ example: "10s", minMs: 1 })),
    )
    .option(
      "--retry-delays <durations>",
      'Delays before the retries, such as 5s,1m,1h, or none; "" for the retry schedule',
      orEmpty(delaysOr("none")),
    );

/** Adds the options of a receiver's headers. */
export const withHeaders = (command: Command): Command =>
  command.option(
    "--headers <json>",
    'Custom headers by name, never shown again; @FILE reads them from a file, "" removes them',
  );

/** Adds the options of a receiver's TLS. */
export const withTls = (command: Command): Command =>
  command
    .option("--tls-certificate <file>", "Client certificate with its chain (PEM)")
    .option("--tls-key <file>", "Private key of the client certificate (PEM, not encrypted)")
    .option("--tls-authorities <file>", "Certificate authorities to trust for this receiver only (PEM)")
    .option("--no-tls", "Remove the client certificate, its key and the authorities");

/** Begins the `list` of a group, which the group alone means, too. */
export const listCommand = (group: Command): Command =>
  group.command("list", { isDefault: true }).allowExcessArguments();
