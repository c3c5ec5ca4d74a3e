/** The main job, told by a client that nobody here wrote: an unmodified atlassian-connect-express add-on. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { startText } from "../../src/cli/start-text.ts";
import { startCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { aceDescriptor, startAceAddon } from "./ace-addon.ts";
import type { AceAddon, AceOptions } from "./ace-addon.ts";

const WEBHOOKS = [
  { event: "jira:issue_created", url: "/hooks/created" },
  { event: "jira:issue_updated", url: "/hooks/variable?issue={issue.key}&project={project.key}" },
];

let host: TestHost;

beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const start = (options: Partial<AceOptions> = {}) =>
  startAceAddon({
    contextPath: "",
    hosts: [],
    keyServerUrl: `${host.url}/keys`,
    schemaUrl: `${host.url}/schema/%s-global-schema.json`,
    webhooks: WEBHOOKS,
    ...options,
  });
const install = async (addon: AceAddon) => {
  const reply = await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  expect([reply.status, reply.body.code]).toEqual([201, undefined]);
  return reply.body;
};
const fire = async (event: string, payload: object) => {
  const reply = await host.call("POST", "/api/v1/sites/jira/events", { event, payload });
  expect(reply.status).toBe(202);
  return reply.body.deliveries as { id: string }[];
};
const readDelivery = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;
const waitForWebhooks = (addon: AceAddon, count: number) =>
  waitFor(() => {
    const webhooks = addon.ofKind("webhook");
    expect(webhooks.length).toBeGreaterThanOrEqual(count);
    return webhooks;
  });

describe.each(["", "/context/path"])("an add-on mounted at %j", (contextPath) => {
  let addon: AceAddon;
  beforeAll(async () => {
    addon = await start({ contextPath });
  });
  afterAll(() => addon.stop());

  test("accepts the signed installed callback, and enabled with the secret that it brought", async () => {
    const installed = await install(addon);

    expect(installed.state).toBe("enabled");
    expect(addon.ofKind("installed")).toMatchObject([{ productType: "jira" }]);
    expect(addon.ofKind("enabled")).toHaveLength(1);
  });

  test("accepts a webhook, its body intact", async () => {
    addon.records.length = 0;
    const payload = {
      issue: { key: "DEMO-7", fields: { summary: 'Grüße – 日本語 \u{1f3ad} "quoted" \\ \u0007' } },
    };
    const [delivery] = await fire("jira:issue_created", payload);

    const [webhook] = await waitForWebhooks(addon, 1);
    expect(webhook).toMatchObject({ status: 204, path: `${contextPath}/hooks/created` });
    expect(addon.ofKind("event")).toMatchObject([{ name: "jira:issue_created", body: payload }]);
    expect(webhook?.["headers"]).toMatchObject({
      "x-atlassian-webhook-identifier": delivery?.id,
      "x-atlassian-webhook-flow": "Primary",
      "content-type": expect.stringContaining("application/json"),
    });
    expect(webhook?.["headers"]).not.toHaveProperty("x-atlassian-webhook-retry");
  });

  test("accepts a webhook whose URL has variables", async () => {
    addon.records.length = 0;
    await fire("jira:issue_updated", { issue: { key: "DE MO&1=ü", fields: { project: { key: "DEMO" } } } });

    const [webhook] = await waitForWebhooks(addon, 1);
    expect(webhook?.["status"]).toBe(204);
    const query = new URL(webhook?.["path"] as string, "http://addon").searchParams;
    expect(query.get("issue")).toBe("DE MO&1=ü");
  });

  test("gets the same delivery with a fresh token until it accepts", async () => {
    addon.records.length = 0;
    await addon.answerWith(503, 503);
    const [delivery] = await fire("jira:issue_created", { issue: { key: "DEMO-8" } });

    const attempts = await waitForWebhooks(addon, 3);
    expect(attempts.map(({ status }) => status as number)).toEqual([503, 503, 204]);
    const header = (name: string) =>
      attempts.map((attempt) => attempt["headers"][name] as string | undefined);
    expect(header("x-atlassian-webhook-identifier")).toEqual([delivery?.id, delivery?.id, delivery?.id]);
    expect(header("x-atlassian-webhook-retry")).toEqual([undefined, "1", "2"]);
    // Issued anew each time: the last one at least a second after the first.
    expect(new Set(header("authorization")).size).toBeGreaterThan(1);
    expect(addon.ofKind("event")).toHaveLength(1);
  });

  test("accepts a webhook that callboard listen forwards, and its response is the attempt", async () => {
    addon.records.length = 0;
    const listening = startCommand(host, ["listen", "--forward", addon.baseUrl, "--addon", addon.key]);
    onTestFinished(async () => {
      await listening.stop();
    });
    await waitFor(() => expect(listening.notes()).toContain("listening on jira"));
    const [delivery] = await fire("jira:issue_updated", {
      issue: { key: "DE MO&1=ü", fields: { project: { key: "DEMO" } } },
    });
    const [webhook] = await waitForWebhooks(addon, 1);
    expect(webhook?.["status"]).toBe(204);
    await waitFor(async () => {
      expect(await readDelivery(delivery?.id ?? "")).toMatchObject({
        state: "delivered",
        attempts: [{ number: 1, response: { status: 204 } }],
      });
    });
    expect(listening.out()).toContain(`${delivery?.id}  /hooks/variable?issue=`);
    expect(await listening.stop()).toBe(0);
  });

  test("is not asked again after it answered 400", async () => {
    addon.records.length = 0;
    await addon.answerWith(400);
    const [delivery] = await fire("jira:issue_created", { issue: { key: "DEMO-9" } });

    await waitFor(async () => {
      expect(await readDelivery(delivery?.id ?? "")).toMatchObject({
        state: "failed",
        reason: "rejected",
        attempts: [{ number: 1 }],
      });
    });
    expect(addon.ofKind("webhook").map(({ status }) => status as number)).toEqual([400]);
  });

  test("hears nothing while it is disabled but that it is", async () => {
    addon.records.length = 0;
    await host.call("POST", `/api/v1/sites/jira/addons/${addon.key}/disable`);
    expect(addon.records.map(({ kind }) => kind)).toEqual(["disabled"]);
    expect(await fire("jira:issue_created", { issue: { key: "DEMO-10" } })).toEqual([]);

    await host.call("POST", `/api/v1/sites/jira/addons/${addon.key}/enable`);
    expect(addon.records.map(({ kind }) => kind)).toEqual(["disabled", "enabled"]);
  });

  test("goes on with a rotated secret", async () => {
    const before = addon.ofKind("installed").length;
    const reply = await host.call("POST", `/api/v1/sites/jira/addons/${addon.key}/rotate-secret`);
    expect(reply.status).toBe(200);
    expect(addon.ofKind("installed")).toHaveLength(before + 1);
    addon.records.length = 0;

    await fire("jira:issue_created", { issue: { key: "DEMO-11" } });

    expect((await waitForWebhooks(addon, 1))[0]?.["status"]).toBe(204);
  });

  test("is told that it is uninstalled, and hears nothing after that", async () => {
    addon.records.length = 0;
    const reply = await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);

    expect(reply.status).toBe(200);
    expect(addon.records.map(({ kind }) => kind)).toEqual(["disabled", "uninstalled"]);
    expect(await fire("jira:issue_created", { issue: { key: "DEMO-12" } })).toEqual([]);
  });

  test("gets another secret when it is installed again, and goes on with it", async () => {
    addon.records.length = 0;
    await install(addon);
    const [first] = addon.ofKind("installed");
    await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
    await install(addon);
    const second = addon.ofKind("installed")[1];
    expect(second?.["secretDigest"]).not.toBe(first?.["secretDigest"]);
    expect(second?.["clientKey"]).toBe(first?.["clientKey"]);

    await fire("jira:issue_created", { issue: { key: "DEMO-13" } });

    expect((await waitForWebhooks(addon, 1))[0]?.["status"]).toBe(204);
    await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
  });

  test("finds its descriptor valid by the schema that the host serves", async () => {
    await waitFor(() => expect(addon.output()).toContain("App descriptor is valid"));
  });
});

describe("the host's own events", () => {
  let addon: AceAddon;
  beforeAll(async () => {
    const names = ["connect_addon_enabled", "connect_addon_disabled"];
    addon = await start({ webhooks: names.map((event) => ({ event, url: `/hooks/${event}` })) });
  });
  afterAll(() => addon.stop());

  test("tell an add-on that it was enabled and disabled, without its secret", async () => {
    await install(addon);
    await waitFor(() => expect(addon.ofKind("event")).toHaveLength(1));
    await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
    await waitFor(() => expect(addon.ofKind("event")).toHaveLength(2));

    const told = addon.ofKind("event").map(({ name, body }) => [name, body.eventType, body.key] as unknown[]);
    expect(told).toEqual([
      ["connect_addon_enabled", "enabled", addon.key],
      ["connect_addon_disabled", "disabled", addon.key],
    ]);
    expect(JSON.stringify(addon.ofKind("event"))).not.toContain("sharedSecret");
  });
});

describe("the host's signing key", () => {
  test("can be rotated between two installs", async () => {
    const addon = await start();
    await install(addon);
    expect((await host.call("POST", "/api/v1/keys/rotate")).status).toBe(201);

    await install(addon);

    expect(addon.ofKind("installed")).toHaveLength(2);
    await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
    await addon.stop();
  });

  test("is not found on another key server, and the host says what to do about it", async () => {
    const addon = await start({ keyServerUrl: `${host.url}/nowhere` });
    const reply = await host.call("POST", "/api/v1/sites/jira/addons", {
      descriptorUrl: addon.descriptorUrl,
    });

    expect(reply.body).toMatchObject({ code: "LIFECYCLE_INSTALLED", callback: { outcome: "refused" } });
    expect(reply.body.detail).toContain(`CONNECT_KEYS_CDN_URL`);
    expect((await host.call("GET", "/api/v1/sites/jira/addons")).body.items).toEqual([]);
    await addon.stop();
  });
});

describe("the development loop", () => {
  let addon: AceAddon;
  const listed = async () =>
    (await host.call("GET", "/api/v1/sites/jira/addons")).body.items.map(
      ({ key }: { key: string }) => key,
    ) as string[];
  afterAll(() => addon.stop());

  /** The `hosts` of the add-on's config.json, as the start of the host prints them. */
  function printedHosts(): readonly string[] {
    const { dataDir } = host;
    const lines = startText({ profile: "dev", role: "all", databaseUrl: "sqlite:file", dataDir }, host.host);
    const line = lines.find((text) => text.includes('"hosts"')) ?? "";
    return (JSON.parse(`{${line}}`) as { readonly hosts: readonly string[] }).hosts;
  }

  test("registers the add-on when it starts with what the start of the host prints", async () => {
    addon = await start({ hosts: printedHosts() });

    await waitFor(() => expect(addon.ofKind("registered")).toHaveLength(1));
    expect(addon.output()).toContain("Registered with host at");
    expect(await listed()).toEqual([addon.key]);
    await fire("jira:issue_created", { issue: { key: "DEMO-14" } });
    expect((await waitForWebhooks(addon, 1))[0]?.["status"]).toBe(204);
  });

  test("registers it again when its descriptor changes", async () => {
    addon.records.length = 0;
    addon.describe(aceDescriptor([...WEBHOOKS, { event: "jira:issue_deleted", url: "/hooks/deleted" }]));

    await waitFor(async () => {
      const { body } = await host.call("GET", `/api/v1/sites/jira/addons/${addon.key}`);
      expect(body.webhooks).toHaveLength(3);
    });
    // One change of a file may be seen more than once; each time the library registers anew.
    await waitFor(() => {
      const seen = addon.output().split("Re-registering due to").length - 1;
      expect(addon.ofKind("registered")).toHaveLength(seen);
    });
  });

  test("takes it away when it stops", async () => {
    await addon.stop("SIGTERM");

    expect(addon.output()).toContain("Unregistered on host");
    expect(addon.records.map(({ kind }) => kind)).toContain("deregistered");
    expect(await listed()).toEqual([]);
  });
});
