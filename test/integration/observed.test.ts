/** What is told of a host from outside: figures, health, lines of the log, and ids that lead through several systems. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import type { LogLevel } from "../../src/logger.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import type { LogLine } from "../support/recording-logger.ts";
import { waitFor } from "../support/wait-for.ts";

const TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

interface Observed extends TestHost {
  readonly lines: (event?: string) => readonly LogLine[];
  readonly receiver: (answer: Answer) => Promise<Receiver>;
  readonly webhook: (name: string, url: string) => Promise<void>;
  readonly send: (headers?: Readonly<Record<string, string>>) => Promise<number>;
  /** The values of a metric, by its labels as they are written. */
  readonly metric: (name: string) => Promise<Readonly<Record<string, number>>>;
}

async function observe(
  env: Readonly<Record<string, string>> = {},
  level: LogLevel = "info",
): Promise<Observed> {
  const written: string[] = [];
  const host = await startTestHost(
    { CALLBOARD_RETRY_SCHEDULE: "20ms,20ms", ...env, CALLBOARD_LOG_LEVEL: level },
    createLogger(level, (line) => void written.push(line)),
  );
  onTestFinished(() => host.stop());
  return {
    ...host,
    lines: (event) =>
      written
        .map((line) => JSON.parse(line) as LogLine)
        .filter((line) => event === undefined || line.event === event),
    receiver: async (answer) => {
      const receiver = await startReceiver(answer);
      onTestFinished(() => receiver.close());
      return receiver;
    },
    webhook: async (name, url) => {
      const { status } = await host.call("POST", "/api/v1/sites/jira/webhooks", { name, url });
      expect(status).toBe(201);
    },
    send: async (headers) => {
      const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } };
      return (await host.call("POST", "/api/v1/sites/jira/events", event, headers)).status;
    },
    metric: async (name) => {
      const { text } = await host.call("GET", "/metrics");
      return Object.fromEntries(
        text.split("\n").flatMap((line) => {
          const [, found, labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
          return found === name ? [[labels, Number(value)]] : [];
        }),
      );
    },
  };
}

