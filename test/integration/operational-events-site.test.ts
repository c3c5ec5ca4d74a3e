/** Callboard's own site, who sees it, and the receivers of operational events: add-ons, and Slack. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { insertSite } from "../../src/host/store/tables/sites.ts";
import { verifyToken, createHmacKey } from "../../src/protocol/token.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { freePort } from "../support/free-port.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { ALL_OPERATIONAL, expectAsInCatalogue, toldIn } from "../support/operational.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const HOSTILE = "<!channel> & <https://evil.example|click> *b* https://evil.example";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
});
afterAll(() => host.stop());
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function receiver(status = 204): Promise<Receiver> {
  const started = await startReceiver(answerStatus(status));
  open.push(started.close);
  return started;
}
async function addWebhook(site: string, values: object, on = host): Promise<string> {
  const made = await on.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "one", ...values });
  expect(made.status, made.text).toBe(201);
  const id = made.body.id as string;
  open.push(() => on.call("DELETE", `/api/v1/sites/${site}/webhooks/${id}`));
  return id;
}
const rotateKey = () => host.call("POST", "/api/v1/keys/rotate");
/** Refused with an event on jira. */
const failInstall = (site = "jira") =>
  host.call("POST", `/api/v1/sites/${site}/addons`, { descriptorUrl: "http://127.0.0.1:4/x.json" });
const send = () =>
  host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });

test("an add-on that names them in its descriptor gets them signed; patterns and 'all events' get none", async () => {
  const named = { webhooks: [{ event: "addon.install-failed", url: "/operations" }] };
  const wild = { webhooks: ["*", "addon.*", "jira:*"].map((event) => ({ event, url: "/operations" })) };
  const addon = await startCallingAddon(host, "jira", "org.example.watching", named);
  const other = await startCallingAddon(host, "jira", "org.example.wild", wild);
  open.push(addon.stop, other.stop);
  await failInstall();
  await waitFor(() => expect(toldIn(addon.webhooks)).toHaveLength(1));
  const [told] = toldIn(addon.webhooks);
  expectAsInCatalogue(told!);
  const [request] = addon.webhooks;
  const token = parseToken((request!.headers.authorization ?? "").replace(/^JWT /, ""));
  if (!token.ok) throw new Error(token.code);
  const check = (secret: string) =>
    verifyToken(token, {
      request: { method: "POST", rawUrl: request!.url, basePath: "" },
      nowSeconds: Math.floor(Date.now() / 1000),
      keys: [createHmacKey(secret)],
    }).ok;
  expect([check(addon.secret), check("another-secret-that-is-long-enough-for-it")]).toEqual([true, false]);

  await send();
  await waitFor(() => expect(other.webhooks.length).toBeGreaterThan(0));
  expect(toldIn(other.webhooks)).toEqual([]);
  for (const { key } of [addon, other]) await host.call("DELETE", `/api/v1/sites/jira/addons/${key}`);
});

test("a dynamic webhook can't ask for them", async () => {
  const addon = await startCallingAddon(host, "jira", "org.example.dynamic");
  open.push(addon.stop);
  const { body } = await addon.call("POST", "/rest/api/3/webhook", {
    url: `${addon.baseUrl}/dynamic`,
    webhooks: [{ events: ["addon.install-failed"], jqlFilter: "project = DEMO" }],
  });
  expect(body.webhookRegistrationResult).toMatchObject([
    { errors: [expect.stringContaining("addon.install-failed (EVENT_UNKNOWN)")] },
  ]);
  await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
});

