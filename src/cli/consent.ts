/** Commands that change many things, or destroy one, show the extent first and ask where somebody can answer. */
import type { Client } from "./client.ts";
import { CommandFailure, usageFailure } from "./exit.ts";
import type { Io } from "./io.ts";

export interface Consent {
  /** Given in advance with --yes. */
  readonly yes?: boolean | undefined;
  /** Without a terminal, the command needs --yes. */
  readonly isRequired?: boolean;
  /** What gives consent without a terminal: "a filter or --yes". */
  readonly needs?: string;
}

/**
 * Prints `extent`, and on a terminal asks whether to go on.
 * @throws CommandFailure NOT_CONFIRMED if the answer is no; USAGE if consent is required and nobody can be asked
 */
export async function confirm(
  io: Io,
  extent: string,
  { yes = false, isRequired = false, needs = "a filter or --yes" }: Consent,
): Promise<void> {
  io.note(`${extent}\n`);
  if (yes) return;
  if (io.readLine === undefined) {
    if (!isRequired) return;
    throw usageFailure(`Nothing was done: this needs ${needs}`);
  }
  io.note("Continue? [y/N] ");
  const answer = (await io.readLine()).trim().toLowerCase();
  if (answer !== "y" && answer !== "yes") {
    throw new CommandFailure("failed", "NOT_CONFIRMED", "Nothing was done");
  }
}

const MAX_COUNTED = 500;

/** "3 waiting deliveries" of a receiver: what ends with it. `query` names the receiver as the API does. */
export async function waitingOf(client: Client, query: Readonly<Record<string, string>>): Promise<string> {
  const words = new URLSearchParams({ ...query, state: "waiting", limit: String(MAX_COUNTED) });
  const { items, next } = await client.call<{
    readonly items: readonly unknown[];
    readonly next: string | null;
  }>("GET", `/deliveries?${words}`);
  return `${counted(items.length, "waiting delivery", "waiting deliveries")}${next === null ? "" : " or more"}`;
}

/** "1 delivery", "2 deliveries" */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export interface Affected {
  readonly count: number;
  readonly more: boolean;
  readonly dryRun: boolean;
}

interface MassOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Mass {
  /** Path of the API that takes a filter and a dry run. */
  readonly path: string;
  readonly filter: Readonly<Record<string, string>>;
  /** Kind of the deliveries: "failed". */
  readonly kind: string;
  /** "will be sent again" */
  readonly fate: string;
}

/** Counts what the filter matches, shows it and asks, then does it; with --dry-run it only counts. */
export async function changeMany(
  { io, client }: { readonly io: Io; readonly client: Client },
  { path, filter, kind, fate }: Mass,
  { dryRun = false, yes }: MassOptions,
): Promise<Affected> {
  const ask = (isDryRun: boolean) => client.call<Affected>("POST", path, { filter, dryRun: isDryRun });
  const meant = await ask(true);
  if (dryRun || meant.count === 0) return { ...meant, dryRun };
  const names = Object.keys(filter).filter((name) => name !== "state");
  const where = names.length === 0 ? "of every site, receiver and time" : `that match ${names.join(", ")}`;
  const isRequired = names.length === 0;
  await confirm(io, `${affectedText(meant, kind)} ${where} ${fate}.`, { yes, isRequired });
  return ask(false);
}

/** "3 failed deliveries" */
export function affectedText({ count, more }: Affected, kind?: string): string {
  const word = kind === undefined ? "" : `${kind} `;
  return `${more ? "At least " : ""}${counted(count, `${word}delivery`, `${word}deliveries`)}`;
}
