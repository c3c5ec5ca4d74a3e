/**
 * Who may do what: API tokens with scopes, of the whole host or of one site. Knows headers and paths only, so that plain
 * handlers and Express ask the same way. A token in a query is never read.
 */
import type { IncomingHttpHeaders } from "node:http";
import { CallboardError } from "../../../errors.ts";
import { steadyNow } from "../../../steady.ts";
import type { Now } from "../../../steady.ts";
import { describePortal } from "../../model/portal.ts";
import type { Portal } from "../../model/portal.ts";
import { hashToken, isTokenValid } from "../../store/tables/tokens.ts";
import type { Narrowing } from "../../store/tables/sessions.ts";
import type { ApiToken, Scope } from "../../store/tables/tokens.ts";

/** Whoever was let in. `siteKey` undefined = every site. */
export interface Caller {
  /** For the audit: "token:<name>". */
  readonly actor: string;
  readonly tokenId: string;
  readonly scopes: readonly Scope[];
  readonly siteKey: string | undefined;
  /** The receivers that the caller reaches; undefined = every receiver. */
  readonly portal: Portal | undefined;
}

/** A scope, or several of which any is enough. */
export type AskedScope = Scope | readonly [Scope, ...Scope[]];

/** Who hands in events may look up the sites they are for, and what the catalogue says of them. */
export const TO_LOOK_UP: AskedScope = ["read", "events:write"];

/**
 * What a page or an operation is about, for callers of portals.
 * `own`: the handler narrows what it shows and changes. `catalogue`: event types of the portal's products. The others are named by
 * the parameters of the path: `addons` and `webhooks` are those of the site in it, or of all sites.
 */
export type Subject =
  "own" | "site" | "addons" | "addon" | "webhooks" | "webhook" | "delivery" | "replay" | "catalogue";

export interface Need {
  readonly scope: AskedScope;
  /** The site that is touched; left out when the handler asks {@link requireSite} itself. */
  readonly siteKey?: string;
  /** True where {@link requireSubject} then decides what the caller of a portal reaches. To all else, portals find nothing. */
  readonly isOpenToPortals?: boolean;
}

/** What access needs of the store. */
export interface TokenStore {
  readonly findByHash: (hash: string) => Promise<ApiToken | undefined>;
  readonly touch: (usedAt: ReadonlyMap<string, number>) => Promise<void>;
}

export interface Access {
  /** `Authorization: Bearer …`. @throws {CallboardError} AUTH_MISSING, AUTH_INVALID, SCOPE */
  readonly authorize: (headers: IncomingHttpHeaders, need: Need) => Promise<Caller>;
  /** As authorize, and `Authorization: Basic …` with the token as password, whatever the user name. */
  readonly authorizeBasic: (headers: IncomingHttpHeaders, need: Need) => Promise<Caller>;
  /** A token given by itself, as in the path of an ingest URL. */
  readonly authorizeToken: (token: string, need: Need) => Promise<Caller>;
  /** To be called after a token was made or revoked by this process; others notice within {@link TOKEN_CACHE_MS}. */
  readonly forget: () => void;
  /** Writes when tokens were last used; also called by itself now and then. */
  readonly flush: () => Promise<void>;
}

export const TOKEN_CACHE_MS = 5_000;
const MAX_CACHED = 1_000;
const TOUCH_EVERY_MS = 30_000;

/** Tools of the old local SDK come with a user name and password of their own, or with neither. */
const NOT_A_TOKEN =
  "Unknown or revoked API token (used as the password; the user name does not matter). " +
  "Use the token that the server printed at its first start, or one that an administrator creates with: callboard tokens create";
const NO_PASSWORD =
  "No API token. Put one into the URL as its password: http://admin:TOKEN@HOST/SITE. " +
  "The server printed one at its first start, and an administrator creates others with: callboard tokens create";

/** What a scope includes beside itself. */
const INCLUDES: Readonly<Record<Scope, readonly Scope[]>> = {
  admin: ["admin", "read", "events:write", "ingest", "metrics"],
  read: ["read", "metrics"],
  "events:write": ["events:write", "ingest"],
  ingest: ["ingest"],
  metrics: ["metrics"],
};

/** What the holder of a portal may do at most. */
const OF_PORTALS: readonly Scope[] = ["admin", "read"];

/** @throws {CallboardError} SCOPE when the caller's token is for another site; SITE_NOT_FOUND for a portal's. */
export function requireSite(
  caller: Pick<Caller, "siteKey"> & Partial<Pick<Caller, "portal">>,
  siteKey: string | undefined,
): void {
  if (caller.siteKey !== undefined && caller.siteKey !== siteKey) {
    if (caller.portal !== undefined) throw siteNotFound(siteKey);
    throw new CallboardError("SCOPE", `This token is for the site ${caller.siteKey} only`);
  }
}

/** Returns the refusal that an unknown site gets. */
export function siteNotFound(siteKey = ""): CallboardError {
  return new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
}

/** The scopes any of which is enough. */
export function listAcceptedScopes(asked: AskedScope): readonly Scope[] {
  return typeof asked === "string" ? [asked] : asked;
}

/** A caller is the same for all requests with its token, for some seconds. */
const heldScopes = new WeakMap<Caller, ReadonlySet<Scope>>();

function findHeldScopes(caller: Caller): ReadonlySet<Scope> {
  const known = heldScopes.get(caller);
  if (known !== undefined) return known;
  const { scopes, portal } = caller;
  const all = scopes.flatMap((scope) => INCLUDES[scope]);
  const held = new Set(portal === undefined ? all : all.filter((scope) => OF_PORTALS.includes(scope)));
  heldScopes.set(caller, held);
  return held;
}

