/** Part of the composition root: what the web may ask for, answered by the rooms. */
import { requireCheckpoint, verifyAudit } from "./admin/audit-chain.ts";
import { rekey } from "./admin/rekey.ts";
import type { Config } from "../config.ts";
import { CallboardError } from "../errors.ts";
import { parseExact } from "../json/exact.ts";
import { changeSettings, readSettings } from "./admin/settings.ts";
import { createToken, withdrawToken } from "./admin/tokens.ts";
import { bodyInFormat, bodyVariant } from "./model/body-variant.ts";
import type { Limit } from "./model/limits.ts";
import { standstillOf } from "./model/standstill.ts";
import type { HostFacts } from "./model/standstill.ts";
import type { Backlog } from "./events/backlog.ts";
import { judgeSubscriptions } from "./model/fan-out.ts";
import type { Engine } from "./delivery/engine.ts";
import { createPageServices } from "./page-services.ts";
import type { PageServiceParts } from "./page-services.ts";
import type { TestSender } from "./delivery/test-send.ts";
import { basePathOf, createHref } from "./model/base-path.ts";
import { baseUrlOf } from "./registry/context.ts";
import type { Outgoing } from "./registry/outgoing/outgoing.ts";
import type { Registry } from "./registry/registry.ts";
import type { Replays } from "./replay/replays.ts";
import { listSiteEvents, showEvent } from "./delivery-log/events.ts";
import { listDeliveries, requireCursor } from "./delivery-log/list.ts";
import { cancelMany, cancelOne, countMeant, redeliverMany, redeliverOne } from "./delivery-log/redeliver.ts";
import { showDelivery } from "./delivery-log/show.ts";
import type { EndpointsMeant, StandingEndpoint } from "./delivery-log/endpoints.ts";
import {
  pageOfEndpoints,
  showEndpoint,
  standingEndpoints,
  waitingEndpoints,
} from "./delivery-log/endpoints.ts";
import { explainEvent } from "./delivery-log/why.ts";
import type { JudgeToday } from "./delivery-log/why.ts";
import { operationalEvents } from "../catalogue/index.ts";
import { createConnectSlo, siteStatus } from "./delivery-log/status.ts";
import { listAudit } from "./store/tables/audit.ts";
import type { Announcer } from "./store/tables/announcement.ts";
import { listNewestNamed } from "./store/tables/events.ts";
import { listFailing } from "./store/tables/failing.ts";
import { findPublicKey, listSigningKeys } from "./store/tables/keys.ts";
import type { Seal } from "./store/seal.ts";
import { newestByEndpoint, standingsOfEvents } from "./store/tables/delivery-log.ts";
import { listSites, findSite, loadSite } from "./store/tables/sites.ts";
import { listTokens } from "./store/tables/tokens.ts";
import type { Access } from "./web/http/access.ts";
import type { Rates } from "./web/http/rates.ts";
import { createWebhooks } from "./webhook-services.ts";
import type { Services } from "./web/services.ts";
import type { EventRecord } from "./model/event.ts";
import type { SiteSnapshot } from "./model/site-snapshot.ts";
import type { Subscription } from "./model/subscription.ts";

export interface ServiceParts extends PageServiceParts {
  readonly config: Config;
  readonly seal: Seal;
  readonly access: Access;
  readonly engine: Engine;
  readonly backlog: Backlog;
  readonly limits: readonly Limit[];
  readonly rates: Pick<Rates, "validations" | "executions">;
  readonly registry: Registry;
  readonly outgoing: Outgoing;
  readonly testSender: TestSender;
  /** `drop` tells the engine of this process what was canceled. */
  readonly createReplays: (drop: Engine["drop"]) => Replays;
  readonly baseUrl: () => string;
  readonly announcer: Announcer;
  readonly operations: Services["operations"];
  readonly processes: Services["processes"];
  readonly hostFacts: () => Promise<HostFacts>;
}

