/** The API of listeners: who may use one, what waits for it, and what ends it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "../../src/cli/listen/follow.ts";
import type { HandedOver, ListenerMessage } from "../../src/host/model/listener.ts";
import { createTestHost } from "../../src/testing/index.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const LISTENERS = "/api/v1/sites/jira/listeners";
const FORWARD = { forwardTo: "http://localhost:3000" };
const KEY = "org.example.bell";

interface OpenStream {
  readonly messages: readonly ListenerMessage[];
  readonly cursor: () => string | undefined;
  readonly deliveries: () => readonly HandedOver[];
  readonly isOpen: () => boolean;
  readonly cut: () => void;
}

const streams: OpenStream[] = [];
afterEach(async () => {
  for (const { cut } of streams.splice(0)) cut();
  const { items } = (await host.call("GET", LISTENERS)).body;
  for (const { id } of items) await host.call("DELETE", `${LISTENERS}/${id}`);
});

/** Resolves when the listener is connected. */
async function openStream(id: string, after = "", { url, token } = host): Promise<OpenStream> {
  const cutting = new AbortController();
  const query = after === "" ? "" : `?after=${after}`;
  const response = await fetch(`${url}${LISTENERS}/${id}/stream${query}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: cutting.signal,
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "text/event-stream; charset=utf-8",
  ]);
  const messages: ListenerMessage[] = [];
  let cursor: string | undefined;
  let isOpen = true;
  void (async () => {
    try {
      for await (const event of readEvents(response.body ?? new ReadableStream())) {
        cursor = event.id ?? cursor;
        messages.push(event.message);
      }
    } catch {
      // It was cut.
    }
    isOpen = false;
  })();
  const stream = {
    messages,
    cursor: () => cursor,
    deliveries: () => messages.flatMap((message) => (message.kind === "delivery" ? [message] : [])),
    isOpen: () => isOpen,
    cut: () => cutting.abort(),
  };
  streams.push(stream);
  await waitFor(() => expect(messages).toContainEqual({ kind: "ready" }));
  return stream;
}

const create = async (wish: object = FORWARD, headers = {}): Promise<string> => {
  const { status, body } = await host.call("POST", LISTENERS, wish, headers);
  expect([status, body.code]).toEqual([201, undefined]);
  return body.id as string;
};

const publish = async (key: string): Promise<string> => {
  const event = { event: "jira:issue_created", payload: { issue: { key } } };
  return (await host.call("POST", "/api/v1/sites/jira/events", event)).body.deliveries[0].id as string;
};

const respond = (id: string, responses: readonly object[]) =>
  host.call("POST", `${LISTENERS}/${id}/responses`, { responses });
const accept = ({ deliveryId, attempt }: Pick<HandedOver, "deliveryId" | "attempt">, status = 200) => ({
  deliveryId,
  attempt,
  durationMs: 3,
  response: { status, headers: [], body: "" },
});
const showDelivery = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;
const createToken = async (wish: object = {}) =>
  (await host.call("POST", "/api/v1/tokens", { name: "another", scopes: ["admin"], ...wish })).body;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("a delivery", () => {
  test("waits without an attempt until a listener is connected, and is handed over then", async () => {
    const id = await create();
    const delivery = await publish("DEMO-1");
    expect(await showDelivery(delivery)).toMatchObject({ state: "waiting", attempts: [] });
    const stream = await openStream(id);
    await waitFor(() => expect(stream.deliveries()).toHaveLength(1), 1_000);
    const [handed] = stream.deliveries();
    if (handed === undefined) throw new Error("nothing was handed over");
    expect(handed).toMatchObject({ deliveryId: delivery, attempt: 1, path: "", event: "jira:issue_created" });
    expect(JSON.parse(Buffer.from(handed.body, "base64").toString())).toMatchObject({
      issue: { key: "DEMO-1" },
    });
    expect((await respond(id, [accept(handed)])).status).toBe(204);
    await waitFor(async () => expect((await showDelivery(delivery)).state).toBe("delivered"));
  });

  test("that was received is not sent again to a connection with its cursor, and is to one without", async () => {
    const id = await create();
    const first = await openStream(id);
    const delivery = await publish("DEMO-2");
    await waitFor(() => expect(first.deliveries()).toHaveLength(1));
    first.cut();
    const second = await openStream(id, first.cursor());
    const third = await openStream(id);
    await waitFor(() => expect(third.deliveries()).toMatchObject([{ deliveryId: delivery, attempt: 1 }]));
    expect(second.deliveries()).toEqual([]);
    // A new connection ends the one before.
    await waitFor(() => expect(second.isOpen()).toBe(false));
    await respond(id, [accept({ deliveryId: delivery, attempt: 1 })]);
    await waitFor(async () => expect((await showDelivery(delivery)).state).toBe("delivered"));
  });

  test("has the first of its responses; others, late and unknown ones are passed over", async () => {
    const id = await create();
    const stream = await openStream(id);
    const delivery = await publish("DEMO-3");
    await waitFor(() => expect(stream.deliveries()).toHaveLength(1));
    const told = { deliveryId: delivery, attempt: 1 };
    const unknown = { deliveryId: `dlv_1_${"0".repeat(32)}`, attempt: 1 };
    const { status } = await respond(id, [accept(unknown), accept(told, 404), accept(told, 200)]);
    expect(status).toBe(204);
    await waitFor(async () => expect((await showDelivery(delivery)).state).toBe("failed"));
    expect((await respond(id, [accept(told, 200)])).status).toBe(204);
    const { attempts, reason } = await showDelivery(delivery);
    expect([attempts.length, attempts[0].response.status, reason]).toEqual([1, 404, "rejected"]);
  });
});

describe("a listener", () => {
  test("is for the token that made it: another one gets 404, and can end it", async () => {
    const id = await create();
    const { token } = await createToken();
    for (const [method, path, body] of [
      ["GET", "stream", undefined],
      ["POST", "responses", { responses: [] }],
    ] as const) {
      const reply = await host.call(method, `${LISTENERS}/${id}/${path}`, body, bearer(token));
      expect([reply.status, reply.body.code]).toEqual([404, "LISTENER_NOT_FOUND"]);
    }
    expect((await host.call("GET", LISTENERS, undefined, bearer(token))).body.items).toMatchObject([{ id }]);
    expect((await host.call("DELETE", `${LISTENERS}/${id}`, undefined, bearer(token))).status).toBe(204);
  });

  test("of another site is not found", async () => {
    await host.call("POST", "/api/v1/sites", { key: "other", product: "jira", name: "Other" });
    const id = await create();
    const reply = await host.call("DELETE", `/api/v1/sites/other/listeners/${id}`);
    expect([reply.status, reply.body.code]).toEqual([404, "LISTENER_NOT_FOUND"]);
  });

  test("is one of five at most of a token", async () => {
    for (let number = 0; number < 5; number += 1) await create();
    const { status, body } = await host.call("POST", LISTENERS, FORWARD);
    expect([status, body.code]).toEqual([422, "LIMIT_REACHED"]);
  });

  test("ends with its token, and its temporary webhook with it", async () => {
    const made = await createToken();
    const id = await create(FORWARD, bearer(made.token));
    const stream = await openStream(id, "", { ...host, token: made.token });
    await host.call("DELETE", `/api/v1/tokens/${made.id}`);
    await waitFor(() => expect(stream.isOpen()).toBe(false));
    expect(stream.messages.at(-1)).toEqual({
      kind: "ended",
      reason: "The API token was revoked or has expired",
    });
    await waitFor(async () =>
      expect((await host.call("GET", "/api/v1/sites/jira/webhooks")).body.items).toEqual([]),
    );
  });

  test("ends with the add-on whose place it took, and is on the add-on's page until then", async () => {
    const addon = await startSampleAddon({
      findPublicKey: async (kid) => (await host.call("GET", `/keys/${kid}`)).text,
    });
    await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
    const id = await create({ ...FORWARD, addonKey: KEY });
    const stream = await openStream(id);
    const page = await (await (await logIn(host)).get(`/admin/addons/jira/${KEY}`)).text();
    expect(page).toContain("has listened in its place");
    expect(page).toContain(FORWARD.forwardTo);
    await host.call("DELETE", `/api/v1/sites/jira/addons/${KEY}`);
    await waitFor(() => expect(stream.isOpen()).toBe(false), 20_000);
    expect(stream.messages.at(-1)).toEqual({ kind: "ended", reason: "The add-on was uninstalled" });
    await addon.close();
  });
});

test("a listener that nothing is heard of for two minutes is ended, and the pages say before that it is away", async () => {
  const testHost = await createTestHost();
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${testHost.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${testHost.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { items: unknown[]; notSending: unknown };
  };
  await call("POST", LISTENERS, FORWARD);
  await testHost.fire("jira:issue_created");
  await testHost.advance("60s");
  expect(await call("GET", "/api/v1/status")).toMatchObject({ notSending: { reason: "listener-away" } });
  expect((await call("GET", LISTENERS)).items).toHaveLength(1);
  await testHost.advance("61s");
  await waitFor(async () => expect((await call("GET", LISTENERS)).items).toEqual([]));
  expect((await call("GET", "/api/v1/sites/jira/webhooks")).items).toEqual([]);
  await testHost.close();
});
