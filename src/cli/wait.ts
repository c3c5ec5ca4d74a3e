/** Waits for deliveries and prints each of their attempts as it settles. */
import { listItems } from "../client/index.ts";
import type { Schemas } from "../client/index.ts";
import { formatDuration } from "../duration.ts";
import type { Client } from "./client.ts";
import { counted } from "./consent.ts";
import { formatState, nameReceiver } from "./delivery-filter.ts";
import { CommandFailure } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";
import { isMissing } from "./missing.ts";

export interface WaitOptions {
  /** In ms. */
  readonly timeout: number;
  /** Wait through retries also where they are only a few seconds apart. */
  readonly untilDone?: boolean;
}

/** A delivery to wait for. */
export interface Awaited {
  readonly id: string;
  /** Attempts made before, which are not printed. */
  readonly attempts: number;
}

type Listed = Pick<Schemas["Delivery"], "id" | "state" | "attempts">;
type Attempt = Schemas["Attempt"];
export type WaitedDelivery = Schemas["DeliveryDetail"];

const POLL_MS = 100;
/** A wait that lasts longer than this says for what. */
const TOLD_AFTER_MS = 2_000;
/** Deliveries that are named one by one when the time is up. */
const MAX_NAMED = 20;
const MAX_LINE = 200;

/**
 * Waits until each of the deliveries has ended, or the time is up. Where the server's profile is `dev`, a failed attempt is
 * enough, unless `untilDone`. `search` is the ID of the delivery, or of the event that they are all of.
 */
export async function waitForDeliveries(
  { io, client }: { readonly io: Io; readonly client: Client },
  search: string,
  awaited: readonly Awaited[],
  options: WaitOptions,
): Promise<readonly WaitedDelivery[]> {
  const until = Date.now() + options.timeout;
  const endsAtRefusal = options.untilDone !== true && awaited.length > 0 && (await isDev(client));
  const before = new Map(awaited.map(({ id, attempts }) => [id, attempts]));
  const seen = new Map<string, Seen>(awaited.map(({ id, attempts }) => [id, { state: "", attempts }]));
  const shown = new Map<string, WaitedDelivery>();
  const told = setTimeout(() => {
    io.note(`Waiting up to ${formatDuration(options.timeout)} for ${deliveriesIn(awaited.length)}\n`);
  }, TOLD_AFTER_MS);
  const isCertain = ({ id }: Awaited): boolean => {
    const { state = "", attempts = [] } = shown.get(id) ?? {};
    if (hasEnded(state)) return true;
    return (
      endsAtRefusal && attempts.some((attempt) => attempt.number > (before.get(id) ?? 0) && isFailed(attempt))
    );
  };
  try {
    for (let open = awaited; open.length > 0; open = open.filter((each) => !isCertain(each))) {
      if (shown.size > 0) {
        if (Date.now() >= until) break;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      const ids = new Set(open.map(({ id }) => id));
      const { items } = await listItems((page) => client.listDeliveries({ query: { ...page, q: search } }));
      for (const listed of items) {
        if (!ids.has(listed.id) || !isNews(listed, seen.get(listed.id))) continue;
        const delivery = await client.showDelivery({ path: { id: listed.id } });
        printAttempts(io, delivery, seen.get(listed.id)?.attempts ?? 0);
        shown.set(listed.id, delivery);
        seen.set(listed.id, { state: delivery.state, attempts: delivery.attempts.at(-1)?.number ?? 0 });
      }
    }
  } finally {
    clearTimeout(told);
  }
  const deliveries = awaited.flatMap(({ id }) => shown.get(id) ?? []);
  noteUnended(io, deliveries, { awaited, isCertain, timeout: options.timeout });
  return deliveries;
}

interface Seen {
  readonly state: string;
  readonly attempts: number;
}

const isNews = ({ state, attempts }: Listed, seen: Seen | undefined): boolean =>
  seen === undefined || state !== seen.state || attempts > seen.attempts;

/** A delivery may be read a moment before its accepted attempt. */
const isFailed = ({ outcome }: Attempt) => !outcome.startsWith("accepted");

const hasEnded = (state: string) => state === "delivered" || state === "failed";

const deliveriesIn = (count: number) => counted(count, "delivery", "deliveries");

/** A token that cannot read the settings waits as in `prod`. */
async function isDev(client: Client): Promise<boolean> {
  try {
    return (await client.showSettings()).profile === "dev";
  } catch (error) {
    if (error instanceof CommandFailure && error.ending === "refused") return false;
    throw error;
  }
}

function printAttempts(io: Io, delivery: WaitedDelivery, after: number): void {
  const receiver = nameReceiver(delivery);
  const news = delivery.attempts.filter(({ number }) => number > after);
  for (const attempt of news) {
    const next =
      attempt === news.at(-1) && !isMissing(delivery.nextAttemptAt)
        ? `, next attempt at ${delivery.nextAttemptAt}`
        : "";
    io.note(`${printable(`${receiver}  attempt ${attempt.number}: ${attemptText(attempt)}${next}`)}\n`);
  }
}

/** "500 in 8 ms: TypeError: x is undefined" */
function attemptText({ response, outcome, detail, durationMs }: Attempt): string {
  const text = firstLine(isMissing(response) ? (detail ?? "") : response.body);
  return `${response?.status ?? outcome} in ${durationMs} ms${text === "" ? "" : `: ${text}`}`;
}

/** The first line with something in it, cut to what fits a terminal. */
export function firstLine(text: string): string {
  const line = /\S.*/.exec(text)?.[0].trimEnd() ?? "";
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

interface Unended extends Pick<WaitOptions, "timeout"> {
  readonly awaited: readonly Awaited[];
  readonly isCertain: (awaited: Awaited) => boolean;
}

function noteUnended(
  io: Io,
  deliveries: readonly WaitedDelivery[],
  { awaited, isCertain, timeout }: Unended,
): void {
  const late = new Set(awaited.filter((each) => !isCertain(each)).map(({ id }) => id));
  const retried = deliveries.filter(({ id, state }) => !hasEnded(state) && !late.has(id));
  if (retried.length > 0) {
    io.note(
      `${deliveriesIn(retried.length)} failed and will be retried. Wait for the end with --until-done\n`,
    );
  }
  if (late.size === 0) return;
  io.note(
    `Timed out after ${formatDuration(timeout)}: ${late.size} of ${deliveriesIn(awaited.length)} not ended; the server goes on. Wait longer with --timeout\n`,
  );
  const waiting = deliveries.filter(({ id }) => late.has(id));
  for (const delivery of waiting.slice(0, MAX_NAMED)) {
    const { id, state } = delivery;
    io.note(`  ${nameReceiver(delivery)}  ${state}  callboard deliveries show ${id}\n`);
  }
  if (waiting.length > MAX_NAMED) io.note(`  and ${waiting.length - MAX_NAMED} more\n`);
}

/** A delivery as it stands when the wait is over. */
export function waitedLine(delivery: WaitedDelivery): string {
  const answer = delivery.lastStatus ?? delivery.lastOutcome ?? "not attempted yet";
  const time = isMissing(delivery.lastDurationMs) ? "" : `  ${delivery.lastDurationMs} ms`;
  return `  ${nameReceiver(delivery)}  ${printable(delivery.url ?? "")}  ${formatState(delivery)}  ${answer}${time}  ${delivery.id}`;
}