test("the dashboard of a new server lists them, and still says what to do first", async () => {
  const fresh = await startTestHost();
  open.push(fresh.stop);
  const pages = await logIn(fresh);
  const dashboard = async () => (await (await pages.get("/admin")).text()).replaceAll(/\s+/g, " ");
  expect(await dashboard()).toContain("No operational events yet.");
  await fresh.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: "http://127.0.0.1:4/x.json" });
  const html = await dashboard();
  expect(html).toContain('Add-on install failed <span class="muted">DESCRIPTOR_FETCH</span>');
  expect(html).toContain("Connect an ACE app");

  const rejecting = await receiver(404);
  await addWebhook("jira", { name: "<b>Board", url: rejecting.url, events: ["jira:issue_created"] }, fresh);
  await fresh.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
  await waitFor(async () => {
    expect(await dashboard()).toContain('Delivery failed <span class="muted">1 delivery, rejected</span>');
  });
  expect(await dashboard()).not.toContain("<b>Board");
  expect(await dashboard()).not.toContain("Connect an ACE app");
});

describe("format slack", () => {
  const listTexts = ({ received }: Receiver) =>
    received.map(({ body }) => (JSON.parse(body.toString()) as { text: string }).text);

  test("is one line with receiver, state, since when and a link; names do nothing in it", async () => {
    const slack = await receiver();
    const rejecting = await receiver(404);
    await addWebhook("jira", {
      url: `${slack.url}/services/T`,
      format: "slack",
      events: ["delivery.failed"],
    });
    const id = await addWebhook("jira", {
      name: HOSTILE,
      url: `${rejecting.url}/hook`,
      events: ["jira:issue_created"],
    });
    await send();
    await waitFor(() => expect(slack.received).toHaveLength(1));
    expect(slack.received[0]!.headers["content-type"]).toMatch(/^application\/json/);
    expect(JSON.parse(slack.received[0]!.body.toString())).toEqual({
      text: expect.any(String) as string,
      mrkdwn: false,
    });
    const [text] = listTexts(slack);
    expect(text).toMatch(
      /^&lt;!channel&gt; &amp; &lt;https:\u2060\/\/evil\.\u2060example\|click&gt; \*b\* https:\u2060\/\/evil\.\u2060example on jira: failed \(event delivery\.failed, count 1, reason rejected\) since 20\S+Z <http:\S+>$/,
    );
    expect(text!.match(/<[^>]*>/g)).toEqual([expect.stringContaining(`${host.url}/admin/deliveries/dlv_`)]);
    expect((await host.call("GET", `/api/v1/sites/jira/webhooks/${id}`)).body.name).toBe(HOSTILE);
  });

  test("stays one line below Slack's limit, whatever somebody publishes as an operational event", async () => {
    const slack = await receiver();
    await addWebhook("jira", {
      url: `${slack.url}/services/T`,
      format: "slack",
      events: ["endpoint.paused"],
    });
    const long = `two\nlines\r\u2028 ${"&".repeat(60_000)}`;
    const payload = {
      receiver: { name: long },
      state: long,
      since: long,
      site: long,
      link: long,
      stage: long,
    };
    const accepted = await host.call("POST", "/api/v1/sites/jira/events", {
      event: "endpoint.paused",
      payload,
    });
    expect(accepted.status, accepted.text).toBe(202);
    await waitFor(() => expect(slack.received).toHaveLength(1));
    const [text = ""] = listTexts(slack);
    expect(text.length).toBeLessThan(40_000);
    expect(text).not.toMatch(/[\n\r\u2028]/);
    expect(text).toContain("two lines &amp;&amp;");
  });

  test("links below a base URL that has a path", async () => {
    const port = await freePort();
    const base = `http://127.0.0.1:${port}/some/path`;
    const below = await startTestHost({ CALLBOARD_PORT: String(port), CALLBOARD_BASE_URL: `${base}/` });
    open.push(below.stop);
    const slack = await receiver();
    await addWebhook("callboard", { url: `${slack.url}/x`, format: "slack", events: ["key.rotated"] }, below);
    await below.call("POST", "/api/v1/keys/rotate");
    await waitFor(() => expect(slack.received).toHaveLength(1));
    const [text = ""] = listTexts(slack);
    expect(text).toMatch(
      /^Callboard on callboard: rotated \(event key\.rotated, key signing-key\) since \S+ <\S+>$/,
    );
    expect(text.endsWith(` <${base}/admin/settings/keys>`)).toBe(true);
  });
});

