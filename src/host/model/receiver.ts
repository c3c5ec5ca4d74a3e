/** Receivers of a site: compared, named, and described in the server log. Pure. */
import type { EndpointAt } from "./delivery.ts";
import type { Endpoint, Receiver } from "./endpoint.ts";
import { formatWebhookId } from "./ids.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

export function isSameReceiver(one: Receiver, other: Receiver): boolean {
  return one.kind === "addon"
    ? other.kind === "addon" && one.addonKey === other.addonKey
    : other.kind === "webhook" && one.webhookNo === other.webhookNo;
}

/** Returns the add-on's key or the webhook's ID. */
export const formatReceiverId = (siteNo: number, receiver: Receiver): string =>
  receiver.kind === "addon" ? receiver.addonKey : formatWebhookId(siteNo, receiver.webhookNo);

/** The fields that name a receiver in a response. Exactly one is not null, unless the subscription is gone. */
export function receiverFields(
  siteNo: number,
  receiver: Receiver | undefined,
): { readonly addonKey: string | null; readonly webhookId: string | null } {
  return {
    addonKey: receiver?.kind === "addon" ? receiver.addonKey : null,
    webhookId: receiver?.kind === "webhook" ? formatWebhookId(siteNo, receiver.webhookNo) : null,
  };
}

/** Returns undefined if the receiver was uninstalled or deleted. */
export function receiverName(snapshot: SiteSnapshot | undefined, receiver: Receiver): string | undefined {
  if (receiver.kind === "webhook") return snapshot?.webhooks.get(receiver.webhookNo)?.name;
  const installation = snapshot?.installations.get(receiver.addonKey);
  return installation === undefined || installation.state === "uninstalled"
    ? undefined
    : installation.descriptor.name;
}

/** Returns the fields of a log line about the endpoint. */
export function describeEndpoint(
  snapshot: SiteSnapshot,
  { receiver, origin }: Pick<Endpoint, "receiver" | "origin">,
): Readonly<Record<string, string>> {
  const id = formatReceiverId(snapshot.site.no, receiver);
  return {
    site: snapshot.site.key,
    ...(receiver.kind === "addon" ? { addon: id } : { webhook: id }),
    receiver: receiverName(snapshot, receiver) ?? "removed",
    origin,
  };
}

/** Returns the same by number. Internal numbers appear only if the site or the receiver is deleted. */
export function describeEndpointAt(
  snapshot: SiteSnapshot | undefined,
  { siteNo, endpointNo }: EndpointAt,
): Readonly<Record<string, string>> {
  const endpoint = snapshot?.endpoints.get(endpointNo);
  if (snapshot === undefined || endpoint === undefined)
    return { site: snapshot?.site.key ?? `removed (${siteNo})`, receiver: `removed (${endpointNo})` };
  return describeEndpoint(snapshot, endpoint);
}
