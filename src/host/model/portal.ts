/**
 * Portals: the part of the server that a login or a token of one vendor or tenant reaches. A vendor has an add-on, a tenant has the
 * outgoing webhooks with its name. Pure.
 */
import type { Receiver } from "./endpoint.ts";
import { receiverName } from "./receiver.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

/** The receivers of a portal. A session or token without one reaches all receivers of its sites. */
export type Portal =
  | { readonly kind: "vendor"; readonly addonKey: string }
  | { readonly kind: "tenant"; readonly owner: string };

/** A portal on one site, or on every site where it has something. */
export interface PortalPlace {
  readonly portal: Portal;
  readonly siteKey: string | undefined;
}

/** Reports whether the add-on is the portal's. */
export const isPortalAddon = (portal: Portal, addonKey: string): boolean =>
  portal.kind === "vendor" && portal.addonKey === addonKey;

/** Reports whether the owner of an outgoing webhook is the portal's. */
export const isPortalOwner = (portal: Portal, owner: string | undefined): boolean =>
  portal.kind === "tenant" && portal.owner === owner;

export function isPortalReceiver(portal: Portal, snapshot: SiteSnapshot, receiver: Receiver): boolean {
  switch (portal.kind) {
    case "vendor":
      return receiver.kind === "addon" && isPortalAddon(portal, receiver.addonKey);
    case "tenant":
      return (
        receiver.kind === "webhook" && isPortalOwner(portal, snapshot.webhooks.get(receiver.webhookNo)?.owner)
      );
  }
}

/** Reports whether the site belongs to the portal: a tenant may add its first webhook to the site that the portal names. */
export function isPortalSite({ portal, siteKey }: PortalPlace, snapshot: SiteSnapshot): boolean {
  if (siteKey !== undefined && siteKey !== snapshot.site.key) return false;
  switch (portal.kind) {
    case "vendor":
      return receiverName(snapshot, { kind: "addon", addonKey: portal.addonKey }) !== undefined;
    case "tenant":
      return (
        siteKey !== undefined ||
        [...snapshot.webhooks.values()].some(({ owner }) => isPortalOwner(portal, owner))
      );
  }
}

/** Returns the portal in words, for the audit log and pages. */
export const describePortal = (portal: Portal): string =>
  portal.kind === "vendor" ? `add-on ${portal.addonKey}` : `owner ${portal.owner}`;
