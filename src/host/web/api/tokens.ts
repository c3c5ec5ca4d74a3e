/** API tokens: the whole token is in the answer that makes it, and nowhere else. */
import { CallboardError } from "../../../errors.ts";
import { SCOPES } from "../../store/tables/tokens.ts";
import type { ApiToken, Scope } from "../../store/tables/tokens.ts";
import { route } from "./route.ts";
import { isoTime } from "../present/values.ts";

const shown = (token: ApiToken) => ({
  id: token.id,
  name: token.name,
  scopes: token.scopes,
  site: token.siteKey ?? null,
  createdAt: isoTime(token.createdAt),
  lastUsedAt: isoTime(token.lastUsedAt),
  revokedAt: isoTime(token.revokedAt),
  expiresAt: isoTime(token.expiresAt),
});

/** @throws CallboardError BODY_SCHEMA */
function requireFuture(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (at > Date.now()) return at;
  const detail = "must be an ISO 8601 time in the future, for example 2027-01-31T12:00:00Z";
  throw new CallboardError("BODY_SCHEMA", `expiresAt ${detail}`, {
    errors: [{ pointer: "/expiresAt", detail }],
  });
}

interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly site?: string;
  readonly expiresAt?: string;
}

export const tokenRoutes = [
  route({
    method: "GET",
    path: "/tokens",
    scope: "admin",
    group: "Tokens",
    summary: "List the API tokens, those used last first; revoked and expired ones are included",
    success: { status: 200, description: "Tokens, without their secret part" },
    handle: async (_call, { tokens }) => ({ items: (await tokens.list()).map(shown), next: null }),
  }),
  route<NewToken>({
    method: "POST",
    path: "/tokens",
    scope: "admin",
    group: "Tokens",
    summary: "Make an API token",
    body: {
      type: "object",
      required: ["name", "scopes"],
      additionalProperties: false,
      properties: {
        name: { type: "string", minLength: 1, maxLength: 100 },
        scopes: { type: "array", minItems: 1, uniqueItems: true, items: { enum: [...SCOPES] } },
        site: { type: "string", description: "Only this site; every site when left out" },
        expiresAt: { type: "string", description: "ISO 8601 time in the future; never when left out" },
      },
    },
    success: { status: 201, description: "The token; this is the only time it is shown" },
    handle: async ({ body, caller, address }, { tokens }) => {
      const made = await tokens.create(
        {
          name: body.name,
          scopes: body.scopes,
          siteKey: body.site,
          expiresAt: body.expiresAt === undefined ? undefined : requireFuture(body.expiresAt),
        },
        { actor: caller.actor, address },
      );
      return { ...shown(made.record), token: made.token };
    },
  }),
  route({
    method: "DELETE",
    path: "/tokens/{id}",
    scope: "admin",
    group: "Tokens",
    summary: "Revoke an API token",
    success: { status: 204, description: "It is not accepted any more" },
    handle: async ({ params, caller, address }, { tokens }) =>
      tokens.revoke(params["id"] ?? "", { actor: caller.actor, address }),
  }),
];
