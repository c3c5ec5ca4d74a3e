/** Making and revoking API tokens. */
import { randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";
import { formatTokenCursor, pageFrom, requireTokenCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import type { Portal } from "../model/portal.ts";
import { describePortal } from "../model/portal.ts";
import { whyNotLine } from "../model/text.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { HostContext } from "../context.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { loadSite } from "../store/tables/sites.ts";
import {
  findToken,
  findTokenByHash,
  hasOtherAdminToken,
  hashToken,
  insertToken,
  isTokenValid,
  listTokens,
  listUnrevokedTokens,
  revokeToken,
  touchTokens,
} from "../store/tables/tokens.ts";
import type { ApiToken, Scope } from "../store/tables/tokens.ts";

export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined = every site. */
  readonly siteKey: string | undefined;
  /** Undefined = every receiver. */
  readonly portal?: Portal | undefined;
  /** Epoch ms; undefined = it does not expire. */
  readonly expiresAt?: number | undefined;
}

export interface MadeToken {
  readonly record: ApiToken;
  /** The token itself: it is not kept anywhere. */
  readonly token: string;
}

export interface Tokens {
  readonly findByHash: (hash: string) => Promise<ApiToken | undefined>;
  /** Records when tokens were last used, by their IDs. */
  readonly touch: (usedAt: ReadonlyMap<string, number>) => Promise<void>;
  /** Calls the listener after a token was revoked by this process. */
  readonly onRevoked: (listener: () => void) => void;
  readonly find: (id: string) => Promise<ApiToken | undefined>;
  /**
   * Those used last first, the revoked ones too. Tokens that are used while pages are read can be missing or repeated.
   * @throws {CallboardError} QUERY_INVALID
   */
  readonly list: (
    page: PageRequest,
  ) => Promise<{ readonly items: readonly ApiToken[]; readonly next: string | undefined }>;
  readonly listUnrevoked: () => Promise<readonly ApiToken[]>;
  /** @throws {CallboardError} SITE_NOT_FOUND, BODY_SCHEMA for a name with control characters */
  readonly create: (wish: TokenWish, by: Author) => Promise<MadeToken>;
  /** @throws {CallboardError} TOKEN_NOT_FOUND; TOKEN_LAST_ADMIN if no other valid token of every site has the scope admin */
  readonly revoke: (id: string, by: Author) => Promise<void>;
}

export function createTokens({ database }: Pick<HostContext, "database">): Tokens {
  const listeners: (() => void)[] = [];
  return {
    findByHash: (hash) => findTokenByHash(database.read, hash),
    touch: (usedAt) => database.write((tx) => touchTokens(tx, usedAt)),
    onRevoked: (listener) => void listeners.push(listener),
    find: (id) => findToken(database.read, id),
    list: (page) => pageTokens(database.read, page),
    listUnrevoked: () => listUnrevokedTokens(database.read),
    create: (wish, by) => createToken(database, wish, by),
    revoke: async (id, by) => {
      await withdrawToken(database, id, by);
      for (const listener of listeners) listener();
    },
  };
}

async function pageTokens(q: Queryable, { limit, cursor }: PageRequest) {
  const after = cursor === undefined ? undefined : requireTokenCursor(cursor);
  const found = await listTokens(q, { after, limit: limit + 1 });
  return pageFrom(found, limit, ({ lastUsedAt = 0, createdAt, id }) =>
    formatTokenCursor({ lastUsedAt, createdAt, id }),
  );
}

/** `cb_<id>_<32 random bytes>`; the id may be shown, the rest is the secret. */
function newTokenText(id: string): string {
  return `cb_${id}_${randomBytes(32).toString("base64url")}`;
}

/** Creates a token in a transaction of the caller. `given` is an existing secret, as from the configuration. */
export async function makeToken(tx: Queryable, wish: TokenWish, given?: string): Promise<MadeToken> {
  const id = randomBytes(6).toString("hex");
  const token = given ?? newTokenText(id);
  const record: ApiToken = {
    id,
    ...wish,
    expiresAt: wish.expiresAt,
    createdAt: Date.now(),
    lastUsedAt: undefined,
    revokedAt: undefined,
  };
  await insertToken(tx, record, hashToken(token));
  return { record, token };
}

async function createToken(database: Database, wish: TokenWish, by: Author): Promise<MadeToken> {
  const problem = whyNotLine(wish.name);
  if (problem !== undefined) {
    const detail = `A token's name ${problem}`;
    throw new CallboardError("BODY_SCHEMA", detail, { errors: [{ pointer: "/name", detail }] });
  }
  return database.write(async (tx) => {
    if (wish.siteKey !== undefined) await loadSite(tx, wish.siteKey);
    const made = await makeToken(tx, wish);
    const whose = wish.portal === undefined ? "" : ` for ${describePortal(wish.portal)}`;
    const where = wish.siteKey === undefined ? whose : `${whose} on ${wish.siteKey}`;
    await appendAudit(tx, {
      ...by,
      action: "token.created",
      object: made.record.id,
      detail: `${wish.name}: ${wish.scopes.join(", ")}${where}`,
    });
    return made;
  });
}

async function withdrawToken(database: Database, id: string, by: Author): Promise<void> {
  await database.write(async (tx) => {
    const token = await findToken(tx, id);
    if (token === undefined) throw new CallboardError("TOKEN_NOT_FOUND", "There is no token with this id");
    const now = Date.now();
    const isAdmin =
      token.scopes.includes("admin") &&
      token.siteKey === undefined &&
      token.portal === undefined &&
      isTokenValid(token, now);
    if (isAdmin && !(await hasOtherAdminToken(tx, id, now))) {
      throw new CallboardError(
        "TOKEN_LAST_ADMIN",
        "This is the last admin token: without it nobody could log in. Create another one first",
      );
    }
    await revokeToken(tx, id);
    await appendAudit(tx, { ...by, action: "token.revoked", object: id, detail: token.name });
  });
}
