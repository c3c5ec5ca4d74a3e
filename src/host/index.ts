/** The composition root: the only file that knows every room, and the order in which they start and stop. */
import { hkdfSync } from "node:crypto";
import { configWarnings } from "../config.ts";
import { createClosers } from "../closers.ts";
import type { Closers } from "../closers.ts";
import type { Config } from "../config.ts";
import { makeDirectory } from "../directory.ts";
import { CallboardError } from "../errors.ts";
import { createSparseLog } from "../logger.ts";
import type { Logger } from "../logger.ts";
import { isOperationalProduct } from "../catalogue/index.ts";
import { VERSION } from "../version.ts";
import { chainAudit } from "./admin/audit-chain.ts";
import { readSettings } from "./admin/settings.ts";
import { TOKEN_FILE, prepareFirstRun } from "./admin/first-run.ts";
import type { FirstRun } from "./admin/first-run.ts";
import { MASTER_KEY_FILE, findOpenToOthers, readMasterKey } from "./admin/master-key.ts";
import { planKeyReset, resetKeys } from "./admin/lost-key.ts";
import type { KeyReset } from "./admin/lost-key.ts";
import { LOOK_EVERY_MS, adoptSealingKey, followSealingKey } from "./admin/rekey.ts";
import { createEngine } from "./delivery/engine.ts";
import { bodyVariant } from "./model/body-variant.ts";
import { createProfiles, isRetryProfile } from "./model/retry-schedules.ts";
import { createResponseBudget } from "./delivery/response-budget.ts";
import { createTestSender } from "./delivery/test-send.ts";
import { diffWebhooks } from "./model/webhook-diff.ts";
import { createDescriptorReader } from "./descriptor/read.ts";
import { servedSchema } from "./descriptor/schema.ts";
import { createAcceptor } from "./events/accept.ts";
import { createAnnouncer } from "./events/announce.ts";
import { resolveUrl } from "./model/fan-out.ts";
import { parseFiltersAhead } from "./filters/ahead.ts";
import { parseFilter, requireDynamicFilter } from "./model/filter.ts";
import { prepareSite } from "./events/prepare-site.ts";
import { createBacklog } from "./events/backlog.ts";
import { readBodyValue } from "./model/payload.ts";
import { createAdmissionControl } from "./events/admission.ts";
import { createSlots } from "./events/reserve.ts";
import { createCertificates } from "./events/certificates.ts";
import { createWatch } from "./events/watch.ts";
import { createDeliveryLines } from "./observe/delivery-lines.ts";
import { observeEvents } from "./observe/events.ts";
import { createAddUpHours } from "./observe/add-up-hours.ts";
import { createPresence } from "./observe/presence.ts";
import type { Presence } from "./observe/presence.ts";
import { createFigures } from "./observe/figures.ts";
import { createMetrics } from "./observe/metrics.ts";
import { createObserver } from "./observe/observer.ts";
import { createReadiness } from "./observe/readiness.ts";
import type { ReadinessCheck } from "./observe/readiness.ts";
import { loadTracing } from "./observe/tracing.ts";
import { createReplayRunner } from "./replay/runner.ts";
import { createReplays } from "./replay/replays.ts";
import { createRetention } from "./retention/retention.ts";
import { createEgress, createThisMachine, outgoingSockets, readOpenFileLimit } from "../egress/index.ts";
import type { HostPort } from "../egress/index.ts";
import { hostOf, portOf } from "../egress/url.ts";
import { createOutgoing } from "./registry/outgoing/outgoing.ts";
import type { DynamicContext } from "./registry/dynamic/context.ts";
import { createExpiry } from "./registry/dynamic/expiry.ts";
import { createDynamicModules } from "./registry/dynamic/modules.ts";
import { createAddonProperties } from "./registry/dynamic/properties.ts";
import { createDynamicWebhooks } from "./registry/dynamic/webhooks.ts";
import { basePathOf } from "./model/base-path.ts";
import { NAMES_ANSWERED, afterLookup, namesFail } from "./model/name-lookups.ts";
import { createEndpointRecords } from "./registry/endpoint-records.ts";
import { createReinstaller } from "./registry/reinstalls.ts";
import { ensureOwnSite } from "./registry/own-site.ts";
import { createRegistry } from "./registry/registry.ts";
import { RESERVED_SITE_KEYS } from "./registry/sites.ts";
import { listFailedWebhooks } from "./delivery-log/failed-webhooks.ts";
import { createServices } from "./services.ts";
import type { HostFacts } from "./model/standstill.ts";
import { steadyNow } from "../steady.ts";
import type { ProcessRecord } from "./store/tables/processes.ts";
import { createSessions } from "./admin/sessions.ts";
import { changeSignature } from "./store/tables/changes.ts";
import { hasSigningKey } from "./store/tables/keys.ts";
import { readNotice } from "./store/tables/deliveries.ts";
import { listen } from "./store/db/listen.ts";
import { listSites } from "./store/tables/sites.ts";
import { createSnapshots } from "./store/snapshot.ts";
import { createIntake } from "./web/http/intake.ts";
import { openDatabase, requirePostgresTarget } from "./store/db/database.ts";
import { examinePostgres } from "./store/db/postgres-session.ts";
import type { Database } from "./store/db/database.ts";
import { migrate } from "./store/db/migrate.ts";
import { createSeal } from "./store/seal.ts";
import { beginUpmInstall, endUpmInstall, findUpmInstall } from "./store/tables/upm-installs.ts";
import { findTokenByHash, touchTokens } from "./store/tables/tokens.ts";
import { createAccess } from "./web/http/access.ts";
import { createApp } from "./web/app.ts";
import { bodyLimits } from "./web/http/body.ts";
import { createSchemaRouter } from "./web/products/descriptor-schema.ts";
import { createConnections } from "./web/http/connections.ts";
import { createHostCheck, createOriginReader, createTrust, warnOfUndeclared } from "./web/http/origin.ts";
import { createPages } from "./web/pages/index.ts";
import { createReportProblem, createSendProblem } from "./web/http/problems.ts";
import { createRefusalPace } from "./web/http/refusal-pace.ts";
import { createRates } from "./web/http/rates.ts";
import { createOperations, createOperationsApp } from "./web/operations.ts";
import { createProductMounts } from "./web/products/mounts.ts";
import { createReading } from "./web/http/reading.ts";
import { createWebServer } from "./web/http/server.ts";
import { UPM_PATH, UPM_PATH_WITHOUT_SITE, createUpmRouter } from "./web/products/upm.ts";
import type { Subscription } from "./model/subscription.ts";

