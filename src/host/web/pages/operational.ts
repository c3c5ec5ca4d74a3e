/** The latest operational events as the dashboard lists them: what, about whom, and where it is shown. */
import { findOperationalEvent } from "../../../catalogue/index.ts";
import { readMember } from "../../../json/member.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import type { Rooms } from "../rooms.ts";
import { plural } from "../../../format.ts";
import type { EventRecord } from "../../model/event.ts";

export interface OperationalRow {
  readonly at: number;
  readonly event: string;
  /** The label of the event type. */
  readonly name: string;
  readonly site: string;
  /** "" where it concerns the server. */
  readonly receiver: string;
  readonly detail: string;
  /** The event's own page. */
  readonly href: string;
}

/** An event that is on Callboard's own site as well as on its own stands once. */
export async function operationalRows(
  siteKeys: readonly string[],
  most: number,
  rooms: Rooms,
): Promise<readonly OperationalRow[]> {
  // Two of each are read, and Callboard's own site is the last of all sites.
  const events = await rooms.deliveryLog.listOperational(siteKeys, 2 * most);
  const indexOnSites = ({ siteNo }: EventRecord) => siteKeys.indexOf(rooms.sites.findKey(siteNo) ?? "");
  const found = new Map<string, EventRecord>();
  for (const event of events.toSorted((one, other) => indexOnSites(one) - indexOnSites(other))) {
    if (!found.has(event.id)) found.set(event.id, event);
  }
  return [...found.values()]
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, most)
    .map((event) => toRow(event, rooms));
}

function toRow({ siteNo, id, name, body }: EventRecord, { sites }: Rooms): OperationalRow {
  const told = readBody(body);
  const text = (value: unknown) =>
    typeof value === "string" || typeof value === "number" ? String(value) : "";
  const site = sites.findKey(siteNo) ?? "removed site";
  return {
    at: madeAt(id),
    event: name,
    name: findOperationalEvent(name)?.name ?? name,
    site: text(readMember(told, "site")) || site,
    receiver: text(readMember(readMember(told, "receiver"), "name")),
    detail: [
      text(readMember(told, "stage")),
      countText(name, readMember(told, "count")),
      ...["reason", "code", "key", "token"].map((each) => text(readMember(told, each))),
    ]
      .filter((each) => each !== "")
      .join(", "),
    href: `/admin/events/${formatId("evt", siteNo, id)}`,
  };
}

function countText(event: string, value: unknown): string {
  if (typeof value !== "number") return "";
  return event.startsWith("delivery.")
    ? plural(value, "delivery", "deliveries")
    : plural(value, "webhook", "webhooks");
}

/** Undefined once retention has deleted it. Whoever may publish events may publish one with any body. */
function readBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
