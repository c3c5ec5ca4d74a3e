/** How often clients and tokens may do what costs much, each counted for itself. */
import { createRateLimit } from "../../../rate-limit.ts";
import type { RateLimit } from "../../../rate-limit.ts";
import { highestLevel } from "../../model/highest-level.ts";
import type { Limit, LimitOwner, LimitUnit } from "../../model/limits.ts";

const MINUTE_MS = 60_000;
const REFUSAL = "429 `RATE_LIMITED` with Retry-After";

export interface Rates {
  /** Wrong tokens and links; the right ones are not counted. */
  readonly wrongLogins: RateLimit;
  readonly formsWithoutSession: RateLimit;
  readonly validations: RateLimit;
  readonly executions: RateLimit;
  readonly bodyFilterTrials: RateLimit;
  readonly webhookPreviews: RateLimit;
  /** Listeners that are made, and their connections. */
  readonly listens: RateLimit;
  /** Requests for public catalogues, whether there are such or not. */
  readonly cataloguePages: RateLimit;
  /** Searches in the documentation site. */
  readonly docsSearches: RateLimit;
  /** Requests to the URLs of visitors of public catalogues. */
  readonly urlTrials: RateLimit;
  readonly urlTrialTargets: RateLimit;
  readonly urlTrialsInAll: RateLimit;
  /** Calls of an add-on for its own deliveries and events. */
  readonly polls: RateLimit;
  /** Characters of filters that an add-on registers. */
  readonly filterCharacters: RateLimit;
  readonly limits: readonly Limit[];
}

export function createRates(): Rates {
  const limits: Limit[] = [];
  function rate(
    name: string,
    most: number,
    per: LimitOwner,
    {
      unit = "requests",
      periodMs = MINUTE_MS,
    }: { readonly unit?: LimitUnit; readonly periodMs?: number } = {},
  ): RateLimit {
    const limit = createRateLimit(most, periodMs);
    limits.push({
      name,
      default: most,
      max: most,
      unit,
      per,
      refusal: REFUSAL,
      level: () => {
        const { highest, of } = highestLevel(limit.taken());
        return per === "host" || of === undefined ? { highest } : { highest, of };
      },
    });
    return limit;
  }
  return {
    wrongLogins: rate("Wrong logins in 5 minutes", 5, "client", { periodMs: 5 * MINUTE_MS }),
    formsWithoutSession: rate("Forms without a session in a minute", 60, "client", { unit: "forms" }),
    validations: rate("Descriptor validations in a minute", 60, "token"),
    executions: rate("Test deliveries in a minute", 60, "token"),
    bodyFilterTrials: rate("Body filter trials in a minute", 60, "token"),
    webhookPreviews: rate("Webhook previews in a minute", 60, "token"),
    listens: rate("Connections of listeners in a minute", 240, "token", { unit: "connections" }),
    cataloguePages: rate("Requests for public catalogues in a minute", 240, "client"),
    docsSearches: rate("Searches of the documentation in a minute", 120, "client"),
    urlTrials: rate("URL trials in a minute, per client", 20, "client"),
    urlTrialTargets: rate("URL trials in a minute, per target", 20, "target"),
    urlTrialsInAll: rate("URL trials in a minute, all clients", 300, "host"),
    polls: rate("Calls for own deliveries and events in a minute", 600, "installation"),
    filterCharacters: rate("Characters of registered filters in a minute", 20_000, "installation", {
      unit: "characters",
    }),
    limits,
  };
}
