/** Lets an add-on in by the token that it signed with its sharedSecret: the direction in which the add-on calls the host. */
import type { Request } from "express";
import { CallboardError } from "../../../errors.ts";
import { findToken } from "../../../protocol/authorization.ts";
import { readIssuer, parseToken } from "../../../protocol/parsed-token.ts";
import { MAX_CALL_LIFETIME_SECONDS, createHmacKey, verifyToken } from "../../../protocol/token.ts";
import type { Refusal, TokenCode } from "../../../protocol/verdict.ts";
import { toBasePath } from "../../model/base-path.ts";
import { whyNotText } from "../../model/text.ts";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { Origin } from "../http/origin.ts";
import type { Site } from "../../model/site.ts";

export interface AddonAccessParts {
  readonly findSite: (siteKey: string) => Promise<Site | undefined>;
  readonly getBaseUrl: (site: Site) => string;
  /** The secrets that a call from the add-on may be signed with right now. */
  readonly acceptedSecrets: (siteNo: number, addonKey: string) => Promise<readonly string[]>;
  readonly readOrigin: (request: Request) => Origin;
  readonly now: () => number;
}

/**
 * A caller that proves no installation gets the same answer whether the site, the add-on or only its secret is unknown: else the
 * answers would list sites and add-ons. A token with a good signature is refused with the check that failed.
 * @throws {CallboardError} AUTH_MISSING, AUTH_INVALID with the reason: `tokenCode` names the check that failed
 */
export type AuthorizeAddon = (request: Request, siteKey: string) => Promise<AddonCaller>;

/** Refusals that tell whether there is an installation. */
const TELLS_OF_INSTALLATION = new Set<TokenCode>(["JWT_ISS_UNKNOWN", "JWT_SIGNATURE"]);

export function createAddonAccess(parts: AddonAccessParts): AuthorizeAddon {
  return async (request, siteKey) => {
    const found = findToken(request.headers.authorization, request.originalUrl, "refused");
    if (!found.ok) throw refused(found);
    const token = parseToken(found.token);
    if (!token.ok) throw refused(token);
    const issuer = readIssuer(token) ?? "";
    // No add-on has a key that the database could not be asked for.
    const addonKey = whyNotText(issuer) === undefined ? issuer : "";
    const site = await parts.findSite(siteKey);
    const secrets =
      site === undefined || addonKey === "" ? [] : await parts.acceptedSecrets(site.no, addonKey);
    const expected = {
      keys: secrets.map(createHmacKey),
      nowSeconds: Math.floor(parts.now() / 1000),
      audience: site === undefined ? [""] : [site.clientKey, parts.getBaseUrl(site)],
      maxLifetimeSeconds: MAX_CALL_LIFETIME_SECONDS,
    };
    // Connect hashes the path below the baseUrl; clients that know hosts without a path of their own hash the whole path.
    // The whole path begins with that of the site's baseUrl, which has the path of this server's own base URL in it.
    const below = request.originalUrl.slice(`/${siteKey}`.length);
    const base = site === undefined ? `/${siteKey}` : toBasePath(parts.getBaseUrl(site));
    const whole = new Set([request.originalUrl, base + below]);
    const verify = (rawUrl: string) =>
      verifyToken(token, { ...expected, request: { method: request.method, rawUrl, basePath: "" } });
    const verdict = verify(below);
    if (!verdict.ok && ![...whole].some((rawUrl) => verify(rawUrl).ok)) throw refused(verdict);
    return { siteKey, addonKey, address: parts.readOrigin(request).address };
  };
}

function refused({ code, reason }: Refusal): CallboardError {
  if (code === "AUTH_MISSING") {
    const detail = "Only add-ons can call this: send Authorization: JWT …";
    return new CallboardError("AUTH_MISSING", detail, { extra: { tokenCode: code } });
  }
  if (TELLS_OF_INSTALLATION.has(code)) {
    const detail =
      "No installation on this site has the token's iss and a shared secret that the token is signed with";
    return new CallboardError("AUTH_INVALID", detail, { extra: { tokenCode: "JWT_SIGNATURE" } });
  }
  return new CallboardError("AUTH_INVALID", reason, { extra: { tokenCode: code } });
}
