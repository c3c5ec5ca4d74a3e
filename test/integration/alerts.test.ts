/**
 * deploy/: the alert rules against outages of a real host, and the dashboard's queries. What a host tells in an outage is
 * scraped twice and carried on for hours as it went between the two; then promtool says what fires.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { BUILT_IN_PRODUCTS } from "../../src/catalogue/index.ts";
import { realClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import { METRICS } from "../../src/host/observe/metric-table.ts";
import { silentLogger } from "../../src/logger.ts";
import { RULES, listAlerts, scrape } from "../support/alerts.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { HOW_TO_GET_PROMTOOL, hasPromtool, promtool } from "../support/promtool.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { waitFor } from "../support/wait-for.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");
const read = (path: string) => readFileSync(join(DEPLOY, path), "utf8");
const isSkipped = !hasPromtool() && process.env["CI"] === undefined;
if (isSkipped) console.warn(`The alert rules are not tested: ${HOW_TO_GET_PROMTOOL}`);

const directory = mkdtempSync(join(tmpdir(), "callboard-alerts-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function startReceiving(answer: Answer): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** Periodic work begins a few seconds after the start, not a minute or more. */
const HASTY: Clock = {
  ...realClock,
  scheduleLook: (ms, work) => realClock.scheduleLook(Math.min(ms, 5_000), work),
};

async function startHost(
  env: Readonly<Record<string, string>>,
  url?: string,
  clock: Clock = realClock,
): Promise<TestHost> {
  const host = await startTestHost(env, silentLogger, BUILT_IN_PRODUCTS, clock);
  onTestFinished(() => host.stop());
  if (url !== undefined) {
    const made = await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "Accounting", url });
    expect(made.status).toBe(201);
  }
  return host;
}

async function send(host: TestHost, events: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < events; sent += 1) {
    const event = { event: "jira:issue_created", payload: { sent } };
    statuses.push((await host.call("POST", "/api/v1/sites/jira/events", event)).status);
  }
  return statuses;
}

/** The metric of a series of a histogram. */
const toMetricName = (series: string) => series.replace(/_(bucket|count|sum)$/, "") as keyof typeof METRICS;

test("the rules are valid, and use metrics that there are", () => {
  const used = new Set(
    [read("prometheus/alerts.yml"), read("grafana/callboard.json")].flatMap((text) =>
      [...text.matchAll(/callboard_[a-z_]+/g)].map(([name]) => toMetricName(name)),
    ),
  );
  const known = new Set<string>(Object.keys(METRICS));
  expect([...used].filter((name) => !known.has(name))).toEqual([]);
});

test("the rules and the dashboard use labels that the metrics have", () => {
  const texts = [read("prometheus/alerts.yml"), read("grafana/callboard.json").replaceAll('\\"', '"')];
  const uses = texts.flatMap((text) =>
    [...text.matchAll(/(callboard_[a-z_]+)\{([^{}]*)\}/g)].flatMap(([, name = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)(?:=|!)/g)].map(([, label = ""]) => [toMetricName(name), label] as const),
    ),
  );
  expect(uses.length).toBeGreaterThan(10);
  const unknown = uses.filter(
    ([name, label]) => label !== "job" && !(METRICS[name][2] as readonly string[]).includes(label),
  );
  expect(unknown).toEqual([]);
  const known = new Set([...Object.values(METRICS).flatMap(([, , labels]) => labels), "le", "instance"]);
  const grouped = texts.flatMap((text) =>
    [...text.matchAll(/by \(([^()]*)\)/g)].flatMap(([, labels = ""]) => labels.split(/,\s*/)),
  );
  expect(grouped.filter((label) => !known.has(label))).toEqual([]);
});

