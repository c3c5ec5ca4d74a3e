/** Decides whether a request is trusted: first its token, key and claims, then its body. A refusal is a value with reasons. */
import { findToken } from "../protocol/authorization.ts";
import { checkBody, deriveBodyKey } from "../protocol/body-signature.ts";
import { readIssuer, parseToken } from "../protocol/parsed-token.ts";
import type { ParsedToken } from "../protocol/parsed-token.ts";
import { checkInstallClaims, findKeyId, verifyInstall } from "../protocol/signed-install.ts";
import type { InstallExpectations, KeyLookup } from "../protocol/signed-install.ts";
import { createHmacKey, verifyToken } from "../protocol/token.ts";
import { findRefusal, skipped } from "../protocol/verdict.ts";
import type { Check, Refusal, TokenClaims } from "../protocol/verdict.ts";
import type { KeyServer } from "./key-server.ts";
import type { Received } from "./received.ts";
import { findHeader } from "./received.ts";
import { isInstalled } from "./tenants.ts";
import type { InstalledTenant, TenantStore } from "./tenants.ts";

/** Longer issuers come from attacks only, so they are not looked up. */
const MAX_ISSUER_LENGTH = 255;

export interface Judge {
  readonly tenants: TenantStore;
  readonly keyServer: KeyServer;
  readonly baseUrls: readonly string[];
  readonly basePath: string;
  /** "required" refuses unsigned webhooks. A wrong signature is always refused. */
  readonly bodySignature: "when-present" | "required";
}

/** A request with a valid token. */
export interface Trusted {
  readonly ok: true;
  readonly token: string;
  readonly claims: TokenClaims;
  readonly checks: readonly Check[];
  /** True if the key comes from a host that signs every body. */
  readonly hostSignsBodies?: boolean;
}

/** A request that a host signed with the shared secret. */
export interface TrustedTenant extends Trusted {
  readonly tenant: InstalledTenant;
  /** Secrets for the body's signature, the current one first. */
  readonly secrets: readonly string[];
}

/** The signed headers of a body. */
export interface SignedBody {
  /** The delivery ID. */
  readonly id: string;
  /** Time of the attempt in epoch seconds, as in the header. */
  readonly timestamp: string;
}

/** A webhook with a valid token and body. `signed` is undefined if its host signs no bodies. */
export interface TrustedWebhook extends TrustedTenant {
  readonly signed: SignedBody | undefined;
}

/** Kind of the requested route. Only pages accept a token in the query string. */
export type Access = "webhook" | "callback" | "page";

/** The part of a request that the token covers: everything but the body. */
export type Judged = Pick<Received, "method" | "rawUrl" | "headers" | "receivedAt">;

/** Judges an `installed` or `uninstalled` callback, which the host signs with its signing key. */
export async function judgeSignedInstall(request: Judged, judge: Judge): Promise<Trusted | Refusal> {
  const token = readToken(request, "refused");
  if (!token.ok) return token;
  const expected = {
    request: { method: request.method, rawUrl: request.rawUrl, basePath: judge.basePath },
    baseUrls: judge.baseUrls,
    nowSeconds: Math.floor(request.receivedAt / 1000),
  };
  const kid = token.header["alg"] === "RS256" ? findKeyId(token) : undefined;
  const lookup = kid === undefined ? undefined : await findKey(kid, token, expected, judge.keyServer);
  const verdict = verifyInstall(token, { ...expected, lookup });
  if (!verdict.ok) return verdict;
  return {
    ...verdict,
    token: token.text,
    hostSignsBodies: lookup?.kind === "found" && lookup.isCallboard === true,
  };
}

/** Fetches no key if the claims are refused anyway. */
async function findKey(
  kid: string,
  token: ParsedToken,
  expected: Omit<InstallExpectations, "lookup">,
  keyServer: KeyServer,
): Promise<KeyLookup> {
  const isRefused = checkInstallClaims(token, expected).some(({ state }) => state === "bad");
  return isRefused ? (keyServer.findKnown(kid) ?? { kind: "not-asked" }) : keyServer.find(kid);
}

/** Judges the token of all other requests, signed with the shared secret. */
export async function judgeTenant(
  request: Judged,
  access: Access,
  judge: Judge,
): Promise<TrustedTenant | Refusal> {
  const token = readToken(request, access === "page" ? "allowed" : "refused");
  if (!token.ok) return token;
  const tenant = await findTenant(token, judge.tenants);
  const secrets = tenant === undefined ? [] : listSecrets(tenant, access, request.receivedAt);
  const verdict = verifyToken(token, {
    keys: secrets.map(createHmacKey),
    request: { method: request.method, rawUrl: request.rawUrl, basePath: judge.basePath },
    nowSeconds: Math.floor(request.receivedAt / 1000),
  });
  if (!verdict.ok) return verdict;
  if (tenant === undefined) throw new Error("a token verified without a key");
  return { ...verdict, tenant, secrets, token: token.text };
}

/** Judges the body of a webhook or callback with a trusted token. */
export function judgeBody<T extends TrustedTenant>(
  received: Pick<Received, "headers" | "body" | "receivedAt">,
  access: "webhook" | "callback",
  trusted: T,
  judge: Pick<Judge, "bodySignature">,
): (T & { readonly signed: SignedBody | undefined }) | Refusal {
  const { tenant, secrets } = trusted;
  const [signature, id, timestamp] = SIGNATURE_HEADERS.map((name) => findHeader(received, name));
  const mustBeSigned =
    access === "webhook" && (judge.bodySignature === "required" || tenant.signsBodies === true);
  if (signature === undefined && !mustBeSigned) {
    const unsigned = skipped("body", "The body is not signed, and a Connect token does not cover it.");
    return { ...trusted, checks: [...trusted.checks, unsigned], signed: undefined };
  }
  const check = checkBody({
    id,
    timestamp,
    signature,
    body: received.body,
    keys: secrets.map(deriveBodyKey),
    nowSeconds: Math.floor(received.receivedAt / 1000),
  });
  const checks = [...trusted.checks, check];
  const signed = id === undefined || timestamp === undefined ? undefined : { id, timestamp };
  return findRefusal(checks) ?? { ...trusted, checks, signed };
}

const SIGNATURE_HEADERS = ["webhook-signature", "webhook-id", "webhook-timestamp"] as const;

function readToken(request: Judged, query: "allowed" | "refused"): ParsedToken | Refusal {
  // A repeated header is one list in HTTP, and a list is not a token. So no token is chosen from two.
  const given = request.headers.filter(([name]) => name.toLowerCase() === "authorization");
  const authorization = given.length === 0 ? undefined : given.map(([, value]) => value).join(", ");
  const found = findToken(authorization, request.rawUrl, query);
  return found.ok ? parseToken(found.token) : found;
}

async function findTenant(token: ParsedToken, tenants: TenantStore): Promise<InstalledTenant | undefined> {
  const issuer = readIssuer(token);
  if (issuer === undefined || issuer.length > MAX_ISSUER_LENGTH) return undefined;
  const tenant = await tenants.find(issuer);
  return isInstalled(tenant) ? tenant : undefined;
}

/** The previous secret is valid for webhooks only, which can be signed before the rotation and arrive after it. */
function listSecrets(tenant: InstalledTenant, access: Access, at: number): readonly string[] {
  const { sharedSecret, previousSecret } = tenant;
  return access === "webhook" && previousSecret !== undefined && previousSecret.acceptedUntil > at
    ? [sharedSecret, previousSecret.sharedSecret]
    : [sharedSecret];
}
