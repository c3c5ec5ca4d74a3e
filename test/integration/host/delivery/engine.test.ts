import { decodeSymmetric, SymmetricAlgorithm } from "atlassian-jwt";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createAcceptor } from "../../../../src/host/events/accept.ts";
import { createSlots } from "../../../../src/host/events/reserve.ts";
import { newPostgresUrl } from "../../../support/databases.ts";
import { answerStatus, startReceiver } from "../../../support/http-receiver.ts";
import type { Answer, Receiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { SECRET, startBench } from "../../../support/with-engine.ts";
import type { Bench, BenchOptions } from "../../../support/with-engine.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

const open: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function receiver(answer?: Answer): Promise<Receiver> {
  const started = await startReceiver(answer);
  open.push({ stop: started.close });
  return started;
}

const directory = mkdtempSync(join(tmpdir(), "callboard-engine-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
const DATABASES = {
  "SQLite in memory": () => Promise.resolve("sqlite::memory:"),
  "a SQLite file": () => Promise.resolve(`sqlite:${join(directory, `${(files += 1)}.sqlite`)}`),
  PostgreSQL: newPostgresUrl,
};

const state = async (b: Bench) =>
  (await b.deliveries()).map((row) => [row["state"], row["because"], row["attempts"]]);

describe.each(Object.entries(DATABASES))("on %s", (_name, newUrl) => {
  async function bench(options?: BenchOptions): Promise<Bench> {
    const started = await startBench(await newUrl(), options);
    open.push(started);
    return started;
  }

  describe("an attempt", () => {
    test("reaches the add-on with the event's body and a token that atlassian-jwt verifies", async () => {
      const addon = await receiver();
      const b = await bench();
      await b.addAddon("one", addon.url);

      const [accepted] = await b.post();
      await waitFor(async () => expect(await state(b)).toEqual([[2, null, 1]]));

      const [request] = addon.received;
      expect(JSON.parse(request!.body.toString())).toMatchObject({
        issue: { key: "DEMO-1" },
        webhookEvent: "jira:issue_created",
      });
      const token = request!.headers.authorization!.replace("JWT ", "");
      const claims = decodeSymmetric(token, SECRET, SymmetricAlgorithm.HS256) as object;
      expect(Object.keys(claims).sort()).toEqual(["exp", "iat", "iss", "qsh"]);
      expect(request!.headers["x-atlassian-webhook-identifier"]).toBe(accepted!.deliveries[0]!.id);
      expect(request!.headers["x-atlassian-webhook-retry"]).toBeUndefined();
    });

    test("is recorded with what was sent and what came back, token and sessions masked", async () => {
      const session = { "X-acpt": "a-token-of-the-add-on", "Set-Cookie": ["id=a-session", "x=y"] };
      const addon = await receiver(
        (_request, response) => void response.writeHead(200, { "x-a": "b", ...session }).end("hello"),
      );
      const b = await bench();
      await b.addAddon("one", addon.url);

      await b.post();
      const [attempt] = await waitFor(async () => {
        const attempts = await b.attempts();
        expect(attempts).toHaveLength(1);
        return attempts;
      });

      expect(attempt).toMatchObject({
        number: 1,
        status: 200,
        outcome: "accepted",
        url: `${addon.url}/hook`,
      });
      expect((attempt!["answer"] as Buffer).toString()).toBe("hello");
      const answered = JSON.parse(attempt!["answer_headers"] as string) as readonly (readonly [
        string,
        string,
      ])[];
      expect(answered).toContainEqual(["x-a", "b"]);
      expect(answered.filter(([, value]) => value === "[masked]").map(([name]) => name)).toEqual([
        "X-acpt",
        "Set-Cookie",
        "Set-Cookie",
      ]);
      expect(attempt!["request_headers"]).toContain("JWT [masked]");
      expect(attempt!["request_headers"]).not.toContain("JWT e");
    });
  });

  describe("a refusal", () => {
    test("503 twice, then 204: one id, a fresh token each time, and the retry is counted", async () => {
      const addon = await receiver(
        (_request, response, count) => void response.writeHead(count < 3 ? 503 : 204).end(),
      );
      const b = await bench();
      await b.addAddon("one", addon.url);

      await b.post();
      await waitFor(async () => expect(await state(b)).toEqual([[2, null, 3]]));

      expect(new Set(addon.received.map((r) => r.headers["x-atlassian-webhook-identifier"])).size).toBe(1);
      expect(addon.received.map((r) => r.headers["x-atlassian-webhook-retry"])).toEqual([
        undefined,
        "1",
        "2",
      ]);
      expect((await b.attempts()).map((row) => row["status"])).toEqual([503, 503, 204]);
    });

    test.each([400, 401, 404, 302])(
      "%i is terminal: the delivery fails as rejected after one attempt",
      async (status) => {
        const addon = await receiver(answerStatus(status, { location: "http://127.0.0.1:1/" }));
        const b = await bench();
        await b.addAddon("one", addon.url);

        await b.post();
        await waitFor(async () => expect(await state(b)).toEqual([[3, "rejected", 1]]));
      },
    );

    test("a schedule that is used up fails the delivery as exhausted", async () => {
      const addon = await receiver(answerStatus(500));
      const b = await bench();
      await b.addAddon("one", addon.url);

      await b.post();
      await waitFor(async () => expect(await state(b)).toEqual([[3, "exhausted", 4]]));
    });

    test("410 ends the delivery as gone and switches the subscription off", async () => {
      const addon = await receiver(answerStatus(410));
      const b = await bench();
      await b.addAddon("one", addon.url);

      await b.post();
      await waitFor(async () => expect(await state(b)).toEqual([[3, "gone", 1]]));
      const [second] = await b.post();

      expect(second!.deliveries).toEqual([]);
    });
  });

  describe("many deliveries", () => {
    test("a thousand events to three add-ons all arrive once", async () => {
      const addons = [await receiver(), await receiver(), await receiver()];
      const b = await bench();
      for (const [index, addon] of addons.entries()) await b.addAddon(`addon-${index}`, addon.url);

      await Promise.all(Array.from({ length: 1_000 }, () => b.post()));
      await waitFor(() =>
        expect(addons.map(({ received }) => received.length)).toEqual([1_000, 1_000, 1_000]),
      );
      await waitFor(async () => {
        const [row] = await b.database.read.query(
          "SELECT COUNT(*) AS n FROM callboard_delivery WHERE state = 2",
        );
        expect(row!["n"]).toBe(3_000);
      });
    });

    test("a receiver that hangs holds no more than its own slots", async () => {
      const hanging = await receiver(() => undefined);
      const healthy = await receiver();
      const b = await bench({ concurrency: { primary: 3, secondary: 1 }, requestTimeoutMs: 60_000 });
      await b.addAddon("hanging", hanging.url);
      await b.addAddon("healthy", healthy.url);

      await Promise.all(Array.from({ length: 300 }, () => b.post()));
      await waitFor(() => expect(healthy.received).toHaveLength(300));

      expect(hanging.received.length).toBeLessThanOrEqual(3);
    });
  });

  test("a burst to hundreds of receivers that hang takes no place of those who answer", async () => {
    const hanging = await receiver(() => undefined);
    const healthy = await receiver();
    // With a clock that stands still, ahead of all that is due, no attempt ever gives its place back by its age.
    const frozen = Date.now() + 60_000;
    const b = await bench({ now: () => frozen, requestTimeoutMs: 60_000 });
    await b.addAddon("healthy", healthy.url);
    await b.post();
    await waitFor(() => expect(healthy.received).toHaveLength(1));
    for (let index = 0; index < 260; index += 1) await b.addAddon(`hanging-${index}`, hanging.url);

    await b.post();
    await b.post();

    await waitFor(() => expect(healthy.received).toHaveLength(3));
    await waitFor(() => expect(hanging.received).toHaveLength(256));
  });

  test("what waited here until its lease was as good as over is sent once, under a new one", async () => {
    const waiting: (() => void)[] = [];
    let hangs = false;
    const slow = await receiver((_request, response) => {
      if (hangs) waiting.push(() => response.end());
      else response.end();
    });
    let clock = Date.now() + 60_000;
    const b = await bench({ now: () => clock });
    await b.addAddon("slow", slow.url);
    // Twenty answers open all slots, and only who answers promptly has rows leased ahead.
    for (let index = 0; index < 20; index += 1) await b.post();
    await waitFor(() => expect(slow.received).toHaveLength(20));
    hangs = true;
    await Promise.all(Array.from({ length: 200 }, () => b.post()));
    await waitFor(() => expect(waiting).toHaveLength(20));

    clock += 9_000;
    hangs = false;
    for (const answer of waiting) answer();

    await waitFor(() => expect(slow.received).toHaveLength(220));
    expect(new Set(slow.received.map((r) => r.headers["x-atlassian-webhook-identifier"])).size).toBe(220);
    await waitFor(async () => expect((await state(b)).every(([settled]) => settled === 2)).toBe(true));
  });

  describe("what waited while no process ran", () => {
    test("is taken up at the start", async () => {
      const addon = await receiver();
      const b = await bench({ start: false });
      await b.addAddon("one", addon.url);
      await b.post();
      await b.post();

      await b.engine.start();

      await waitFor(() => expect(addon.received).toHaveLength(2));
    });

    test("is sent once each, although claims are read while others are settled", async () => {
      const addon = await receiver();
      const b = await bench({ start: false });
      await b.addAddon("one", addon.url);
      await Promise.all(Array.from({ length: 1_000 }, () => b.post()));

      await b.engine.start();
      await waitFor(async () => {
        const [row] = await b.database.read.query(
          "SELECT COUNT(*) AS n FROM callboard_delivery WHERE state = 2",
        );
        expect(row!["n"]).toBe(1_000);
      }, 20_000);

      expect(addon.received).toHaveLength(1_000);
      expect(new Set(addon.received.map((r) => r.headers["x-atlassian-webhook-identifier"])).size).toBe(
        1_000,
      );
    });
  });

  test("what a claim saw before its commit was heard of is sent once", async () => {
    const waiting: (() => void)[] = [];
    const addon = await receiver((_request, response) => void waiting.push(() => response.end()));
    const b = await bench();
    await b.addAddon("one", addon.url);
    let heard: readonly DueDelivery[] = [];
    const late = createAcceptor({
      catalogue: builtInCatalogue,
      checkBody: () => Promise.resolve({ kind: "fits" as const }),
      database: b.database,
      snapshots: b.snapshots,
      slots: createSlots(
        { ...b.engine, lease: () => undefined, committed: (deliveries) => (heard = deliveries) },
        b.backlog,
      ),
      now: Date.now,
      assertCapacity: () => undefined,
    });
    const payload = Buffer.from("{}");
    await late.accept([{ siteNo: b.siteNo, event: "jira:issue_created", payload }]);
    b.engine.wake(heard);
    await waitFor(() => expect(addon.received).toHaveLength(1));

    b.engine.committed(heard);
    await b.post();

    await waitFor(() => expect(addon.received).toHaveLength(2));
    for (const answer of waiting) answer();
    await waitFor(async () =>
      expect(await state(b)).toEqual([
        [2, null, 1],
        [2, null, 1],
      ]),
    );
    expect(addon.received).toHaveLength(2);
  });

  describe("the same id", () => {
    test("with the same contents is accepted once, with other contents refused", async () => {
      const addon = await receiver();
      const b = await bench();
      await b.addAddon("one", addon.url);

      const both = await Promise.all([b.post({ id: "evt-1" }), b.post({ id: "evt-1" })]);
      const again = await b.post({ id: "evt-1" });

      expect(both.map(([accepted]) => accepted!.duplicate)).toEqual([false, true]);
      expect(again[0]).toMatchObject({
        duplicate: true,
        id: both[0][0]!.id,
        deliveries: both[0][0]!.deliveries,
      });
      await expect(b.post({ id: "evt-1", payload: Buffer.from("{}") })).rejects.toMatchObject({
        code: "EVENT_CONFLICT",
      });
      expect(await b.deliveries()).toHaveLength(1);
    });
  });
});
