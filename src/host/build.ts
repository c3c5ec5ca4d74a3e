/**
 * Builds the rooms of a host, each from those before it. The only file that knows every room. Opens as little as possible; what it
 * opens it adds to the closers at once.
 */
import type { Closers } from "../closers.ts";
import { createEgress, createThisMachine, outgoingSockets, readOpenFileLimit } from "../egress/index.ts";
import type { Egress } from "../egress/index.ts";
import { createSparseLog } from "../logger.ts";
import { VERSION } from "../version.ts";
import { createOwnAddress } from "./address.ts";
import type { OwnAddress } from "./address.ts";
import { createAudit } from "./admin/audit.ts";
import { createKeyedRequests } from "./admin/keyed-requests.ts";
import { createKeys } from "./admin/keys.ts";
import { createPortalLooks } from "./admin/portal-look.ts";
import { createSessions } from "./admin/sessions.ts";
import { createSettings } from "./admin/settings.ts";
import { createTokens } from "./admin/tokens.ts";
import type { HostContext } from "./context.ts";
import { createBackups } from "./care/backups.ts";
import { createErasures } from "./care/erasures.ts";
import { createDeliveryLog } from "./delivery-log/delivery-log.ts";
import { createEndpoints } from "./delivery-log/endpoints.ts";
import { createTestDeliveries } from "./delivery-log/test-deliveries.ts";
import { createAccessTokens, withoutKeeping } from "./delivery/access-tokens.ts";
import { createAuthenticatedPost } from "./delivery/authenticated-post.ts";
import { createTokenServer } from "./delivery/token-server.ts";
import { createEngine } from "./delivery/engine.ts";
import type { Transport } from "./delivery/transport.ts";
import type { Engine } from "./delivery/engine.ts";
import { createResponseBudget } from "./delivery/response-budget.ts";
import { createUrlTrials } from "./delivery/url-trials.ts";
import { createReceiverCheck } from "./delivery/receiver-check.ts";
import { createTestSender } from "./delivery/test-delivery.ts";
import { createDescriptorReader } from "./descriptor/read.ts";
import { createAcceptor } from "./events/accept.ts";
import { createAcceptWithin } from "./events/accept-within.ts";
import { createAnnouncer } from "./events/announce.ts";
import { createBacklog } from "./events/backlog.ts";
import { createCertificates } from "./events/certificates.ts";
import { createEventIds } from "./model/ids.ts";
import type { IncomingEvent } from "./model/plan.ts";
import { listKeySet } from "./model/public-keys.ts";
import { describeDistribution } from "./model/distribution.ts";
import { describeReplica } from "./model/replica.ts";
import { createAdmissionControl } from "./events/admission.ts";
import { assertPolicy } from "./events/policy.ts";
import { createSlots } from "./events/reserve.ts";
import { createWatch } from "./events/watch.ts";
import { parseFiltersAhead } from "./filters/ahead.ts";
import { toBasePath, createHref } from "./model/base-path.ts";
import { parseFilter } from "./model/filter.ts";
import { describeStanding } from "./model/outbox.ts";
import { describeEndpointAt } from "./model/receiver.ts";
import type { Site } from "./model/site.ts";
import { createRetryScheduleFinder } from "./model/find-retry-schedule.ts";
import { createListenerChanges } from "./listen/changes.ts";
import { createExchange } from "./listen/exchange.ts";
import { createListeners } from "./listen/listeners.ts";
import { createListenerWatch } from "./listen/watch.ts";
import { listenerLimits } from "./model/listener.ts";
import type { Listener } from "./model/listener.ts";
import { isDelivering } from "./model/roles.ts";
import { createAddUpHours } from "./observe/add-up-hours.ts";
import { createDeliveryLines } from "./observe/delivery-lines.ts";
import { observeEvents } from "./observe/events.ts";
import { createFigures } from "./observe/figures.ts";
import { gatherHostFacts, listWorkers } from "./observe/host-facts.ts";
import { createLoad } from "./observe/load.ts";
import { createLookups } from "./observe/lookups.ts";
import { createMetrics } from "./observe/metrics.ts";
import { createOutboxFigures } from "./observe/outbox.ts";
import { createObserver } from "./observe/observer.ts";
import { createPresence } from "./observe/presence.ts";
import { createReadiness } from "./observe/readiness.ts";
import { loadTracing } from "./observe/tracing.ts";
import type { OpenHost } from "./open.ts";
import { createDirectoryChecks } from "./registry/directory/checks.ts";
import { createDirectory, directoryLimit } from "./registry/directory/directory.ts";
import type { DynamicContext } from "./registry/dynamic/context.ts";
import { createExpiry } from "./registry/dynamic/expiry.ts";
import { createDynamicModules } from "./registry/dynamic/modules.ts";
import { createAddonProperties } from "./registry/dynamic/properties.ts";
import { createDynamicWebhooks } from "./registry/dynamic/webhooks.ts";
import { createEndpointRecords } from "./registry/endpoint-records.ts";
import { createOutgoing } from "./registry/outgoing/outgoing.ts";
import { ensureOwnSite } from "./registry/own-site.ts";
import { createReceivers } from "./registry/receivers.ts";
import { createSearchIndex } from "./registry/search-index.ts";
import { readProductFiles } from "./products/files.ts";
import { createProductFollower } from "./products/follow.ts";
import { createProducts } from "./products/products.ts";
import { createBodyChecker } from "./schemas/checker.ts";
import { createOutboxReader } from "./outbox/reader.ts";
import { createRegistry } from "./registry/registry.ts";
import { createReinstaller } from "./registry/reinstalls.ts";
import { createProductSites } from "./registry/product-sites.ts";
import { createSites } from "./registry/sites.ts";
import { createUpmInstalls } from "./registry/upm-installs.ts";
import { createReplays } from "./replay/replays.ts";
import { createReplayRunner } from "./replay/runner.ts";
import { createRetention } from "./retention/retention.ts";
import { requirePostgresTarget } from "./store/db/database.ts";
import { readDistribution } from "./store/distribution.ts";
import { createSnapshots } from "./store/snapshot.ts";
import { createAccess } from "./web/http/access.ts";
import { createDoor } from "./web/http/door.ts";
import { createDraining } from "./web/http/server.ts";
import type { Web, WebParts } from "./web/index.ts";
import type { Rooms } from "./web/rooms.ts";

