/** `callboard status`: what runs, what waits, why nothing is being sent, and how full the limits are. */
import { CommandFailure } from "../exit.ts";
import type { Client } from "../client.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { columns, print, printable } from "../io.ts";

interface Status {
  readonly version: string;
  readonly processes: readonly {
    readonly role: string;
    readonly version: string;
    readonly startedAt: string;
    readonly seenAt: string;
    readonly inFlight: number;
    readonly limitedBy: { readonly detail: string } | null;
  }[];
  readonly replica: { readonly state: string; readonly detail: string | null } | null;
  readonly notSending: {
    readonly reason: string;
    readonly detail: string;
    readonly until: string | null;
  } | null;
  readonly oldestDueAt: string | null;
  readonly items: readonly {
    readonly site: string;
    readonly waiting: number;
    readonly waitingIsMore: boolean;
    readonly failed: number;
    readonly success: number | null;
    readonly endpoints: { readonly total: number; readonly open: number; readonly paused: number };
  }[];
}

interface Limit {
  readonly name: string;
  readonly per: string;
  readonly unit: string;
  readonly max: number;
  readonly level: number | null;
}

/** Reasons that somebody has to do something about. */
const CALM: readonly string[] = ["nothing-waits", "not-due"];

export async function status(
  { io, client }: Context,
  options: { readonly site?: string; readonly json?: boolean },
): Promise<Ending> {
  const found =
    options.site === undefined
      ? await client.callList<Status>("/status")
      : await client.call<Status>("GET", `/status?${new URLSearchParams({ site: options.site })}`);
  const limits = await limitsOf(client);
  print(io, options, { ...found, limits }, textOf(found, limits).map(printable));
  return "done";
}

/** A token of one site can't see the limits of the server. */
async function limitsOf(client: Client): Promise<readonly Limit[]> {
  try {
    return (await client.callList<{ readonly items: readonly Limit[] }>("/limits")).items;
  } catch (error) {
    if (error instanceof CommandFailure) return [];
    throw error;
  }
}

function textOf(
  { version, processes, replica, notSending, oldestDueAt, items }: Status,
  limits: readonly Limit[],
): readonly string[] {
  const levels = limits.flatMap(({ level, ...limit }) => (level === null ? [] : [{ level, ...limit }]));
  return [
    `Callboard ${version}`,
    ...columns(
      processes.map((each) => [
        `  ${each.role}`,
        each.version,
        `${each.inFlight} in flight`,
        `since ${each.startedAt}`,
        `seen ${each.seenAt}`,
      ]),
    ),
    ...processes.flatMap(({ role, limitedBy }) =>
      limitedBy === null ? [] : [`limit of ${role}: ${limitedBy.detail}`],
    ),
    ...(replica === null ? [] : [`replica: ${replica.detail ?? replica.state}`]),
    ...(oldestDueAt === null ? [] : [`oldest due since ${oldestDueAt}`]),
    `sending: ${sendingText(notSending)}`,
    ...columns(
      items.map((site) => [
        site.site,
        `${site.waitingIsMore ? "more than " : ""}${site.waiting} waiting`,
        `${site.failed} failed in 24 h`,
        site.success === null
          ? "no attempts in 24 h"
          : `${Math.floor(site.success * 1000) / 10}% 2xx in 24 h`,
        `${site.endpoints.total} endpoints, ${site.endpoints.open} open, ${site.endpoints.paused} paused`,
      ]),
    ),
    ...(levels.length === 0 ? [] : ["limits"]),
    ...columns(
      levels.map(({ name, per, unit, max, level }) => [
        `  ${name}`,
        `${level} of ${max} ${unit}`,
        `per ${per}`,
      ]),
    ),
  ];
}

function sendingText(notSending: Status["notSending"]): string {
  if (notSending === null) return "yes";
  const { reason, detail, until } = notSending;
  const next = until === null ? "" : `; next at ${until}`;
  return CALM.includes(reason) ? `nothing to send. ${detail}${next}` : `NO. ${detail}${next}`;
}
