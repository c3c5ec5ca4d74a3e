/**
 * What Callboard does by itself about receivers that fail is written down where people look, the audit and the log, and told
 * to those who subscribed to it.
 */
import { isOperational } from "../../catalogue/index.ts";
import type { Logger } from "../../logger.ts";
import type { Turn } from "../model/endpoint-life.ts";
import { isToldReason, toMinute, toldOfTurn } from "../model/operational.ts";
import { addFailures, failuresChange, listUntold, takeFailures } from "../store/tables/announced.ts";
import type { FailureCount } from "../store/tables/announced.ts";
import type { Announcement, Announcer } from "../store/tables/announcement.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Change } from "../store/db/batch.ts";
import type { Database, Queryable, Transaction } from "../store/db/database.ts";
import { formatId } from "../model/ids.ts";
import { describeEndpoint, formatReceiverId } from "../model/receiver.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { EndpointAt } from "../model/delivery.ts";
import type { Endpoint, Receiver } from "../model/endpoint.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** An endpoint and what became of it, or of the subscription that a delivery was for. */
export interface RecordedTurn {
  readonly delivery: {
    readonly siteNo: number;
    readonly endpointNo: number;
    readonly subscriptionNo: number;
    readonly event: string;
  };
  readonly turn: Turn | { readonly kind: "gone" };
}

/** A delivery with what it came to. */
export interface SettledDelivery {
  readonly delivery: EndpointAt & { readonly id: string; readonly event: string };
  readonly settlement: { readonly state: string; readonly because?: string };
  readonly test: boolean;
}

export interface EndpointRecords {
  readonly prepare: (tx: Queryable) => Promise<void>;
  /** `announce-now` if a failure is the first of its endpoint in this minute, as far as this process knows. */
  readonly failuresChange: (batch: readonly SettledDelivery[]) => Change | "announce-now" | undefined;
  /** In the transaction that made the turns and moved the deliveries. */
  readonly record: (
    tx: Transaction,
    turned: readonly RecordedTurn[],
    moved: readonly SettledDelivery[],
  ) => Promise<void>;
  /** Tells of the failures whose minute is over. */
  readonly tellFailures: () => Promise<void>;
  /** After it was committed. */
  readonly log: (turned: readonly RecordedTurn[]) => void;
}

const BY_ITSELF: Author = { actor: "callboard", address: "" };
const NAMES = {
  failing: "endpoint.failing",
  paused: "endpoint.paused",
  resumed: "endpoint.resumed",
  gone: "subscription.gone",
} as const satisfies Record<RecordedTurn["turn"]["kind"], string>;
/** Endpoints of which it is remembered when they were told of last. */
const MAX_REMEMBERED = 10_000;

/** The object of an audit entry: the add-on or the webhook. */
export function formatAuditObject(site: SiteSnapshot["site"], receiver: Receiver): string {
  return `${site.key}/${formatReceiverId(site.no, receiver)}`;
}

interface RecordResumedOptions {
  readonly site: SiteSnapshot["site"];
  readonly resumed: readonly Pick<Endpoint, "no" | "receiver" | "origin">[];
  readonly by: Author;
  readonly context: { readonly announcer: Announcer; readonly now: () => number };
}

/** In the transaction in which a person resumed paused endpoints, or did what resumes them. */
export async function recordResumed(
  tx: Transaction,
  { site, resumed, by, context: { announcer, now } }: RecordResumedOptions,
): Promise<void> {
  for (const { no, receiver, origin } of resumed) {
    const object = formatAuditObject(site, receiver);
    await appendAudit(tx, { ...by, action: NAMES.resumed, object, detail: `${origin} (${no})` });
  }
  const told = toldOfTurn({ kind: "resumed" }, now(), by.actor);
  await announcer.announce(
    tx,
    resumed.map(({ no }) => ({
      ...told,
      siteNo: site.no,
      about: { kind: "endpoint", endpointNo: no },
    })),
  );
}