describe("figures", () => {
  test("of events, attempts and deliveries, each by what became of it", async () => {
    const host = await observe();
    const healthy = await host.receiver(answerStatus(204));
    const refusing = await host.receiver(answerStatus(400));
    const failing = await host.receiver(answerStatus(503));
    await host.webhook("healthy", healthy.url);
    await host.webhook("refusing", refusing.url);
    await host.webhook("failing", failing.url);
    expect(await host.send()).toBe(202);
    expect(await host.send({ authorization: "" })).toBe(401);
    expect((await host.call("POST", "/api/v1/sites/jira/events", {})).status).toBe(422);
    expect((await host.call("POST", "/api/v1/sites/nowhere/events", {})).status).toBe(404);
    await waitFor(() => expect(failing.received).toHaveLength(3));

    const ended = {
      'site="jira",state="delivered",reason=""': 1,
      'site="jira",state="failed",reason="rejected"': 1,
    };
    const exhausted = { 'site="jira",state="failed",reason="exhausted"': 1 };
    await waitFor(async () =>
      expect(await host.metric("callboard_deliveries_ended_total")).toEqual({ ...ended, ...exhausted }),
    );
    expect(await host.metric("callboard_attempts_total")).toEqual({
      'site="jira",outcome="accepted",status="2xx"': 1,
      'site="jira",outcome="refused",status="4xx"': 1,
      'site="jira",outcome="refused",status="5xx"': 3,
    });
    // An attempt that will be made again is no delivery that ended, and none that waits.
    expect(await host.metric("callboard_deliveries_retried_total")).toEqual({ 'site="jira"': 2 });
    expect(await host.metric("callboard_events_accepted_total")).toEqual({ 'site="jira"': 1 });
    expect(await host.metric("callboard_deliveries_created_total")).toEqual({ 'site="jira"': 3 });
    expect(await host.metric("callboard_events_refused_total")).toEqual({
      'site="jira",code="AUTH_MISSING"': 1,
      'site="jira",code="EVENT_SCHEMA"': 1,
      'site="",code="SITE_NOT_FOUND"': 1,
    });
    expect(await host.metric("callboard_attempt_seconds_count")).toEqual({
      'outcome="accepted"': 1,
      'outcome="refused"': 4,
    });
    expect(await host.metric("callboard_delivery_lag_seconds_count")).toEqual({ 'lane="primary"': 5 });
    expect(await host.metric("callboard_delivery_seconds_count")).toEqual({ "": 1 });
    expect((await host.metric("callboard_settle_seconds_count"))[""]).toBeGreaterThan(0);
    expect(await host.metric("callboard_ready")).toEqual({ "": 1 });
    expect((await host.metric("callboard_disk_free_bytes"))[""]).toBeGreaterThan(0);
    expect((await host.metric("process_resident_memory_bytes"))[""]).toBeGreaterThan(0);
    expect(await host.metric("nodejs_eventloop_lag_p99_seconds")).toHaveProperty([""]);
  });

  test("of what waits count everything, and name the 20 worst endpoints only", async () => {
    const host = await observe({ CALLBOARD_RETRY_SCHEDULE: "1h" });
    const failing = await host.receiver(answerStatus(503));
    const ports = new Set<string>();
    for (let each = 0; each < 25; each += 1) await host.webhook(`receiver ${each}`, `${failing.url}/${each}`);
    expect(await host.send()).toBe(202);
    await waitFor(() => expect(failing.received).toHaveLength(25));

    await waitFor(async () => {
      expect(await host.metric("callboard_deliveries_waiting")).toMatchObject({
        'site="jira",lane="primary"': 25,
        'site="jira",lane="secondary"': 0,
        'site="confluence",lane="primary"': 0,
      });
      const named = await host.metric("callboard_endpoint_waiting");
      expect(Object.keys(named)).toHaveLength(20);
      for (const labels of Object.keys(named)) ports.add(labels);
    }, 20_000);
    expect([...ports][0]).toMatch(/^site="jira",receiver="receiver \d+",origin="http:\/\/127\.0\.0\.1:\d+"$/);
    // Recorded with the attempts, a moment after the requests came.
    await waitFor(async () =>
      expect(Object.keys(await host.metric("callboard_endpoint_failing_seconds"))).toHaveLength(20),
    );
  }, 60_000);
});

