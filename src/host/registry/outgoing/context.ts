/** What the outgoing webhooks work with. */
import type { HostContext } from "../../context.ts";

export interface OutgoingContext extends Pick<
  HostContext,
  "announcer" | "catalogue" | "database" | "seal" | "now" | "changed"
> {
  /** The URL as it will be read when it is sent to. Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean | "always" }) => URL;
  /** In `prod`, a URL with http is worth a warning. */
  readonly profile: HostContext["config"]["profile"];
}
