/** A host is ready before it has loaded its sites: those that something waits for come first, and none is forgotten. */
import { expect, test } from "vitest";
import { createHost } from "../../../src/host/index.ts";
import { subscribeWebhook } from "../../../src/host/registry/outgoing/subscriptions.ts";
import { openDatabase } from "../../../src/host/store/db/database.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import { insertSite, raiseVersion } from "../../../src/host/store/tables/sites.ts";
import { newWebhookNo, saveWebhook } from "../../../src/host/store/tables/webhooks.ts";
import { testConfig } from "../../support/config.ts";
import { describeOn, describeOnEach } from "../../support/databases.ts";
import { environmentOfSeveral } from "../../support/host.ts";
import { createNotingLogger } from "../../support/noting-logger.ts";
import { sharedSigningKey } from "../../support/prepared.ts";
import { quickRequest } from "../../support/raw-request.ts";
import { newSite, newWebhook } from "../../support/rows.ts";
import { stopAtEnd } from "../../support/stop-at-end.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { Bench } from "../../support/with-engine.ts";
import { ofIssue, readStep } from "../../support/with-order.ts";

const { open, started, receiving } = stopAtEnd();
/** More than are loaded together. */
const SITES = 120;
const EVENT = "jira:issue_created";

/** Holds every statement that loads several sites together. */
function holdRuns(database: Database) {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let failures = 0;
  const query: Queryable["query"] = async (sql, bind = []) => {
    if (sql.includes("site_no <= $3") && bind[2] !== bind[0]) {
      await released;
      if (failures > 0) {
        failures -= 1;
        throw new Error("the database is away");
      }
    }
    return database.read.query(sql, bind);
  };
  return {
    database: { ...database, read: { ...database.read, query } },
    release: (failing = 0) => {
      failures = failing;
      release();
    },
  };
}

