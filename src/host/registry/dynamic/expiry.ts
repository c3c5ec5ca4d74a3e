/** Expires dynamic webhooks, and announces it beforehand. */
import { realClock } from "../../../clock.ts";
import { createRepeating } from "../../../repeating.ts";
import { ANNOUNCED_BEFORE_MS } from "../../model/operational.ts";
import { dropAnnounced, markAnnounced } from "../../store/tables/announced.ts";
import type { Announcement } from "../../store/tables/announcement.ts";
import { failWaiting } from "../../store/tables/ended.ts";
import { raiseVersion } from "../../store/tables/sites.ts";
import { listExpiring, removeSubscriptions } from "../../store/tables/subscriptions.ts";
import type { DynamicContext } from "./context.ts";
import type { Subscription } from "../../model/subscription.ts";

const HOUR_MS = 3_600_000;
/** How long before the end it is told, in the order of the warnings. */
const WARN_BEFORE_MS = [7 * 24 * HOUR_MS, 24 * HOUR_MS];
const LOOK_EVERY_MS = 60_000;

export interface Expiry {
  /** Looks now, and then every minute. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Removes what has expired; warns of what passed one of the marks since the last look. */
  readonly look: () => Promise<void>;
}

export function createExpiry(context: DynamicContext): Expiry {
  const { announcer, database, logger, now } = context;
  const longest = Math.max(...WARN_BEFORE_MS);
  /** Everything that is within a mark at the first look is told once more after a restart. */
  let lookedAt = 0;
  /** What this process knows to be announced. */
  let announced: ReadonlySet<string> = new Set();

  async function look(): Promise<void> {
    const at = now();
    const expiring = await listExpiring(database.read, at + longest);
    const isOver = ({ expiresAt }: Subscription) => (expiresAt ?? 0) <= at;
    for (const [siteNo, subscriptions] of bySite(expiring.filter((each) => !isOver(each)))) {
      const passed = subscriptions.filter(({ expiresAt = 0 }) =>
        WARN_BEFORE_MS.some((mark) => expiresAt - mark <= at && expiresAt - mark > lookedAt),
      );
      if (passed.length > 0) logger.warn("dynamic-webhooks.expiring", told(siteNo, passed));
    }
    await announceExpiring(
      expiring.filter((each) => !isOver(each) && isWithin(each, at)),
      at,
    );
    for (const [siteNo, subscriptions] of bySite(expiring.filter(isOver))) {
      const numbers = subscriptions.map(({ no }) => no);
      const removed = await database.write(async (tx) => {
        await announcer.prepare(tx);
        const ours = await removeSubscriptions(tx, siteNo, numbers);
        if (ours.length === 0) return [];
        await failWaiting(tx, { siteNo, subscriptionNos: ours, now: at });
        await raiseVersion(tx, siteNo);
        const expired = subscriptions.filter(({ no }) => ours.includes(no));
        await announcer.announce(tx, toAnnouncements("webhook.expired", expired, at));
        return expired;
      });
      if (removed.length === 0) continue;
      await context.changed(siteNo);
      logger.warn("dynamic-webhooks.expired", told(siteNo, removed));
    }
    lookedAt = at;
  }

  /** Once for each time at which a webhook expires: one that is renewed is told of again. */
  async function announceExpiring(soon: readonly Subscription[], at: number): Promise<void> {
    const formatSubject = ({ siteNo, no, expiresAt }: Subscription) => `${siteNo}/${no}/${expiresAt}`;
    const news = soon.filter((each) => !announced.has(formatSubject(each)));
    if (news.length === 0) return;
    await database.write(async (tx) => {
      await announcer.prepare(tx);
      const ours: Subscription[] = [];
      for (const each of news) {
        if (await markAnnounced(tx, "webhook.expiring", formatSubject(each), at)) ours.push(each);
      }
      await dropAnnounced(tx, ["webhook.expiring"], at - KEPT_MS);
      await announcer.announce(tx, toAnnouncements("webhook.expiring", ours, at));
    });
    announced = new Set(soon.map(formatSubject));
  }

  const noteFailure = (error: unknown) => logger.error("dynamic-webhooks.expiry-failed", { error });
  const looks = createRepeating({
    run: look,
    everyMs: LOOK_EVERY_MS,
    onError: noteFailure,
    schedule: (context.clock ?? realClock).scheduleLook,
  });
  return {
    look,
    start: async () => {
      await look().catch(noteFailure);
      looks.start();
    },
    stop: looks.stop,
  };
}

/** Longer than a webhook of which it is told has left. */
const KEPT_MS = 30 * 24 * HOUR_MS;

const isWithin = ({ expiresAt = 0 }: Subscription, at: number): boolean =>
  expiresAt - at <= ANNOUNCED_BEFORE_MS.webhook;

/** One for each add-on of a site. */
function toAnnouncements(
  event: "webhook.expiring" | "webhook.expired",
  subscriptions: readonly Subscription[],
  at: number,
): readonly Announcement[] {
  const byAddon = new Map<string, Subscription[]>();
  for (const subscription of subscriptions) {
    if (subscription.receiver.kind !== "addon") continue;
    const key = `${subscription.siteNo} ${subscription.receiver.addonKey}`;
    byAddon.set(key, [...(byAddon.get(key) ?? []), subscription]);
  }
  return [...byAddon.values()].flatMap((own): readonly Announcement[] => {
    const [first] = own;
    if (first === undefined) return [];
    const expiresAt = Math.min(...own.map((each) => each.expiresAt ?? 0));
    return [
      {
        event,
        siteNo: first.siteNo,
        about: { kind: "receiver", receiver: first.receiver },
        facts:
          event === "webhook.expired"
            ? { state: "expired", since: expiresAt, count: own.length }
            : { state: "expiring", since: at, count: own.length, expiresAt },
      },
    ];
  });
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
