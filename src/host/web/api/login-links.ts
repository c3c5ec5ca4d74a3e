/** One-time links into the web app: whoever holds a token can have a browser logged in with its rights. */
import { MAX_PORTAL_LINK_MS } from "../../admin/sessions.ts";
import { ONE_PORTAL, PORTAL } from "../present/portal.ts";
import { DEFAULT_LINK_MINUTES, createPortalLink } from "../present/portal-link.ts";
import { body, checkedByCode, integer } from "../schema/schema.ts";
import { SITE_KEY } from "../schema/site.ts";
import { route } from "./route.ts";
import { toAuthor, isoTime } from "../present/values.ts";
import { LOGIN_LINK } from "../schema/host.ts";

const MINUTE_MS = 60_000;

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
            default: DEFAULT_LINK_MINUTES,
          }),
        },
      ),
      ONE_PORTAL,
    ),
    example: { addon: "com.example.addon", site: "board" },
    success: { status: 201, description: "The link and when it expires", schema: LOGIN_LINK },
    errors: ["ADDON_NOT_FOUND", "SITE_NOT_FOUND", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { caller } = call;
      const made = await createPortalLink(call.body, { caller, author: toAuthor(call) }, rooms);
      return { url: made.url, expiresAt: isoTime(made.expiresAt) };
    },
  }),
];
