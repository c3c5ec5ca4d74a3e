/** Polls for conditions that no request reveals, and announces each once over any number of processes. */
import { realClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { announceEndings } from "../model/ending-credentials.ts";
import {
  ANNOUNCED_BEFORE_MS,
  RETENTION_BEHIND_MS,
  certificateDays,
  isQueueHigh,
  isStorageLow,
  toldOfCertificate,
} from "../model/operational.ts";
import {
  countAllWaiting,
  dropAnnounced,
  forgetAnnounced,
  isAnnounced,
  markAnnounced,
  takeLook,
} from "../store/tables/announced.ts";
import type { Announcement, Announcer } from "../store/tables/announcement.ts";
import { createRepeating } from "../../repeating.ts";
import type { Database, Queryable, Transaction } from "../store/db/database.ts";
import { firstUuidAt, madeAt } from "../model/ids.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import { listSentSites, nextEventRange } from "../store/tables/retention.ts";
import { findSite } from "../store/tables/sites.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { listExpiringTokens } from "../store/tables/tokens.ts";
import type { Certificates } from "./certificates.ts";
import type { AdmissionControl } from "./admission.ts";

const LOOK_EVERY_MS = 5_000;
const QUEUE_EVERY_MS = 5_000;
const TOKENS_EVERY_MS = 60_000;
const CREDENTIALS_EVERY_MS = 60_000;
const RETENTION_EVERY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** Longer than anything is told before its end. */
const REMEMBERED_MS = 31 * DAY_MS;

export interface WatchDependencies {
  readonly database: Database;
  readonly announcer: Announcer;
  readonly logger: Logger;
  readonly now: () => number;
  /** By the computer's own time when left out. */
  readonly clock?: Pick<Clock, "scheduleLook">;
  /** Waiting deliveries from which on the queue counts as high. */
  readonly queueLimit: number;
  readonly admission: Pick<AdmissionControl, "free">;
  readonly retentionMs: () => Promise<number>;
  readonly certificates: Pick<Certificates, "take">;
  readonly snapshots: Pick<Snapshots, "all">;
  /** Announces failed deliveries that were not announced yet. */
  readonly tellFailures: () => Promise<void>;
  /** Resolves to true if no delivering process gets through its proxy. */
  readonly proxyFails: () => Promise<boolean>;
  /** The failure of the proxy as this process met it; undefined if it met none. */
  readonly proxyFailure: () => { readonly reason: string; readonly detail: string } | undefined;
}

export interface Watch {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Looks at everything that is due to be looked at. */
  readonly look: () => Promise<void>;
}

export function createWatch(dependencies: WatchDependencies): Watch {
  const { database, announcer, certificates, logger, now, queueLimit, admission, snapshots } = dependencies;
  const startedAt = now();

  /** Something is so, or isn't: announced when it begins. */
  async function follow(name: string, isSo: boolean, announcement: () => Announcement): Promise<void> {
    if (isSo === (await isAnnounced(database.read, name, ""))) return;
    await database.write(async (tx) => {
      await announcer.prepare(tx);
      if (!isSo) return forgetAnnounced(tx, name, "");
      if (await markAnnounced(tx, name, "", now())) await announcer.announce(tx, [announcement()]);
    });
    logger[isSo ? "warn" : "info"](isSo ? name : `${name}-ended`, {});
  }

  /** Something ends soon: announced once, since its end is part of the subject. */
  async function announceOnce(
    subject: string,
    at: number,
    event: Announcement["event"],
    announcement: (tx: Transaction) => Promise<Announcement>,
  ): Promise<void> {
    if (await isAnnounced(database.read, event, subject)) return;
    await database.write(async (tx) => {
      await announcer.prepare(tx);
      if (!(await markAnnounced(tx, event, subject, at))) return;
      await announcer.announce(tx, [await announcement(tx)]);
      await dropAnnounced(tx, [event], at - REMEMBERED_MS);
    });
  }

  const isMine = (name: string, everyMs: number): Promise<boolean> =>
    database.write((tx) => takeLook(tx, name, everyMs, now()));

  async function lookAtQueue(): Promise<void> {
    if (!(await isMine("queue", QUEUE_EVERY_MS))) return;
    const waiting = await countAllWaiting(database.read, queueLimit);
    const isHigh = isQueueHigh(waiting, queueLimit, await isAnnounced(database.read, "queue.high", ""));
    await follow("queue.high", isHigh, () => ({
      event: "queue.high",
      siteNo: undefined,
      facts: { state: "high", since: now(), waiting, limit: queueLimit },
    }));
  }

  async function lookAtStorage(): Promise<void> {
    const space = admission.free();
    if (space === undefined) return;
    const { freeBytes, allBytes } = space;
    const isLow = isStorageLow(freeBytes, allBytes, await isAnnounced(database.read, "storage.low", ""));
    await follow("storage.low", isLow, () => ({
      event: "storage.low",
      siteNo: undefined,
      facts: { state: "low", since: now(), freeBytes },
    }));
  }

  async function lookAtProxy(): Promise<void> {
    await follow("proxy.failing", await dependencies.proxyFails(), () => ({
      event: "proxy.failing",
      siteNo: undefined,
      facts: { state: "failing", since: now(), ...dependencies.proxyFailure() },
    }));
  }

  async function lookAtTokens(): Promise<void> {
    if (!(await isMine("tokens", TOKENS_EVERY_MS))) return;
    const at = now();
    const expiring = await listExpiringTokens(database.read, {
      after: at,
      until: at + ANNOUNCED_BEFORE_MS.token,
    });
    for (const { id, name, siteKey, expiresAt } of expiring) {
      await announceOnce(`${id} ${expiresAt}`, at, "token.expiring", async (tx) => {
        const site = siteKey === undefined ? undefined : await findSite(tx, siteKey);
        return {
          event: "token.expiring",
          siteNo: site?.no,
          facts: { state: "expiring", since: at, token: name, expiresAt },
          page: "/admin/settings/tokens",
        };
      });
    }
  }

  async function lookAtCertificates(): Promise<void> {
    const at = now();
    for (const { origin, expiresAt } of certificates.take()) {
      const days = certificateDays(expiresAt, at);
      if (days === undefined) continue;
      const endpoints = snapshots.all().flatMap((site) => [...site.endpoints.values()]);
      for (const { no, siteNo } of endpoints.filter((endpoint) => endpoint.origin === origin)) {
        await announceOnce(`${no} ${days} ${expiresAt}`, at, "certificate.expiring", () =>
          Promise.resolve({
            ...toldOfCertificate(expiresAt, at),
            siteNo,
            about: { kind: "endpoint", endpointNo: no },
          }),
        );
      }
    }
  }

  async function lookAtCredentials(): Promise<void> {
    if (!(await isMine("credentials", CREDENTIALS_EVERY_MS))) return;
    const at = now();
    for (const [subject, announcement] of listEndingCredentials(snapshots.all(), at))
      await announceOnce(subject, at, announcement.event, () => Promise.resolve(announcement));
  }

  async function lookAtRetention(): Promise<void> {
    // Retention first deletes what expired while no process ran.
    if (now() - startedAt < RETENTION_EVERY_MS) return;
    if (!(await isMine("retention", RETENTION_EVERY_MS))) return;
    const before = now() - (await dependencies.retentionMs()) - RETENTION_BEHIND_MS;
    const oldest = await findOldestEvent(database.read, before);
    await follow("retention.behind", oldest !== undefined, () => ({
      event: "retention.behind",
      siteNo: undefined,
      facts: { state: "behind", since: oldest ?? before },
    }));
  }

  async function look(): Promise<void> {
    const looks = {
      failures: dependencies.tellFailures,
      queue: lookAtQueue,
      storage: lookAtStorage,
      proxy: lookAtProxy,
      tokens: lookAtTokens,
      certificates: lookAtCertificates,
      credentials: lookAtCredentials,
      retention: lookAtRetention,
    };
    for (const [name, lookAt] of Object.entries(looks)) {
      if (repeated.isStopped()) return;
      await lookAt().catch((error: unknown) => logger.warn("watch.check-failed", { name, error }));
    }
  }

  const noteFailure = (error: unknown) => logger.warn("watch.check-failed", { error });
  const repeated = createRepeating({
    run: look,
    everyMs: LOOK_EVERY_MS,
    onError: noteFailure,
    schedule: (dependencies.clock ?? realClock).scheduleLook,
  });
  return { look, start: repeated.start, stop: repeated.stop };
}

/** Resolves to the time of the oldest event before a time; undefined without one. */
async function findOldestEvent(q: Queryable, before: number): Promise<number | undefined> {
  let oldest: number | undefined;
  for (const { siteNo } of await listSentSites(q)) {
    const range = await nextEventRange(q, { siteNo, after: "", before: firstUuidAt(before), most: 1 });
    if (range !== undefined) oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, madeAt(range.first));
  }
  return oldest;
}

