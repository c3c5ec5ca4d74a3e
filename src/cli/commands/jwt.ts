/** `callboard jwt …`: signs, verifies and shows the tokens of the protocol, without a server. */
import { parseToken } from "../../protocol/parsed-token.ts";
import type { ParsedToken } from "../../protocol/parsed-token.ts";
import { canonicalRequest, parseBasePath, requestTarget } from "../../protocol/qsh.ts";
import { toPublicKey, verifyInstall } from "../../protocol/signed-install.ts";
import { MAX_CALL_LIFETIME_SECONDS, createHmacKey, signRequest, verifyToken } from "../../protocol/token.ts";
import type { Check, TokenVerdict } from "../../protocol/verdict.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print } from "../io.ts";
import type { Io } from "../io.ts";
import { readText } from "../source.ts";
import { parseUrl } from "../../parse-url.ts";

interface SecretFlags {
  readonly secret?: string;
  readonly secretFile?: string;
}

interface RequestFlags {
  readonly method: string;
  readonly url: string;
  /** Origin of the URL when left out. */
  readonly baseUrl?: string;
  /** Seconds since 1970. */
  readonly at?: number;
}

export interface SignFlags extends SecretFlags, RequestFlags {
  readonly issuer: string;
  readonly audience?: string;
  readonly json?: boolean;
}

/** Prints an HS256 token for one request. */
export async function signJwt(io: Io, flags: SignFlags): Promise<Ending> {
  const { issuer, method, audience } = flags;
  const { url, baseUrl } = readUrls(flags);
  const sharedSecret = await requireSecret(io, flags);
  const token = signRequest({
    issuer,
    method,
    url,
    baseUrl,
    sharedSecret,
    nowSeconds: flags.at ?? currentSeconds(),
    ...(audience === undefined ? {} : { audience }),
  });
  const canonical = canonicalRequest(method, requestTarget(url), parseBasePath(baseUrl));
  print(io, flags, { token, authorization: `JWT ${token}`, canonical }, [token]);
  return "done";
}

/** Prints header and claims. Nothing is verified. */
export async function showJwt(io: Io, given: string, flags: { readonly json?: boolean }): Promise<Ending> {
  const { header, claims } = await requireToken(io, given);
  io.note("Not verified: anyone can have created this JWT\n");
  print(io, flags, { header, claims }, [
    "header",
    ...columns(Object.entries(header).map(([name, value]) => [`  ${name}`, JSON.stringify(value)])),
    "claims",
    ...columns(Object.entries(claims).map(([name, value]) => [`  ${name}`, describeClaim(name, value)])),
  ]);
  return "done";
}

export interface VerifyFlags extends SecretFlags, RequestFlags {
  readonly publicKey?: string;
  readonly json?: boolean;
}

/** Prints every check of a token for a request; fails if one of them does. */
export async function verifyJwt(io: Io, given: string, flags: VerifyFlags): Promise<Ending> {
  const token = await requireToken(io, given);
  const verdict = await verify(io, token, flags);
  const { checks } = verdict;
  print(io, flags, verdict, [
    ...columns(checks.map((check) => [MARKS[check.state], check.name, check.reason])),
    ...checks.flatMap(describeCanonical),
  ]);
  if (!verdict.ok) io.note(`Refused: ${verdict.code}\n`);
  return verdict.ok ? "done" : "failed";
}

const MARKS = { ok: "✓", bad: "✗", skipped: "-" } as const;

async function verify(io: Io, token: ParsedToken, flags: VerifyFlags): Promise<TokenVerdict> {
  const { url, baseUrl } = readUrls(flags);
  const nowSeconds = flags.at ?? currentSeconds();
  const request = { method: flags.method, rawUrl: requestTarget(url), basePath: parseBasePath(baseUrl) };
  if (flags.publicKey !== undefined) {
    const key = await requirePublicKey(io, flags.publicKey);
    return verifyInstall(token, { lookup: { kind: "found", key }, request, baseUrls: [baseUrl], nowSeconds });
  }
  const keys = [createHmacKey(await requireSecret(io, flags))];
  return verifyToken(token, { keys, request, nowSeconds, maxLifetimeSeconds: MAX_CALL_LIFETIME_SECONDS });
}

const describeCanonical = ({ canonical }: Check): readonly string[] =>
  canonical === undefined
    ? []
    : Object.entries(canonical).map(([name, text]) => `  ${name}: ${String(text)}`);

const TIMES: ReadonlySet<string> = new Set(["iat", "exp", "nbf"]);

function describeClaim(name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (!TIMES.has(name) || typeof value !== "number") return text;
  const date = new Date(value * 1000);
  return Number.isNaN(date.getTime()) ? text : `${text}  (${date.toISOString()})`;
}

/** A token may be given as it is in the header: `JWT eyJ…` or `Bearer eyJ…`. */
async function requireToken(io: Io, given: string): Promise<ParsedToken> {
  const text = given === "-" ? await io.readInput() : given;
  const token = parseToken(text.trim().replace(/^(?:JWT|Bearer)\s+/i, ""));
  if (token.ok) return token;
  throw new CommandFailure(
    "failed",
    token.code,
    token.reason,
    "Give the token alone, or - for standard input",
  );
}

async function requireSecret(io: Io, { secret, secretFile }: SecretFlags): Promise<string> {
  if (secret !== undefined) {
    io.note("warning: every user of this machine can see --secret; use --secret-file instead\n");
    return secret;
  }
  if (secretFile === undefined) {
    throw usageFailure(
      "The shared secret is missing",
      "Give --secret-file FILE, or - for standard input; for a signed install, --public-key FILE",
    );
  }
  const text = await readText(secretFile, io, { content: "the shared secret", advice: SECRET_ADVICE });
  return text.replace(/\r?\n$/, "");
}

const SECRET_ADVICE = "Give --secret-file a file that exists, or - for standard input";

async function requirePublicKey(io: Io, path: string) {
  const advice = "Give --public-key a file that exists, or - for standard input";
  const key = toPublicKey(await readText(path, io, { content: "a public key in PEM", advice }));
  if (key !== undefined) return key;
  throw new CommandFailure(
    "failed",
    "JWT_KEY_BAD",
    `${path} has no RSA public key of at least 2,048 bits in PEM`,
    "A Callboard's is at /keys/{kid}: callboard keys list",
  );
}

function readUrls({ url, baseUrl }: RequestFlags): { readonly url: string; readonly baseUrl: string } {
  const base = baseUrl ?? parseUrl(url)?.origin ?? url;
  for (const each of [url, base]) {
    if (!/^https?:\/\//i.test(each) || parseUrl(each) === undefined) {
      throw usageFailure(`${each} is not a URL that begins with http:// or https://`);
    }
  }
  return { url, baseUrl: base };
}

const currentSeconds = (): number => Math.floor(Date.now() / 1000);
