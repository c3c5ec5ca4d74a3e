/** A person resumes what Callboard stopped by itself: paused endpoints, and what a 410 switched off. */
import { CallboardError } from "../../errors.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { resumeEndpoints } from "../store/tables/endpoint-life.ts";
import { findEndpoint, listReceiverEndpoints, listNumbers } from "../store/tables/endpoints.ts";
import type { Queryable } from "../store/db/database.ts";
import { loadSite } from "../store/tables/sites.ts";
import { switchOn } from "../store/tables/switch-off.ts";
import { formatAuditObject, recordResumed } from "./endpoint-records.ts";
import type { RegistryContext } from "./context.ts";
import type { Endpoint, Receiver } from "../model/endpoint.ts";

/** Which of a receiver's endpoints: all of them, or the one with this number. */
export type ToResume =
  | { readonly kind: "receiver"; readonly receiver: Receiver }
  | { readonly kind: "endpoint"; readonly endpointNo: number };

export interface Resumed {
  /** Endpoints that were paused. */
  readonly endpoints: number;
  /** Subscriptions, or the webhook, that a 410 or `webhook-delivery: disable` had switched off. */
  readonly subscriptions: number;
}

/**
 * What was not stopped stays as it is.
 * @throws {CallboardError} SITE_NOT_FOUND, ENDPOINT_NOT_FOUND
 */
export async function resume(
  siteKey: string,
  wish: ToResume,
  by: Author,
  context: Pick<RegistryContext, "announcer" | "database" | "now" | "changed" | "logger">,
): Promise<Resumed> {
  const { announcer, database, now, changed, logger } = context;
  const site = await loadSite(database.read, siteKey);
  const resumed = await database.write(async (tx): Promise<Resumed> => {
    await announcer.prepare(tx);
    const own = await endpointsFor(tx, site.no, wish);
    const receiver = getReceiver(wish, own, siteKey);
    const endpointNo = wish.kind === "endpoint" ? wish.endpointNo : undefined;
    const endpoints = await resumeEndpoints(tx, site.no, listNumbers(own), now());
    const subscriptions = await switchOn(tx, { siteNo: site.no, receiver, endpointNo, now: now() });
    const object = formatAuditObject(site, receiver);
    await recordResumed(tx, {
      site,
      resumed: own.filter((endpoint) => endpoints.includes(endpoint.no)),
      by,
      context,
    });
    if (subscriptions > 0)
      await appendAudit(tx, { ...by, action: "subscription.resumed", object, detail: String(subscriptions) });
    return { endpoints: endpoints.length, subscriptions };
  });
  if (resumed.endpoints + resumed.subscriptions === 0) return resumed;
  await changed(site.no);
  logger.info("endpoint.resumed", { site: siteKey, ...toAuditFields(wish), by: by.actor, ...resumed });
  return resumed;
}

async function endpointsFor(q: Queryable, siteNo: number, wish: ToResume): Promise<readonly Endpoint[]> {
  if (wish.kind === "receiver") return listReceiverEndpoints(q, siteNo, wish.receiver);
  const endpoint = await findEndpoint(q, siteNo, wish.endpointNo);
  return endpoint === undefined ? [] : [endpoint];
}

function getReceiver(wish: ToResume, own: readonly Endpoint[], siteKey: string): Receiver {
  if (wish.kind === "receiver") return wish.receiver;
  const [endpoint] = own;
  if (endpoint !== undefined) return endpoint.receiver;
  throw new CallboardError("ENDPOINT_NOT_FOUND", `There is no endpoint ${wish.endpointNo} on ${siteKey}`);
}

function toAuditFields(wish: ToResume): Readonly<Record<string, unknown>> {
  if (wish.kind === "endpoint") return { endpoint: wish.endpointNo };
  return wish.receiver.kind === "addon"
    ? { addon: wish.receiver.addonKey }
    : { webhook: wish.receiver.webhookNo };
}