/** How long requests and deliveries under way may take to finish when the host stops. */
const STOP_GRACE_MS = 10_000;
/** How long what became of an install may be asked for. */
const UPM_INSTALLS_KEPT_MS = 10 * 60_000;
/** What is kept of a receiver's answer. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** What the first events need is made ready once the host has said that it is: a start does not wait for it. */
const WARM_AFTER_MS = 250;

export interface HostOptions {
  readonly config: Config;
  readonly logger: Logger;
}

/** A host that listens. */
export interface RunningHost {
  /** What it is reached at: the configured base URL, or the address it listens on. */
  readonly url: string;
  /** The address and port that it listens on, as configured. */
  readonly listens: string;
  /** Where a program on the same machine reaches it, whatever the base URL is. */
  readonly localUrl: string;
  readonly firstRun: FirstRun;
  /** Takes nothing new, finishes what is under way for at most 10 s, closes the database. */
  readonly stop: () => Promise<void>;
}

export interface Host {
  /**
   * Opens and migrates the database, prepares a fresh one, and listens.
   * @throws CallboardError STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID; what listening throws
   */
  readonly start: () => Promise<RunningHost>;
}

export function createHost({ config, logger }: HostOptions): Host {
  return {
    start: async () => {
      const closers = createClosers();
      try {
        // Nobody else's business: it holds the master key and the first token.
        await makeDirectory(config.dataDir, 0o700);
        const database = await openDatabase(config.databaseUrl, { poolSize: config.databasePool, logger });
        closers.add(() => database.close());
        return await startOn(database, config, logger, closers);
      } catch (error) {
        await closers
          .closeAll(STOP_GRACE_MS)
          .catch((failure: unknown) => logger.warn("host.close-failed", { error: failure }));
        throw error;
      }
    },
  };
}

