/** What Callboard does by itself about receivers that fail is written down where people look: the audit and the log. */
import type { Logger } from "../../logger.ts";
import type { Turn } from "../model/endpoint-life.ts";
import { appendAudit } from "../store/audit.ts";
import type { Author } from "../store/audit.ts";
import type { Queryable } from "../store/database.ts";
import type { Receiver } from "../store/endpoints.ts";
import { formatWebhookId } from "../store/ids.ts";
import { receiverName } from "../store/snapshot.ts";
import type { SiteSnapshot, Snapshots } from "../store/snapshot.ts";

/** An endpoint and what became of it, or of the subscription that a delivery was for. */
export interface RecordedTurn {
  readonly delivery: {
    readonly siteNo: number;
    readonly endpointNo: number;
    readonly subscriptionNo: number;
  };
  readonly turn: Turn | { readonly kind: "gone" };
}

export interface EndpointRecords {
  /** In the transaction that made the turns. */
  readonly record: (tx: Queryable, turned: readonly RecordedTurn[]) => Promise<void>;
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

/** The object of an audit entry: the add-on or the webhook. */
export function auditObjectOf(site: SiteSnapshot["site"], receiver: Receiver): string {
  return receiver.kind === "addon"
    ? `${site.key}/${receiver.addonKey}`
    : `${site.key}/${formatWebhookId(site.no, receiver.webhookNo)}`;
}

export function createEndpointRecords({
  snapshots,
  logger,
}: {
  readonly snapshots: Pick<Snapshots, "get">;
  readonly logger: Logger;
}): EndpointRecords {
  function endpointOf({ delivery: { siteNo, endpointNo, subscriptionNo } }: RecordedTurn) {
    const snapshot = snapshots.get(siteNo);
    const endpoint = snapshot?.endpoints.get(endpointNo);
    if (snapshot === undefined || endpoint === undefined) return undefined;
    const { site, subscriptions } = snapshot;
    return { snapshot, site, endpoint, event: subscriptions.get(subscriptionNo)?.event };
  }

  return {
    record: async (tx, turned) => {
      for (const each of turned) {
        const found = endpointOf(each);
        if (found === undefined || each.turn.kind === "failing") continue;
        const object = auditObjectOf(found.site, found.endpoint.receiver);
        const { origin } = found.endpoint;
        const detail = each.turn.kind === "gone" ? `${found.event ?? "all events"}: ${origin}` : origin;
        await appendAudit(tx, { ...BY_ITSELF, action: NAMES[each.turn.kind], object, detail });
      }
    },
    log: (turned) => {
      for (const each of turned) {
        const found = endpointOf(each);
        if (found === undefined) continue;
        const { snapshot, site, endpoint, event } = found;
        const { turn } = each;
        const fields = {
          site: site.key,
          ...(endpoint.receiver.kind === "addon"
            ? { addon: endpoint.receiver.addonKey }
            : { webhook: formatWebhookId(site.no, endpoint.receiver.webhookNo) }),
          receiver: receiverName(snapshot, endpoint.receiver) ?? "removed",
          origin: endpoint.origin,
          ...(turn.kind === "gone" ? { event: event ?? "all" } : {}),
          ...("since" in turn ? { since: new Date(turn.since).toISOString() } : {}),
        };
        if (turn.kind === "resumed") logger.info(NAMES.resumed, fields);
        else logger.warn(NAMES[turn.kind], fields);
      }
    },
  };
}
