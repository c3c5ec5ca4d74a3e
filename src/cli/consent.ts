/** Commands that change many things, or destroy one, show the extent first and ask where somebody can answer. */
import type { RequestOf, Schemas } from "../client/index.ts";
import type { Client } from "./client.ts";
import { CommandFailure, usageFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { isMissing } from "./missing.ts";

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

type Receivers = Pick<NonNullable<RequestOf<"listDeliveries">["query"]>, "site" | "addon" | "webhook">;

/** "3 waiting deliveries" of a receiver or site: what ends with it. */
export async function describeWaiting(client: Client, receivers: Receivers): Promise<string> {
  const query = { ...receivers, state: "waiting" as const, limit: MAX_COUNTED };
  const { items, next } = await client.listDeliveries({ query });
  return `${counted(items.length, "waiting delivery", "waiting deliveries")}${isMissing(next) ? "" : " or more"}`;
}

/** "1 delivery", "2 deliveries" */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export type Affected = Schemas["BulkResult"];

export interface MassOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Mass {
  /** Counts the deliveries, or changes them. */
  readonly change: (isDryRun: boolean) => Promise<Affected>;
  /** What the filter has, beside the state. */
  readonly filtered: readonly string[];
  /** Kind of the deliveries: "failed". */
  readonly kind: string;
  /** "will be sent again" */
  readonly fate: string;
}

/** Counts what the filter matches, shows it and asks, then does it; with --dry-run it only counts. */
export async function changeMany(
  io: Io,
  { change, filtered, kind, fate }: Mass,
  { dryRun = false, yes }: MassOptions,
): Promise<Affected> {
  const meant = await change(true);
  if (dryRun || meant.count === 0) return { ...meant, dryRun };
  const where =
    filtered.length === 0 ? "of every site, receiver and time" : `matching ${filtered.join(", ")}`;
  const isRequired = filtered.length === 0;
  await confirm(io, `${affectedText(meant, kind)} ${where} ${fate}.`, { yes, isRequired });
  return change(false);
}

/** "3 failed deliveries" */
export function affectedText({ count, more }: Affected, kind?: string): string {
  const word = kind === undefined ? "" : `${kind} `;
  return `${more ? "At least " : ""}${counted(count, `${word}delivery`, `${word}deliveries`)}`;
}

/** "Canceled 3 waiting deliveries" */
export function canceledText({ count, more, dryRun }: Affected): string {
  const what = counted(count, "waiting delivery", "waiting deliveries");
  return `${dryRun ? "Would cancel" : "Canceled"} ${what}${more ? " or more" : ""}`;
}
