/** API tokens: the whole token is in the answer that makes it, and nowhere else. */
import { CallboardError } from "../../../errors.ts";
import { SCOPES } from "../../store/tables/tokens.ts";
import type { ApiToken } from "../../store/tables/tokens.ts";
import { route } from "./route.ts";
import { PORTAL, PORTAL_SCOPES, requirePortalScopes, toPortal } from "../present/portal.ts";
import { isoTime, presentList } from "../present/values.ts";
import { array, body, checkedByCode, choice, string, time } from "../schema/schema.ts";
import { LINE_WITH_TEXT } from "../schema/parts.ts";
import { SITE_KEY } from "../schema/site.ts";
import { NEW_TOKEN, TOKEN_PAGE } from "../schema/host.ts";
import { TOKEN_CURSOR } from "../../model/cursor.ts";
import { readPage, pageParameters } from "../http/query.ts";
import { parseTime } from "../../model/time-text.ts";

const shown = (token: ApiToken) => ({
  id: token.id,
  name: token.name,
  scopes: token.scopes,
  site: token.siteKey ?? null,
  addon: token.portal?.kind === "vendor" ? token.portal.addonKey : null,
  owner: token.portal?.kind === "tenant" ? token.portal.owner : null,
  createdAt: isoTime(token.createdAt),
  lastUsedAt: isoTime(token.lastUsedAt),
  revokedAt: isoTime(token.revokedAt),
  expiresAt: isoTime(token.expiresAt),
});

/** @throws CallboardError BODY_SCHEMA */
function requireFuture(text: string): number {
  const at = text.includes("T") ? parseTime(text) : undefined;
  if (at !== undefined && at > Date.now()) return at;
  const detail = "must be an ISO 8601 time in the future, for example 2027-01-31T12:00:00Z";
  throw new CallboardError("BODY_SCHEMA", `expiresAt ${detail}`, {
    errors: [{ pointer: "/expiresAt", detail }],
  });
}

export const tokenRoutes = [
  route({
    id: "listTokens",
    method: "GET",
    path: "/tokens",
    scope: "admin",
    group: "Tokens",
    summary: "List the API tokens, those used last first; revoked and expired ones are included",
    query: pageParameters(TOKEN_CURSOR),
    success: { status: 200, description: "Tokens, without their secret part", schema: TOKEN_PAGE },
    handle: async ({ query }, { tokens }) => presentList(await tokens.list(readPage(query)), shown),
  }),
  route({
    id: "createToken",
    method: "POST",
    path: "/tokens",
    scope: "admin",
    group: "Tokens",
    summary: "Create an API token",
    body: checkedByCode(
      body(
        {
          name: string("Name", { minLength: 1, maxLength: 100 }, LINE_WITH_TEXT),
          scopes: array("Scopes", choice("Scope", SCOPES), { minItems: 1 }),
        },
        {
          site: SITE_KEY,
          ...PORTAL,
          expiresAt: time("Expiry, in the future; never when left out"),
        },
      ),
      PORTAL_SCOPES,
    ),
    example: { name: "build server", scopes: ["events:write"], site: "board" },
    success: { status: 201, description: "The token; this is the only time it is shown", schema: NEW_TOKEN },
    errors: ["SITE_NOT_FOUND"],
    handle: async ({ body: given, caller, address }, { tokens }) => {
      const made = await tokens.create(
        {
          name: given.name,
          scopes: [...new Set(given.scopes)],
          siteKey: given.site,
          portal: requirePortalScopes(toPortal(given), given.scopes),
          expiresAt: given.expiresAt === undefined ? undefined : requireFuture(given.expiresAt),
        },
        { actor: caller.actor, address },
      );
      return { ...shown(made.record), token: made.token };
    },
  }),
  route({
    id: "revokeToken",
    method: "DELETE",
    path: "/tokens/{id}",
    scope: "admin",
    group: "Tokens",
    summary: "Revoke an API token",
    success: { status: 204, description: "It is not accepted any more" },
    errors: ["TOKEN_LAST_ADMIN", "TOKEN_NOT_FOUND"],
    handle: async ({ params, caller, address }, { tokens }) =>
      tokens.revoke(params["id"] ?? "", { actor: caller.actor, address }),
  }),
];
