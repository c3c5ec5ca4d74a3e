/** Each operational event by what really causes it, as outgoing webhooks and add-ons of a running host receive it. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { ALL_OPERATIONAL, expectAsInCatalogue, toldIn } from "../support/operational.ts";
import type { Told } from "../support/operational.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const QUEUE_LIMIT = 3;

let host: TestHost;
let addon: SampleAddon;
/** An outgoing webhook on jira that names every operational event. */
let watcher: Receiver;
/** The same on Callboard's own site. */
let everywhere: Receiver;
/** Gets "all events" of jira. */
let wild: Receiver;

beforeAll(async () => {
  host = await startTestHost({
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    CALLBOARD_MASTER_KEY_NEXT: randomBytes(32).toString("hex"),
    CALLBOARD_QUEUE_LIMIT: String(QUEUE_LIMIT),
    CALLBOARD_RETRY_SCHEDULE: "1h",
  });
  addon = await startSampleAddon({
    findPublicKey: async (kid) => (await host.call("GET", `/keys/${kid}`)).text,
  });
  [watcher, everywhere, wild] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  await addWebhook("jira", watcher, ALL_OPERATIONAL);
  await addWebhook("callboard", everywhere, ALL_OPERATIONAL);
  await addWebhook("jira", wild, undefined);
});
afterAll(async () => {
  await Promise.all([addon.close(), watcher.close(), everywhere.close(), wild.close()]);
  await host.stop();
});

async function addWebhook(
  site: string,
  { url }: Receiver,
  events: readonly string[] | undefined,
  more: object = {},
): Promise<string> {
  const values = {
    name: `to ${url}`,
    url: `${url}/hook`,
    ...(events === undefined ? {} : { events }),
    ...more,
  };
  const made = await host.call("POST", `/api/v1/sites/${site}/webhooks`, values);
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}
const install = (site = "jira", descriptorUrl = addon.descriptorUrl) =>
  host.call("POST", `/api/v1/sites/${site}/addons`, { descriptorUrl });
const uninstall = () => host.call("DELETE", `/api/v1/sites/jira/addons/${KEY}`);
const send = (event = "jira:issue_created") =>
  host.call("POST", "/api/v1/sites/jira/events", { event, payload: {} });

/** What `at` has received of these event types since `since`. */
const of = ({ received }: Receiver, ...events: readonly string[]) =>
  toldIn(received).filter(({ event }) => events.includes(event));

/** The next such event for each of two watchers: the same, as the catalogue describes it. */
async function next(event: string, work: () => Promise<unknown>): Promise<Told> {
  const before = [of(watcher, event).length, of(everywhere, event).length];
  await work();
  const after = await waitFor(() => {
    const found = [of(watcher, event).slice(before[0]), of(everywhere, event).slice(before[1])];
    expect(found.map(({ length }) => length)).toEqual([1, 1]);
    return found.map(([first]) => first);
  }, 15_000);
  expect(after[0]).toEqual(after[1]);
  expectAsInCatalogue(after[0]!);
  return after[0]!;
}
/** One that concerns the server: on Callboard's own site alone. */
async function nextOfServer(event: string, work: () => Promise<unknown>, timeoutMs = 15_000): Promise<Told> {
  const before = of(everywhere, event).length;
  await work();
  const [told] = await waitFor(() => {
    const found = of(everywhere, event).slice(before);
    expect(found).toHaveLength(1);
    return found;
  }, timeoutMs);
  expectAsInCatalogue(told!);
  expect(told!.site).toBe("callboard");
  expect(of(watcher, event)).not.toContainEqual(told);
  return told!;
}
/** Long enough for what is looked at every five seconds. */
const lookTwice = () => new Promise((resolve) => setTimeout(resolve, 6_500));

const ABOUT_BELL = { kind: "addon", name: "Bell", key: KEY };
const toPageUrl = (path: string) => `${host.url}${path}`;

test("addon.installed: an install, an upgrade and a re-install, each with who did it and its page", async () => {
  for (const [kind, work] of [
    ["install", () => install()],
    ["upgrade", () => host.call("POST", `/api/v1/sites/jira/addons/${KEY}/upgrade`)],
    [
      "reinstall",
      async () => {
        await uninstall();
        await install();
      },
    ],
  ] as const) {
    expect(await next("addon.installed", work)).toMatchObject({
      site: "jira",
      receiver: ABOUT_BELL,
      state: "enabled",
      kind,
      by: "token:first",
      link: toPageUrl(`/admin/addons/jira/${KEY}`),
    });
  }
}, 30_000);

test("addon.uninstalled", async () => {
  expect(await next("addon.uninstalled", uninstall)).toMatchObject({
    site: "jira",
    receiver: ABOUT_BELL,
    state: "uninstalled",
    by: "token:first",
    link: toPageUrl("/admin/addons"),
  });
});

test("addon.install-failed: by the API, over UPM, for a descriptor that is none, and where the add-on says 401", async () => {
  const refused = "http://127.0.0.1:4/descriptor.json?secret=x";
  expect(await next("addon.install-failed", () => install("jira", refused))).toMatchObject({
    site: "jira",
    state: "refused",
    code: "DESCRIPTOR_FETCH",
    url: "http://127.0.0.1:4/descriptor.json?…",
    detail: expect.any(String) as string,
    by: "token:first",
    link: toPageUrl("/admin/addons"),
  });

  const overUpm = await next("addon.install-failed", async () => {
    const plugins = "/jira/rest/plugins/1.0/";
    const token = encodeURIComponent((await host.call("GET", plugins)).headers.get("upm-token") ?? "");
    await host.call(
      "POST",
      `${plugins}?token=${token}`,
      { pluginUri: refused },
      { "content-type": "application/vnd.atl.plugins.remote.install+json" },
    );
  });
  expect(overUpm).toMatchObject({ code: "DESCRIPTOR_FETCH", by: expect.any(String) as string });

  addon.describe({ lifecycle: 7 });
  const invalid = await next("addon.install-failed", () => install());
  expect(invalid).toMatchObject({ code: "DESCRIPTOR_SCHEMA", url: addon.descriptorUrl });
  addon.describe({});

  addon.answer("installed", 401);
  const unauthorized = await next("addon.install-failed", () => install());
  expect(unauthorized).toMatchObject({
    code: "LIFECYCLE_INSTALLED",
    receiver: { kind: "addon", key: KEY },
    detail: expect.stringContaining("401") as string,
  });
  addon.answer("installed", 204);
}, 30_000);

