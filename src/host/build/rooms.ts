/** The rooms as the web and programs around the host ask them. */
import { createAudit } from "../admin/audit.ts";
import { createKeyedRequests } from "../admin/keyed-requests.ts";
import { createKeys } from "../admin/keys.ts";
import { createPortalLooks } from "../admin/portal-look.ts";
import { createSessions } from "../admin/sessions.ts";
import { createErasures } from "../care/erasures.ts";
import { createDeliveryLog } from "../delivery-log/delivery-log.ts";
import { createEndpoints } from "../delivery-log/endpoints.ts";
import { createTestDeliveries } from "../delivery-log/test-deliveries.ts";
import { createUrlTrials } from "../delivery/url-trials.ts";
import { createListeners } from "../listen/listeners.ts";
import { createHref, toBasePath } from "../model/base-path.ts";
import type { Limit } from "../model/limits.ts";
import { listenerLimits } from "../model/listener.ts";
import { listKeySet } from "../model/public-keys.ts";
import { createMetrics } from "../observe/metrics.ts";
import { createDirectory, directoryLimit } from "../registry/directory/directory.ts";
import { createDynamicModules } from "../registry/dynamic/modules.ts";
import { createAddonProperties } from "../registry/dynamic/properties.ts";
import { createDynamicWebhooks } from "../registry/dynamic/webhooks.ts";
import { createReceivers } from "../registry/receivers.ts";
import { createSearchIndex } from "../registry/search-index.ts";
import { createSites } from "../registry/sites.ts";
import { createUpmInstalls } from "../registry/upm-installs.ts";
import { createReplays } from "../replay/replays.ts";
import { createBodyChecker } from "../schemas/checker.ts";
import { VERSION } from "../../version.ts";
import type { Rooms } from "../web/rooms.ts";
import type { HostParts } from "./parts.ts";

export function buildRooms(parts: HostParts): Rooms {
  const { base, address, doorway, signals, sending, intake, products, health, receivers, care } = parts;
  const { config, catalogue, database, now, logger } = base;
  const { context, engine, drop } = sending;
  const { door, tokens } = doorway;
  const { registry, outgoing, dynamic, readDescriptor, testSender } = receivers;
  const urlTrials = buildUrlTrials(parts);
  const limits = [
    sending.backlog.limit,
    ...intake.acceptor.limits,
    sending.responseBudget.limit,
    urlTrials.limit,
    ...door.limits,
    ...listenerLimits,
    directoryLimit,
  ];
  return {
    catalogue,
    products,
    urlTrials,
    sites: createSites(context),
    registry,
    directory: createDirectory({ ...context, readDescriptor }),
    receivers: createReceivers(context),
    searchIndex: createSearchIndex(context),
    webhooks: {
      ...outgoing,
      ...createTestDeliveries({ outgoing, sender: testSender, count: door.rates.executions.take }),
    },
    dynamicWebhooks: createDynamicWebhooks(dynamic),
    dynamicModules: createDynamicModules(dynamic),
    addonProperties: createAddonProperties(dynamic),
    upmInstalls: createUpmInstalls(context),
    acceptEvent: intake.acceptEvent,
    acceptWithin: intake.acceptWithin,
    deliveryLog: createDeliveryLog({ ...context, engine, drop, checkBody: createBodyChecker() }),
    endpoints: createEndpoints({ ...context, engine, hostFacts: health.hostFacts }),
    listeners: buildListeners(parts),
    replays: createReplays({ ...context, ages: care.settings.read, runner: care.replayRunner, drop }),
    tokens,
    sessions: createSessions(database, now),
    portalLooks: createPortalLooks({ database }),
    keyedRequests: createKeyedRequests({
      database,
      now,
      onUnnoted: (error) => logger.warn("idempotency-key.save-failed", { error }),
    }),
    keys: createKeys(context),
    webhookKeySet: () => listKeySet(signals.snapshots.whole(), now()),
    audit: createAudit(context),
    settings: care.settings,
    backups: care.backups,
    erasures: createErasures({ ...context, drop, wake: engine.wake }),
    listProcesses: health.presence.list,
    replica: database.replica,
    readiness: health.readiness.ask,
    metrics: buildMetrics(parts, limits),
    requestTimeoutMs: config.requestTimeoutMs,
    rates: door.rates,
    limits,
    freeSpace: intake.admission.free,
    publicUrl: config.baseUrl,
    baseUrl: address.baseUrl,
    href: createHref(toBasePath(config.baseUrl)),
  };
}

function buildUrlTrials({ base: { logger }, network, doorway: { door }, deriveKey }: HostParts) {
  return createUrlTrials({
    egress: network.visitorEgress,
    count: {
      client: door.rates.urlTrials.take,
      target: door.rates.urlTrialTargets.take,
      all: door.rates.urlTrialsInAll.take,
    },
    key: deriveKey("callboard-url-proof"),
    logger,
    // Receivers compare the times of a sample with their own clock.
    now: Date.now,
  });
}

/** A process that only serves requests delivers once a listener is connected to it. */
function buildListeners({ base: { config }, sending, receivers }: HostParts): Rooms["listeners"] {
  const { context, exchange, engine } = sending;
  let delivering: Promise<void> | undefined;
  return createListeners({
    ...context,
    exchange,
    changes: receivers.listenerChanges,
    ensureDelivering: () => (config.role === "api" ? (delivering ??= engine.start()) : Promise.resolve()),
  });
}

function buildMetrics({ base, signals, sending, health }: HostParts, limits: readonly Limit[]) {
  const { config, database } = base;
  return createMetrics({
    figures: signals.figures,
    database,
    snapshots: signals.snapshots,
    engineStatus: sending.engine.status,
    dataDir: config.dataDir,
    readiness: health.readiness.ask,
    limits,
    build: { version: VERSION, role: config.role },
  });
}
