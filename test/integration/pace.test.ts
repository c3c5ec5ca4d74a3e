/** Pace of receivers, terms of events and the receiver's own word, as publishers, receivers and administrators see them. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { createNotingLogger } from "../support/noting-logger.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const WEBHOOKS = "/api/v1/sites/jira/webhooks";
const EVENTS = "/api/v1/sites/jira/events";

describe.each(inject("databases"))("on %s", (database) => {
  let host: TestHost;
  const open: (() => Promise<unknown>)[] = [];
  const { logger, named } = createNotingLogger();

  beforeAll(async () => {
    const env = database === "PostgreSQL" ? environmentOfSeveral(await newPostgresUrl()) : {};
    host = await startTestHost(env, logger);
  });
  afterAll(() => host.stop());
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  interface Hooked {
    readonly id: string;
    readonly receiver: Receiver;
  }

  async function hook(answer: Answer, values: object = {}): Promise<Hooked> {
    const receiver = await startReceiver(answer);
    const body = { name: "Hook", url: receiver.url, events: ["jira:issue_created"], ...values };
    const created = await host.call("POST", WEBHOOKS, body);
    expect(created.status).toBe(201);
    const id = created.body.id as string;
    open.push(receiver.close, () => host.call("DELETE", `${WEBHOOKS}/${id}`));
    return { id, receiver };
  }

  async function publish(fields: object = {}): Promise<string> {
    const accepted = await host.call("POST", EVENTS, { event: "jira:issue_created", payload: {}, ...fields });
    expect(accepted.status).toBe(202);
    return accepted.body.deliveries[0].id as string;
  }
  const show = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;
  const ended = (id: string, expected: object) =>
    waitFor(async () => expect(await show(id)).toMatchObject(expected), 10_000);

  describe("pace of an outgoing webhook", () => {
    test("slots are the most requests in flight, both lanes together", async () => {
      let inFlight = 0;
      let most = 0;
      const { receiver } = await hook(
        (_request, response) => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          setTimeout(() => {
            inFlight -= 1;
            response.writeHead(204).end();
          }, 20);
        },
        { pace: { slots: 2 } },
      );
      for (let left = 20; left > 0; left -= 1) await publish(left % 2 === 0 ? { flow: "secondary" } : {});
      await waitFor(() => expect(receiver.received).toHaveLength(20), 10_000);
      expect(most).toBe(2);
    });

    test("a timeout that is shorter than the server's ends the request, and delays of its own follow", async () => {
      const { receiver } = await hook(() => undefined, { pace: { timeoutMs: 150, retryDelaysMs: [100] } });
      const id = await publish();
      await ended(id, { state: "failed", reason: "exhausted", lastOutcome: "unreachable:timeout" });
      const { attempts } = await show(id);
      expect(receiver.received).toHaveLength(2);
      expect(attempts[0].detail).toBe("No response within 150 ms");
    });

    test("no delays are a single attempt", async () => {
      await hook(answerStatus(503), { pace: { retryDelaysMs: [] } });
      await ended(await publish(), { state: "failed", reason: "exhausted", attempts: { length: 1 } });
    });

    test("what waits for an open circuit says so", async () => {
      // Five attempts without a response open it for 5 s.
      await hook((_request, response) => response.destroy(), { pace: { retryDelaysMs: [] } });
      for (let left = 5; left > 0; left -= 1) await ended(await publish(), { state: "failed" });
      const id = await publish();
      await waitFor(async () =>
        expect(await show(id)).toMatchObject({
          state: "waiting",
          waitingFor: "circuit",
          waitingMeaning: "Waiting for the circuit of the endpoint, which is open.",
        }),
      );
    });

    test("what waits for the rate says so, spends no attempt, and goes on when the rate is taken away", async () => {
      const pace = { rate: { count: 1, per: "minute" } };
      const { id, receiver } = await hook(answer204, { pace });
      const deliveries: string[] = [];
      for (let left = 3; left > 0; left -= 1) deliveries.push(await publish());
      await waitFor(() => expect(receiver.received).toHaveLength(1));
      const waiting = await waitFor(async () => {
        const all = await Promise.all(deliveries.map(show));
        const found = all.filter(({ state }) => state === "waiting");
        expect(found).toHaveLength(2);
        return found;
      });
      for (const { attempts, waitingFor } of waiting)
        expect([attempts.length, waitingFor]).toEqual([0, "rate"]);
      const pages = await logIn(host);
      const text = await (await pages.get(`/admin/deliveries/${waiting[0].id}`)).text();
      expect(text).toContain("Waiting for the rate of the endpoint, 1 per minute.");

      const { name, url, events } = (await host.call("GET", `${WEBHOOKS}/${id}`)).body;
      expect((await host.call("PUT", `${WEBHOOKS}/${id}`, { name, url, events })).body.pace).toBeNull();
      await waitFor(() => expect(receiver.received).toHaveLength(3), 10_000);
    });

    test("a slow rate is kept to the second, though nothing waits in memory in between", async () => {
      const times: number[] = [];
      await hook(
        (request, response, count) => {
          times.push(performance.now());
          answer204(request, response, count);
        },
        { pace: { rate: { count: 20, per: "minute" } } },
      );
      for (let left = 3; left > 0; left -= 1) await publish();
      await waitFor(() => expect(times).toHaveLength(3), 15_000);
      const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect(Math.min(...pauses)).toBeGreaterThan(2_500);
      expect(Math.max(...pauses)).toBeLessThan(4_500);
    });

    test("the form keeps a pace, and refuses one at its field", async () => {
      const { id } = await hook(answer204, { retryProfile: "standard" });
      const pages = await logIn(host);
      const path = `/admin/webhooks/jira/${id.split("_")[2]}`;
      const fields = {
        csrf: pages.csrf,
        name: "Hook",
        url: "https://hooks.example.com/",
        event: "jira:issue_created",
        active: "on",
        secretChoice: "none",
        signature: "hub",
        format: "jira",
        do: "save",
      };
      const refused = await pages.post(path, { ...fields, slots: "0" });
      expect([refused.status, (await refused.text()).includes(`id="slots-error"`)]).toEqual([422, true]);
      const saved = await pages.post(path, {
        ...fields,
        rateCount: "5",
        ratePer: "second",
        retryProfile: "standard",
      });
      expect(saved.status).toBe(303);
      expect((await host.call("GET", `${WEBHOOKS}/${id}`)).body).toMatchObject({
        retryProfile: "standard",
        pace: { rate: { count: 5, per: "second" }, slots: null },
      });
    });

    test.each([
      [{ pace: { slots: 0, timeoutMs: 1 } }, ["/pace/slots", "/pace/timeoutMs"]],
      [{ pace: { retryProfile: "jira" } }, ["/pace/retryProfile"]],
      [{ pace: { retryDelaysMs: [1_000] }, retryProfile: "jira" }, ["/pace/retryDelaysMs"]],
    ])("%j is refused at its place", async (values, pointers) => {
      const refused = await host.call("POST", WEBHOOKS, {
        name: "No",
        url: "https://hooks.example.com/",
        ...values,
      });
      expect([refused.status, refused.body.code]).toEqual([422, "PACE"]);
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
    });
  });

  describe("terms of an event", () => {
    test("retry: false attempts once", async () => {
      await hook(answerStatus(503));
      await ended(await publish({ retry: false }), { state: "failed", reason: "not-retried" });
    });

    test("expiresAt ends what would be retried too late, and what has not been sent by then", async () => {
      const { receiver } = await hook(answerStatus(503), { retryProfile: "standard" });
      const soon = new Date(Date.now() + 3_000).toISOString();
      await ended(await publish({ expiresAt: soon }), { state: "failed", reason: "expired" });
      expect(receiver.received).toHaveLength(1);
      const id = await publish({ expiresAt: new Date(Date.now() - 1_000).toISOString() });
      await ended(id, { state: "failed", reason: "expired" });
      expect(receiver.received).toHaveLength(1);

      receiver.answer = answer204;
      expect((await host.call("POST", `/api/v1/deliveries/${id}/redeliver`)).status).toBe(202);
      await ended(id, { state: "delivered" });
    });

    test("deliverAfter plans the first attempt, and nothing is sent earlier", async () => {
      const { receiver } = await hook(answer204);
      const startedAt = Date.now();
      const id = await publish({ deliverAfter: "1500ms" });
      const delivery = await show(id);
      expect(delivery).toMatchObject({ state: "waiting", waitingFor: "time" });
      expect(Date.parse(delivery.nextAttemptAt)).toBeGreaterThanOrEqual(startedAt + 1_400);
      const next = await publish();
      await ended(next, { state: "delivered" });
      expect((await show(id)).state).toBe("waiting");
      await ended(id, { state: "delivered" });
      expect(receiver.received).toHaveLength(2);
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_450);
    });

    test("a far time is not taken for one that a clock set back left behind", async () => {
      const { id: webhook } = await hook(answer204);
      const id = await publish({ deliverAfter: "1h" });
      // What is due next in its lane is looked up after each of these.
      for (let left = 2; left > 0; left -= 1) await ended(await publish(), { state: "delivered" });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const delivery = await show(id);
      expect(delivery).toMatchObject({ state: "waiting", waitingFor: "time", attempts: [] });
      expect(Date.parse(delivery.nextAttemptAt)).toBeGreaterThan(Date.now() + 3_500_000);

      // Whatever makes what waits for a receiver due: the plan is kept.
      const { name, url, events } = (await host.call("GET", `${WEBHOOKS}/${webhook}`)).body;
      await host.call("PUT", `${WEBHOOKS}/${webhook}`, { name, url, events, active: false });
      await host.call("PUT", `${WEBHOOKS}/${webhook}`, { name, url, events, active: true });
      await waitFor(async () =>
        expect(Date.parse((await show(id)).nextAttemptAt)).toBeGreaterThan(Date.now() + 3_500_000),
      );
      expect((await show(id)).attempts).toEqual([]);
      expect(named("delivery.due-too-far")).toEqual([]);
    });

    test("an ID stands for the same terms", async () => {
      await hook(answer204);
      const id = `same-${database}`;
      await publish({ id, retry: false });
      const event = { event: "jira:issue_created", payload: {}, id };
      expect((await host.call("POST", EVENTS, { ...event, retry: false })).body.duplicate).toBe(true);
      expect((await host.call("POST", EVENTS, event)).body.code).toBe("EVENT_CONFLICT");
    });

    test("every mistake is told at its field", async () => {
      const refused = await host.call("POST", EVENTS, {
        event: "jira:issue_created",
        payload: {},
        expiresAt: "tomorrow",
        retry: 1,
        deliverAfter: "8d",
      });
      expect(refused.body.code).toBe("EVENT_SCHEMA");
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        "/expiresAt",
        "/retry",
        "/deliverAfter",
      ]);
      const far = new Date(Date.now() + 8 * 86_400_000).toISOString();
      const tooFar = await host.call("POST", EVENTS, {
        event: "jira:issue_created",
        payload: {},
        deliverAfter: far,
      });
      expect(tooFar.body).toMatchObject({ code: "EVENT_SCHEMA", errors: [{ pointer: "/deliverAfter" }] });
    });
  });

  describe("the receiver's own word", () => {
    test("abort-message ends the delivery without a retry", async () => {
      await hook(answerStatus(503, { "webhook-delivery": "abort-message" }));
      await ended(await publish(), { state: "failed", reason: "aborted", attempts: { length: 1 } });
    });

    test.each([
      [204, { state: "delivered" }],
      [503, { state: "failed", reason: "gone" }],
    ])("disable with %d makes the webhook inactive until it is resumed", async (status, end) => {
      const { id, receiver } = await hook(answerStatus(status, { "Webhook-Delivery": "disable" }));
      await ended(await publish(), end);
      const webhook = (await host.call("GET", `${WEBHOOKS}/${id}`)).body;
      expect(webhook).toMatchObject({
        active: false,
        inactiveBecause: expect.stringContaining("webhook-delivery: disable") as string,
      });
      expect(webhook.goneSince).not.toBeNull();
      const audit = (await host.call("GET", "/api/v1/audit")).body.items as { action: string }[];
      expect(audit[0]?.action).toBe("subscription.gone");
      const page = await (
        await (await logIn(host)).get(`/admin/webhooks/jira/${id.split("_").at(-1)}`)
      ).text();
      expect(page).toContain("responded 410 Gone or <code>webhook-delivery: disable</code>");

      receiver.answer = answer204;
      expect((await host.call("POST", `${WEBHOOKS}/${id}/resume`)).body.subscriptions).toBe(1);
      await ended(await publish(), { state: "delivered" });
    });
  });
});
