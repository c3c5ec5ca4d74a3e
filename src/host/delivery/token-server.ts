/** Asks token servers for access tokens. */
import type { Egress } from "../../egress/index.ts";
import { MAX_TOKEN_RESPONSE_BYTES, createTokenRequest, readTokenResponse } from "../model/access-token.ts";
import type { TokenResult } from "../model/access-token.ts";
import type { OAuthClient } from "../model/authentication.ts";

/** Limit for one request to a token server. */
export const TOKEN_TIMEOUT_MS = 5_000;

export interface TokenServerParts {
  readonly egress: Pick<Egress, "request">;
  /** The database's time. */
  readonly now: () => number;
}

/** Fetches a token for a client. Failures are values; never rejects. */
export type FetchToken = (client: OAuthClient) => Promise<TokenResult>;

export const createTokenServer =
  ({ egress, now }: TokenServerParts): FetchToken =>
  async (client) => {
    const requestedAt = now();
    const result = await egress.request({
      method: "POST",
      url: client.tokenUrl,
      ...createTokenRequest(client),
      timeoutMs: TOKEN_TIMEOUT_MS,
      maxBytes: MAX_TOKEN_RESPONSE_BYTES,
      httpsOnly: true,
    });
    return readTokenResponse(result, requestedAt);
  };