/**
 * Brings the database up to date and closes it again; a host that starts does the same. Resolves to the steps that it applied.
 * @throws CallboardError STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID
 */
export async function migrateDatabase({ config, logger }: HostOptions): Promise<readonly string[]> {
  if (config.databaseUrl.startsWith("sqlite:")) await makeDirectory(config.dataDir, 0o700);
  const database = await openDatabase(config.databaseUrl);
  try {
    return await migrate(database, { logger });
  } finally {
    await database.close();
  }
}

/**
 * Replaces a lost master key: drops the secrets that no key opens, and makes the keys that are missing. The next start reinstalls
 * add-ons with new secrets. `isDry` only finds what would be lost.
 * @throws CallboardError STORE_LOCKED if a server uses the database; STORE_TOO_NEW, CONFIG_INVALID
 */
export async function resetLostKeys({ config, logger }: HostOptions, isDry: boolean): Promise<KeyReset> {
  await makeDirectory(config.dataDir, 0o700);
  // One connection, so that every other one of the database is another process's.
  const database = await openDatabase(config.databaseUrl, { poolSize: 1 });
  try {
    await migrate(database, { logger });
    return await (isDry ? planKeyReset(database, config) : resetKeys(database, config));
  } finally {
    await database.close();
  }
}

/** Whatever it opens it adds to the closers at once; they close in the opposite order. */
async function startOn(
  opened: Database,
  config: Config,
  logger: Logger,
  closers: Closers,
): Promise<RunningHost> {
  await migrate(opened, { logger });
  const isFresh = !(await hasSigningKey(opened.read));
  const masterKey = await readMasterKey(config.dataDir, config.masterKey, isFresh);
  for (const file of await findOpenToOthers(config.dataDir, [MASTER_KEY_FILE, TOKEN_FILE])) {
    logger.warn("file.open-to-others", {
      ...file,
      hint: "remove the permissions of group and others with chmod",
    });
  }
  const seal = createSeal(masterKey, config.nextMasterKey);
  await adoptSealingKey(opened, seal);
  const database = await chainAudit(opened, seal);
  const firstRun = await prepareFirstRun(database, seal, config);
  for (const { id, name } of firstRun.replacedTokens) logger.warn("token.replaced", { id, name });
  if (firstRun.firstToken.kind === "revoked") {
    logger.warn("token.configured-revoked", { setting: "CALLBOARD_ADMIN_TOKEN" });
  }

  // Known once the server listens; nobody asks before.
  let url = config.baseUrl ?? "";
  let ownAddresses: readonly HostPort[] = [];
  const access = createAccess({
    findByHash: (hash) => findTokenByHash(database.read, hash),
    touch: (usedAt) => database.write((tx) => touchTokens(tx, usedAt)),
  });
  closers.add(async () => {
    // When a token was used last is not worth a stop that fails because the database is away.
    await access.flush().catch((error: unknown) => logger.warn("token.update-failed", { error }));
  });
  const thisMachine = config.profile === "dev" ? createThisMachine() : undefined;
  const mostInFlight = outgoingSockets(readOpenFileLimit());
  const certificates = createCertificates(database.now);
  const egress = createEgress({
    thisMachine,
    onCertificate: certificates.met,
    allowNetworks: config.allowNetworks,
    allowHttp: config.profile === "dev" ? "always" : true,
    connectTimeoutMs: config.connectTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    maxAnswerBytes: MOST_ANSWER_BYTES,
    ...(config.dnsServers === undefined ? {} : { dnsServers: config.dnsServers }),
    ownAddresses: () => ownAddresses,
    maxSockets: mostInFlight,
  });
  const originOf = warnOfUndeclared(createOriginReader(config.trustedProxies), (peer) =>
    logger.warn("proxy.undeclared", { peer, setting: "CALLBOARD_TRUSTED_PROXIES" }),
  );
  const isOwnHost = createHostCheck({
    listen: config.host,
    baseUrl: config.baseUrl,
    further: config.allowedHosts,
  });
  closers.add(() => egress.close());
  const sparse = createSparseLog(logger);
  closers.add(() => sparse.stop());
  const refusalPace = createRefusalPace();
  const sendProblem = createSendProblem(sparse, (request) => originOf(request).address, refusalPace.pauseFor);
  await ensureOwnSite(database, { now: database.now, logger });
  const snapshots = await createSnapshots(database, seal);
  const figures = createFigures();
  const tracing = config.tracing ? await loadTracing(snapshots) : undefined;
  const urlFor = (subscription: Subscription, body: Buffer) =>
    resolveUrl(subscription, { payload: () => readBodyValue(body).value }).url;
  const responseBudget = createResponseBudget({
    database,
    receiverOf: (siteNo, endpointNo) => snapshots.get(siteNo)?.endpoints.get(endpointNo)?.receiver,
    siteKeyOf: (siteNo) => snapshots.get(siteNo)?.site.key,
    now: database.now,
    logger,
  });
  await responseBudget.start();
  closers.add(() => responseBudget.stop());
  let lookups = NAMES_ANSWERED;
  const announcer = createAnnouncer({
    snapshots,
    slots: () => slots,
    baseUrl: () => url,
    now: database.now,
  });
  const records = createEndpointRecords({ database, snapshots, logger, announcer, now: database.now });
  const engine = createEngine({
    database,
    snapshots,
    egress,
    resolveUrl: urlFor,
    profileOf: createProfiles(config),
    concurrency: config.endpointConcurrency,
    requestTimeoutMs: config.requestTimeoutMs,
    mostInFlight,
    fitAttempt: responseBudget.fit,
    now: database.now,
    random: Math.random,
    logger,
    observer: createObserver({
      figures,
      lines: createDeliveryLines({
        snapshots,
        logger,
        sparse,
        tellsAttempts: config.logLevel === "debug",
        now: database.now,
      }),
      tracing,
      snapshots,
      onLookup: (lookup) => (lookups = afterLookup(lookups, lookup, steadyNow())),
      now: database.now,
    }),
    tell: records,
    onTurned: (turned) => {
      records.log(turned);
      backlog.recount();
    },
  });
  const backlog = createBacklog({ database, most: config.endpointBacklog, logger, sparse });
  engine.onSettled(backlog.settled);
  const slots = createSlots(engine, backlog);
  const admission = createAdmissionControl({ databaseFile: database.file, logger });
  const ages = () => readSettings(database.read, config, url);
  const retention = createRetention({
    database,
    ages,
    now: database.now,
    logger,
    onRun: (swept) => {
      figures.count("callboard_retention_runs_total", { result: swept === undefined ? "failed" : "ok" });
      if (swept !== undefined)
        figures.set("callboard_retention_last_success_timestamp_seconds", Date.now() / 1_000);
    },
    onExpired: () => backlog.recount(),
  });
  const plainAcceptor = createAcceptor({
    database,
    snapshots,
    slots,
    now: database.now,
    assertCapacity: admission.assertCapacity,
  });
  const acceptor = observeEvents({ acceptor: plainAcceptor, figures, tracing, snapshots });
  const readiness = createReadiness({
    database,
    isDraining: () => server.isDraining(),
    assertCapacity: admission.assertCapacity,
  });
  const presence = createPresence({
    database,
    role: config.role,
    version: VERSION,
    levels: () => {
      const { inFlight, mostInFlight: most, unsettled } = engine.status();
      return {
        inFlight,
        mostInFlight: Number.isFinite(most) ? most : undefined,
        unsettled,
        namesFail: namesFail(lookups, steadyNow()),
      };
    },
    logger,
  });
  const changed = async (siteNo: number): Promise<void> => {
    await snapshots.refresh(database.read, siteNo);
    backlog.recount(config.endpointBacklog / 10);
    engine.wake();
  };
  /** Throws for what is no JQL; otherwise the clauses that no event can decide. */
  const checkFilter = (filter: string) => parseFilter(filter).undecided;
  const readDescriptor = createDescriptorReader({
    egress,
    checkFilter,
    readFiltersAhead: parseFiltersAhead,
  });
  const registry = createRegistry({
    database,
    seal,
    egress,
    logger,
    now: database.now,
    version: VERSION,
    baseUrl: () => url,
    trustsLoopback: config.profile === "dev",
    isThisMachine: (host) =>
      thisMachine !== undefined && (thisMachine.hasName(host) || thisMachine.hasAddress(host)),
    readDescriptor,
    diffWebhooks,
    announcer,
    publish: async ({ no: siteNo }, event, payload, about) => {
      await acceptor.accept([{ siteNo, event, payload: Buffer.from(JSON.stringify(payload)), ...about }]);
    },
    changed,
  });
  const outgoing = createOutgoing({
    announcer,
    database,
    seal,
    now: database.now,
    checkUrl: egress.check,
    checkFilter,
    readFiltersAhead: parseFiltersAhead,
    isRetryProfile,
    warnsOfHttp: config.profile === "prod",
    changed,
  });
  const testSender = createTestSender({
    database,
    findSite: snapshots.get,
    engine,
    accept: async (siteNo, testOf, { event, payload }) => {
      const [accepted] = await acceptor.accept([{ siteNo, event, payload, testOf }]);
      return accepted?.deliveries[0]?.id;
    },
    egress,
    resolveUrl: urlFor,
    requestTimeoutMs: config.requestTimeoutMs,
    maxAnswerBytes: MOST_ANSWER_BYTES,
    fitAttempt: responseBudget.fit,
    now: database.now,
  });
  const rates = createRates();
  const connections = createConnections({ isShared: createTrust(config.trustedProxies), sparse });
  const dynamic: DynamicContext = {
    announcer,
    countFilterCharacters: rates.filterCharacters.take,
    database,
    seal,
    logger,
    now: database.now,
    checkUrl: egress.check,
    checkFilter: requireDynamicFilter,
    readFiltersAhead: parseFiltersAhead,
    readWebhooks: async (value, product) =>
      (await readDescriptor({ kind: "value", value }, product)).webhooks,
    changed,
  };
  const expiry = createExpiry(dynamic);
  await backlog.start();
  await registry.recover();
  const sessions = createSessions(database, database.now);
  const replayRunner = createReplayRunner({
    database,
    snapshots,
    ages,
    wake: engine.wake,
    now: database.now,
    logger,
  });
  const reading = createReading({ readLimitBytes: Math.max(config.readLimitBytes, config.bodyLimitBytes) });
  const limits = [
    backlog.limit,
    ...acceptor.limits,
    responseBudget.limit,
    connections.limit,
    ...rates.limits,
    refusalPace.limit,
    ...bodyLimits(config),
    ...reading.limits,
  ];
  const services = createServices({
    announcer,
    config,
    acceptor,
    sessions,
    database,
    seal,
    access,
    snapshots,
    engine,
    backlog,
    rates,
    limits,
    registry,
    outgoing,
    testSender,
    createReplays: (drop) =>
      createReplays({ database, snapshots, ages, runner: replayRunner, drop, now: database.now }),
    baseUrl: () => url,
    processes: presence.list,
    hostFacts: () => gatherHostFacts(readiness, presence),
    operations: {
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
    },
  });
  const pages = createPages({
    pauseFor: refusalPace.pauseFor,
    rates,
    services,
    sessions,
    originOf,
    report: createReportProblem(sparse),
    sparse,
    changes: () => changeSignature(database.read, Date.now()),
    logger,
    now: database.now,
    allowsOwnNetwork: config.profile === "dev",
    warnings: configWarnings(config),
  });
  const server = createWebServer({
    openReading: reading.open,
    intake: createIntake({
      access,
      siteOf: (key) => snapshots.byKey(key)?.site,
      accept: acceptor.accept,
      bodyLimitBytes: config.bodyLimitBytes,
      bodyValues: config.bodyValues,
      sendProblem,
      onRefused: (site = "", code) => {
        figures.count("callboard_events_refused_total", { site, code });
        readiness.refused(code);
      },
      trace: tracing?.intake,
    }),
    app: createApp({
      services,
      access,
      originOf,
      sendProblem,
      mounts: [
        { path: "/", router: pages.router },
        {
          path: "/",
          router: createOperations({
            services,
            access,
            originOf,
            isOwnHost,
            openMetrics: config.profile === "dev" ? "local" : "nobody",
          }),
        },
        { path: "/schema", router: createSchemaRouter(servedSchema) },
        {
          path: [UPM_PATH, UPM_PATH_WITHOUT_SITE],
          router: createUpmRouter({
            addons: {
              install: async (siteKey, descriptorUrl, by) =>
                (await registry.install(siteKey, { kind: "url", url: descriptorUrl }, { by })).addon,
              uninstall: registry.uninstall,
              list: registry.listAddons,
              show: registry.showAddon,
              siteKeys: async () => (await listSites(database.read)).map(({ key }) => key),
            },
            installs: {
              begin: (id, siteKey) => {
                const startedAt = database.now();
                return database.write((tx) =>
                  beginUpmInstall(tx, id, { siteKey, startedAt }, startedAt - UPM_INSTALLS_KEPT_MS),
                );
              },
              end: (id, end) => database.write((tx) => endUpmInstall(tx, id, end)),
              find: (id) => findUpmInstall(database.read, id),
            },
            tokenKey: new Uint8Array(hkdfSync("sha256", masterKey, "", "callboard-upm-token", 32)),
            access,
            originOf,
            now: database.now,
            logger,
            href: services.href,
          }),
        },
        ...createProductMounts({
          services,
          dynamicWebhooks: createDynamicWebhooks(dynamic),
          dynamicModules: createDynamicModules(dynamic),
          addonProperties: createAddonProperties(dynamic),
          listFailed: async ({ siteKey, addonKey }, page) => {
            const { no: siteNo } = await services.sites.load(siteKey);
            return listFailedWebhooks(database.read, bodyVariant, { siteNo, addonKey }, page, database.now());
          },
          access,
          originOf,
          // Add-ons sign with their own clocks.
          now: Date.now,
        }),
      ],
    }),
    basePath: basePathOf(config.baseUrl),
    isOwnHost,
    connections,
    serves: config.role === "worker" ? "operations" : "everything",
    originOf,
    sendProblem,
  });
  if (config.metricsListen !== undefined) {
    const { host, port } = config.metricsListen;
    const metricsServer = createWebServer({
      app: createOperationsApp(
        { services, access, originOf, isOwnHost, openMetrics: "everyone" },
        sendProblem,
      ),
      basePath: "",
      isOwnHost: () => true,
      serves: "operations",
      originOf,
      connections: createConnections({ isShared: () => true, sparse }),
      openReading: reading.open,
      sendProblem,
    });
    closers.add((graceMs) => metricsServer.stop(graceMs));
    const at = await metricsServer.start(host, port);
    logger.info("metrics.listening", { host, port: at });
  }
  const port = await server.start(config.host, config.port);
  closers.add((leftMs) => server.stop(leftMs));
  const listens = `${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
  url = config.baseUrl ?? `http://${listens}`;
  ownAddresses = [
    { host: config.host, port },
    { host: hostOf(new URL(url)), port: portOf(new URL(url)) },
  ];
  // The server listens to the end, so that /readyz says what is going on.
  closers.add((leftMs) => engine.stop(leftMs));
  closers.add(() => admission.stop());
  await admission.start();
  closers.add(() => presence.stop());
  await presence.start();
  if (config.role !== "api") {
    await engine.start();
    closers.add(() => retention.stop());
    retention.start();
    const addUpHours = createAddUpHours({ database, now: Date.now, logger });
    closers.add(() => addUpHours.stop());
    addUpHours.start();
    closers.add(() => replayRunner.stop());
    replayRunner.start();
  }
  if (config.role !== "api") {
    const reinstaller = createReinstaller({
      database,
      now: database.now,
      logger,
      reinstall: registry.reinstall,
    });
    closers.add(() => reinstaller.stop());
    reinstaller.start();
  }
  const watch = createWatch({
    database,
    snapshots,
    announcer,
    certificates,
    logger,
    now: database.now,
    queueLimit: config.queueLimit,
    admission,
    retentionMs: async () => (await readSettings(database.read, config, url)).retentionMs,
    tellFailures: records.tellFailures,
  });
  closers.add(() => watch.stop());
  watch.start();
  closers.add(() => expiry.stop());
  await expiry.start();
  await registry.announceVersion();
  const listenerConfig = await findListenerConfig(config, database, logger);
  const listener =
    listenerConfig !== undefined
      ? await listen(
          listenerConfig,
          {
            due: (notice) => engine.wake(readNotice(notice)),
            registry: (siteNo) => {
              snapshots
                .refresh(database.read, siteNo)
                .catch((error: unknown) => logger.warn("registry.refresh-failed", { error }));
            },
            connected: () => engine.wake(),
          },
          logger,
        )
      : undefined;
  if (listener !== undefined) closers.add(() => listener.stop());
  if (config.nextMasterKey !== undefined) {
    const following = setInterval(
      () => void followSealingKey(database.read, seal).catch(() => undefined),
      LOOK_EVERY_MS,
    );
    closers.add(() => clearInterval(following));
  }
  for (const { site } of snapshots.all()) {
    if (RESERVED_SITE_KEYS.includes(site.key) && !isOperationalProduct(site.product))
      logger.warn("site.key-reserved", { site: site.key });
  }
  const warming = setTimeout(() => {
    for (const snapshot of snapshots.all()) void prepareSite(snapshot)?.catch(() => undefined);
  }, WARM_AFTER_MS).unref();
  closers.add(() => clearTimeout(warming));
  // Ends the streams of open pages, which would hold up the server.
  closers.add(() => pages.stop());
  closers.add(() => server.drain());
  logger.info("host.started", {
    url,
    listens,
    profile: config.profile,
    database: database.dialect.name,
    endpointBacklog: config.endpointBacklog,
    queueHighFrom: config.queueLimit,
  });

  return {
    url,
    listens,
    localUrl: localUrl(config.host, port),
    firstRun,
    stop: async () => {
      await closers.closeAll(STOP_GRACE_MS);
      logger.info("host.stopped");
    },
  };
}

