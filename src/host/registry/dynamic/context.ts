/** What dynamic registrations work with. */
import type { Product } from "../../../catalogue/index.ts";
import type { ResolvedWebhook } from "../../../protocol/descriptor.ts";
import type { HostContext } from "../../context.ts";

export interface DynamicContext
  extends
    Partial<Pick<HostContext, "clock">>,
    Pick<HostContext, "announcer" | "catalogue" | "database" | "seal" | "logger" | "now" | "changed"> {
  /** Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean }) => URL;
  /** Counts characters of filters that an add-on registers. @throws {CallboardError} RATE_LIMITED */
  readonly countFilterCharacters: (installation: string, characters: number) => void;
  /** The webhooks of a descriptor value, resolved. Throws as reading a descriptor does. */
  readonly readWebhooks: (
    descriptor: Readonly<Record<string, unknown>>,
    product: Product,
  ) => Promise<readonly ResolvedWebhook[]>;
}
