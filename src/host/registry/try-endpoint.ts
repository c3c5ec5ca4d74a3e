/** A person wants to know now whether an endpoint is back. */
import { CallboardError } from "../../errors.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { takeWaiting } from "../store/tables/deliveries.ts";
import { askForProbe } from "../store/tables/endpoint-life.ts";
import { findEndpoint } from "../store/tables/endpoints.ts";
import type { Uuid } from "../model/ids.ts";
import { loadSite } from "../store/tables/sites.ts";
import { formatAuditObject } from "./endpoint-records.ts";
import type { RegistryContext } from "./context.ts";

export interface Tried {
  readonly siteNo: number;
  /** The delivery that has waited longest, which is sent; one that is due earlier by then goes before. */
  readonly deliveryId: Uuid;
}

/**
 * Makes the process that delivers send the oldest waiting delivery at once, whatever a pause or an open circuit says. The
 * attempt is recorded; behind a pause or an open circuit it spends none of the delivery's retries.
 *
 * @throws {CallboardError} SITE_NOT_FOUND, ENDPOINT_NOT_FOUND; ENDPOINT_STATE if nothing waits for it
 */
export async function tryEndpoint(
  siteKey: string,
  endpointNo: number,
  by: Author,
  { database, now, changed }: Pick<RegistryContext, "database" | "now" | "changed">,
): Promise<Tried> {
  const site = await loadSite(database.read, siteKey);
  const place = { siteNo: site.no, endpointNo };
  const tried = await database.write(async (tx): Promise<Tried> => {
    const endpoint = await findEndpoint(tx, site.no, endpointNo);
    if (endpoint === undefined || !(await askForProbe(tx, place, now())))
      throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${siteKey} has no endpoint ${endpointNo}`);
    const oldest = await takeWaiting(tx, place, { lease: undefined, now: now() });
    if (oldest === undefined)
      throw new CallboardError(
        "ENDPOINT_STATE",
        `Nothing waits for the endpoint ${endpointNo}, so there is nothing to send`,
      );
    const object = formatAuditObject(site, endpoint.receiver);
    await appendAudit(tx, {
      ...by,
      action: "endpoint.tried",
      object,
      detail: `${endpoint.origin} (${endpointNo})`,
    });
    return { siteNo: site.no, deliveryId: oldest.id };
  });
  await changed(site.no);
  return tried;
}