export function createServices(parts: ServiceParts): Services {
  const { announcer, config, database, seal, access, snapshots, engine, registry, baseUrl } = parts;
  const { read } = database;
  const connectSlo = createConnectSlo(read);
  const clocks = () => ({ now: Date.now(), databaseNow: database.now() });
  const drop = (deliveries: Parameters<Engine["drop"]>[0]) => {
    engine.drop(deliveries);
    parts.backlog.recount();
  };
  const changes = { database, findSite: snapshots.byKey, wake: engine.wake, drop, now: database.now };

  /** The variant that was sent, in the format of the outgoing webhook that it was sent to. */
  function sentBody(body: Buffer, subscriptions: readonly Subscription[]): Buffer {
    const variant = bodyVariant(body, subscriptions);
    const [{ siteNo, receiver } = { siteNo: 0, receiver: undefined }] = subscriptions;
    if (receiver?.kind !== "webhook") return variant;
    const format = snapshots.get(siteNo)?.webhooks.get(receiver.webhookNo)?.format;
    return format === undefined ? variant : bodyInFormat(variant, format);
  }

  function snapshotOf(siteKey: string): SiteSnapshot {
    const snapshot = snapshots.byKey(siteKey);
    if (snapshot === undefined)
      throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
    return snapshot;
  }

  async function standstillAmong(standing: readonly StandingEndpoint[], meant: EndpointsMeant) {
    const limits = { isFull: engine.isFull, slots: config.endpointConcurrency.primary };
    const waiting = await waitingEndpoints(read, standing, meant, limits);
    return standstillOf(await parts.hostFacts(), waiting, database.now());
  }

  return {
    ...createPageServices(parts),
    limits: parts.limits,
    countValidation: parts.rates.validations.take,
    publicUrl: config.baseUrl,
    href: createHref(basePathOf(config.baseUrl)),
    registry,
    sites: {
      list: () => listSites(read),
      find: (siteKey) => findSite(read, siteKey),
      load: (siteKey) => loadSite(read, siteKey),
      keyOf: (siteNo) => snapshots.get(siteNo)?.site.key,
      baseUrlOf: (site) => baseUrlOf({ baseUrl }, site),
    },
    sentLog: {
      list: (filter, page) => listDeliveries(read, snapshots.byKey, filter, page),
      show: (id) => showDelivery(read, { findSite: snapshots.get, bodyVariant: sentBody }, id),
      redeliver: (id, by) => redeliverOne(changes, id, by),
      cancel: (id, by) => cancelOne(changes, id, by),
      count: (filter) => countMeant(changes, filter),
      redeliverMany: (filter, by) => redeliverMany(changes, filter, by),
      cancelMany: (filter, by) => cancelMany(changes, filter, by),
      listEvents: async (siteKey, filter, page) =>
        listSiteEvents(read, snapshotOf(siteKey).site.no, filter, page),
      listOperational: async (siteKey, most) =>
        listNewestNamed(
          read,
          snapshotOf(siteKey).site.no,
          operationalEvents().map(({ event }) => event),
          most,
        ),
      showEvent: async (siteKey, id) => showEvent(read, snapshotOf(siteKey), id),
      explainEvent: async (siteKey, id, reachable, filter, page) => {
        const others = reachable.flatMap((key) => snapshots.byKey(key) ?? []);
        return explainEvent(read, { snapshot: snapshotOf(siteKey), others, judgeToday }, id, filter, page);
      },
      newest: async (siteKey) => newestByEndpoint(read, snapshotOf(siteKey).site.no),
      standings: async (siteKey, events) => standingsOfEvents(read, snapshotOf(siteKey).site.no, events),
      failing: async (siteKey) => listFailing(read, snapshotOf(siteKey).site.no),
      status: async (siteKeys) => {
        const now = Date.now();
        const all = [];
        for (const siteKey of siteKeys)
          all.push(await siteStatus(read, snapshotOf(siteKey), connectSlo, now, database.now()));
        return all;
      },
    },
    replays: parts.createReplays(drop),
    webhooks: createWebhooks(parts),
    endpoints: {
      now: database.now,
      page: async (siteKeys, filter, page) => {
        const at = clocks();
        const standing = await standingEndpoints(read, siteKeys.map(snapshotOf), at);
        return {
          ...(await pageOfEndpoints(read, standing, filter, page, at)),
          standstill: await standstillAmong(standing, {}),
        };
      },
      show: (siteKey, no) => showEndpoint(read, snapshotOf(siteKey), no, clocks()),
      standstill: async (siteKeys, meant) => {
        const { database: standing } = await parts.hostFacts();
        if (standing === "down") return { reason: "database-down", until: undefined, endpoints: 0 };
        return standstillAmong(await standingEndpoints(read, siteKeys.map(snapshotOf), clocks()), meant);
      },
    },
    processes: parts.processes,
    tokens: {
      list: () => listTokens(read),
      create: (wish, by) => createToken(database, wish, by),
      revoke: async (id, by) => {
        await withdrawToken(database, id, by);
        access.forget();
      },
    },
    keys: {
      list: async () =>
        (await listSigningKeys(read, seal)).map(({ privatePem: _private, ...shown }) => shown),
      findPublic: (kid) => findPublicKey(read, kid, Date.now()),
      rekey: (by) => rekey(database, seal, by, announcer),
    },
    audit: {
      list: ({ limit, cursor }) =>
        listAudit(read, limit, cursor === undefined ? undefined : requireCursor(cursor)),
      verify: (checkpoint) =>
        verifyAudit(read, seal, checkpoint === undefined ? undefined : requireCheckpoint(checkpoint)),
    },
    settings: {
      read: () => readSettings(read, config, baseUrl()),
      change: async (wanted, by) => {
        await changeSettings(database, wanted, by);
        return readSettings(read, config, baseUrl());
      },
    },
    operations: parts.operations,
  };
}

const BODY_DELETED = {
  matched: false,
  because: "the body was deleted by retention, so it can't be judged",
} as const;

/** What the registry of today makes of a stored event. */
function judgeToday(snapshot: SiteSnapshot, event: EventRecord): ReturnType<JudgeToday> {
  const isDeleted = event.body === "" && event.bodySize > 0;
  let payload: { readonly value: unknown } | undefined;
  const verdicts = judgeSubscriptions(snapshot, {
    product: snapshot.site.product,
    event: event.name,
    payload: () => (payload ??= { value: parseExact(event.body === "" ? "{}" : event.body) }).value,
    ...(event.project === undefined ? {} : { project: event.project }),
    ...(event.aboutAddon === undefined ? {} : { aboutAddonKey: event.aboutAddon }),
  });
  return isDeleted ? new Map([...verdicts.keys()].map((no) => [no, BODY_DELETED])) : verdicts;
}
