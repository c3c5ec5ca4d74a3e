/** The portal that a body or a form names: an add-on, or an owner of outgoing webhooks. */
import { CallboardError } from "../../../errors.ts";
import type { Portal } from "../../model/portal.ts";
import type { Scope } from "../../store/tables/tokens.ts";
import { ADDON_KEY, LINE_WITH_TEXT } from "../schema/parts.ts";
import { string } from "../schema/schema.ts";

/** The members of a body; at most one of them. */
export const PORTAL = {
  addon: ADDON_KEY,
  owner: string("Owner of outgoing webhooks", { minLength: 1, maxLength: 200, ...LINE_WITH_TEXT }),
};

const TEXT = { type: "string" };
const BOTH = { required: ["addon", "owner"], properties: { addon: TEXT, owner: TEXT } };
const EITHER = {
  anyOf: [
    { required: ["addon"], properties: { addon: TEXT } },
    { required: ["owner"], properties: { owner: TEXT } },
  ],
};

/** Rule of a body with one of these members. */
export const ONE_PORTAL = { not: { anyOf: [BOTH, { not: EITHER }] } };

/** Rule of a body that may have one of them, with the scopes that a portal's token can have. */
export const PORTAL_SCOPES = {
  not: {
    anyOf: [BOTH, { ...EITHER, properties: { scopes: { contains: { not: { enum: ["admin", "read"] } } } } }],
  },
};

/** @throws {CallboardError} BODY_SCHEMA for both members */
export function toPortal({
  addon,
  owner,
}: {
  readonly addon?: string;
  readonly owner?: string;
}): Portal | undefined {
  if (addon !== undefined && owner !== undefined) {
    const detail = "must be left out with addon";
    throw new CallboardError("BODY_SCHEMA", `/owner ${detail}`, { errors: [{ pointer: "/owner", detail }] });
  }
  if (addon !== undefined) return { kind: "vendor", addonKey: addon };
  return owner === undefined ? undefined : { kind: "tenant", owner };
}

/** Returns the portal of a token. @throws {CallboardError} BODY_SCHEMA for a scope that portals don't have */
export function requirePortalScopes(
  portal: Portal | undefined,
  scopes: readonly Scope[],
): Portal | undefined {
  const wrong =
    portal === undefined ? -1 : scopes.findIndex((scope) => scope !== "admin" && scope !== "read");
  if (wrong < 0) return portal;
  const detail = "must be admin or read for an add-on or an owner";
  throw new CallboardError("BODY_SCHEMA", `/scopes/${wrong} ${detail}`, {
    errors: [{ pointer: `/scopes/${wrong}`, detail }],
  });
}