describe("a database that is gone or read-only", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  const ready = async (host: TestHost) => {
    const { status, body } = await host.call("GET", "/readyz", undefined, { authorization: "" });
    return [status, body.checks.database, body.checks.writing] as const;
  };

  test.each(["all", "api", "worker"])(
    "is told by role %s, with the process's own figures",
    async (role) => {
      const host = await observe({
        CALLBOARD_DATABASE_URL: await postgres.newUrl(),
        CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
        CALLBOARD_ADMIN_TOKEN: "a-token-that-this-test-knows",
        CALLBOARD_ROLE: role,
      });
      expect(await ready(host)).toEqual([200, "ok", "ok"]);
      expect(await host.metric("callboard_database_up")).toEqual({ "": 1 });
      expect(await host.metric("callboard_database_connections_limit")).toHaveProperty([""]);

      await postgres.halt();
      await waitFor(async () => expect((await ready(host))[0]).toBe(503), 20_000);
      const { status } = await host.call("GET", "/metrics");
      expect(status).toBe(200);
      expect(await host.metric("callboard_database_up")).toEqual({ "": 0 });
      expect(await host.metric("callboard_ready")).toEqual({ "": 0 });
      expect(await host.metric("callboard_deliveries_in_flight")).toEqual({ "": 0 });
      // What is not known is not told, least of all as 0.
      expect(await host.metric("callboard_deliveries_waiting")).toEqual({});
      expect((await host.call("GET", "/healthz")).status).toBe(200);

      await postgres.resume();
      await waitFor(async () => expect(await ready(host)).toEqual([200, "ok", "ok"]), 20_000);
      await waitFor(
        async () => expect(await host.metric("callboard_database_up")).toEqual({ "": 1 }),
        40_000,
      );
    },
    60_000,
  );

  test("read-only", async () => {
    const url = await postgres.newUrl();
    const host = await observe({
      CALLBOARD_DATABASE_URL: url,
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    });
    const { default: pg } = await import("pg");
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`,
    );
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await admin.end();
    await waitFor(
      async () => expect(await ready(host)).toEqual([503, "ok", expect.stringMatching(/cannot be written/)]),
      40_000,
    );
    expect(await host.metric("callboard_database_up")).toEqual({ "": 1 });
    expect(await host.metric("callboard_ready")).toEqual({ "": 0 });
  }, 60_000);
});

describe("the log", () => {
  test("has one line for the first failed delivery of an endpoint in a minute, with names and public ids", async () => {
    const host = await observe();
    const refusing = await host.receiver(answerStatus(400));
    await host.webhook("Accounting", `${refusing.url}/secret-path?key=abc`);
    for (let each = 0; each < 5; each += 1) expect(await host.send()).toBe(202);
    await waitFor(() => expect(refusing.received).toHaveLength(5));
    await waitFor(() => expect(host.lines("delivery.failed")).toHaveLength(1));

    const [line] = host.lines("delivery.failed");
    expect(line).toEqual({
      time: expect.any(String),
      level: "info",
      event: "delivery.failed",
      site: "jira",
      webhook: expect.stringMatching(/^\w+$/),
      receiver: "Accounting",
      origin: refusing.url,
      eventType: "jira:issue_created",
      eventId: expect.stringMatching(/^evt_/),
      deliveryId: expect.stringMatching(/^dlv_/),
      state: "failed",
      reason: "rejected",
      attempt: 1,
      outcome: "refused",
      status: 400,
      durationMs: expect.any(Number),
    });
    expect((await host.call("GET", `/api/v1/deliveries/${String(line?.["deliveryId"])}`)).status).toBe(200);
    await host.host.stop();
    expect(host.lines("delivery.failed").at(-1)).toMatchObject({ repeated: 4 });
  });

  test("tells that an endpoint doesn't answer any more, and that it does again", async () => {
    const host = await observe({ CALLBOARD_RETRY_SCHEDULE: Array<string>(20).fill("20ms").join(",") });
    const port = await freePort();
    await host.webhook("Accounting", `http://127.0.0.1:${port}/`);
    expect(await host.send()).toBe(202);
    const opened = await waitFor(() => {
      const [line] = host.lines("circuit.opened");
      expect(line).toBeDefined();
      return line;
    });
    expect(opened).toMatchObject({
      level: "info",
      site: "jira",
      receiver: "Accounting",
      origin: `http://127.0.0.1:${port}`,
      failures: 5,
    });
    const server = createServer((_request, response) => void response.writeHead(204).end());
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    await waitFor(
      () => expect(host.lines("circuit.closed")).toMatchObject([{ receiver: "Accounting" }]),
      40_000,
    );
    expect(JSON.stringify(host.lines())).not.toMatch(/siteNo|endpointNo/);
  }, 60_000);

  test("has a line for each attempt at debug, with the same fields", async () => {
    const host = await observe({}, "debug");
    const failing = await host.receiver(answerStatus(503));
    await host.webhook("Accounting", failing.url);
    expect(await host.send()).toBe(202);
    await waitFor(() => expect(host.lines("delivery.attempted")).toHaveLength(3));
    expect(host.lines("delivery.attempted")).toMatchObject(
      [1, 2, 3].map((attempt) => ({
        level: "debug",
        site: "jira",
        receiver: "Accounting",
        deliveryId: expect.stringMatching(/^dlv_/),
        status: 503,
        attempt,
        state: attempt === 3 ? "failed" : "waiting",
      })),
    );
  });

  test("has no line at info for what goes well", async () => {
    const host = await observe();
    const healthy = await host.receiver(answerStatus(204));
    await host.webhook("Accounting", healthy.url);
    for (let each = 0; each < 5; each += 1) expect(await host.send()).toBe(202);
    await waitFor(() => expect(healthy.received).toHaveLength(5));
    await host.host.stop();
    const events = host.lines().map(({ event }) => event);
    expect(events.filter((event) => !/^(store|host)\./.test(event))).toEqual([]);
  });

  test("tells of refused logins, the first of an address at once", async () => {
    const host = await observe();
    for (let each = 0; each < 8; each += 1) {
      await fetch(`${host.url}/admin/login`, {
        method: "POST",
        headers: { origin: host.url, "content-type": "application/x-www-form-urlencoded" },
        body: "token=not-a-token-but-a-secret",
      });
    }
    expect(host.lines("login.refused")).toMatchObject([
      { level: "info", code: "AUTH_INVALID", address: "127.0.0.1", requestId: expect.any(String) },
      { level: "info", code: "RATE_LIMITED", address: "127.0.0.1" },
    ]);
    expect(JSON.stringify(host.lines())).not.toContain("not-a-token");
  });

  test("names site and token of refused events", async () => {
    const host = await observe();
    for (let each = 0; each < 3; each += 1) await host.call("POST", "/api/v1/sites/jira/events", {});
    expect(host.lines("request.refused")).toMatchObject([
      { site: "jira", actor: "token:first", code: "EVENT_SCHEMA", path: "/api/v1/sites/jira/events" },
    ]);
  });
});

