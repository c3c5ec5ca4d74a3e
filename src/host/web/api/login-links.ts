/** One-time links into the web app: whoever holds a token can have a browser logged in with its rights. */
import { CallboardError } from "../../../errors.ts";
import { LOGIN_LINK_MS, MAX_PORTAL_LINK_MS } from "../../admin/sessions.ts";
import type { Portal, PortalPlace } from "../../model/portal.ts";
import type { Caller } from "../http/access.ts";
import { sitesOf } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { ONE_PORTAL, PORTAL, toPortal } from "../present/portal.ts";
import { body, checkedByCode, integer } from "../schema/schema.ts";
import { SITE_KEY } from "../schema/site.ts";
import { route } from "./route.ts";
import { toAuthor, isoTime } from "../present/values.ts";
import { LOGIN_LINK } from "../schema/host.ts";

const MINUTE_MS = 60_000;

/** @throws {CallboardError} BODY_SCHEMA unless the body names exactly one portal */
function requirePortal(given: Parameters<typeof toPortal>[0]): Portal {
  const portal = toPortal(given);
  if (portal !== undefined) return portal;
  const detail = "must be there, or owner";
  throw new CallboardError("BODY_SCHEMA", `/addon ${detail}`, { errors: [{ pointer: "/addon", detail }] });
}

/** @throws {CallboardError} SITE_NOT_FOUND, SCOPE; ADDON_NOT_FOUND, WEBHOOK_NOT_FOUND if the portal would have nothing */
async function requireSomething(place: PortalPlace, caller: Caller, rooms: Rooms): Promise<void> {
  const { portal, siteKey } = place;
  const keys = await sitesOf(siteKey, caller, rooms);
  if (keys.some((key) => rooms.receivers.isSiteReached(place, key))) return;
  if (portal.kind === "vendor") {
    throw new CallboardError("ADDON_NOT_FOUND", `No site of these has the add-on ${portal.addonKey}`);
  }
  throw new CallboardError(
    "WEBHOOK_NOT_FOUND",
    `No webhook has the owner ${JSON.stringify(portal.owner)}. Name a site, for the first one`,
  );
}

export const loginLinkRoutes = [
  route({
    id: "createLoginLink",
    method: "POST",
    path: "/login-links",
    scope: "read",
    reach: "handler",
    subject: "own",
    group: "Tokens",
    summary: "Create a login link with the rights of this token, which works once",
    success: { status: 201, description: "The link and when it expires", schema: LOGIN_LINK },
    handle: async (call, { sessions, baseUrl }) => {
      const { secret, expiresAt } = await sessions.createLink(call.caller.tokenId, toAuthor(call));
      return { url: `${baseUrl()}/admin/login/${secret}`, expiresAt: isoTime(expiresAt) };
    },
  }),
  route({
    id: "createPortalLink",
    method: "POST",
    path: "/portal-links",
    scope: "admin",
    reach: "handler",
    group: "Portals",
    summary: "Create a login link for one add-on or for one owner of outgoing webhooks, which works once",
    body: checkedByCode(
      body(
        {},
        {
          ...PORTAL,
          site: SITE_KEY,
          minutes: integer("Lifetime of the link, in minutes", {
            minimum: 1,
            maximum: MAX_PORTAL_LINK_MS / MINUTE_MS,
            default: LOGIN_LINK_MS / MINUTE_MS,
          }),
        },
      ),
      ONE_PORTAL,
    ),
    example: { addon: "com.example.addon", site: "board" },
    success: { status: 201, description: "The link and when it expires", schema: LOGIN_LINK },
    errors: ["ADDON_NOT_FOUND", "SITE_NOT_FOUND", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { site, minutes = LOGIN_LINK_MS / MINUTE_MS } = call.body;
      const place = { portal: requirePortal(call.body), siteKey: site ?? call.caller.siteKey };
      await requireSomething(place, call.caller, rooms);
      const { secret, expiresAt } = await rooms.sessions.createLink(call.caller.tokenId, toAuthor(call), {
        ...place,
        lifetimeMs: minutes * MINUTE_MS,
      });
      return { url: `${rooms.baseUrl()}/admin/login/${secret}`, expiresAt: isoTime(expiresAt) };
    },
  }),
];
