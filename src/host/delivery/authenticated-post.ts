/**
 * Sends a request with what its receiver's settings add: headers, authentication, a client certificate. If the receiver does not
 * accept them, the request is sent once more, with a newer access token or with the credentials before a rotation.
 */
import type { Egress, ExchangeResult, PostCredentials } from "../../egress/index.ts";
import { within } from "../../within.ts";
import type { AccessToken, TokenFailure, TokenResult } from "../model/access-token.ts";
import { isNotAuthenticated, previousCredentials, withToken } from "../model/access.ts";
import type { Access, TokenOwner } from "../model/access.ts";
import type { Sent, SignedRequest } from "../model/attempt-record.ts";
import { listSecrets } from "../model/masked-answer.ts";
import type { AccessTokens } from "./access-tokens.ts";

/** Never rejects for a failure of the other side. */
export type SendSigned = (signed: SignedRequest) => Promise<Sent>;

export interface AuthenticatedPostParts {
  readonly post: Egress["post"];
  readonly tokens: AccessTokens;
  /** Limit for one request. */
  readonly requestTimeoutMs: number;
  /** The database's time. */
  readonly now: () => number;
  /** Epoch ms, for the record. */
  readonly startedAt: () => number;
}

/**
 * Time that an attempt may take beyond one request: for a token, or before a second request. An engine leases deliveries for as much
 * longer than a request; after that others may take the delivery for abandoned.
 */
const MAX_EXTRA_MS = 5_000;

const BEFORE_ROTATION =
  "The receiver did not accept the new credentials. This is the response to the previous ones, which are sent until their overlap ends";
const RENEWED = "The receiver did not accept the access token. This is the response to a new one";

/** Credentials to send, and the access token among them. */
interface Granted {
  readonly credentials: PostCredentials;
  readonly token: AccessToken | undefined;
  /** Why they are not the first ones. */
  readonly note?: string;
}

export function createAuthenticatedPost(parts: AuthenticatedPostParts): SendSigned {
  const { post, tokens, now, requestTimeoutMs } = parts;

  async function grant({ current, tokenOwner }: Access): Promise<Granted | TokenFailure> {
    if (tokenOwner === undefined) return { credentials: current, token: undefined };
    const result = await inTime(tokens.get(tokenOwner));
    if (result.kind === "failed") return result;
    return { credentials: withToken(current, result.token), token: result.token };
  }

  /** A token server that takes longer than the attempt may is as if it did not respond. */
  async function inTime(getting: Promise<TokenResult>): Promise<TokenResult> {
    return within(Math.min(requestTimeoutMs, MAX_EXTRA_MS), getting).catch(() => TOO_LATE);
  }

  async function grantOther(access: Access, { token }: Granted): Promise<Granted | undefined> {
    const { current, tokenOwner } = access;
    const newer = token === undefined ? undefined : await replaced(tokenOwner, token);
    if (newer !== undefined) return { credentials: withToken(current, newer), token: newer, note: RENEWED };
    const previous = previousCredentials(access, now());
    if (previous === undefined) return undefined;
    const { credentials, lacksToken } = previous;
    return {
      credentials: lacksToken && token !== undefined ? withToken(credentials, token) : credentials,
      token,
      note: BEFORE_ROTATION,
    };
  }

  async function replaced(
    owner: TokenOwner | undefined,
    refused: AccessToken,
  ): Promise<AccessToken | undefined> {
    return owner === undefined ? undefined : tokens.replace(owner, refused);
  }

  return async ({ request, access }) => {
    if (access === undefined) return post(request);
    const startedAt = parts.startedAt();
    const startedMs = performance.now();
    const elapsedMs = (): number => performance.now() - startedMs;
    /** From the beginning of the attempt, with all that came before the response. */
    const toSent = (result: ExchangeResult, { credentials, note }: Granted): Sent => ({
      ...result,
      timing: { ...result.timing, startedAt, durationMs: elapsedMs() },
      secretHeaders: access.headerNames,
      secrets: listSecrets(credentials),
      ...(note === undefined ? {} : { note }),
    });
    const first = await grant(access);
    if ("kind" in first) {
      const { reason, detail } = first;
      const outcome = { kind: "unreachable", reason, detail } as const;
      return { outcome, timing: { startedAt, durationMs: elapsedMs() }, secretHeaders: access.headerNames };
    }
    const result = await post({ ...request, credentials: first.credentials });
    if (!isNotAuthenticated(result.outcome)) return toSent(result, first);
    const other = await grantOther(access, first);
    if (other === undefined || elapsedMs() > MAX_EXTRA_MS) return toSent(result, first);
    return toSent(await post({ ...request, credentials: other.credentials }), other);
  };
}

const TOO_LATE: TokenFailure = {
  kind: "failed",
  reason: "token-server-unreachable",
  detail: "No access token within the time limit of a request",
  isOfClient: false,
};
