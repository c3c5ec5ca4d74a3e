/** `callboard status`: what runs, what waits, why nothing is being sent, and how full the limits are. */
import type { Schemas } from "../../client/index.ts";
import { listItems } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { isStuck } from "../standstill.ts";
import { formatShare } from "../told.ts";
import { isMissing } from "../missing.ts";

type Status = Schemas["Status"];
type Limit = Schemas["Limit"];

export async function status(
  { io, client }: Context,
  options: { readonly site?: string; readonly json?: boolean },
): Promise<Ending> {
  const { site } = options;
  const found = await listItems((page) => client.showStatus({ query: { ...page, ...defined({ site }) } }));
  const limits = await listLimits(client);
  print(io, options, { ...found, limits }, toLines(found, limits).map(printable));
  return "done";
}

/** A token of one site can't see the limits of the server. */
async function listLimits(client: Client): Promise<readonly Limit[]> {
  try {
    return (await listItems((page) => client.listLimits({ query: page }))).items;
  } catch (error) {
    if (error instanceof CommandFailure) return [];
    throw error;
  }
}

function toLines(
  { version, processes, replica, notSending, oldestDueAt, items }: Status,
  limits: readonly Limit[],
): readonly string[] {
  const levels = limits.flatMap(({ level, ...limit }) => (isMissing(level) ? [] : [{ level, ...limit }]));
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
      isMissing(limitedBy) ? [] : [`limit of ${role}: ${limitedBy.detail}`],
    ),
    ...(isMissing(replica) ? [] : [`replica: ${replica.detail ?? replica.state}`]),
    ...(isMissing(oldestDueAt) ? [] : [`oldest due since ${oldestDueAt}`]),
    `sending: ${formatSending(notSending)}`,
    ...columns(
      items.map((site) => [
        site.site,
        `${site.waitingIsMore ? "more than " : ""}${site.waiting} waiting`,
        `${site.failed} failed in 24 h`,
        isMissing(site.success) ? "no attempts in 24 h" : `${formatShare(site.success)} 2xx in 24 h`,
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

function formatSending(notSending: Status["notSending"]): string {
  if (isMissing(notSending)) return "yes";
  const { detail, until } = notSending;
  const next = isMissing(until) ? "" : `; next at ${until}`;
  return isStuck(notSending) ? `NO. ${detail}${next}` : `nothing to send. ${detail}${next}`;
}