describe("formats for operational events alone refuse other values in words", () => {
  const REFUSED: readonly (readonly [string, object, readonly (readonly [string, string])[]])[] = [
    [
      "other events",
      { events: ["endpoint.paused", "jira:issue_created"] },
      [["/events/1", 'must be an operational event, not "jira:issue_created": format FORMAT has no others']],
    ],
    ["all events", {}, [["/events", "must name the operational events: format FORMAT has no others"]]],
    [
      "a pattern",
      { events: ["endpoint.*"] },
      [["/events/0", 'must be an operational event, not "endpoint.*": format FORMAT has no others']],
    ],
    [
      "a project and a filter",
      { events: ["endpoint.paused"], project: "DEMO", filter: "project = DEMO" },
      [
        ["/project", "must be left out: operational events belong to no project"],
        ["/filter", "must be left out: operational events are about no issue"],
      ],
    ],
  ];
  test.each(REFUSED.map((row) => ["standard", ...row] as const))(
    "%s: %s",
    async (format, _what, values, expected) => {
      const { status, body } = await host.call("POST", "/api/v1/sites/jira/webhooks", {
        name: "one",
        url: "https://hooks.example.com/x",
        format,
        ...values,
      });
      expect(status).toBe(422);
      const errors = (body.errors as { pointer: string; detail: string }[]).map(({ pointer, detail }) => [
        pointer,
        detail,
      ]);
      expect(errors).toEqual(
        expected.map(([pointer, detail]) => [pointer, detail.replace("FORMAT", format)]),
      );
    },
  );

  test.each(["standard"])("the form says the same for %s, and keeps what was chosen", async (format) => {
    const pages = await logIn(host);
    const shown = await pages.post("/admin/webhooks/jira/new", {
      csrf: pages.csrf,
      name: "one",
      url: "https://hooks.example.com/x",
      format,
      event: "jira:issue_created",
      do: "save",
    });
    expect(shown.status).toBe(422);
    const html = (await shown.text()).replaceAll("&quot;", '"').replaceAll("&#34;", '"');
    expect(html).toContain(
      `must be an operational event, not "jira:issue_created": format ${format} has no others`,
    );
    expect(html).toMatch(new RegExp(`<option value="${format}" selected>`));
    expect(html).toMatch(/value="jira:issue_created" checked/);
  });
});

