/** What a body filter makes of the latest events, as it is shown above the form. */
import type { TriedBodyFilter, TriedEvent } from "../../delivery-log/try-body-filter.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { badge } from "./html.ts";

const BADGES = {
  matched: badge("good", "Matches"),
  "not-matched": badge("quiet", "No match"),
  "body-deleted": badge("warn", "Body deleted"),
} as const satisfies Record<TriedEvent["result"], string>;

export function triedView({ items, counts }: TriedBodyFilter) {
  return {
    summary: describeCounts(counts),
    rows: items.map(({ event, result, reason }) => ({
      href: `/admin/events/${formatId("evt", event.siteNo, event.id)}`,
      name: event.name,
      at: madeAt(event.id),
      badge: BADGES[result],
      reason: result === "body-deleted" ? "Deleted after the retention period" : (reason ?? ""),
    })),
  };
}

function describeCounts({ events, matched, bodyDeleted }: TriedBodyFilter["counts"]): string {
  if (events === 0) return "There are no events of these types yet.";
  const judged = events - bodyDeleted;
  const matches = `The body filter matches ${matched} of ${judged} ${judged === 1 ? "event" : "events"}.`;
  if (bodyDeleted === 0) return matches;
  const deleted =
    bodyDeleted === 1 ? "The body of 1 more event was" : `The bodies of ${bodyDeleted} more events were`;
  return `${matches} ${deleted} deleted after the retention period.`;
}
