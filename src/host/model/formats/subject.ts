/** What a format is made of: one event, as the receiver of a delivery is told of it. Pure. */
import type { Product } from "../../../catalogue/index.ts";
import { eventOfDelivery, formatId, madeAt } from "../ids.ts";
import type { Uuid } from "../ids.ts";
import type { SiteSnapshot } from "../site-snapshot.ts";
import type { Site } from "../site.ts";

export interface FormatSubject {
  /** The body that a receiver without a format gets. Empty if it is left out. */
  readonly body: Buffer;
  /** Event type. */
  readonly event: string;
  /** Public ID of the event, evt_…. */
  readonly eventId: string;
  /** Time of acceptance, epoch ms. */
  readonly at: number;
  readonly site: Pick<Site, "key" | "name" | "baseUrl">;
  readonly product: Product;
}

export interface SubjectDelivery {
  readonly siteNo: number;
  /** ID of the delivery. */
  readonly id: Uuid;
  readonly event: string;
}

export function toSubject(
  { siteNo, id, event }: SubjectDelivery,
  body: Buffer,
  { site, product }: Pick<SiteSnapshot, "site" | "product">,
): FormatSubject {
  const eventUuid = eventOfDelivery(id);
  return { body, event, eventId: formatId("evt", siteNo, eventUuid), at: madeAt(eventUuid), site, product };
}