describe("what a caller sends to follow a request", () => {
  test("its id is in the answer, the problem and the log", async () => {
    const host = await observe();
    const reply = await host.call("GET", "/nowhere", undefined, { "x-request-id": "order-4711" });
    expect([reply.headers.get("x-request-id"), reply.body.requestId]).toEqual(["order-4711", "order-4711"]);
    expect(host.lines("request.refused").at(-1)).toMatchObject({ requestId: "order-4711" });
    for (const id of ["a b", "<script>", "x".repeat(200)]) {
      const { headers } = await host.call("GET", "/healthz", undefined, { "x-request-id": id });
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("its trace is sent with every attempt, and with a redelivery", async () => {
    const host = await observe();
    const receiver = await host.receiver((request, response, count) =>
      answerStatus(count === 1 ? 503 : 204)(request, response, count),
    );
    await host.webhook("Accounting", receiver.url);
    expect(await host.send({ traceparent: TRACE_PARENT })).toBe(202);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    const id = String(receiver.received[0]?.headers["webhook-id"]);
    await waitFor(async () => {
      const { status } = await host.call("POST", `/api/v1/deliveries/${id}/redeliver`);
      expect(status).toBeLessThan(300);
    });
    await waitFor(() => expect(receiver.received).toHaveLength(3));
    expect(receiver.received.map(({ headers }) => headers["traceparent"])).toEqual(
      Array(3).fill(TRACE_PARENT),
    );
  });

  test("a product's own body may come with a trace, and what is none is left out", async () => {
    const host = await observe();
    const receiver = await host.receiver(answerStatus(204));
    await host.webhook("Accounting", receiver.url);
    const body = { webhookEvent: "jira:issue_created", issue: { key: "DEMO-1" } };
    await host.call("POST", "/jira/ingest", body, { traceparent: TRACE_PARENT });
    await host.call("POST", "/jira/ingest", body, { traceparent: "00-zz-1" });
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    const sent = receiver.received.map(({ headers }) => headers["traceparent"]);
    expect(sent).toEqual(expect.arrayContaining([TRACE_PARENT, undefined]));
  });
});
