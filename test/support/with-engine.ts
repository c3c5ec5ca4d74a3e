/** Store, acceptor and engine over a real database and a real network, without the web in front of them. */
import { createEgress } from "../../src/egress/index.ts";
import { createEngine } from "../../src/host/delivery/engine.ts";
import type { Engine, EngineDependencies } from "../../src/host/delivery/engine.ts";
import { createBacklog } from "../../src/host/events/backlog.ts";
import type { Backlog } from "../../src/host/events/backlog.ts";
import { createSlots } from "../../src/host/events/reserve.ts";
import type { Slots } from "../../src/host/events/reserve.ts";
import { createAcceptor } from "../../src/host/events/accept.ts";
import type { Acceptor } from "../../src/host/events/accept.ts";
import { createAnnouncer } from "../../src/host/events/announce.ts";
import type { IncomingEvent } from "../../src/host/model/plan.ts";
import type { Announcer } from "../../src/host/store/tables/announcement.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { ensureEndpoint } from "../../src/host/store/tables/endpoints.ts";
import { saveInstallation } from "../../src/host/store/tables/installations.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import type { Seal } from "../../src/host/store/seal.ts";
import { insertSite, listSites, raiseVersion } from "../../src/host/store/tables/sites.ts";
import { loadSnapshots } from "./load-snapshots.ts";
import type { Snapshots } from "../../src/host/store/snapshot.ts";
import { insertSubscriptions } from "../../src/host/store/tables/subscriptions.ts";
import { createEndpointRecords } from "../../src/host/registry/endpoint-records.ts";
import type { EndpointRecords } from "../../src/host/registry/endpoint-records.ts";
import { createSparseLog, silentLogger } from "../../src/logger.ts";
import { waitFor } from "./wait-for.ts";
import type { Installation } from "../../src/host/model/installation.ts";
import { describeEndpointAt } from "../../src/host/model/receiver.ts";
import { BUILT_IN_PRODUCTS, builtInCatalogue, createLiveCatalogue } from "../../src/catalogue/index.ts";

export const SECRET = "a-shared-secret-of-this-test-0123456789";

