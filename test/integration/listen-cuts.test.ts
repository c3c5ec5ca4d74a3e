/** `callboard listen` while its connections are cut again and again, on one process and on two. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startCommand } from "../support/command-line.ts";
import { startCutOff } from "../support/cut-off.ts";
import type { CutOff } from "../support/cut-off.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const CUTS = 100;
const EVENTS = 200;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const getPort = ({ url }: TestHost) => Number(new URL(url).port);

describe.each(inject("databases"))("on %s", (database) => {
  let hosts: TestHost[];
  let way: CutOff;
  let app: Receiver;

  beforeAll(async () => {
    const isShared = database === "PostgreSQL";
    const env = isShared ? environmentOfSeveral(await newPostgresUrl()) : {};
    hosts = [
      await startTestHost(env),
      // A process that delivers to listeners only.
      ...(isShared ? [await startTestHost({ ...env, CALLBOARD_ROLE: "api" })] : []),
    ];
    way = await startCutOff();
    app = await startReceiver();
  });
  afterAll(async () => {
    await app.close();
    await way.close();
    for (const host of hosts) await host.stop();
  });

  test(`${CUTS} cut connections lose nothing, and each of ${EVENTS} deliveries has one attempt`, async () => {
    const [host] = hosts;
    if (host === undefined) throw new Error("no host");
    const ports = hosts.map(getPort);
    way.leadTo(ports[0] ?? 0);
    const began = performance.now();
    const listening = startCommand({ url: `http://127.0.0.1:${way.port}`, token: host.token }, [
      "listen",
      "--forward",
      app.url,
      "--json",
    ]);
    await waitFor(() => expect(listening.out()).toContain('"kind":"ready"'));
    const readyMs = performance.now() - began;

    // Each connection goes to another process, as behind a load balancer.
    let turn = 0;
    const turning = setInterval(() => way.leadTo(ports[(turn += 1) % ports.length] ?? 0), 7);
    const ids: string[] = [];
    const publishing = (async () => {
      for (let number = 0; number < EVENTS; number += 1) {
        const event = { event: "jira:issue_created", payload: { issue: { key: `DEMO-${number}` } } };
        const { body } = await host.call("POST", "/api/v1/sites/jira/events", event);
        ids.push(body.deliveries[0].id as string);
        await pause(40);
      }
    })();
    await waitFor(() => expect(app.received.length).toBeGreaterThan(0), 5_000);
    const firstMs = performance.now() - began - readyMs;
    for (let cut = 0; cut < CUTS; cut += 1) {
      way.cut();
      way.mend();
      await pause(60);
    }
    await publishing;

    const show = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;
    await waitFor(async () => {
      for (const id of ids) expect((await show(id)).state).toBe("delivered");
    }, 60_000);
    clearInterval(turning);
    const shown = [];
    for (const id of ids) shown.push(await show(id));
    expect(shown.filter(({ attempts }) => attempts.length !== 1)).toEqual([]);
    const keys = app.received.map(({ body }) => JSON.parse(body.toString()).issue.key as string);
    expect(new Set(keys).size).toBe(EVENTS);
    process.stderr.write(
      `${database}: ready ${Math.round(readyMs)} ms, first ${Math.round(firstMs)} ms, forwarded ${keys.length} times\n`,
    );
    // The command recognizes what it has forwarded before.
    expect(keys).toHaveLength(EVENTS);
    expect(await listening.stop()).toBe(0);
    expect((await host.call("GET", "/api/v1/sites/jira/listeners")).body.items).toEqual([]);
  }, 120_000);

  test.runIf(database === "PostgreSQL")(
    "a process that stops leaves its listener to another, with what was not answered",
    async () => {
      const [host, second] = hosts;
      if (host === undefined || second === undefined) throw new Error("no second host");
      way.leadTo(getPort(second));
      // Connections that were kept open lead to another process.
      way.cut();
      way.mend();
      let isSlow = true;
      app.received.length = 0;
      app.answer = (_request, response) => {
        if (!isSlow) response.writeHead(204).end();
      };
      const listening = startCommand({ url: `http://127.0.0.1:${way.port}`, token: host.token }, [
        "listen",
        "--forward",
        app.url,
      ]);
      await waitFor(() => expect(listening.notes()).toContain("listening on"));
      const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } };
      const { body } = await host.call("POST", "/api/v1/sites/jira/events", event);
      const id = body.deliveries[0].id as string;
      await waitFor(() => expect(app.received).toHaveLength(1));
      way.leadTo(getPort(host));
      hosts.pop();
      await second.stop();
      isSlow = false;
      await waitFor(() => expect(listening.notes()).toContain("Connected again"));
      const { body: after } = await host.call("POST", "/api/v1/sites/jira/events", event);
      for (const each of [after.deliveries[0].id as string, id]) {
        await waitFor(async () => {
          expect((await host.call("GET", `/api/v1/deliveries/${each}`)).body.state).toBe("delivered");
        }, 60_000);
      }
      expect(await listening.stop()).toBe(0);
    },
    120_000,
  );
});