export function createEndpointRecords({
  database,
  snapshots,
  logger,
  announcer,
  now,
}: {
  readonly database: Pick<Database, "dialect" | "read" | "write">;
  readonly snapshots: Pick<Snapshots, "get">;
  readonly logger: Logger;
  readonly announcer: Announcer;
  readonly now: () => number;
}): EndpointRecords {
  /** The minute in which this process told of an endpoint last, or found it told. */
  const toldIn = new Map<number, number>();

  function findEndpoint({ delivery: { siteNo, endpointNo, subscriptionNo } }: RecordedTurn) {
    const snapshot = snapshots.get(siteNo);
    const endpoint = snapshot?.endpoints.get(endpointNo);
    if (snapshot === undefined || endpoint === undefined) return undefined;
    const { site, subscriptions } = snapshot;
    return { snapshot, site, endpoint, event: subscriptions.get(subscriptionNo)?.event };
  }

  function toAnnouncements(each: RecordedTurn): readonly Announcement[] {
    const { siteNo, endpointNo, event } = each.delivery;
    // What became of an operational event is never told by another one.
    if (isOperational(event)) return [];
    const told = toldOfTurn(each.turn, now(), BY_ITSELF.actor, findEndpoint(each)?.event);
    return [{ ...told, siteNo, about: { kind: "endpoint", endpointNo } }];
  }

  async function tell(tx: Transaction, endpoints: readonly EndpointAt[]): Promise<void> {
    const minute = toMinute(now());
    const announcements: Announcement[] = [];
    for (const endpoint of endpoints) {
      const failures = await takeFailures(tx, endpoint, minute);
      if (failures !== undefined) announcements.push(failuresAnnouncement(failures, now()));
      if (toldIn.size >= MAX_REMEMBERED) toldIn.clear();
      toldIn.set(endpoint.endpointNo, minute);
    }
    if (announcements.length > 0) await announcer.announce(tx, announcements);
    tx.atEnd((isCommitted) => {
      if (!isCommitted) for (const { endpointNo } of endpoints) toldIn.delete(endpointNo);
    });
  }

  return {
    prepare: announcer.prepare,
    failuresChange: (batch) => {
      const minute = toMinute(now());
      const isFirst = batch.some((each) => isTold(each) && toldIn.get(each.delivery.endpointNo) !== minute);
      return isFirst ? "announce-now" : failuresChange(database.dialect, countFailures(batch));
    },
    record: async (tx, turned, moved) => {
      for (const each of turned) {
        const found = findEndpoint(each);
        if (found === undefined || each.turn.kind === "failing") continue;
        const object = formatAuditObject(found.site, found.endpoint.receiver);
        const { origin } = found.endpoint;
        const detail = each.turn.kind === "gone" ? `${found.event ?? "all events"}: ${origin}` : origin;
        await appendAudit(tx, { ...BY_ITSELF, action: NAMES[each.turn.kind], object, detail });
      }
      if (turned.length > 0) await announcer.announce(tx, turned.flatMap(toAnnouncements));
      const failures = countFailures(moved);
      if (failures.length === 0) return;
      await addFailures(tx, failures);
      await tell(tx, failures);
    },
    tellFailures: async () => {
      const untold = await listUntold(database.read, toMinute(now()));
      if (untold.length === 0) return;
      await database.write(async (tx) => {
        await announcer.prepare(tx);
        await tell(tx, untold);
      });
    },
    log: (turned) => {
      for (const each of turned) {
        const found = findEndpoint(each);
        if (found === undefined) continue;
        const { snapshot, endpoint, event } = found;
        const { turn } = each;
        const fields = {
          ...describeEndpoint(snapshot, endpoint),
          ...(turn.kind === "gone" ? { event: event ?? "all" } : {}),
          ...("since" in turn ? { since: new Date(turn.since).toISOString() } : {}),
        };
        if (turn.kind === "resumed") logger.info(NAMES.resumed, fields);
        else logger.warn(NAMES[turn.kind], fields);
      }
    },
  };
}

/** Whether `delivery.failed` counts it: a test is none, and what became of an operational event is never told by another one. */
function isTold({ delivery, settlement, test }: SettledDelivery): boolean {
  return (
    settlement.state === "failed" &&
    !test &&
    isToldReason(settlement.because ?? "") &&
    !isOperational(delivery.event)
  );
}

function countFailures(batch: readonly SettledDelivery[]): readonly FailureCount[] {
  const counts = new Map<number, FailureCount>();
  for (const each of batch) {
    if (!isTold(each)) continue;
    const { siteNo, endpointNo, id } = each.delivery;
    counts.set(endpointNo, {
      siteNo,
      endpointNo,
      count: (counts.get(endpointNo)?.count ?? 0) + 1,
      deliveryId: formatId("dlv", siteNo, id),
      because: each.settlement.because ?? "",
    });
  }
  return [...counts.values()];
}

function failuresAnnouncement(
  { siteNo, endpointNo, count, deliveryId, because }: FailureCount,
  at: number,
): Announcement {
  return {
    event: "delivery.failed",
    siteNo,
    about: { kind: "endpoint", endpointNo },
    facts: { state: "failed", since: at, count, delivery: deliveryId, reason: because },
    page: `/admin/deliveries/${deliveryId}`,
  };
}
