/** Processes that do a part of the work on one PostgreSQL: what they need, what they say, and that others do the rest. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

test.each(["api", "worker"])("role %s is refused on SQLite, and leaves nothing behind", async (role) => {
  const directory = mkdtempSync(join(tmpdir(), "callboard-roles-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const start = startTestHost({ CALLBOARD_ROLE: role, CALLBOARD_DATA_DIR: directory });
  await expect(start).rejects.toMatchObject({ code: "ROLE_NEEDS_POSTGRES" });
  expect(readdirSync(directory)).toEqual([]);
});

describe("a process with the role api", () => {
  let env: Readonly<Record<string, string>>;
  let api: TestHost;
  let receiver: Receiver;
  let webhook: string;
  beforeAll(async () => {
    env = environmentOfSeveral(await newPostgresUrl());
    api = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
    receiver = await startReceiver();
    const created = await api.call("POST", "/api/v1/sites/jira/webhooks", {
      name: "All",
      url: receiver.url,
    });
    webhook = created.body.id as string;
  });
  afterAll(async () => {
    await receiver.close();
    await api.stop();
  });
  const startWorker = async (): Promise<TestHost> => {
    const worker = await startTestHost({ ...env, CALLBOARD_ROLE: "worker" });
    onTestFinished(() => worker.stop());
    return worker;
  };
  const readyz = async (host: TestHost) =>
    (await host.call("GET", "/readyz", undefined, { authorization: "" })).body as {
      status: string;
      checks: Record<string, string>;
    };
  const publish = (mark: string) =>
    api.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: { mark } });

  test("alone accepts, sends nothing, and says NO_WORKER", async () => {
    expect((await publish("alone")).status).toBe(202);
    const { status, checks } = await readyz(api);
    expect([status, checks["workers"]]).toEqual(["ready", expect.stringMatching(/^NO_WORKER: /)]);
    const { body } = await api.call("GET", "/api/v1/status");
    expect(body.notSending).toMatchObject({ reason: "no-worker" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received).toHaveLength(0);

    const worker = await startWorker();
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await waitFor(async () => expect((await readyz(api)).checks).toMatchObject({ workers: "ok" }));
    expect((await readyz(worker)).checks).not.toHaveProperty("workers");
    const { processes } = (await api.call("GET", "/api/v1/status")).body as {
      processes: { role: string; seenAt: string; limitedBy: unknown }[];
    };
    expect(processes.map(({ role }) => role)).toEqual(["api", "worker"]);
    const dashboard = await (await (await logIn(api)).get("/admin")).text();
    const section = /<h2>Processes<\/h2>([^]*?)<\/section>/.exec(dashboard)?.[1] ?? "";
    expect([...section.matchAll(/<th scope="row">(\w+)/g)].map(([, role]) => role)).toEqual([
      "api",
      "worker",
    ]);
    expect(section).toContain("Below its limit");
    for (const { seenAt, limitedBy } of processes) {
      expect(Math.abs(Date.parse(seenAt) - Date.now())).toBeLessThan(30_000);
      expect(limitedBy).toBeNull();
    }
  });

  test("hands its deliveries to a worker at once", async () => {
    await startWorker();
    receiver.received.length = 0;
    const times: number[] = [];
    for (let index = 0; index < 30; index += 1) {
      const startedAt = performance.now();
      await publish(`quick-${index}`);
      await waitFor(() => expect(receiver.received).toHaveLength(index + 1));
      times.push(performance.now() - startedAt);
    }
    const median = times.toSorted((a, b) => a - b)[15] ?? Infinity;
    // A few milliseconds on a machine with time to spare; a worker that only polls needs 2.5 s on average.
    expect(median).toBeLessThan(1_500);
  });

  test("waits for the result of a test delivery that a worker sends", async () => {
    await startWorker();
    const path = `/api/v1/sites/jira/webhooks/${webhook}/execute`;
    const { status, body } = await api.call("POST", path, { event: "jira:issue_created" });
    expect([status, body.state, body.attempt.response.status]).toEqual([200, "delivered", 204]);
  });

  test("creates a replay that a worker runs", async () => {
    await startWorker();
    const late = await startReceiver();
    onTestFinished(() => late.close());
    const { body } = await api.call("POST", "/api/v1/sites/jira/webhooks", { name: "Late", url: late.url });
    const wish = { to: { webhook: body.id as string }, since: "2020-01-01" };
    expect((await api.call("POST", "/api/v1/sites/jira/replays", wish)).status).toBe(202);
    await waitFor(() => expect(late.received.length).toBeGreaterThanOrEqual(31));
  });
});