test("an alert leads to what to do, and every alert has its section", () => {
  const alerts = [...read("prometheus/alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const runbooks = [...read("prometheus/alerts.yml").matchAll(/runbook_url: (\S+)/g)].map(([, url]) => url);
  const page = readFileSync(join(DEPLOY, "../docs/alerting.md"), "utf8");
  const sections = [...page.matchAll(/^### (Callboard\w+)$/gm)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(10);
  expect(sections).toEqual(alerts);
  expect(runbooks).toEqual(
    alerts.map((name) => `https://callboard.example.com/docs/alerting#${name?.toLowerCase()}`),
  );
});

test("the dashboard has a title and a query on every panel, and takes its data source from a variable", () => {
  const { panels, templating } = JSON.parse(read("grafana/callboard.json")) as {
    readonly panels: readonly {
      readonly type: string;
      readonly title: string;
      readonly datasource?: { readonly uid: string };
      readonly targets?: readonly { readonly expr: string }[];
    }[];
    readonly templating: { readonly list: readonly { readonly type: string }[] };
  };
  expect(templating.list[0]?.type).toBe("datasource");
  for (const { type, title, targets, datasource } of panels) {
    expect(title).not.toBe("");
    if (type === "row") continue;
    expect([title, datasource?.uid]).toEqual([title, "${datasource}"]);
    expect(targets?.length, title).toBeGreaterThan(0);
  }
});

describe.skipIf(isSkipped)("with promtool", () => {
  let postgres: Postgres;
  const onPostgres = async () => ({
    CALLBOARD_DATABASE_URL: await postgres.newUrl(),
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
  });
  beforeAll(async () => {
    expect(hasPromtool(), HOW_TO_GET_PROMTOOL).toBe(true);
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test("the rules are valid", () => {
    expect(promtool(["check", "rules", RULES])).toMatchObject({ status: 0 });
  });

  test("it has no complaint about what a host tells of itself", async () => {
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost(await onPostgres(), receiver.url);
    await send(host, 3);
    await waitFor(() => expect(receiver.received).toHaveLength(3));
    const { text } = await host.call("GET", "/metrics");
    const { output } = promtool(["check", "metrics"], text);
    expect(output.split("\n").filter((line) => line.startsWith("callboard_"))).toEqual([]);
  });

  test("the queries of the dashboard are queries", () => {
    const exprs = [...read("grafana/callboard.json").matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '""']) =>
        (JSON.parse(text) as string).replaceAll("$__rate_interval", "5m").replaceAll("$site", "jira"),
    );
    const path = join(directory, "queries.json");
    const rules = exprs.map((expr, index) => ({ record: `query:${index}`, expr }));
    writeFileSync(path, JSON.stringify({ groups: [{ name: "queries", rules }] }));
    expect(promtool(["check", "rules", path])).toMatchObject({ status: 0 });
    expect(exprs.length).toBeGreaterThan(10);
  });

  test("a healthy host: nothing fires", async () => {
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost({}, receiver.url);
    await send(host, 5);
    await waitFor(() => expect(receiver.received).toHaveLength(5));
    const before = await scrape(host);
    await send(host, 5);
    await waitFor(() => expect(receiver.received).toHaveLength(10));
    await waitFor(async () => {
      const settled = [...(await scrape(host))].filter(([name]) =>
        name.startsWith("callboard_deliveries_ended"),
      );
      expect(settled.map(([, value]) => value)).toEqual([10]);
    });
    expect(listAlerts(before, await scrape(host))).toEqual([]);
  });

  test("a host that is gone", async () => {
    const before = await scrape(await startHost({}));
    expect(listAlerts(before, new Map([['up{job="callboard",instance="a"}', 0]]))).toEqual(["CallboardDown"]);
  });

  test("a database that is gone", async () => {
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost(await onPostgres(), receiver.url);
    await send(host, 1);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    const before = await scrape(host);
    await postgres.halt();
    try {
      await waitFor(async () => expect((await host.call("GET", "/readyz")).status).toBe(503), 20_000);
      expect(await send(host, 2)).toEqual([503, 503]);
      const firing = listAlerts(before, await scrape(host));
      // Whether the attempt was recorded before the database went is chance; both are right to tell.
      expect(firing.filter((name) => name !== "CallboardAttemptsNotRecorded")).toEqual([
        "CallboardDatabaseDown",
        "CallboardNotReady",
        "CallboardRefusesEvents",
      ]);
    } finally {
      await postgres.resume();
    }
  }, 60_000);

  test("a receiver that is gone", async () => {
    const host = await startHost({}, `http://127.0.0.1:${await freePort()}/`);
    await send(host, 8);
    await waitFor(async () => {
      const failing = [...(await scrape(host))].filter(([name]) =>
        name.startsWith("callboard_endpoint_failing"),
      );
      expect(failing).toHaveLength(1);
    }, 20_000);
    const before = await scrape(host);
    // The circuit lets one probe through now and then.
    await waitFor(async () => {
      const [attempts] = [...(await scrape(host))].filter(([name]) =>
        name.startsWith("callboard_attempts_total"),
      );
      expect(attempts?.[1]).toBeGreaterThan(before.get(attempts?.[0] ?? "") ?? 0);
    }, 20_000);
    expect(listAlerts(before, await scrape(host))).toEqual(["CallboardEndpointFailing"]);
  }, 60_000);

  test("a receiver that refuses for good", async () => {
    const receiver = await startReceiving(answerStatus(400));
    const host = await startHost({}, receiver.url);
    await send(host, 2);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    const before = await scrape(host);
    await send(host, 5);
    await waitFor(async () => {
      const ended = [...(await scrape(host))].filter(([name]) =>
        name.startsWith("callboard_deliveries_ended"),
      );
      expect(ended.map(([, value]) => value)).toEqual([7]);
    });
    const alerts = listAlerts(before, await scrape(host));
    expect(alerts).toContain("CallboardDeliveriesFail");
    expect(alerts.filter((name) => !/^Callboard(DeliveriesFail|EndpointFailing)$/.test(name))).toEqual([]);
  });

  test("a receiver with as many waiting deliveries as it may have", async () => {
    const receiver = await startReceiving(() => undefined);
    const host = await startHost({ CALLBOARD_ENDPOINT_BACKLOG: "10" }, receiver.url);
    await send(host, 12);
    const before = await scrape(host);
    await send(host, 12);
    const alerts = listAlerts(before, await scrape(host));
    expect(alerts).toEqual(expect.arrayContaining(["CallboardBacklogFull", "CallboardNearLimit"]));
  });

  test("no process that delivers", async () => {
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost({ ...(await onPostgres()), CALLBOARD_ROLE: "api" }, receiver.url);
    await send(host, 2);
    await waitFor(async () => {
      const overdue = [...(await scrape(host))].filter(([name]) => /^callboard_oldest.*"jira"/.test(name));
      expect(overdue[0]?.[1]).toBeGreaterThan(0);
    }, 20_000);
    const before = await scrape(host);
    expect(listAlerts(before, await scrape(host))).toEqual(["CallboardNothingSent"]);
  }, 40_000);

  test("an endpoint that is paused after days of failures", async () => {
    const env = await onPostgres();
    const receiver = await startReceiving(answerStatus(400));
    const host = await startHost(env, receiver.url);
    const database = await openDatabase(env.CALLBOARD_DATABASE_URL);
    onTestFinished(() => database.close());
    // It has failed for six days, as far as the records go; the last failure is a real one.
    await database.write(async (tx) => {
      await tx.query(
        "UPDATE callboard_endpoint SET failing_since = $1, failed_attempts = 50, failed_deliveries = 50, changed_in = NULL",
        [database.now() - 6 * 86_400_000],
      );
      await raiseVersion(tx, 1);
    });
    const before = await scrape(host);
    expect(listAlerts(before, before)).not.toContain("CallboardEndpointsPaused");
    await send(host, 1);
    await waitFor(async () => {
      const { items } = (await host.call("GET", "/api/v1/endpoints")).body as { items: object[] };
      expect(items).toMatchObject([{ state: "paused" }]);
    });
    // What the database knows is asked for at most every 5 s.
    await waitFor(async () => {
      expect(listAlerts(before, await scrape(host))).toContain("CallboardEndpointsPaused");
    }, 20_000);
  }, 60_000);

  test("more is due than is sent: attempts are made minutes late", async () => {
    const env = { ...(await onPostgres()), CALLBOARD_ADMIN_TOKEN: "a-token-that-both-processes-know" };
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost({ ...env, CALLBOARD_ROLE: "api" }, receiver.url);
    await send(host, 5);
    const database = await openDatabase(env.CALLBOARD_DATABASE_URL);
    onTestFinished(() => database.close());
    await database.write((tx) => tx.query("UPDATE callboard_delivery SET due_at = due_at - 120000"));
    const worker = await startHost({ ...env, CALLBOARD_ROLE: "worker" });
    await waitFor(() => expect(receiver.received).toHaveLength(5), 20_000);
    const late = await scrape(worker);
    expect(listAlerts(new Map(), late)).toContain("CallboardBehind");

    await send(host, 20);
    await waitFor(() => expect(receiver.received).toHaveLength(25), 20_000);
    expect(listAlerts(late, await scrape(worker))).not.toContain("CallboardBehind");
  }, 60_000);

  test("a database that goes while attempts are made: they can't be recorded, and nothing old is removed", async () => {
    let respond: (() => void) | undefined;
    const receiver = await startReceiving((_request, response) => {
      const accept = () => void response.writeHead(204).end();
      if (respond === undefined) respond = accept;
      else accept();
    });
    const host = await startHost(await onPostgres(), receiver.url, HASTY);
    await send(host, 1);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    const before = await scrape(host);
    expect(listAlerts(before, before)).not.toContain("CallboardAttemptsNotRecorded");
    expect(listAlerts(before, before)).not.toContain("CallboardRetentionFails");
    await postgres.halt();
    try {
      respond?.();
      await waitFor(async () => {
        const firing = listAlerts(before, await scrape(host));
        expect(firing).toContain("CallboardAttemptsNotRecorded");
        expect(firing).toContain("CallboardRetentionFails");
      }, 40_000);
    } finally {
      await postgres.resume();
    }
    // The attempt was kept and is recorded, unless the delivery, whose lease is long over, was attempted again first.
    await waitFor(async () => {
      const { items } = (await host.call("GET", "/api/v1/deliveries")).body as { items: object[] };
      expect(items).toMatchObject([{ state: "delivered", attempts: 1 }]);
    }, 30_000);
  }, 100_000);

  test("a database that holds every statement up: connections are awaited", async () => {
    const env = await onPostgres();
    const receiver = await startReceiving(answerStatus(204));
    const host = await startHost({ ...env, CALLBOARD_DATABASE_POOL: "3" }, receiver.url);
    const before = await scrape(host);
    expect(listAlerts(before, before)).not.toContain("CallboardConnectionsAwaited");
    const holder = new pg.Client(env.CALLBOARD_DATABASE_URL);
    await holder.connect();
    const asking: Promise<unknown>[] = [];
    try {
      await holder.query("BEGIN");
      await holder.query("LOCK TABLE callboard_delivery, callboard_event IN ACCESS EXCLUSIVE MODE");
      for (let asked = 0; asked < 12; asked += 1) asking.push(host.call("GET", "/api/v1/deliveries"));
      await waitFor(async () => {
        expect(listAlerts(before, await scrape(host))).toContain("CallboardConnectionsAwaited");
      }, 20_000);
    } finally {
      await holder.query("ROLLBACK");
      await holder.end();
    }
    await Promise.all(asking);
    await waitFor(async () => {
      expect(listAlerts(before, await scrape(host))).not.toContain("CallboardConnectionsAwaited");
    }, 20_000);
  }, 90_000);

  test("a process that is short of CPU", async () => {
    const host = await startHost({});
    let calm = await scrape(host);
    await waitFor(async () => {
      calm = await scrape(host);
      expect(listAlerts(calm, calm)).not.toContain("CallboardEventLoopSlow");
    }, 20_000);
    // Every other turn of the loop takes more than half a second. The delay is measured anew after each scrape.
    const until = Date.now() + 3_000;
    while (Date.now() < until) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(listAlerts(calm, await scrape(host))).toContain("CallboardEventLoopSlow");
  }, 40_000);

  test("every rule has an outage here, or in test/world", () => {
    const names = [...read("prometheus/alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
    const outages = [import.meta.filename, join(import.meta.dirname, "../world/disk.test.ts")].map((path) =>
      readFileSync(path, "utf8"),
    );
    const untold = names.filter((name) => !outages.some((text) => text.includes(`"${name}"`)));
    expect(untold).toEqual([]);
  });
});