export interface Bench {
  readonly database: Database;
  readonly seal: Seal;
  readonly snapshots: Snapshots;
  readonly engine: Engine;
  readonly acceptor: Acceptor;
  readonly backlog: Backlog;
  readonly slots: Slots;
  readonly siteNo: number;
  readonly records: EndpointRecords;
  readonly announcer: Announcer;
  /** An enabled add-on with one subscription to each event: jira:issue_created when none is named. */
  readonly addAddon: (
    key: string,
    url: string,
    change?: Partial<Installation>,
    events?: readonly (string | undefined)[],
  ) => Promise<number>;
  readonly post: (event?: Partial<IncomingEvent>) => ReturnType<Acceptor["accept"]>;
  readonly deliveries: () => Promise<readonly Record<string, unknown>[]>;
  readonly attempts: () => Promise<readonly Record<string, unknown>[]>;
  /** Every attempt has ended and is recorded. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What redelivering and cancelling take, of a bench. */
export const redeliveryContext = ({ database, snapshots, engine }: Bench) => ({
  database,
  findSite: snapshots.byKey,
  wake: engine.wake,
  isBeingAttempted: engine.isBeingAttempted,
  drop: engine.drop,
  now: database.now,
});

export type BenchOptions = Partial<EngineDependencies> & {
  readonly start?: boolean;
  readonly endpointBacklog?: number;
};

export async function startBench(url: string, options: BenchOptions = {}): Promise<Bench> {
  const database = await openDatabase(url);
  await migrate(database);
  const seal = createSeal(Buffer.alloc(32, 7));
  const [known] = await listSites(database.read);
  const site =
    known ??
    (await database.write((tx) =>
      insertSite(tx, {
        key: "jira",
        product: "jira",
        name: "Jira",
        baseUrl: undefined,
        clientKey: `client-${Math.random()}`,
        retryProfile: undefined,
        installSigning: "signed",
        options: {},
        createdAt: Date.now(),
      }),
    ));
  const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
  const egress = createEgress({
    allowNetworks: ["loopback"],
    allowHttp: true,
    connectTimeoutMs: 2_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    maxAnswerBytes: 65_536,
  });
  const announcer = createAnnouncer({
    snapshots,
    slots: () => slots,
    baseUrl: () => "http://callboard.test",
    now: database.now,
  });
  const records = createEndpointRecords({
    database,
    snapshots,
    logger: options.logger ?? silentLogger,
    announcer,
    now: database.now,
  });
  const engine = createEngine({
    database,
    snapshots,
    egress,
    findRetrySchedule: () => ({ steps: [50, 50, 50], jitter: 0 }),
    concurrency: { primary: 20, secondary: 10 },
    requestTimeoutMs: 5_000,
    now: database.now,
    random: Math.random,
    logger: silentLogger,
    tell: records,
    onTurned: records.log,
    ...options,
  });
  const backlog = createBacklog({
    database,
    most: options.endpointBacklog ?? 10_000,
    logger: options.logger ?? silentLogger,
    sparse: createSparseLog(options.logger ?? silentLogger),
    describeEndpoint: (endpoint) => describeEndpointAt(snapshots.get(endpoint.siteNo), endpoint),
  });
  engine.onSettled(backlog.settled);
  await backlog.start();
  const slots = createSlots(engine, backlog);
  const acceptor = createAcceptor({
    checkBody: () => Promise.resolve({ kind: "fits" }),
    catalogue: builtInCatalogue,
    database,
    snapshots,
    slots,
    now: database.now,
    assertCapacity: () => undefined,
  });
  if (options.start !== false) await engine.start();

  return {
    database,
    seal,
    snapshots,
    settled: () =>
      waitFor(() => {
        const { inFlight, unsettled } = engine.status();
        if (inFlight > 0 || unsettled > 0) throw new Error(`${inFlight} in flight, ${unsettled} unsettled`);
      }),
    engine,
    acceptor,
    backlog,
    slots,
    siteNo: site.no,
    records,
    announcer,
    addAddon: async (key, baseUrl, change = {}, events = ["jira:issue_created"]) => {
      const siteNo = change.siteNo ?? site.no;
      const now = Date.now();
      const no = await database.write(async (tx) => {
        await saveInstallation(tx, seal, {
          siteNo,
          addonKey: key,
          descriptor: {
            key,
            name: key,
            baseUrl,
            authentication: { type: "jwt" },
            lifecycle: {},
            scopes: [],
            webhooks: [],
            otherModules: [],
          },
          descriptorUrl: undefined,
          baseUrl,
          authentication: "jwt",
          state: "enabled",
          grantedScopes: [],
          sharedSecret: SECRET,
          previousSecret: undefined,
          previousSecretUntil: undefined,
          installedAt: now,
          updatedAt: now,
          disabledAt: undefined,
          ...change,
        });
        const receiver = { kind: "addon", addonKey: key } as const;
        const endpointNo = await ensureEndpoint(tx, siteNo, receiver, new URL(baseUrl).origin);
        const [subscriptionNo = 0] = await insertSubscriptions(
          tx,
          events.map((event, position) => ({
            siteNo,
            source: "module" as const,
            receiver,
            event,
            url: `${baseUrl}/hook`,
            params: {},
            filter: undefined,
            bodyFilter: undefined,
            propertyKeys: undefined,
            excludeBody: false,
            endpointNo,
            position,
            dynamic: undefined,
            expiresAt: undefined,
          })),
        );
        await raiseVersion(tx, siteNo);
        return subscriptionNo;
      });
      await snapshots.refresh(database.read);
      return no;
    },
    post: (event = {}) =>
      acceptor.accept([
        {
          siteNo: site.no,
          event: "jira:issue_created",
          payload: Buffer.from('{"issue":{"key":"DEMO-1"}}'),
          ...event,
        },
      ]),
    deliveries: () => database.read.query("SELECT * FROM callboard_delivery ORDER BY id"),
    attempts: () => database.read.query("SELECT * FROM callboard_attempt ORDER BY delivery_id, number"),
    stop: async () => {
      await engine.stop(1_000);
      await egress.close();
      await database.close();
    },
  };
}
