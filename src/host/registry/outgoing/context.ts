/** What the outgoing webhooks work with. */
import type { HostContext } from "../../context.ts";
import type { AccessToken, TokenResult } from "../../model/access-token.ts";
import type { OAuthClient } from "../../model/authentication.ts";
import type { ReceiverCheck } from "../../model/receiver-check.ts";
import type { Webhook } from "../../model/webhook.ts";

export interface OutgoingContext extends Pick<
  HostContext,
  "announcer" | "catalogue" | "database" | "seal" | "now" | "changed"
> {
  /** The URL as it will be read when it is sent to. Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean | "always" }) => URL;
  /** Fetches an access token, to see whether a client works before it is saved. Never rejects. */
  readonly fetchToken: (client: OAuthClient) => Promise<TokenResult>;
  /** @throws {CallboardError} URL_UNVERIFIED unless the URL of a new webhook answers as it should */
  readonly checkReceiver: (
    webhook: Webhook,
    check: ReceiverCheck,
    token: AccessToken | undefined,
  ) => Promise<void>;
  /** In `prod`, a URL with http is worth a warning. */
  readonly profile: HostContext["config"]["profile"];
}