function holdsEnough(caller: Caller, asked: AskedScope): boolean {
  const held = findHeldScopes(caller);
  return listAcceptedScopes(asked).some((scope) => held.has(scope));
}

/** Reports whether the caller is of a portal, which has nothing of this. */
const isShutOut = ({ portal }: Caller, { isOpenToPortals }: Need): boolean =>
  portal !== undefined && isOpenToPortals !== true;

/** @throws {CallboardError} SCOPE when the caller may not do this; NOT_FOUND for what portals don't have. */
export function requireNeed(caller: Caller, need: Need): void {
  if (isShutOut(caller, need)) throw new CallboardError("NOT_FOUND", "There is nothing at this path");
  if (!holdsEnough(caller, need.scope)) {
    const enough = listAcceptedScopes(need.scope).join(" or ");
    throw new CallboardError("SCOPE", `This needs a token with the scope ${enough}`);
  }
  if (need.siteKey !== undefined) requireSite(caller, need.siteKey);
}

/** Returns whether {@link requireNeed} lets the caller through. */
export function meetsNeed(caller: Caller, need: Need): boolean {
  const { siteKey, scope } = need;
  const isElsewhere = siteKey !== undefined && caller.siteKey !== undefined && caller.siteKey !== siteKey;
  return !isShutOut(caller, need) && holdsEnough(caller, scope) && !isElsewhere;
}

/** Whoever holds this token, or a session that reaches a part of what the token reaches. */
export function callerWith(
  { id, name, scopes, siteKey, portal }: ApiToken,
  narrowing: Partial<Narrowing> = {},
): Caller {
  const reached = narrowing.portal ?? portal;
  return {
    actor: reached === undefined ? `token:${name}` : `token:${name} (${describePortal(reached)})`,
    tokenId: id,
    scopes,
    siteKey: narrowing.siteKey ?? siteKey,
    portal: reached,
  };
}

/** The token of a Bearer header. Repeated Authorization headers are dropped by node:http, the first one counts. */
function parseBearer(header: string): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
}

function parseBasicPassword(header: string): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

function requireAuthorization(
  headers: IncomingHttpHeaders,
  refusal = "Send an API token: Authorization: Bearer cb_…",
): string {
  if (headers.authorization === undefined) throw new CallboardError("AUTH_MISSING", refusal);
  return headers.authorization;
}

/** The token of a Bearer header. @throws CallboardError AUTH_MISSING, AUTH_INVALID */
export function requireBearer(headers: IncomingHttpHeaders): string {
  const token = parseBearer(requireAuthorization(headers));
  if (token === undefined) throw notAccepted();
  return token;
}

const notAccepted = () =>
  new CallboardError("AUTH_INVALID", "The Authorization header is not of an accepted kind");

interface Cached {
  readonly caller: Caller | undefined;
  readonly until: number;
}

/** How long a valid token is believed without a look: not beyond its expiry. */
function cachedFor({ expiresAt }: ApiToken, at: number): number {
  return Math.min(TOKEN_CACHE_MS, expiresAt === undefined ? TOKEN_CACHE_MS : expiresAt - at);
}

/** `steady` is for how long things are kept in memory; when a token was used, and expires, is told in the computer's time. */
export function createAccess(store: TokenStore, steady: Now = steadyNow, wall: Now = Date.now): Access {
  const cache = new Map<string, Cached>();
  let usedAt = new Map<string, number>();
  let touchedAt = steady();

  async function authenticate(token: string): Promise<Caller | undefined> {
    const hash = hashToken(token);
    const known = cache.get(hash);
    if (known !== undefined && known.until > steady()) return known.caller;
    const found = await store.findByHash(hash);
    const isValid = found !== undefined && isTokenValid(found, wall());
    const caller = isValid ? callerWith(found) : undefined;
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(hash, { caller, until: steady() + (isValid ? cachedFor(found, wall()) : TOKEN_CACHE_MS) });
    return caller;
  }

  async function flush(): Promise<void> {
    touchedAt = steady();
    if (usedAt.size === 0) return;
    const batch = usedAt;
    usedAt = new Map();
    await store.touch(batch);
  }

  async function authorizeToken(
    token: string,
    need: Need,
    refusal = "The token is not known, has expired, or was revoked",
  ): Promise<Caller> {
    const caller = await authenticate(token);
    if (caller === undefined) throw new CallboardError("AUTH_INVALID", refusal);
    requireNeed(caller, need);
    usedAt.set(caller.tokenId, Date.now());
    // When a token was last used is a convenience: a failure to note it must not fail the request.
    if (steady() - touchedAt > TOUCH_EVERY_MS) void flush().catch(() => undefined);
    return caller;
  }

  async function withPassword(password: string | undefined, need: Need): Promise<Caller> {
    if (password === undefined) throw notAccepted();
    return authorizeToken(password, need);
  }

  return {
    authorize: async (headers, need) => authorizeToken(requireBearer(headers), need),
    authorizeBasic: async (headers, need) => {
      const header = requireAuthorization(headers, NO_PASSWORD);
      const password = parseBasicPassword(header);
      if (password === undefined) return withPassword(parseBearer(header), need);
      if (password === "") throw new CallboardError("AUTH_MISSING", NO_PASSWORD);
      return authorizeToken(password, need, NOT_A_TOKEN);
    },
    authorizeToken: (token, need) => authorizeToken(token, need),
    forget: () => cache.clear(),
    flush,
  };
}