/** A wildcard is no address to connect to: its loopback address is. */
function localUrl(listenAddress: string, port: number): string {
  const address = listenAddress.replace(/^\[|\]$/g, "");
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What the whole server needs in order to send anything. */
async function gatherHostFacts(
  readiness: Pick<ReadinessCheck, "database">,
  presence: Pick<Presence, "list">,
): Promise<HostFacts> {
  const database = await readiness.database();
  if (database === "down") return { database, workers: 0, isAtLimit: false, namesFail: false };
  const workers = (await presence.list()).filter(({ role }) => role !== "api");
  const isEach = (holds: (worker: ProcessRecord) => boolean) => workers.length > 0 && workers.every(holds);
  return {
    database,
    workers: workers.length,
    isAtLimit: isEach(({ inFlight, mostInFlight = Infinity }) => inFlight >= mostInFlight),
    namesFail: isEach((worker) => worker.namesFail),
  };
}

/** LISTEN needs a connection that is this process's own. Behind a pooler without one, polling alone finds what is due. */
async function findListenerConfig(
  { listenUrl }: Config,
  { dialect, listenerConfig }: Database,
  logger: Logger,
): Promise<Database["listenerConfig"]> {
  if (dialect.name !== "postgres") return undefined;
  if (listenUrl !== undefined) {
    const session = await examinePostgres(requirePostgresTarget(listenUrl));
    if (!session.isPooled) return session.config;
    throw new CallboardError(
      "CONFIG_INVALID",
      "CALLBOARD_LISTEN_URL leads through a pooler that shares connections, where LISTEN has no effect. Name the database server itself, or leave it out: then Callboard polls",
    );
  }
  if (listenerConfig === undefined) {
    logger.info("notices.polling", {
      setting: "CALLBOARD_LISTEN_URL",
      why: "the database URL leads through a pooler",
    });
  }
  return listenerConfig;
}
