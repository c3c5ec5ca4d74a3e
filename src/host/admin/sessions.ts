/**
 * Who sits at the browser: sessions are rows of the database, begun with an API token or a one-time link, and end by
 * themselves. A session has the rights of its token and ends with it.
 */
import { randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";
import { describePortal } from "../model/portal.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Database } from "../store/db/database.ts";
import {
  deleteEnded,
  deleteSession,
  findLoginLink,
  findSession,
  insertLoginLink,
  insertSession,
  takeLoginLink,
  touchSession,
} from "../store/tables/sessions.ts";
import type { Narrowing } from "../store/tables/sessions.ts";
import { findToken, findTokenByHash, hashToken, isTokenValid, touchTokens } from "../store/tables/tokens.ts";
import type { ApiToken } from "../store/tables/tokens.ts";

const HOUR_MS = 3_600_000;
/** A session expires when it is idle for the first period, and at the latest after the second one. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
export const MAX_SESSION_MS = 7 * 24 * HOUR_MS;
/** Lifetime of a login link. */
export const LOGIN_LINK_MS = 10 * 60_000;
/** Maximum lifetime of a link into a portal, which may travel by mail. */
export const MAX_PORTAL_LINK_MS = 7 * 24 * HOUR_MS;
/** Minimum interval between two updates of a session's last use. */
const TOUCH_EVERY_MS = 5 * 60_000;

export interface BegunSession {
  /** Secret in the cookie. It is never stored. */
  readonly secret: string;
  readonly token: ApiToken;
}

export interface CurrentSession extends Narrowing {
  readonly token: ApiToken;
  readonly csrf: string;
}

/** Where a link leads to, and for how long. */
export interface LinkTarget extends Narrowing {
  readonly lifetimeMs: number;
}

const EVERYTHING: LinkTarget = { portal: undefined, siteKey: undefined, lifetimeMs: LOGIN_LINK_MS };

export interface Sessions {
  /** @throws {CallboardError} AUTH_INVALID for a token that is not known, or was revoked */
  readonly beginWithToken: (token: string, address: string) => Promise<BegunSession>;
  /** @throws {CallboardError} AUTH_INVALID for a link that was used, has expired or never was */
  readonly beginWithLink: (secret: string, address: string) => Promise<BegunSession>;
  /** Reports whether the link leads into a portal. It can still be used afterwards. */
  readonly isPortalLink: (secret: string) => Promise<boolean>;
  /** Undefined when there is none, it has ended, or its token was revoked. */
  readonly find: (secret: string) => Promise<CurrentSession | undefined>;
  readonly end: (secret: string) => Promise<void>;
  /** A link that logs in once, with the rights of this token, or with those that it has within a portal. */
  readonly createLink: (
    tokenId: string,
    by: Author,
    into?: LinkTarget,
  ) => Promise<{ readonly secret: string; readonly expiresAt: number }>;
}

/** Reports whether a session has expired. */
export function isOver(
  { lastSeenAt, createdAt }: { readonly lastSeenAt: number; readonly createdAt: number },
  at: number,
): boolean {
  return at - lastSeenAt > SESSION_IDLE_MS || at - createdAt > MAX_SESSION_MS;
}

const newSecret = () => randomBytes(32).toString("base64url");

export function createSessions(database: Database, now: () => number): Sessions {
  async function begin(
    token: ApiToken | undefined,
    { portal, siteKey }: Narrowing,
    { how, address, refusal }: { readonly how: string; readonly address: string; readonly refusal: string },
  ): Promise<BegunSession> {
    const at = now();
    if (token === undefined || !isTokenValid(token, at)) throw new CallboardError("AUTH_INVALID", refusal);
    const secret = newSecret();
    await database.write(async (tx) => {
      await deleteEnded(tx, {
        seenBefore: at - SESSION_IDLE_MS,
        begunBefore: at - MAX_SESSION_MS,
        now: at,
      });
      const session = {
        hash: hashToken(secret),
        tokenId: token.id,
        csrf: randomBytes(24).toString("hex"),
        createdAt: at,
        lastSeenAt: at,
        portal,
        siteKey,
      };
      await insertSession(tx, session, (portal ?? token.portal) !== undefined);
      await touchTokens(tx, new Map([[token.id, at]]));
      await appendAudit(tx, {
        actor: `token:${token.name}`,
        address,
        action: "session.begun",
        object: token.id,
        detail: portal === undefined ? how : `${how}, for ${describePortal(portal)}`,
      });
    });
    return { secret, token };
  }

  return {
    beginWithToken: async (token, address) =>
      begin(await findTokenByHash(database.read, hashToken(token)), EVERYTHING, {
        how: "with the token",
        address,
        refusal: "This token is not known, has expired, or was revoked",
      }),
    beginWithLink: async (secret, address) => {
      const link = await database.write((tx) => takeLoginLink(tx, hashToken(secret)));
      const isValid = link !== undefined && link.expiresAt > now();
      return begin(isValid ? await findToken(database.read, link.tokenId) : undefined, link ?? EVERYTHING, {
        how: "with a link",
        address,
        refusal: "This link was used already, or has expired. Ask for a new one",
      });
    },
    isPortalLink: async (secret) => {
      const link = await findLoginLink(database.read, hashToken(secret));
      if (link === undefined) return false;
      return (link.portal ?? (await findToken(database.read, link.tokenId))?.portal) !== undefined;
    },
    find: async (secret) => {
      const session = await findSession(database.read, hashToken(secret));
      const at = now();
      if (session === undefined) return undefined;
      if (isOver(session, at)) return undefined;
      const token = await findToken(database.read, session.tokenId);
      if (token === undefined || !isTokenValid(token, at)) return undefined;
      if (at - session.lastSeenAt > TOUCH_EVERY_MS)
        await database.write((tx) => touchSession(tx, session, at));
      return { token, csrf: session.csrf, portal: session.portal, siteKey: session.siteKey };
    },
    end: (secret) => database.write((tx) => deleteSession(tx, hashToken(secret))),
    createLink: async (tokenId, by, { portal, siteKey, lifetimeMs } = EVERYTHING) => {
      const secret = newSecret();
      const expiresAt = now() + lifetimeMs;
      await database.write(async (tx) => {
        const isOfPortal = (portal ?? (await findToken(tx, tokenId))?.portal) !== undefined;
        const link = { hash: hashToken(secret), tokenId, expiresAt, portal, siteKey };
        await insertLoginLink(tx, link, isOfPortal);
        const detail =
          portal === undefined ? "" : `for ${describePortal(portal)} on ${siteKey ?? "every site"}`;
        await appendAudit(tx, { ...by, action: "login-link.created", object: tokenId, detail });
      });
      return { secret, expiresAt };
    },
  };
}
