/**
 * Shows what an outgoing webhook would send before it is saved: the request of a sample, and those of the latest events of its
 * types. Nothing is sent or written.
 */
import { createSampleText, findFormat } from "../../catalogue/index.ts";
import type { WebhookFormat } from "../../catalogue/index.ts";
import { pairHeaders } from "../../header-pairs.ts";
import { takeTurn } from "../../turn.ts";
import { maskRequestHeaders } from "../model/attempt-record.ts";
import { bodyVariant } from "../model/body-variant.ts";
import { createTestDelivery } from "../model/delivery.ts";
import { draftSubscription, withDraft } from "../model/draft-webhook.ts";
import type { EventRecord } from "../model/event.ts";
import { SHOWN_ROUTING_KEY, formatBody } from "../model/formats/format-body.ts";
import type { Cut, Formatted } from "../model/formats/formatted.ts";
import { toSubject } from "../model/formats/subject.ts";
import { deliveryUuid, newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { prepare } from "../model/prepare.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Queryable } from "../store/db/database.ts";
import { listLatest, readEventBody } from "./latest-events.ts";
import type { Header } from "./show.ts";

export const DEFAULT_PREVIEWED = 3;
export const MAX_PREVIEWED = 10;

export interface PreviewInput {
  /** Event type of the sample. */
  readonly event: string;
  /** JSON text instead of the catalogue's sample. */
  readonly payload?: Buffer | undefined;
  /** Maximum number of latest events, up to {@link MAX_PREVIEWED}. */
  readonly limit: number;
  /** Epoch ms. */
  readonly now: number;
}

/** The event that a preview is of. Undefined: the sample. */
type Source = EventRecord | undefined;

export interface Preview {
  readonly source: Source;
  /** Event type. */
  readonly event: string;
  readonly result:
    | {
        readonly kind: "request";
        readonly url: string;
        /** Authorization is masked. */
        readonly headers: readonly Header[];
        /** A routing key is masked. */
        readonly body: Buffer;
        /** Size in the unit of the target's limit; in bytes without one. */
        readonly size: number;
        readonly cut: Cut | undefined;
      }
    | { readonly kind: "failed"; readonly because: "over-limit" | "template-failed"; readonly detail: string }
    /** Retention has deleted the body. */
    | { readonly kind: "body-deleted" };
}

export interface Previews {
  readonly format: WebhookFormat;
  /** The sample first, then the latest events, newest first. */
  readonly items: readonly Preview[];
}

/** @throws {CallboardError} EVENT_SCHEMA if the payload does not make a body of the product */
export async function previewWebhook(
  q: Queryable,
  snapshot: SiteSnapshot,
  webhook: Webhook,
  input: PreviewInput,
): Promise<Previews> {
  const subscription = draftSubscription(webhook, undefined);
  const shown = webhook.routingKey === undefined ? webhook : { ...webhook, routingKey: SHOWN_ROUTING_KEY };
  const draft: Draft = {
    snapshot: withDraft(snapshot, shown, subscription),
    webhook: shown,
    subscription,
    format: findFormat(snapshot.product, webhook.format),
    now: input.now,
  };
  const items: Preview[] = [
    {
      source: undefined,
      event: input.event,
      result: toResult(draft, newEventUuid(), input.event, buildSample(snapshot, input)),
    },
  ];
  for (const event of await listLatest(q, snapshot, webhook.events, input.limit)) {
    const body = await readEventBody(q, event);
    const result =
      body === undefined ? ({ kind: "body-deleted" } as const) : toResult(draft, event.id, event.name, body);
    items.push({ source: event, event: event.name, result });
    await takeTurn();
  }
  return { format: draft.format, items };
}

interface Draft {
  readonly snapshot: SiteSnapshot;
  readonly webhook: Webhook;
  readonly subscription: Subscription;
  readonly format: WebhookFormat;
  readonly now: number;
}

function buildSample({ site, product }: SiteSnapshot, { event, payload, now }: PreviewInput): Buffer {
  const { envelope } = site.options;
  const sample = payload ?? Buffer.from(createSampleText(product, event, envelope));
  const given = { event, payload: sample, receivedAt: now, ...(envelope === undefined ? {} : { envelope }) };
  return product.buildBody(given).bytes;
}

function toResult(
  { snapshot, webhook, subscription, format, now }: Draft,
  eventId: Uuid,
  event: string,
  body: Buffer,
): Preview["result"] {
  const id = deliveryUuid(eventId, 0);
  const delivery = createTestDelivery(subscription, { id, event, body, now });
  const formatted: Formatted = formatBody(
    webhook,
    format,
    toSubject(delivery, bodyVariant(body, [subscription]), snapshot),
  );
  if (formatted.kind === "failed") return formatted;
  const prepared = prepare(delivery, { site: snapshot, now, signedAt: now });
  if (prepared.kind !== "request") throw new Error("a preview always has a request");
  const { url, headers, body: whole } = prepared.request;
  const { size, cut } = formatted;
  // A batch has no routing key to mask.
  const sent = webhook.batch === undefined ? formatted.body : Buffer.from(whole);
  return { kind: "request", url, headers: pairHeaders(maskRequestHeaders(headers)), body: sent, size, cut };
}
