/** What the outgoing webhooks work with. */
import type { HostContext } from "../../context.ts";
import type { TokenResult } from "../../model/access-token.ts";
import type { OAuthClient } from "../../model/authentication.ts";

export interface OutgoingContext extends Pick<
  HostContext,
  "announcer" | "catalogue" | "database" | "seal" | "now" | "changed"
> {
  /** The URL as it will be read when it is sent to. Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean | "always" }) => URL;
  /** Fetches an access token, to see whether a client works before it is saved. Never rejects. */
  readonly fetchToken: (client: OAuthClient) => Promise<TokenResult>;
  /** In `prod`, a URL with http is worth a warning. */
  readonly profile: HostContext["config"]["profile"];
}
