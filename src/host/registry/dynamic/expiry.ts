/** Lets dynamic webhooks expire, and warns of it before, so that nobody wonders why events stopped coming. */
import { failWaiting } from "../../store/deliveries.ts";
import { raiseVersion } from "../../store/sites.ts";
import { listExpiring, removeSubscriptions } from "../../store/subscriptions.ts";
import type { Subscription } from "../../store/subscriptions.ts";
import type { DynamicContext } from "./context.ts";

const HOUR_MS = 3_600_000;
/** How long before the end it is told, in the order of the warnings. */
const WARN_BEFORE_MS = [7 * 24 * HOUR_MS, 24 * HOUR_MS];
const LOOK_EVERY_MS = 60_000;

export interface Expiry {
  /** Looks now, and then every minute. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
  /** Removes what has expired; warns of what passed one of the marks since the last look. */
  readonly look: () => Promise<void>;
}

export function createExpiry(context: DynamicContext): Expiry {
  const { database, logger, now } = context;
  const longest = Math.max(...WARN_BEFORE_MS);
  /** Everything that is within a mark at the first look is told once more after a restart. */
  let lookedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const at = now();
    const expiring = await listExpiring(database.read, at + longest);
    const isOver = ({ expiresAt }: Subscription) => (expiresAt ?? 0) <= at;
    for (const [siteNo, subscriptions] of bySite(expiring.filter((each) => !isOver(each)))) {
      const passed = subscriptions.filter(({ expiresAt = 0 }) =>
        WARN_BEFORE_MS.some((mark) => expiresAt - mark <= at && expiresAt - mark > lookedAt),
      );
      if (passed.length > 0) logger.warn("dynamic-webhooks.expire-soon", told(siteNo, passed));
    }
    for (const [siteNo, subscriptions] of bySite(expiring.filter(isOver))) {
      const numbers = subscriptions.map(({ no }) => no);
      await database.write(async (tx) => {
        await removeSubscriptions(tx, siteNo, numbers);
        await failWaiting(tx, siteNo, numbers, at);
        await raiseVersion(tx, siteNo);
      });
      await context.changed(siteNo);
      logger.warn("dynamic-webhooks.expired", told(siteNo, subscriptions));
    }
    lookedAt = at;
  }

  const lookSafely = () =>
    look().catch((error: unknown) => logger.error("dynamic-webhooks.expiry-failed", { error }));

  return {
    look,
    start: async () => {
      await lookSafely();
      timer = setInterval(() => void lookSafely(), LOOK_EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

function bySite(subscriptions: readonly Subscription[]): ReadonlyMap<number, readonly Subscription[]> {
  const sites = new Map<number, Subscription[]>();
  for (const subscription of subscriptions) {
    const known = sites.get(subscription.siteNo);
    if (known === undefined) sites.set(subscription.siteNo, [subscription]);
    else known.push(subscription);
  }
  return sites;
}

function told(siteNo: number, subscriptions: readonly Subscription[]): Readonly<Record<string, unknown>> {
  const addons = subscriptions.map(({ receiver }) => (receiver.kind === "addon" ? receiver.addonKey : ""));
  return {
    siteNo,
    addons: [...new Set(addons)],
    count: subscriptions.length,
    firstAt: new Date(Math.min(...subscriptions.map(({ expiresAt = 0 }) => expiresAt))).toISOString(),
  };
}
