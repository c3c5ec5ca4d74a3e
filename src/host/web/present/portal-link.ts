/** Makes the link that logs a browser in to a portal once, for the API and for the page of the settings. */
import { CallboardError } from "../../../errors.ts";
import { LOGIN_LINK_MS } from "../../admin/sessions.ts";
import type { Portal, PortalPlace } from "../../model/portal.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Caller } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { toPortal } from "./portal.ts";

const MINUTE_MS = 60_000;
/** Lifetime of a link without one. */
export const DEFAULT_LINK_MINUTES = LOGIN_LINK_MS / MINUTE_MS;

export interface PortalLinkWish {
  /** One of the two. */
  readonly addon?: string;
  readonly owner?: string;
  /** Undefined for all sites that the caller reaches. */
  readonly site?: string;
  readonly minutes?: number;
}

export interface PortalLink {
  readonly url: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** @throws {CallboardError} BODY_SCHEMA, SITE_NOT_FOUND, SCOPE; ADDON_NOT_FOUND, WEBHOOK_NOT_FOUND if the portal would have nothing */
export async function createPortalLink(
  { site, minutes = DEFAULT_LINK_MINUTES, ...whose }: PortalLinkWish,
  { caller, author }: { readonly caller: Caller; readonly author: Author },
  rooms: Rooms,
): Promise<PortalLink> {
  const place = { portal: requirePortal(whose), siteKey: site ?? caller.siteKey };
  await requireSomething(place, caller, rooms);
  const { secret, expiresAt } = await rooms.sessions.createLink(caller.tokenId, author, {
    ...place,
    lifetimeMs: minutes * MINUTE_MS,
  });
  return { url: `${rooms.baseUrl()}/admin/login/${secret}`, expiresAt };
}

/** @throws {CallboardError} BODY_SCHEMA unless exactly one portal is named */
function requirePortal(given: Parameters<typeof toPortal>[0]): Portal {
  const portal = toPortal(given);
  if (portal !== undefined) return portal;
  const detail = "must be there, or owner";
  throw new CallboardError("BODY_SCHEMA", `/addon ${detail}`, { errors: [{ pointer: "/addon", detail }] });
}

/** @throws {CallboardError} SITE_NOT_FOUND, SCOPE; ADDON_NOT_FOUND, WEBHOOK_NOT_FOUND if the portal would have nothing */
async function requireSomething(place: PortalPlace, caller: Caller, rooms: Rooms): Promise<void> {
  const { portal, siteKey } = place;
  const keys = await listReachedSites(siteKey, caller, rooms);
  if (keys.some((key) => rooms.receivers.isSiteReached(place, key))) return;
  if (portal.kind === "vendor") {
    throw new CallboardError(
      "ADDON_NOT_FOUND",
      `The add-on ${portal.addonKey} is not installed on these sites`,
    );
  }
  throw new CallboardError(
    "WEBHOOK_NOT_FOUND",
    `No webhook has the owner ${JSON.stringify(portal.owner)}. Name a site, for the first one`,
  );
}