type Ending = readonly [subject: string, Announcement];

/** Bearer tokens and certificates of the settings of receivers, each with its subject. */
const listEndingCredentials = (sites: readonly SiteSnapshot[], at: number): readonly Ending[] =>
  sites.flatMap((site) => [...listEndingOfWebhooks(site, at), ...listEndingOfEndpoints(site, at)]);

function listEndingOfWebhooks({ site, webhooks }: SiteSnapshot, at: number): readonly Ending[] {
  return [...webhooks.values()].flatMap((webhook) =>
    announceEndings(webhook, webhook.name, at).map(({ subject, ...told }): Ending => {
      const receiver = { kind: "webhook", webhookNo: webhook.no } as const;
      const about = { kind: "receiver", receiver } as const;
      return [`${site.no}/${webhook.no} ${subject}`, { ...told, siteNo: site.no, about }];
    }),
  );
}

function listEndingOfEndpoints({ site, endpoints }: SiteSnapshot, at: number): readonly Ending[] {
  return [...endpoints.values()].flatMap((endpoint) =>
    announceEndings(endpoint, endpoint.origin, at).map(({ subject, ...told }): Ending => {
      const about = { kind: "endpoint", endpointNo: endpoint.no } as const;
      const page = `/admin/endpoints/${site.key}/${endpoint.no}`;
      return [`endpoint ${site.no}/${endpoint.no} ${subject}`, { ...told, siteNo: site.no, about, page }];
    }),
  );
}