/** The webhooks have no secrets: hosts may have any key. */
async function startHost(url: string, env: Readonly<Record<string, string>> = {}) {
  const several = environmentOfSeveral(url);
  const held = holdRuns(await openDatabase(url));
  const { config, remove } = testConfig({
    ...several,
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ALLOW_NETWORKS: "loopback",
    ...env,
  });
  const noting = createNotingLogger();
  const { stop, url: baseUrl } = await createHost({
    config,
    logger: noting.logger,
    openDatabase: () => Promise.resolve(held.database),
    createSigningKey: sharedSigningKey,
  }).start();
  let stopping: Promise<void> | undefined;
  const stopOnce = () => (stopping ??= stop().finally(remove));
  open.push({
    stop: async () => {
      held.release();
      await stopOnce();
    },
  });
  return {
    release: held.release,
    noting,
    stop: stopOnce,
    call: (method: string, path: string, body?: unknown) =>
      quickRequest({
        url: baseUrl + path,
        method,
        headers: {
          authorization: `Bearer ${several.CALLBOARD_ADMIN_TOKEN}`,
          "content-type": "application/json",
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
  };
}

/** Many sites, of which each fifth has a webhook at `/<number of the site>`. They are so far apart that each is loaded alone. */
async function prepare(url: string, receiver: string, orderBy?: string): Promise<Bench> {
  const bench = await started(url, { start: false });
  await bench.database.write(async (tx) => {
    for (let each = 0; each < SITES; each += 1) {
      const { no: siteNo } = await insertSite(tx, newSite(`site-${each}`));
      if (siteNo % 5 !== 0) continue;
      const webhook = newWebhook(siteNo, await newWebhookNo(tx), {
        format: "jira",
        url: `${receiver}/${siteNo}`,
        orderBy,
      });
      await saveWebhook(tx, bench.seal, webhook);
      await subscribeWebhook(tx, webhook, receiver);
      await raiseVersion(tx, siteNo);
    }
  });
  await bench.snapshots.refresh(bench.database.read);
  return bench;
}

const end = async (bench: Bench): Promise<void> => {
  open.splice(open.indexOf(bench), 1);
  await bench.stop();
};

const getKey = ({ snapshots }: Bench, siteNo: number): string => snapshots.get(siteNo)?.site.key ?? "";

describeOnEach((newUrl) => {
  test("before sites are loaded, what is due is sent, events are taken and health is told; what is about all sites waits", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    const bench = await prepare(url, receiver.url);
    await bench.post({ siteNo: 10 });
    await bench.post({ siteNo: 40 });
    const key = getKey(bench, 25);
    await end(bench);

    const host = await startHost(url);
    const paths = () => receiver.received.map((request) => request.url).sort();
    await waitFor(() => expect(paths()).toEqual(["/10", "/40"]));
    const event = { event: EVENT, payload: { issue: { key: "DEMO-1" } } };
    const accepted = await host.call("POST", `/api/v1/sites/${key}/events`, event);
    expect(accepted.status).toBe(202);
    await waitFor(() => expect(paths()).toEqual(["/10", "/25", "/40"]));
    expect((await host.call("GET", "/readyz")).status).toBe(200);
    expect((await host.call("GET", "/metrics")).text).toContain(`callboard_endpoints{site="${key}"} 1`);

    let isAnswered = false;
    const listing = host.call("GET", "/api/v1/endpoints?limit=100").finally(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    host.release();
    const { status, text } = await listing;
    expect([status, (JSON.parse(text) as { items: unknown[] }).items.length]).toEqual([200, SITES / 5]);
    expect(host.noting.failures()).toEqual([]);
  });

  test("before sites are loaded, what reads is answered with the sites that it needs, and what changes something waits", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    const bench = await prepare(url, receiver.url);
    await bench.post({ siteNo: 10 });
    await bench.post({ siteNo: 40 });
    const [key, other, eventful] = [getKey(bench, 25), getKey(bench, 24), getKey(bench, 40)];
    await end(bench);

    const host = await startHost(url);
    const read = async (path: string) => {
      const { status, text } = await host.call("GET", `/api/v1${path}`);
      return [status, (JSON.parse(text) as { items?: unknown[] }).items?.length ?? text];
    };
    expect(await read(`/sites/${key}/webhooks`)).toEqual([200, 1]);
    expect(await read(`/sites/${other}/webhooks`)).toEqual([200, 0]);
    expect(await read(`/endpoints?site=${getKey(bench, 50)}`)).toEqual([200, 1]);
    expect(await read("/deliveries")).toEqual([200, 2]);
    expect(await read(`/sites/${eventful}/events`)).toEqual([200, 1]);

    let isAnswered = false;
    const hook = { name: "new", url: `${receiver.url}/new`, format: "jira", events: [EVENT] };
    const creating = host
      .call("POST", `/api/v1/sites/${key}/webhooks`, hook)
      .finally(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    host.release();
    expect((await creating).status).toBe(201);
    expect(host.noting.failures()).toEqual([]);
  });

  test("deliveries of a key that waited at a site keep their order", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    const bench = await prepare(url, receiver.url, "/issue/id");
    for (const step of [1, 2, 3, 4]) await bench.post({ siteNo: 10, ...ofIssue("7", step) });
    await end(bench);

    await startHost(url);
    await waitFor(() => expect(receiver.received.map(readStep)).toEqual([1, 2, 3, 4]));
  });

  test("an endpoint that was paused gets its probe once its site is loaded", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    const bench = await prepare(url, receiver.url);
    await bench.post({ siteNo: 12 + 3 });
    await bench.database.autocommit.query(
      "UPDATE callboard_endpoint SET paused_at = $1, probe_at = $1 WHERE site_no = 15",
      [bench.database.now() - 1_000],
    );
    await bench.database.autocommit.query("DELETE FROM callboard_delivery WHERE site_no <> 15");
    await end(bench);

    const host = await startHost(url);
    // Probes are looked for meanwhile, each second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    host.release();
    await waitFor(() => expect(receiver.received.map((request) => request.url)).toEqual(["/15"]));
    await waitFor(() => expect(host.noting.named("endpoint.resumed")).toHaveLength(1));
    expect(host.noting.named("endpoint.probe-failed")).toEqual([]);
  });

  test("a load that fails is logged and repeated, and refuses those who wait for it", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    await end(await prepare(url, receiver.url));
    const host = await startHost(url);
    const waiting = host.call("GET", "/api/v1/endpoints");
    // Some sites are loaded one by one before it waits for all.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    host.release(1);

    expect((await waiting).status).toBe(500);
    await waitFor(() => expect(host.noting.named("registry.load-failed")).toHaveLength(1));
    await waitFor(async () => expect((await host.call("GET", "/api/v1/endpoints")).status).toBe(200));
  });

  test("a server that stops while it loads refuses who waits, and waits for no more sites", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    await end(await prepare(url, receiver.url));
    const host = await startHost(url);
    const waiting = host.call("GET", "/api/v1/endpoints");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopping = host.stop();
    host.release();

    await stopping;
    expect([(await waiting).status, host.noting.named("registry.load-failed")]).toEqual([503, []]);
  });
});

describeOn("PostgreSQL", (newUrl) => {
  test("a worker sends what another process accepts to a site that the worker has not loaded", async () => {
    const [url, receiver] = [await newUrl(), await receiving()];
    const bench = await prepare(url, receiver.url);
    await startHost(url, { CALLBOARD_ROLE: "worker" });
    const startedAt = Date.now();
    await bench.post({ siteNo: 30 });
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    // By the notice, and not by the poll.
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });
});
