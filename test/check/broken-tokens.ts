/** How the add-on with planted faults verifies tokens: by hand, as many add-ons do, and right unless a fault is switched on. */
import { createHmac, createPublicKey, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { parseBasePath, canonicalRequest, queryStringHash } from "../../src/protocol/qsh.ts";

export interface StoredTenant {
  readonly clientKey: string;
  sharedSecret: string;
  previousSecret: string | undefined;
  baseUrl: string;
  isInstalled: boolean;
  /** Of the lifecycle callbacks. */
  lastIat: number;
  readonly tokens: Set<string>;
}

/** What a request is judged by. */
export interface Incoming {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

export interface Verifying {
  readonly has: (fault: string) => boolean;
  readonly tenants: ReadonlyMap<string, StoredTenant>;
  readonly baseUrl: string;
  readonly keysUrl: () => string;
}

/** Thrown for whatever is refused. */
export class Refused extends Error {
  readonly status: number;

  constructor(message: string, status = 401) {
    super(message);
    this.status = status;
  }
}

interface Parts {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a stranger has put there
  readonly header: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly claims: any;
  readonly input: string;
  readonly signature: string;
  readonly text: string;
}

const LEEWAY_SECONDS = 30;
const now = () => Math.floor(Date.now() / 1000);

function split(text: string | undefined, { has }: Verifying): Parts {
  const [head, body, tail, ...rest] = (text ?? "").split(".");
  if (head === undefined || body === undefined || rest.length > 0) throw new Refused("no token");
  if (tail === undefined && !has("signature-optional")) throw new Refused("two segments");
  try {
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return {
      header: read(head),
      claims: read(body),
      input: `${head}.${body}`,
      signature: tail ?? "",
      text: text!,
    };
  } catch {
    throw new Refused("not a token");
  }
}

function tokenIn({ authorization, url }: Incoming, { has }: Verifying): string | undefined {
  const inHeader = /^JWT (\S+)$/.exec(authorization ?? "")?.[1];
  if (inHeader !== undefined || !has("token-in-query")) return inHeader;
  return new URL(url, "http://addon").searchParams.get("jwt") ?? undefined;
}

/** The tenant whose shared secret has signed the request. */
export function verifyShared(incoming: Incoming, verifying: Verifying): StoredTenant {
  const { has, tenants } = verifying;
  const parts = split(tokenIn(incoming, verifying), verifying);
  const { tenant, isTrusted } = findIssuer(parts, verifying);
  if (!isTrusted) requireSignature(parts, tenant, verifying);
  requireTimes(parts.claims, {
    isWithoutExpiryFine: has("exp-optional"),
    isAnyExpiryFine: has("exp-infinite"),
    isExpiredFine: has("exp-ignored"),
    isEarlyFine: has("nbf-ignored"),
  });
  requireHash(parts.claims, incoming, verifying);
  const found = tenants.get(tenant.clientKey);
  if (found === undefined) throw new Refused("unknown");
  return found;
}

function findIssuer(
  { claims: { iss } }: Parts,
  { has, tenants }: Verifying,
): { readonly tenant: StoredTenant; readonly isTrusted: boolean } {
  const [first] = tenants.values();
  if (first === undefined) throw new Refused("nobody is installed");
  if (iss === undefined && has("issuer-missing")) return { tenant: first, isTrusted: false };
  if (typeof iss === "object" && has("issuer-query")) return { tenant: first, isTrusted: true };
  const tenant = typeof iss === "string" ? tenants.get(iss) : undefined;
  if (tenant === undefined && has("issuer-fallback")) return { tenant: first, isTrusted: true };
  if (tenant === undefined || !(tenant.isInstalled || has("uninstalled-kept")))
    throw new Refused("unknown issuer");
  return { tenant, isTrusted: false };
}

const HASHES: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

function requireSignature(
  { header, input, signature }: Parts,
  { sharedSecret, previousSecret }: StoredTenant,
  { has, tenants }: Verifying,
): void {
  if (has("decodes-only")) return;
  if (has("alg-none") && /^none$/i.test(String(header.alg))) return;
  if (has("signature-optional") && signature === "") return;
  const hash = has("alg-from-header") ? HASHES[String(header.alg)] : HASHES["HS256"];
  if (hash === undefined || (header.alg !== "HS256" && !has("alg-from-header")))
    throw new Refused("algorithm");
  const secrets = [
    sharedSecret,
    ...(previousSecret === undefined || has("secret-at-once") ? [] : [previousSecret]),
    ...(has("any-secret") ? [...tenants.values()].map((each) => each.sharedSecret) : []),
    ...(has("secret-empty") ? [""] : []),
  ];
  const isSigned = secrets.some(
    (secret) => createHmac(hash, secret).update(input).digest("base64url") === signature,
  );
  if (!isSigned) throw new Refused("signature");
}

interface TimeRules {
  readonly isWithoutExpiryFine: boolean;
  readonly isAnyExpiryFine: boolean;
  readonly isExpiredFine: boolean;
  readonly isEarlyFine: boolean;
}

function requireTimes(claims: Parts["claims"], rules: TimeRules): void {
  const { exp, nbf } = claims;
  if (nbf > now() + LEEWAY_SECONDS && !rules.isEarlyFine) throw new Refused("too early");
  if (exp === undefined && rules.isWithoutExpiryFine) return;
  if (!Number.isSafeInteger(exp) && !(rules.isAnyExpiryFine && typeof exp === "number"))
    throw new Refused("exp");
  if (Number(exp) + LEEWAY_SECONDS <= now() && !rules.isExpiredFine) throw new Refused("expired");
}

function requireHash({ qsh }: Parts["claims"], { method, url }: Incoming, { has, baseUrl }: Verifying): void {
  if (qsh === undefined && has("qsh-optional")) return;
  if (qsh === "context-qsh" && has("context-accepted")) return;
  if (has("qsh-ignored") && typeof qsh === "string") return;
  const target = has("qsh-without-query") ? url.replace(/\?.*/, "") : url;
  const methods = has("qsh-any-method") ? [method, "GET"] : [method];
  const hashes = methods.map((each) =>
    queryStringHash(canonicalRequest(each, target, parseBasePath(baseUrl))),
  );
  if (!hashes.includes(qsh)) throw new Refused("qsh");
}

/** The site that the host's signing key has signed for, and the token. */
export async function verifySigned(
  incoming: Incoming,
  verifying: Verifying,
): Promise<{ readonly iss: string; readonly iat: number; readonly token: string }> {
  const { has, baseUrl } = verifying;
  const parts = split(tokenIn(incoming, verifying), verifying);
  const { header, claims } = parts;
  await requireInstallSignature(parts, verifying);
  requireTimes(claims, {
    isWithoutExpiryFine: false,
    isAnyExpiryFine: false,
    isExpiredFine: has("install-expired"),
    isEarlyFine: false,
  });
  const isForUs = [claims.aud].flat().includes(baseUrl);
  if (!isForUs && !has("audience-ignored") && header.alg !== "HS256") throw new Refused("audience");
  if (!(has("install-qsh-optional") && claims.qsh === undefined) && !has("install-symmetric")) {
    requireHash(claims, incoming, verifying);
  }
  if (typeof claims.iss !== "string") throw new Refused("issuer");
  return { iss: claims.iss, iat: Number(claims.iat), token: parts.text };
}

async function requireInstallSignature(parts: Parts, verifying: Verifying): Promise<void> {
  const { has, tenants } = verifying;
  const { header, claims, input, signature } = parts;
  if (has("stranger-key")) return;
  const isHmac = (secret: string) =>
    createHmac("sha256", secret).update(input).digest("base64url") === signature;
  if (header.alg === "HS256" && has("install-symmetric")) {
    if (isHmac(tenants.get(claims.iss)?.sharedSecret ?? "")) return;
    throw new Refused("signature");
  }
  if (header.alg === "HS256" && has("key-confusion")) {
    if (isHmac(await fetchPem(header.kid, verifying))) return;
    throw new Refused("signature");
  }
  if (header.alg !== "RS256") throw new Refused("algorithm");
  const key = await findKey(header, verifying);
  if (!verify("RSA-SHA256", Buffer.from(input), key, Buffer.from(signature, "base64url"))) {
    throw new Refused("signature");
  }
}

async function findKey(header: Parts["header"], verifying: Verifying): Promise<KeyObject> {
  const { has } = verifying;
  if (has("embedded-key") && header.jwk !== undefined) {
    return createPublicKey({ key: header.jwk as JsonWebKey, format: "jwk" });
  }
  if (has("key-url") && typeof header.jku === "string") {
    const { keys } = (await (await fetch(header.jku as string)).json()) as { keys: [JsonWebKey] };
    return createPublicKey({ key: keys[0], format: "jwk" });
  }
  return createPublicKey(await fetchPem(header.kid, verifying));
}

/** The key of each key server that was fetched last. */
const lastKeys = new Map<string, string>();

async function fetchPem(kid: unknown, { has, keysUrl }: Verifying): Promise<string> {
  const isPlain = typeof kid === "string" && /^[\w-]+$/.test(kid);
  if (!isPlain && !has("kid-appended")) throw new Refused("kid");
  const response = await fetch(`${keysUrl()}/${String(kid)}`);
  const last = lastKeys.get(keysUrl());
  if (!response.ok && has("kid-unknown") && last !== undefined) return last;
  if (!response.ok) throw new Refused("unknown kid");
  const pem = await response.text();
  lastKeys.set(keysUrl(), pem);
  return pem;
}
