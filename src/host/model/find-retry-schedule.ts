/** Which retry schedule a delivery has. Pure. */
import type { DueDelivery } from "./delivery.ts";
import { findReceiverSettings } from "./receiver-settings.ts";
import { RETRY_SCHEDULES, isRetrySchedule } from "./retry-schedules.ts";
import type { RetrySchedule } from "./retry-schedules.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

const toSchedule = (steps: readonly number[]): RetrySchedule => ({ steps, jitter: 0 });

/** Returns the retry schedule of a delivery's receiver. */
export type FindRetrySchedule = (
  site: SiteSnapshot,
  delivery: Pick<DueDelivery, "subscriptionNo">,
) => RetrySchedule;

/** The configured schedule goes before the receiver's, the site's, the profile's and the product's. */
export function createRetryScheduleFinder(config: {
  readonly profile: "dev" | "prod";
  readonly retryScheduleMs: readonly number[] | undefined;
}): FindRetrySchedule {
  const { retryScheduleMs } = config;
  if (retryScheduleMs !== undefined) {
    const configured = toSchedule(retryScheduleMs);
    return () => configured;
  }
  return (snapshot, { subscriptionNo }) => {
    const subscription = snapshot.subscriptions.get(subscriptionNo);
    const pace = subscription === undefined ? undefined : findReceiverSettings(snapshot, subscription).pace;
    if (pace?.retryDelaysMs !== undefined) return toSchedule(pace.retryDelaysMs);
    const receiver = subscription?.receiver;
    const webhook = receiver?.kind === "webhook" ? snapshot.webhooks.get(receiver.webhookNo) : undefined;
    const named = pace?.retryProfile ?? webhook?.retryProfile ?? snapshot.site.retryProfile;
    // Stryker disable next-line ConditionalExpression: only the types need the first part
    if (named !== undefined && isRetrySchedule(named)) return RETRY_SCHEDULES[named];
    if (config.profile === "dev") return RETRY_SCHEDULES.dev;
    return RETRY_SCHEDULES[snapshot.product.retryProfile];
  };
}
