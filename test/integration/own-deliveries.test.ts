/** What an add-on asks about its own deliveries, with its own token: by hand, and with the toolkit. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAddon, createMemoryTenants } from "../../src/addon/index.ts";
import type { ReadEvent } from "../../src/addon/index.ts";
import { EVENT, startPortalStage } from "../support/portal-stage.ts";
import type { PortalStage } from "../support/portal-stage.ts";
import { waitFor } from "../support/wait-for.ts";

const PATH = "/rest/callboard/1";
let stage: PortalStage;
beforeAll(async () => {
  stage = await startPortalStage();
}, 120_000);
afterAll(() => stage.stop());

const publish = async (body: string): Promise<string> => {
  const path = `/api/v1/sites/jira/events`;
  const sent = await stage.host.call("POST", path, `{"event":"${EVENT}","payload":${body}}`, {
    "content-type": "application/json",
  });
  return sent.body.id as string;
};

describe("the deliveries of an add-on", () => {
  test("are its own, and can be filtered and paged", async () => {
    const { addon, own } = stage;
    const { status, body } = await addon.call("GET", `${PATH}/deliveries`);
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([own.deliveryOfAddon]);
    expect((await addon.call("GET", `${PATH}/deliveries?state=failed`)).body.items).toEqual([]);
    expect((await addon.call("GET", `${PATH}/deliveries?state=lost`)).body).toMatchObject({
      code: "QUERY_INVALID",
    });
  });

  test("are sent again when it asks for it", async () => {
    const { addon, own } = stage;
    const before = addon.webhooks.length;
    const reply = await addon.call("POST", `${PATH}/deliveries/${own.deliveryOfAddon}/redeliver`);
    expect(reply).toMatchObject({ status: 202, body: { id: own.deliveryOfAddon, redeliveries: 1 } });
    await waitFor(() => expect(addon.webhooks.length).toBe(before + 1));
    const { body } = await stage.host.call("GET", "/api/v1/audit?limit=5");
    expect(body.items[0]).toMatchObject({ action: "delivery.redelivered", actor: "addon:vendor.own" });
  });

  test("of others are not found, and need a token for just this path", async () => {
    const { addon, others, elsewhere, own } = stage;
    for (const id of [
      others.deliveryOfAddon,
      others.deliveryOfWebhook,
      own.deliveryOfWebhook,
      elsewhere.deliveryOfAddon,
    ]) {
      const reply = await addon.call("POST", `${PATH}/deliveries/${id}/redeliver`);
      expect(reply).toMatchObject({ status: 404, body: { code: "DELIVERY_NOT_FOUND" } });
    }
    const path = `${PATH}/deliveries`;
    expect((await addon.call("GET", path, undefined, { signedPath: `${PATH}/events` })).status).toBe(401);
    expect((await addon.call("GET", path, undefined, { site: "harbor" })).status).toBe(401);
    expect((await stage.host.call("GET", `/jira${path}`)).status).toBe(401);
  });
});

describe("the events of an add-on", () => {
  test("come with their bodies as they were given, and a cursor to go on with", async () => {
    const { addon, event, own } = stage;
    const first = await addon.call("GET", `${PATH}/events`);
    expect(first.body).toMatchObject({ hasMore: false });
    expect(first.body.items).toMatchObject([
      { id: event, event: EVENT, deliveries: [own.deliveryOfAddon], test: false, bodyDeleted: false },
    ]);
    const { next } = first.body as { next: string };
    const id = await publish('{"issue":{"id":"2","key":"DEMO-2"},"exact":12345678901234567890.10}');
    const second = await addon.call("GET", `${PATH}/events?after=${next}&limit=10`);
    expect(second.body.items).toMatchObject([{ id, event: EVENT }]);
    expect(second.text).toContain('"exact":12345678901234567890.10');
    const third = await addon.call("GET", `${PATH}/events?after=${second.body.next as string}`);
    expect(third.body).toEqual({ items: [], next: second.body.next as string, hasMore: false });
  });

  test("are refused for a cursor of nobody, and a limit that is none", async () => {
    for (const query of ["after=9999", "after=x", "limit=0", "limit=501", "before=1"]) {
      const reply = await stage.addon.call("GET", `${PATH}/events?${query}`);
      expect([query, reply.status, reply.body.code]).toEqual([query, 400, "QUERY_INVALID"]);
    }
  });
});

describe("the toolkit", () => {
  async function openToolkit() {
    const { addon, host } = stage;
    const site = await host.call("GET", "/api/v1/sites/jira");
    const clientKey = site.body.clientKey as string;
    const tenant = {
      clientKey,
      baseUrl: addon.siteUrl,
      productType: "jira",
      state: "enabled",
      sharedSecret: addon.secret,
      lifecycleIat: 0,
      lifecycleTokens: [],
    } as const;
    const descriptor = {
      key: addon.key,
      name: "Own",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
      modules: { webhooks: [{ event: EVENT, url: "/hook" }] },
    } as const;
    const toolkit = createAddon({
      descriptor,
      baseUrl: addon.baseUrl,
      tenants: createMemoryTenants([tenant]),
    });
    return { toolkit, clientKey };
  }

  test("lists deliveries and has one sent again", async () => {
    const { toolkit, clientKey } = await openToolkit();
    const { items } = await toolkit.listDeliveries(clientKey, { event: EVENT, limit: 10 });
    expect(items.map(({ id }) => id)).toContain(stage.own.deliveryOfAddon);
    expect(await toolkit.redeliver(clientKey, stage.own.deliveryOfAddon)).toMatchObject({
      id: stage.own.deliveryOfAddon,
    });
    await expect(toolkit.redeliver(clientKey, stage.others.deliveryOfAddon)).rejects.toMatchObject({
      code: "DELIVERY_NOT_FOUND",
    });
  });

  test("reads events one after the other, waits for further ones, and ends with the signal", async () => {
    const { toolkit, clientKey } = await openToolkit();
    const ending = new AbortController();
    const read: ReadEvent[] = [];
    const reading = (async () => {
      const options = { signal: ending.signal, pollMs: 20 };
      for await (const event of toolkit.readEvents(clientKey, options)) read.push(event);
    })();
    await waitFor(() => expect(read[0]?.id).toBe(stage.event));
    const id = await publish('{"issue":{"id":"3","key":"DEMO-3"}}');
    await waitFor(() => expect(read.at(-1)).toMatchObject({ id, body: { issue: { key: "DEMO-3" } } }));
    ending.abort();
    await reading;
    expect(new Set(read.map((event) => event.id)).size).toBe(read.length);

    const after = read[0]!.cursor;
    for await (const event of toolkit.readEvents(clientKey, { after })) {
      expect(event.id).toBe(read[1]!.id);
      break;
    }
  });

  test("throws the code of the host", async () => {
    const { toolkit, clientKey } = await openToolkit();
    const reading = toolkit.readEvents(clientKey, { after: "9999" });
    await expect(reading.next()).rejects.toMatchObject({ code: "QUERY_INVALID" });
  });
});