test("key.rotated: a signing key and the master key on Callboard's own site", async () => {
  const signing = await nextOfServer("key.rotated", () => host.call("POST", "/api/v1/keys/rotate"));
  expect(signing).toMatchObject({
    key: "signing-key",
    by: "token:first",
    link: toPageUrl("/admin/settings/keys"),
  });
  const master = await nextOfServer("key.rotated", async () => {
    for (let remaining = 1; remaining > 0;)
      remaining = (await host.call("POST", "/api/v1/master-key/rekey")).body.remaining as number;
    // Once more changes nothing, and tells nothing.
    await host.call("POST", "/api/v1/master-key/rekey");
  });
  expect(master).toMatchObject({ key: "master-key", by: "token:first" });
}, 30_000);

test("key.rotated: the secret of an add-on and of a webhook, not told to the webhook itself", async () => {
  await install();
  const ofAddon = await next("key.rotated", () =>
    host.call("POST", `/api/v1/sites/jira/addons/${KEY}/rotate-secret`),
  );
  expect(ofAddon).toMatchObject({ key: "addon-secret", site: "jira", receiver: ABOUT_BELL });
  await uninstall();

  const own = await startReceiver();
  const id = await addWebhook("jira", own, ALL_OPERATIONAL, { generateSecret: true });
  const ofWebhook = await next("key.rotated", () =>
    host.call("POST", `/api/v1/sites/jira/webhooks/${id}/rotate-secret`, {}),
  );
  expect(ofWebhook).toMatchObject({
    key: "webhook-secret",
    receiver: { kind: "webhook", id, name: `to ${own.url}` },
    link: toPageUrl(`/admin/webhooks/jira/${id.replace(/^.*_/, "")}`),
  });
  expect((await host.call("GET", new URL(ofWebhook.link).pathname, undefined)).status).not.toBe(404);
  expect(own.received).toEqual([]);
  await host.call("DELETE", `/api/v1/sites/jira/webhooks/${id}`);
  await own.close();
}, 30_000);

test("subscription.gone, and delivery.failed with the page of the delivery", async () => {
  const gone = await startWebhookReceiver(answerStatus(410));
  const told = await next("subscription.gone", () => send());
  expect(told).toMatchObject({
    site: "jira",
    state: "inactive",
    subscribedTo: "jira:issue_created",
    receiver: { kind: "webhook", id: gone.id, origin: gone.url },
  });
  await gone.remove();

  const rejecting = await startWebhookReceiver(answerStatus(404));
  const failed = await next("delivery.failed", () => send());
  expect(failed).toMatchObject({
    state: "failed",
    count: 1,
    reason: "rejected",
    receiver: { kind: "webhook", id: rejecting.id, origin: rejecting.url },
    link: toPageUrl(`/admin/deliveries/${String(failed["delivery"])}`),
  });
  const delivery = await host.call("GET", `/api/v1/deliveries/${String(failed["delivery"])}`);
  expect(delivery.body).toMatchObject({ state: "failed", webhookId: rejecting.id });
  await rejecting.remove();
}, 30_000);

test("endpoint.failing after five attempts in a row; queue.high, and again only after the queue was lower", async () => {
  const failing = await startWebhookReceiver(answerStatus(503));
  const stage = next("endpoint.failing", async () => {
    for (let each = 0; each < 5; each += 1) await send();
  });
  expect(await stage).toMatchObject({
    state: "failing",
    stage: "5-attempts",
    receiver: { kind: "webhook", id: failing.id, origin: failing.url },
  });

  const high = () => of(everywhere, "queue.high");
  await waitFor(() => expect(high()).toHaveLength(1), 15_000);
  expect(high()[0]).toMatchObject({ site: "callboard", state: "high", waiting: 3, limit: QUEUE_LIMIT });
  expectAsInCatalogue(high()[0]!);
  await lookTwice();
  expect(high()).toHaveLength(1);

  const cancelled = await host.call("POST", "/api/v1/cancellations", { filter: { site: "jira" } });
  expect(cancelled.body, cancelled.text).toMatchObject({ count: 5 });
  await lookTwice();
  for (let each = 0; each < QUEUE_LIMIT; each += 1) await send();
  await waitFor(() => expect(high()).toHaveLength(2), 15_000);
  await failing.remove();
}, 60_000);

test("nothing of it went to whoever asked for all events", () => {
  expect(wild.received.length).toBeGreaterThan(0);
  expect(toldIn(wild.received)).toEqual([]);
});

async function startWebhookReceiver(answer: Answer) {
  const started = await startReceiver(answer);
  const id = await addWebhook("jira", started, ["jira:issue_created"]);
  return {
    id,
    url: started.url,
    remove: async () => {
      started.answer = answer204;
      await host.call("DELETE", `/api/v1/sites/jira/webhooks/${id}`);
      await started.close();
    },
  };
}