/** The most that is kept of a receiver's response. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A part of the host with a life of its own. */
export interface Job {
  readonly start: () => void | Promise<void>;
  readonly stop: () => void | Promise<void>;
}

export interface BuiltHost {
  readonly context: HostContext;
  readonly address: OwnAddress;
  /**
   * Loads and makes the server and what it serves when it is first called: a host within a program may never need it.
   */
  readonly openWeb: () => Promise<Web>;
  /** Refuses new requests, and ends what would hold up the server. */
  readonly drain: () => void;
  /** Another process tells of a listener, by its ID. */
  readonly listenerNoticed: (listenerId: string) => void;
  readonly rooms: Rooms;
  readonly findSite: (key: string) => Site | undefined;
  readonly engine: Engine;
  readonly announceVersion: () => Promise<void>;
  /** In the order in which they start. */
  readonly jobs: {
    /** In every process. */
    readonly first: readonly Job[];
    /** In processes that deliver, after the engine. */
    readonly workers: readonly Job[];
    readonly last: readonly Job[];
  };
}

export async function buildHost(open: OpenHost, closers: Closers): Promise<BuiltHost> {
  const { config, catalogue, clock, logger, database, seal, deriveKey, watchCallback } = open;
  const { now, replica } = database;
  const isDev = config.profile === "dev";
  const address = createOwnAddress(config);
  const newEventId = createEventIds(clock.now);
  const base = {
    config,
    catalogue,
    clock,
    logger,
    database,
    seal,
    now,
    newEventId,
    baseUrl: address.baseUrl,
  };

  const tokens = createTokens(base);
  const access = createAccess(tokens, clock.steady, clock.now);
  tokens.onRevoked(access.forget);
  closers.add(async () => {
    // When a token was used last is not worth a stop that fails because the database is away.
    await access.flush().catch((error: unknown) => logger.warn("token.update-failed", { error }));
  });

  const thisMachine = isDev ? createThisMachine() : undefined;
  const mostInFlight = outgoingSockets(readOpenFileLimit());
  const certificates = createCertificates(now);
  const egressOptions = {
    thisMachine,
    allowHttp: isDev ? "always" : true,
    connectTimeoutMs: config.connectTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(config.dnsServers === undefined ? {} : { dnsServers: config.dnsServers }),
    ownAddresses: address.own,
    proxy: config.egressProxy,
    now: clock.now,
  } as const;
  const egress = createEgress({
    ...egressOptions,
    onCertificate: certificates.met,
    allowNetworks: config.allowNetworks,
    maxSockets: mostInFlight,
  });
  closers.add(() => egress.close());
  // Strangers name its URLs: what CALLBOARD_ALLOW_NETWORKS opens for receivers stays closed for them.
  const visitorEgress = createEgress({ ...egressOptions, allowNetworks: isDev ? config.allowNetworks : [] });
  closers.add(() => visitorEgress.close());
  egress.proxy?.onChange(() => {
    const failure = egress.proxy?.failure();
    if (failure === undefined) logger.info("egress.proxy-works", {});
    else logger.warn("egress.proxy-fails", { ...failure });
  });
  const sparse = createSparseLog(logger);
  closers.add(() => sparse.stop());
  const door = createDoor({ config, logger, sparse });
  await ensureOwnSite(database, { now, logger });
  const snapshots = await createSnapshots(database, seal, catalogue);
  const figures = createFigures();
  const tracing = config.tracing ? await loadTracing(snapshots) : undefined;
  const lookups = createLookups();
  const responseBudget = createResponseBudget({
    ...base,
    findReceiver: (siteNo, endpointNo) => snapshots.get(siteNo)?.endpoints.get(endpointNo)?.receiver,
    findSiteKey: (siteNo) => snapshots.get(siteNo)?.site.key,
  });
  await responseBudget.start();
  closers.add(() => responseBudget.stop());

  const backlog = createBacklog({
    database,
    most: config.endpointBacklog,
    logger,
    sparse,
    describeEndpoint: (endpoint) => describeEndpointAt(snapshots.get(endpoint.siteNo), endpoint),
  });
  const context: HostContext = {
    ...base,
    snapshots,
    // The engine announces what it does, and is handed what is announced.
    announcer: createAnnouncer({ ...base, snapshots, slots: () => slots }),
    changed: async (siteNo) => {
      await snapshots.refresh(database.read, siteNo);
      backlog.recount(config.endpointBacklog / 10);
      engine.wake();
    },
  };
  const records = createEndpointRecords(context);
  const { requestTimeoutMs } = config;
  const sending = { ...base, egress, requestTimeoutMs, fitAttempt: responseBudget.fit };
  const exchange = createExchange({
    requestTimeoutMs,
    now: clock.now,
    onReady: (listener) => {
      const taken = listTaken(listener).flatMap(({ siteNo, no }) =>
        ([0, 1] as const).map((lane) => ({ siteNo, endpointNo: no, lane })),
      );
      // This process may not know yet what the listener takes.
      engine.wake(taken.length === 0 ? undefined : taken);
    },
    onDetached: (listener) => engine.release(listTaken(listener).map(({ no }) => no)),
  });
  const listTaken = ({ id, siteNo }: Pick<Listener, "id" | "siteNo">) =>
    [...(snapshots.get(siteNo)?.endpoints.values() ?? [])].filter(({ listenerId }) => listenerId === id);
  const fetchToken = createTokenServer({ egress, now });
  const posting = { post: egress.post, requestTimeoutMs, now, startedAt: clock.now };
  const sendSigned = createAuthenticatedPost({
    ...posting,
    tokens: createAccessTokens({ database, seal, fetchToken, logger }),
  });
  const transport: Transport = {
    serves: (listenerId) => (listenerId === undefined ? config.role !== "api" : exchange.canTake(listenerId)),
    send: (listenerId, delivery, signed) =>
      listenerId === undefined ? sendSigned(signed) : exchange.handOver(listenerId, delivery, signed.request),
  };
  const tellsAttempts = config.logLevel === "debug";
  const engine = createEngine({
    ...sending,
    transport,
    snapshots,
    findRetrySchedule: createRetryScheduleFinder(config),
    concurrency: config.endpointConcurrency,
    mostInFlight,
    random: Math.random,
    observer: createObserver({
      figures,
      lines: createDeliveryLines({ snapshots, logger, sparse, tellsAttempts, now }),
      tracing,
      snapshots,
      onLookup: lookups.met,
      now,
    }),
    tell: records,
    onTurned: (turned) => {
      records.log(turned);
      backlog.recount();
    },
  });
  engine.onSettled(backlog.settled);
  const slots = createSlots(engine, backlog);
  const drop: Engine["drop"] = (deliveries) => {
    engine.drop(deliveries);
    backlog.recount();
  };
  const admission = createAdmissionControl({ databaseFile: database.file, logger });
  // For intake alone: looking at events must not delay or suspend its checks.
  const checkBody = createBodyChecker();
  const accepting = { ...base, snapshots, checkBody };
  const { acceptor, acceptWithin } = observeEvents({
    acceptor: createAcceptor({ ...accepting, slots, assertCapacity: admission.assertCapacity }),
    acceptWithin: createAcceptWithin({ ...accepting, endpointBacklog: config.endpointBacklog }),
    figures,
    tracing,
    snapshots,
  });
  const acceptEvent = async (event: IncomingEvent) => {
    const [accepted] = await acceptor.accept([event]);
    if (accepted === undefined) throw new Error("an accepted event has a result");
    return accepted;
  };

  const findSite = (key: string) => snapshots.byKey(key)?.site;
  const { bodyLimitBytes, bodyValues, outboxUrl } = config;
  const outbox =
    outboxUrl === undefined || !isDelivering(config.role)
      ? undefined
      : createOutboxReader({
          target: requirePostgresTarget(outboxUrl),
          publish: (await import("./web/api/publish.ts")).createPublish({
            rooms: { acceptEvent, acceptWithin },
            findSite,
            bodyLimitBytes,
            bodyValues,
          }),
          bodyLimitBytes,
          ...createOutboxFigures(figures),
          logger,
          sparse,
        });

  const draining = createDraining();
  const { productsDir } = config;
  const files = productsDir === undefined ? undefined : await readProductFiles(productsDir);
  const products = createProducts({ ...context, catalogue, files: files ?? new Map() });
  const newProducts = await products.applyFiles();
  const load = createLoad(database);
  const presence = createPresence({
    ...base,
    role: config.role,
    version: VERSION,
    levels: () => {
      const { inFlight, mostInFlight: most, unsettled } = engine.status();
      return {
        inFlight,
        mostInFlight: Number.isFinite(most) ? most : undefined,
        unsettled,
        namesFail: lookups.fail(),
        bottleneck: load.bottleneck(),
        proxyFails: egress.proxy?.failure() !== undefined,
      };
    },
  });
  const readiness = createReadiness({
    database,
    isDraining: draining.has,
    assertCapacity: admission.assertCapacity,
    compareProducts: files === undefined ? undefined : products.compareFiles,
    countWorkers: isDelivering(config.role) ? undefined : async () => (await listWorkers(presence)).length,
    readDistribution: database.dialect.isDistributed
      ? async () => describeDistribution(await readDistribution(database.read))
      : undefined,
    outbox: outbox === undefined ? undefined : () => describeStanding(outbox.standing()),
    replica: replica === undefined ? undefined : () => describeReplica(replica()),
  });
  const readDescriptor = createDescriptorReader({
    catalogue,
    egress,
    checkFilter: (filter) => parseFilter(filter).undecided,
    readFiltersAhead: parseFiltersAhead,
  });
  const registry = createRegistry({
    ...context,
    egress: watchCallback === undefined ? egress : watchRequests(egress, watchCallback),
    version: VERSION,
    profile: config.profile,
    isThisMachine: (host) =>
      thisMachine !== undefined && (thisMachine.hasName(host) || thisMachine.hasAddress(host)),
    readDescriptor,
    publish: async ({ no: siteNo }, event, payload, about) => {
      await acceptEvent({ siteNo, event, payload: Buffer.from(JSON.stringify(payload)), ...about });
    },
  });
  const outgoing = createOutgoing({
    ...context,
    checkUrl: egress.check,
    fetchToken,
    checkReceiver: createReceiverCheck({
      ...context,
      posting,
      fetchToken,
      newEventId,
      findSite: snapshots.get,
    }),
    profile: config.profile,
  });
  const listenerChanges = createListenerChanges({ ...context, exchange, outgoing });
  const listenerWatch = createListenerWatch({ ...context, exchange, end: listenerChanges.end });
  tokens.onRevoked(listenerWatch.lookNow);
  let delivering: Promise<void> | undefined;
  const dynamic: DynamicContext = {
    ...context,
    countFilterCharacters: door.rates.filterCharacters.take,
    checkUrl: egress.check,
    readWebhooks: async (value, product) =>
      (await readDescriptor({ kind: "value", value }, product)).webhooks,
  };
  const testSender = createTestSender({
    ...sending,
    sendUnsaved: createAuthenticatedPost({ ...posting, tokens: withoutKeeping(fetchToken) }),
    findSite: snapshots.get,
    engine,
    accept: async (siteNo, testOf, { event, payload }) =>
      (await acceptEvent({ siteNo, event, payload, testOf })).deliveries[0]?.id,
    assertPolicy: (product, event) => assertPolicy(product, event, { catalogue, checkBody }),
  });
  await backlog.start();
  await registry.recover();
  if (config.profile === "dev") await createProductSites(newProducts, registry, logger);

  const urlTrials = createUrlTrials({
    egress: visitorEgress,
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
  const settings = createSettings(context);
  const backups = createBackups(context);
  closers.add(backups.stop);
  await backups.start();
  const replayParts = { ...context, ages: settings.read };
  const replayRunner = createReplayRunner({
    ...replayParts,
    quietMs: acceptor.quietMs,
    wake: engine.wake,
  });
  const limits = [
    backlog.limit,
    ...acceptor.limits,
    responseBudget.limit,
    urlTrials.limit,
    ...door.limits,
    ...listenerLimits,
    directoryLimit,
  ];
  const hostFacts = () => gatherHostFacts(readiness, presence);
  const rooms: Rooms = {
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
    acceptEvent,
    acceptWithin,
    deliveryLog: createDeliveryLog({ ...context, engine, drop, checkBody: createBodyChecker() }),
    endpoints: createEndpoints({ ...context, engine, hostFacts }),
    listeners: createListeners({
      ...context,
      exchange,
      changes: listenerChanges,
      ensureDelivering: () => (config.role === "api" ? (delivering ??= engine.start()) : Promise.resolve()),
    }),
    replays: createReplays({ ...replayParts, runner: replayRunner, drop }),
    tokens,
    sessions: createSessions(database, now),
    portalLooks: createPortalLooks({ database }),
    keyedRequests: createKeyedRequests({
      database,
      now,
      onUnnoted: (error) => logger.warn("idempotency-key.save-failed", { error }),
    }),
    keys: createKeys(context),
    webhookKeySet: () => listKeySet(snapshots.all(), now()),
    audit: createAudit(context),
    settings,
    backups,
    erasures: createErasures({ ...context, drop, wake: engine.wake }),
    listProcesses: presence.list,
    replica,
    readiness: readiness.ask,
    metrics: createMetrics({
      figures,
      database,
      snapshots,
      engineStatus: engine.status,
      dataDir: config.dataDir,
      readiness: readiness.ask,
      limits,
      build: { version: VERSION, role: config.role },
    }),
    requestTimeoutMs,
    rates: door.rates,
    limits,
    freeSpace: admission.free,
    publicUrl: config.baseUrl,
    baseUrl: address.baseUrl,
    href: createHref(toBasePath(config.baseUrl)),
  };
  const web = createWebLoader({
    ...base,
    rooms,
    door,
    access,
    intake: {
      findSite,
      accept: acceptor.accept,
      onRefused: (site = "", code) => {
        figures.count("callboard_events_refused_total", { site, code });
        readiness.refused(code);
      },
      trace: tracing?.intake,
    },
    upmTokenKey: deriveKey("callboard-upm-token"),
    draining,
  });

  const retention = createRetention({
    ...base,
    ages: settings.read,
    onRun: (swept) => {
      figures.count("callboard_retention_runs_total", { result: swept === undefined ? "failed" : "ok" });
      if (swept !== undefined)
        figures.set("callboard_retention_last_success_timestamp_seconds", Date.now() / 1_000);
    },
    onExpired: () => {
      backlog.recount();
      engine.wake();
    },
  });
  const watch = createWatch({
    ...context,
    certificates,
    queueLimit: config.queueLimit,
    admission,
    retentionMs: async () => (await settings.read()).retentionMs,
    tellFailures: records.tellFailures,
    // To ask tries the database: not without a reason.
    proxyFails: async () => egress.proxy !== undefined && (await hostFacts()).proxyFails,
  });
  return {
    context,
    address,
    openWeb: web.openWeb,
    drain: () => {
      web.drain();
      exchange.stop();
    },
    listenerNoticed: listenerWatch.noticed,
    rooms,
    findSite,
    engine,
    announceVersion: registry.announceVersion,
    jobs: {
      first: [admission, load, presence, createProductFollower(context)],
      workers: [
        retention,
        createAddUpHours({ database, now: clock.now, schedule: clock.scheduleLook, logger }),
        replayRunner,
        createReinstaller({ ...base, reinstall: registry.reinstall }),
        createDirectoryChecks({ ...base, readDescriptor }),
        ...(outbox === undefined ? [] : [outbox]),
      ],
      last: [watch, createExpiry(dynamic), listenerWatch],
    },
  };
}

function createWebLoader(parts: WebParts): Pick<BuiltHost, "openWeb" | "drain"> {
  let web: Web | undefined;
  let loading: Promise<Web> | undefined;
  const load = async () => {
    const { createWeb } = await import("./web/index.ts");
    return (web = createWeb(parts));
  };
  return {
    openWeb: () => (loading ??= load()),
    drain: () => {
      parts.draining.begin();
      web?.stopPages();
    },
  };
}

function watchRequests(
  egress: Pick<Egress, "request">,
  watch: NonNullable<OpenHost["watchCallback"]>,
): Pick<Egress, "request"> {
  return {
    request: async (request) => {
      const result = await egress.request(request);
      watch(request, result);
      return result;
    },
  };
}
