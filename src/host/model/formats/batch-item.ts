/** What a batch has of each of its deliveries. Pure. */
import type { BodyShape } from "../../../catalogue/index.ts";
import type { OrderPlace } from "../delivery.ts";
import { formatId } from "../ids.ts";
import type { SiteSnapshot } from "../site-snapshot.ts";
import { renderStructured } from "./cloudevents.ts";
import { toSubject } from "./subject.ts";
import type { SubjectDelivery } from "./subject.ts";

/** Formats with a batch mode. A chat tool takes one message in a request. */
const BATCH_SHAPES: readonly BodyShape[] = ["event", "cloudevents"];

export const canBatch = (shape: BodyShape): boolean => BATCH_SHAPES.includes(shape);

/** Section 4.3 of https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md. */
const CLOUDEVENTS_BATCH = "application/cloudevents-batch+json; charset=utf-8";

/** Returns the content type of a batch; undefined for JSON. */
export const batchContentType = (shape: BodyShape): string | undefined =>
  shape === "cloudevents" ? CLOUDEVENTS_BATCH : undefined;

export interface ItemDelivery extends SubjectDelivery {
  readonly order?: OrderPlace | undefined;
}

/**
 * Returns the item of a delivery: `{id, type, timestamp, sequence?, data?}`, or a structured CloudEvent. The data are the body's own
 * bytes, and left out where the body is empty.
 */
export function renderItem(
  delivery: ItemDelivery,
  body: Buffer,
  site: Pick<SiteSnapshot, "site" | "product">,
  shape: BodyShape,
): Buffer {
  const subject = toSubject(delivery, body, site);
  if (shape === "cloudevents") return renderStructured(subject).body;
  const { siteNo, id, order } = delivery;
  const head = JSON.stringify({
    id: formatId("dlv", siteNo, id),
    type: subject.event,
    timestamp: new Date(subject.at).toISOString(),
    ...(order?.sequence === undefined ? {} : { sequence: order.sequence }),
  });
  if (body.length === 0) return Buffer.from(head);
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), body, Buffer.from("}")]);
}
