/**
 * Access tokens for deliveries: one request to the token server for each lifetime, over all processes. The token lies sealed in the
 * database. A process without one takes a lease and fetches it; the others look for it until it is there. A token that ends soon is
 * renewed beside the deliveries, which go on with it.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../../logger.ts";
import { isOther, isReplaceable, findStage } from "../model/access-token.ts";
import type { AccessToken, TokenFailure, TokenResult } from "../model/access-token.ts";
import type { TokenOwner } from "../model/access.ts";
import { newUuid } from "../model/ids.ts";
import type { Seal } from "../store/seal.ts";
import {
  leaseAccessToken,
  readAccessToken,
  releaseAccessToken,
  settleAccessToken,
} from "../store/tables/access-tokens.ts";
import type { StoredToken } from "../store/tables/access-tokens.ts";
import type { Database } from "../store/db/database.ts";
import { TOKEN_TIMEOUT_MS } from "./token-server.ts";
import type { FetchToken } from "./token-server.ts";

const LEASE_MS = TOKEN_TIMEOUT_MS + 5_000;
/** Interval of looking for the token that another process fetches. */
const LOOK_EVERY_MS = 100;

export interface AccessTokens {
  /** Resolves to a token that has not ended. Never rejects for a failure of the token server. */
  readonly get: (owner: TokenOwner) => Promise<TokenResult>;
  /** After a 401: resolves to another token than this one, or to undefined if there is no reason for one yet. */
  readonly replace: (owner: TokenOwner, refused: AccessToken) => Promise<AccessToken | undefined>;
}

export interface AccessTokenParts {
  readonly database: Database;
  readonly seal: Seal;
  readonly fetchToken: FetchToken;
  readonly logger: Pick<Logger, "warn">;
}

export function createAccessTokens({ database, seal, fetchToken, logger }: AccessTokenParts): AccessTokens {
  const { now } = database;
  /** Collected with the settings that they belong to. */
  const known = new WeakMap<TokenOwner, AccessToken>();
  const running = new WeakMap<TokenOwner, Promise<TokenResult>>();

  /** One at a time in this process. */
  function obtain(owner: TokenOwner, refused?: AccessToken): Promise<TokenResult> {
    const started = running.get(owner);
    if (started !== undefined) return started;
    const promise = obtainOverAll(owner, refused)
      .then((result) => {
        if (result.kind === "token") known.set(owner, result.token);
        return result;
      })
      .finally(() => running.delete(owner));
    running.set(owner, promise);
    return promise;
  }

  /** One at a time in all processes. */
  async function obtainOverAll(owner: TokenOwner, refused: AccessToken | undefined): Promise<TokenResult> {
    const deadline = performance.now() + LEASE_MS;
    for (;;) {
      const found = answerFrom(await readAccessToken(database.read, seal, owner, now()), refused);
      if (found !== undefined) return found;
      const fetched = await fetchUnderLease(owner, refused);
      if (fetched !== undefined) return fetched;
      if (performance.now() >= deadline) return ELSEWHERE;
      await wait(LOOK_EVERY_MS);
    }
  }

  /** What the row says already; undefined if a token has to be fetched. */
  function answerFrom(
    { token, failure }: StoredToken,
    refused: AccessToken | undefined,
  ): TokenResult | undefined {
    if (token !== undefined && isOther(token, refused) && findStage(token, now()) === "fresh") {
      return { kind: "token", token };
    }
    return failure;
  }

  /** Resolves to undefined if another process has the lease. */
  async function fetchUnderLease(
    owner: TokenOwner,
    refused: AccessToken | undefined,
  ): Promise<TokenResult | undefined> {
    const lease = { id: newUuid(), until: now() + LEASE_MS };
    const begun = await database.write(async (tx) => {
      if (!(await leaseAccessToken(tx, owner, lease, now()))) return "leased" as const;
      // Another process may have fetched one since this one looked.
      const found = answerFrom(await readAccessToken(tx, seal, owner, now()), refused);
      if (found !== undefined) await releaseAccessToken(tx, owner, lease.id);
      return found;
    });
    if (begun === "leased") return undefined;
    if (begun !== undefined) return begun;
    const result = await fetchToken(owner.client);
    await database.write((tx) =>
      settleAccessToken(tx, seal, { key: owner, leaseId: lease.id, result, now: now() }),
    );
    if (result.kind === "failed") {
      const { siteNo, webhookNo } = owner;
      logger.warn("token.fetch-failed", { siteNo, webhookNo, reason: result.reason, detail: result.detail });
    }
    return result;
  }

  /** Deliveries don't wait for it; what they need later tells of a failure. */
  function renew(owner: TokenOwner): void {
    void obtain(owner).catch((error: unknown) => logger.warn("token.fetch-failed", { error }));
  }

  return {
    get: async (owner) => {
      const token = known.get(owner);
      const state = token === undefined ? "expired" : findStage(token, now());
      if (token === undefined || state === "expired") return obtain(owner);
      if (state === "due") renew(owner);
      return { kind: "token", token };
    },
    replace: async (owner, refused) => {
      const token = known.get(owner);
      if (token !== undefined && isOther(token, refused)) return token;
      if (!isReplaceable(refused, now())) return undefined;
      const result = await obtain(owner, refused);
      return result.kind === "token" && isOther(result.token, refused) ? result.token : undefined;
    },
  };
}

/** Fetches a token for each request and keeps none: for settings that are not saved. */
export const withoutKeeping = (fetchToken: FetchToken): AccessTokens => ({
  get: ({ client }) => fetchToken(client),
  replace: () => Promise.resolve(undefined),
});

const ELSEWHERE: TokenFailure = {
  kind: "failed",
  reason: "token-server-unreachable",
  detail: "Another process did not get an access token in time",
  isOfClient: false,
};
