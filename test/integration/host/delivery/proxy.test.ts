/** A proxy that fails is not the receivers' failure: deliveries wait for it, and go on when it works. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createEgress } from "../../../../src/egress/index.ts";
import { parseProxyUrl } from "../../../../src/proxy-url.ts";
import { newPostgresUrl } from "../../../support/databases.ts";
import { STRICT, nameServerThat } from "../../../support/egress.ts";
import { type ProxyBehavior, httpProxyTo } from "../../../support/forward-proxy.ts";
import { startReceiver } from "../../../support/http-receiver.ts";
import type { Receiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";

const URL_BEHIND_PROXY = "http://hooks.example.test";
const BEHAVES: { now: ProxyBehavior } = { now: "tunnel" };

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An engine whose requests leave through a proxy, except those to this machine. */
async function startBehindProxy(url: string) {
  const proxy = await httpProxyTo(Number(new URL(receiver.url).port), { behave: () => BEHAVES.now });
  const names = await nameServerThat((_, type) => (type === "A" ? ["93.184.216.34"] : []));
  const parsed = parseProxyUrl(`http://127.0.0.1:${proxy.port}`);
  if (!parsed.ok) throw new Error(parsed.problem);
  const egress = createEgress({
    ...STRICT,
    allowNetworks: ["loopback"],
    allowHttp: "always",
    connectTimeoutMs: 1_200,
    dnsServers: [names.address],
    proxy: parsed.proxy,
  });
  open.push(egress.close);
  const bench = await startBench(url, {
    egress,
    // Two retries, soon: an outage would exhaust them.
    findRetrySchedule: () => ({ steps: [20, 20], jitter: 0 }),
  });
  open.push(bench.stop);
  return { bench, proxy, egress };
}

const listOutcomes = async ({ bench }: Awaited<ReturnType<typeof startBehindProxy>>) =>
  (await bench.attempts()).map((row) => row["outcome"]);

describe.each([
  ["SQLite", () => Promise.resolve("sqlite::memory:")],
  ["PostgreSQL", newPostgresUrl],
])("on %s", (_name, newUrl) => {
  test.each(["dead", 407] as const)(
    "a proxy that is %s holds deliveries, which spend no retry, open no circuit, and are sent when it works",
    async (behavior) => {
      BEHAVES.now = behavior;
      const running = await startBehindProxy(await newUrl());
      const { bench, egress } = running;
      const before = receiver.received.length;
      await bench.addAddon("far", URL_BEHIND_PROXY);
      for (let sent = 0; sent < 10; sent += 1) await bench.post();
      await waitFor(() => expect(egress.proxy?.failure()).toBeDefined());
      await bench.settled();
      for (let sent = 0; sent < 10; sent += 1) await bench.post();
      await bench.settled();

      // Waiting, or leased by a claim that began before: none has ended.
      expect((await bench.deliveries()).filter((row) => Number(row["state"]) > 1)).toEqual([]);
      const reason = behavior === 407 ? "unreachable:proxy-auth" : "unreachable:proxy-timeout";
      const failed = await listOutcomes(running);
      expect(new Set(failed)).toEqual(new Set([reason]));
      expect(failed.length).toBeLessThanOrEqual(10);
      expect(bench.engine.breakers()).toMatchObject([{ failures: 0, failingSince: undefined }]);

      BEHAVES.now = "tunnel";
      await waitFor(async () => {
        expect((await bench.deliveries()).map((row) => row["state"])).toEqual(Array(20).fill(2));
      }, 20_000);
      expect(receiver.received).toHaveLength(before + 20);
      const spent = (await bench.deliveries()).map(
        (row) => Number(row["attempts"]) - Number(row["schedule_from"]),
      );
      expect(new Set(spent)).toEqual(new Set([1]));
    },
    40_000,
  );

  test("while the proxy fails, a receiver on this machine gets its deliveries", async () => {
    BEHAVES.now = "dead";
    const { bench, egress } = await startBehindProxy(await newUrl());
    const local = await startReceiver();
    open.push(local.close);
    await bench.addAddon("far", URL_BEHIND_PROXY);
    await bench.post();
    await waitFor(() => expect(egress.proxy?.failure()).toBeDefined());
    await bench.addAddon("near", local.url);
    await bench.post();
    await waitFor(() => expect(local.received).toHaveLength(1));
  });

  test("a receiver that the proxy does not allow spends its retries, and opens no circuit", async () => {
    BEHAVES.now = 403;
    const running = await startBehindProxy(await newUrl());
    const { bench, egress } = running;
    await bench.addAddon("far", URL_BEHIND_PROXY);
    await bench.post();
    await bench.post();
    await waitFor(async () => {
      expect((await bench.deliveries()).map((row) => row["state"])).toEqual([3, 3]);
    });
    expect(await listOutcomes(running)).toEqual(Array(6).fill("unreachable:proxy-refused"));
    expect(bench.engine.breakers()).toMatchObject([{ failures: 0, failingSince: undefined }]);
    expect(egress.proxy?.failure()).toBeUndefined();
  });
});

test("a receiver that the proxy can't connect to is judged as without a proxy", async () => {
  BEHAVES.now = 503;
  const running = await startBehindProxy("sqlite::memory:");
  const { bench } = running;
  await bench.addAddon("far", URL_BEHIND_PROXY);
  for (let sent = 0; sent < 6; sent += 1) await bench.post();
  await waitFor(() => expect(bench.engine.breakers()[0]?.openUntil).toBeDefined());
  await waitFor(async () => {
    expect(new Set(await listOutcomes(running))).toEqual(new Set(["unreachable:connection-refused"]));
  });
});
