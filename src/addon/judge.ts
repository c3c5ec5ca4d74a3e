/**
 * The trust decision of the toolkit: token → key → claims → body, in that order and nowhere else. It ends in a judgement
 * that says why, and never throws for what a caller did.
 */
import { findToken } from "../protocol/authorization.ts";
import { checkBody, deriveBodyKey } from "../protocol/body-signature.ts";
import { issuerOf, parseToken } from "../protocol/parsed-token.ts";
import type { ParsedToken } from "../protocol/parsed-token.ts";
import { keyIdOf, verifyInstall } from "../protocol/signed-install.ts";
import { createSecretKeyOf, verifyToken } from "../protocol/token.ts";
import { refusalOf, skipped } from "../protocol/verdict.ts";
import type { Check, Refusal, TokenClaims } from "../protocol/verdict.ts";
import type { KeyServer } from "./key-server.ts";
import type { Received } from "./received.ts";
import { headerOf } from "./received.ts";
import { isInstalled } from "./tenants.ts";
import type { InstalledTenant, TenantStore } from "./tenants.ts";

/** Longer issuers exist in attacks only; they are not looked up. */
const MAX_ISSUER_LENGTH = 255;

export interface Judge {
  readonly tenants: TenantStore;
  readonly keyServer: KeyServer;
  readonly baseUrls: readonly string[];
  readonly basePath: string;
  /** Whether a webhook whose body is not signed is refused. One that is signed wrongly always is. */
  readonly bodySignature: "when-present" | "required";
}

/** A request whose token verified. */
export interface Trusted {
  readonly ok: true;
  readonly token: string;
  readonly claims: TokenClaims;
  readonly checks: readonly Check[];
}

/** One that a host signed with the secret of its installation. */
export interface TrustedTenant extends Trusted {
  readonly tenant: InstalledTenant;
}

/** What a tenant's token is asked to open: it may stand in the query of a page only. */
export type Access = "webhook" | "callback" | "page";

/** The part of a request that a token speaks for. */
export type Judged = Pick<Received, "method" | "rawUrl" | "headers" | "body" | "receivedAt">;

/** Judges an `installed` or `uninstalled` callback, which is signed with the host's own key. */
export async function judgeSignedInstall(request: Judged, judge: Judge): Promise<Trusted | Refusal> {
  const token = tokenOf(request, "refused");
  if (!token.ok) return token;
  const kid = token.header["alg"] === "RS256" ? keyIdOf(token) : undefined;
  const verdict = verifyInstall(token, {
    lookup: kid === undefined ? undefined : await judge.keyServer.find(kid),
    request: { method: request.method, rawUrl: request.rawUrl, basePath: judge.basePath },
    baseUrls: judge.baseUrls,
    nowSeconds: Math.floor(request.receivedAt / 1000),
  });
  return verdict.ok ? { ...verdict, token: token.text } : verdict;
}

/** Judges everything else, which is signed with the secret of the installation. */
export async function judgeTenant(
  request: Judged,
  access: Access,
  judge: Judge,
): Promise<TrustedTenant | Refusal> {
  const token = tokenOf(request, access === "page" ? "allowed" : "refused");
  if (!token.ok) return token;
  const tenant = await tenantOf(token, judge.tenants);
  const secrets = tenant === undefined ? [] : secretsOf(tenant, access, request.receivedAt);
  const verdict = verifyToken(token, {
    keys: secrets.map(createSecretKeyOf),
    request: { method: request.method, rawUrl: request.rawUrl, basePath: judge.basePath },
    nowSeconds: Math.floor(request.receivedAt / 1000),
  });
  if (!verdict.ok) return verdict;
  if (tenant === undefined) throw new Error("a token verified without a key");
  const checks = [...verdict.checks, signatureOfBody(request, access, judge.bodySignature, secrets)];
  return refusalOf(checks) ?? { ...verdict, checks, tenant, token: token.text };
}

function tokenOf(request: Judged, query: "allowed" | "refused"): ParsedToken | Refusal {
  // A header that stands twice is one list, as in HTTP, and a list is no token: nobody may choose between two of them.
  const given = request.headers.filter(([name]) => name.toLowerCase() === "authorization");
  const authorization = given.length === 0 ? undefined : given.map(([, value]) => value).join(", ");
  const found = findToken(authorization, request.rawUrl, query);
  return found.ok ? parseToken(found.token) : found;
}

async function tenantOf(token: ParsedToken, tenants: TenantStore): Promise<InstalledTenant | undefined> {
  const issuer = issuerOf(token);
  if (issuer === undefined || issuer.length > MAX_ISSUER_LENGTH) return undefined;
  const tenant = await tenants.find(issuer);
  return isInstalled(tenant) ? tenant : undefined;
}

/** The previous secret opens webhooks only: they may have been signed before the rotation, nothing else may. */
function secretsOf(tenant: InstalledTenant, access: Access, at: number): readonly string[] {
  const { sharedSecret, previousSecret } = tenant;
  return access === "webhook" && previousSecret !== undefined && previousSecret.acceptedUntil > at
    ? [sharedSecret, previousSecret.sharedSecret]
    : [sharedSecret];
}

function signatureOfBody(
  request: Judged,
  access: Access,
  bodySignature: Judge["bodySignature"],
  secrets: readonly string[],
): Check {
  const signature = headerOf(request, "webhook-signature");
  if (signature === undefined && (access !== "webhook" || bodySignature === "when-present")) {
    return skipped("body", "The body is not signed, and a Connect token does not cover it.");
  }
  return checkBody({
    id: headerOf(request, "webhook-id"),
    timestamp: headerOf(request, "webhook-timestamp"),
    signature,
    body: request.body,
    keys: secrets.map(deriveBodyKey),
    nowSeconds: Math.floor(request.receivedAt / 1000),
  });
}