describe("Callboard's own site", () => {
  const newFile = () => {
    const directory = mkdtempSync(join(tmpdir(), "callboard-own-"));
    open.push(async () => {
      await rm(directory, { recursive: true });
    });
    return `sqlite:${join(directory, "callboard.db")}`;
  };
  const listSites = async (on: TestHost) =>
    ((await on.call("GET", "/api/v1/sites")).body.items as { key: string; product: string }[]).map(
      ({ key, product }) => `${key}: ${product}`,
    );

  test("is made once in a new database, and is the last of the sites", async () => {
    const env = { CALLBOARD_DATABASE_URL: newFile(), CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") };
    for (let start = 0; start < 2; start += 1) {
      const again = await startTestHost({ ...env, CALLBOARD_ADMIN_TOKEN: "a-token-of-both-starts" });
      const sites = await listSites(again);
      await again.stop();
      expect(sites.at(-1)).toBe("callboard: callboard");
      expect(sites.filter((site) => site.endsWith(": callboard"))).toHaveLength(1);
    }
  });

  test("has another key in a database where a site has that one, which stays what it is", async () => {
    const url = newFile();
    const database = await openDatabase(url);
    await migrate(database);
    await database.write((tx) =>
      insertSite(tx, {
        key: "callboard",
        product: "backlog",
        name: "Ours",
        baseUrl: undefined,
        clientKey: randomUUID(),
        retryProfile: undefined,
        installSigning: "signed",
        options: {},
        createdAt: 0,
      }),
    );
    await database.close();
    const lines: string[] = [];
    const note = (event: string, fields?: object) => void lines.push(`${event} ${JSON.stringify(fields)}`);
    const logger = { debug: note, info: note, warn: note, error: note };
    const started = await startTestHost({ CALLBOARD_DATABASE_URL: url }, logger);
    open.push(started.stop);
    const sites = await listSites(started);
    expect(sites).toContain("callboard: backlog");
    expect(sites.at(-1)).toBe("callboard-host: callboard");
    expect(lines.filter((line) => line.startsWith("site.own-key-taken"))).toEqual([
      'site.own-key-taken {"taken":"callboard","site":"callboard-host"}',
    ]);

    const watcher = await receiver();
    await addWebhook("callboard-host", { url: watcher.url, events: ["key.rotated"] }, started);
    await started.call("POST", "/api/v1/keys/rotate");
    await waitFor(() => expect(toldIn(watcher.received)).toMatchObject([{ site: "callboard-host" }]));
  });

  test("can't be removed, become another one or have add-ons, and there is no second one", async () => {
    const refused = async (method: string, path: string, body?: object) => {
      const { status, body: problem } = await host.call(method, `/api/v1/sites${path}`, body);
      return [status, problem.code];
    };
    expect(await refused("DELETE", "/callboard")).toEqual([409, "CONFLICT"]);
    expect(await refused("PATCH", "/callboard", { product: "jira" })).toEqual([422, "BODY_SCHEMA"]);
    expect(await refused("PATCH", "/callboard", { key: "other" })).toEqual([422, "BODY_SCHEMA"]);
    const second = { key: "second", product: "callboard", name: "Second" };
    expect(await refused("POST", "", second)).toEqual([422, "BODY_SCHEMA"]);
    const install = await failInstall("callboard");
    expect(install.status).toBe(422);
    expect(install.body.detail).toMatch(/Sites of callboard have no add-ons/);
    const descriptor = { key: "k", baseUrl: "http://127.0.0.1:4", authentication: { type: "none" } };
    const given = await host.call("POST", "/api/v1/sites/callboard/addons", { descriptor });
    expect(given.body.detail).toMatch(/Sites of callboard have no add-ons/);

    const pages = await logIn(host);
    const settings = await (await pages.get("/admin/settings/sites/callboard")).text();
    expect(settings).not.toContain("/remove");
    expect(settings).not.toContain('name="installSigning"');
    expect((await pages.post("/admin/settings/sites/callboard/remove", { csrf: pages.csrf })).status).toBe(
      409,
    );
    expect(await listSites(host)).toContain("callboard: callboard");
    const form = await (await pages.get("/admin/webhooks/callboard/new")).text();
    expect(form).not.toMatch(/name="(?:project|allEvents|filter|excludeBody)"/);
    expect(form).toMatch(/name="event" value="endpoint.paused"/);
    // Typing "operational" into the filter of any site's form leaves these.
    const ofJira = await (await pages.get("/admin/webhooks/jira/new")).text();
    expect(ofJira.match(/data-name="[^"]* operational"/g)).toHaveLength(ALL_OPERATIONAL.length);
    const addons = await (await pages.get("/admin/addons")).text();
    expect(/<select id="site"[^]*?<\/select>/.exec(addons)?.[0]).not.toContain("callboard");
    for (const page of [
      "webhooks/callboard",
      "events?site=callboard",
      "endpoints?site=callboard",
      "replays/callboard",
      "deliveries?site=callboard",
    ])
      expect([page, (await pages.get(`/admin/${page}`)).status]).toEqual([page, 200]);
  });

  test("has copies of other sites' events only of those that somebody there asked for", async () => {
    const ownEvents = async () =>
      ((await host.call("GET", "/api/v1/sites/callboard/events?limit=100")).body.items as { event: string }[])
        .map(({ event }) => event)
        .filter((event) => event.startsWith("addon."));
    const before = await ownEvents();
    await failInstall("confluence");
    expect(await ownEvents()).toEqual(before);
    const watcher = await receiver();
    await addWebhook("callboard", { url: watcher.url, events: ["addon.install-failed"] });
    await failInstall("confluence");
    await failInstall("jira");
    await waitFor(() => expect(toldIn(watcher.received)).toHaveLength(2));
    expect(toldIn(watcher.received).map(({ site }) => site)).toEqual(["confluence", "jira"]);
    expect(await ownEvents()).toHaveLength(before.length + 2);
  });

  test("is not for tokens of another site: not by the API, on pages, or on the command line", async () => {
    const watcher = await receiver();
    await addWebhook("callboard", { url: watcher.url, events: ["addon.install-failed", "key.rotated"] });
    await failInstall("confluence");
    await rotateKey();
    await failInstall("jira");
    await waitFor(() => expect(toldIn(watcher.received)).toHaveLength(3));
    const made = await host.call("POST", "/api/v1/tokens", {
      name: "of-jira",
      scopes: ["admin"],
      site: "jira",
    });
    const token = made.body.token as string;
    const as = (path: string) =>
      host.call("GET", `/api/v1${path}`, undefined, { authorization: `Bearer ${token}` });

    expect((await as("/sites")).body.items).toMatchObject([{ key: "jira" }]);
    const [copy] = (await host.call("GET", "/api/v1/sites/callboard/events?limit=1")).body.items as {
      id: string;
    }[];
    for (const path of [
      "/sites/callboard",
      "/sites/callboard/events",
      `/sites/callboard/events/${copy!.id}`,
      `/sites/jira/events/${copy!.id}`,
      "/sites/callboard/webhooks",
      "/sites/callboard/endpoints",
      "/endpoints?site=callboard",
      "/deliveries?site=callboard",
      "/status?site=callboard",
    ]) {
      const { status } = await as(path);
      expect([path, status === 403 || status === 404]).toEqual([path, true]);
    }
    for (const path of ["/deliveries?limit=100", "/endpoints", "/status", "/sites/jira/events?limit=100"]) {
      const { status, text } = await as(path);
      expect([path, status]).toEqual([path, 200]);
      expect([path, /callboard"|confluence|key\.rotated/.test(text)]).toEqual([path, false]);
    }

    const pages = await logIn({ url: host.url, token });
    for (const path of [
      "/admin",
      "/admin/events",
      "/admin/deliveries",
      "/admin/endpoints",
      "/admin/webhooks/jira",
    ]) {
      const html = await (await pages.get(path)).text();
      expect([path, /Key rotated|key\.rotated|confluence|>callboard</.test(html)]).toEqual([path, false]);
    }
    expect(await (await pages.get("/admin")).text()).toContain("Add-on install failed");
    for (const path of [
      "/admin/webhooks/callboard",
      "/admin/events?site=callboard",
      `/admin/events/${copy!.id}`,
    ])
      expect([path, (await pages.get(path)).status >= 400]).toEqual([path, true]);

    const ofJira = await callboard(token, "sites", "list");
    expect([ofJira.code, ofJira.out.includes("callboard  ")]).toEqual([0, false]);
    const all = await callboard(host.token, "sites", "list");
    expect(all.out).toMatch(/^callboard +callboard +Callboard/m);
    expect((await callboard(token, "events", "list", "--site", "callboard")).code).not.toBe(0);
    const status = await callboard(host.token, "status");
    expect([status.code, /^ *callboard /m.test(status.out)]).toEqual([0, true]);
    expect((await callboard(token, "status")).out).not.toMatch(/^ *callboard /m);
  });
});

async function callboard(token: string, ...args: readonly string[]) {
  let out = "";
  const code = await run(args, {
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: token },
    out: (text) => void (out += text),
    note: (text) => void (out += text),
    readInput: () => Promise.resolve(""),
  });
  return { code, out };
}
