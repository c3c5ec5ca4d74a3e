/** Lets an add-on in by the token that it signed with its sharedSecret: the direction in which the add-on calls the host. */
import type { Request } from "express";
import { CallboardError } from "../../../errors.ts";
import { findToken } from "../../../protocol/authorization.ts";
import { issuerOf, parseToken } from "../../../protocol/parsed-token.ts";
import { createSecretKeyOf, verifyToken } from "../../../protocol/token.ts";
import type { Refusal } from "../../../protocol/verdict.ts";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { Site } from "../../store/sites.ts";
import type { Origin } from "../origin.ts";

export interface AddonAccessParts {
  /** @throws CallboardError SITE_NOT_FOUND */
  readonly loadSite: (siteKey: string) => Promise<Site>;
  readonly baseUrlOf: (site: Site) => string;
  /** The secrets that a call from the add-on may be signed with right now. */
  readonly acceptedSecrets: (siteNo: number, addonKey: string) => Promise<readonly string[]>;
  readonly originOf: (request: Request) => Origin;
  readonly now: () => number;
}

/** @throws CallboardError SITE_NOT_FOUND, AUTH_MISSING, AUTH_INVALID with the reason: `tokenCode` tells the check that failed */
export type AuthorizeAddon = (request: Request, siteKey: string) => Promise<AddonCaller>;

export function createAddonAccess(parts: AddonAccessParts): AuthorizeAddon {
  return async (request, siteKey) => {
    const site = await parts.loadSite(siteKey);
    const found = findToken(request.headers.authorization, request.originalUrl, "refused");
    if (!found.ok) throw refused(found);
    const token = parseToken(found.token);
    if (!token.ok) throw refused(token);
    const addonKey = issuerOf(token) ?? "";
    const secrets = addonKey === "" ? [] : await parts.acceptedSecrets(site.no, addonKey);
    const expected = {
      keys: secrets.map(createSecretKeyOf),
      nowSeconds: Math.floor(parts.now() / 1000),
      audience: [site.clientKey, parts.baseUrlOf(site)],
    };
    // Connect hashes the path below the baseUrl; clients that know hosts without a path of their own hash the whole path.
    const below = request.originalUrl.slice(`/${siteKey}`.length);
    const [verdict, ofWholePath] = [below, request.originalUrl].map((rawUrl) =>
      verifyToken(token, { ...expected, request: { method: request.method, rawUrl, basePath: "" } }),
    );
    if (verdict?.ok === false && ofWholePath?.ok !== true) throw refused(verdict);
    return { siteKey, addonKey, address: parts.originOf(request).address };
  };
}

function refused({ code, reason }: Refusal): CallboardError {
  const extra = { tokenCode: code };
  return code === "AUTH_MISSING"
    ? new CallboardError("AUTH_MISSING", "Only add-ons can call this: send Authorization: JWT …", { extra })
    : new CallboardError("AUTH_INVALID", reason, { extra });
}
