/** Forms that were refused: every problem stands beside its field in words that say what to do, and what was typed is kept. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

let host: TestHost;
let session: PageSession;
let endpoint = "";
beforeAll(async () => {
  host = await startTestHost();
  session = await logIn(host);
  await host.call("POST", "/api/v1/sites", { key: "board", product: "backlog", name: "Board" });
  const { installed } = await installInline();
  expect(installed).toBe(201);
  const { body } = await host.call("GET", "/api/v1/sites/jira/endpoints");
  endpoint = String(body.items[0].number);
});
afterAll(() => host.stop());

/** An add-on without callbacks, so that its endpoint has settings of its own. */
async function installInline() {
  const { status } = await host.call("POST", "/api/v1/sites/jira/addons", {
    descriptor: {
      key: "inline",
      name: "Inline",
      baseUrl: "http://127.0.0.1:18888",
      authentication: { type: "none" },
      modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
    },
  });
  return { installed: status };
}

interface Refused {
  /** The texts beside a field, by the field's ID. */
  readonly texts: ReadonlyMap<string, string>;
  readonly html: string;
  readonly status: number;
}

const unescape = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ")
    .trim();

async function send(path: string, fields: Readonly<Record<string, string>>): Promise<Refused> {
  const response = await session.post(path, { csrf: session.csrf, ...fields });
  const html = await response.text();
  const texts = new Map(
    [...html.matchAll(/<div class="error" id="([\w-]+)-error">(.*?)<\/div>/gs)].map(
      ([, id = "", inner = ""]) => [id, unescape(inner)],
    ),
  );
  return { texts, html, status: response.status };
}

/** The opening tag with this ID. */
const findTag = (html: string, id: string): string =>
  new RegExp(`<\\w+ [^>]*\\bid="${id}"[^>]*>`).exec(html)?.[0] ?? "";

const WEBHOOK = {
  name: "Bridge",
  url: "http://127.0.0.1:18888/in",
  format: "jira",
  event: "jira:issue_created",
  active: "on",
  secretChoice: "none",
  do: "save",
};
const BACKLOG = { ...WEBHOOK, format: "backlog", event: "1" };
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

const LONG = "x".repeat(300);
const newWebhook = "/admin/webhooks/jira/new";

/** What is sent instead of a form that would be accepted, the field beside which the text stands, and a part of the text. */
const WEBHOOK_CASES: readonly (readonly [
  change: Readonly<Record<string, string>>,
  field: string,
  text: string,
])[] = [
  [{ name: "" }, "name", "Name must have 1 to 200 characters."],
  [{ url: "nowhere" }, "url", "The URL must be absolute, for example https://…"],
  [
    { url: "http://user:secret@127.0.0.1:18888/" },
    "url",
    "The URL must not contain a user name or password.",
  ],
  [{ url: "http://127.0.0.1:18888/#part" }, "url", "fragment"],
  [{ url: "http://169.254.169.254/" }, "url", "CALLBOARD_ALLOW_NETWORKS"],
  [{ url: `http://127.0.0.1:18888/${LONG.repeat(8)}` }, "url", "Enter the URL as the receiver documents it"],
  [{ url: "ftp://127.0.0.1/" }, "url", "https"],
  [{ format: "backlog" }, "format", "Choose a format that the site's product offers."],
  [{ format: "template", template: "{" }, "template", "Correct the template"],
  [{ format: "pagerduty", routingKey: "short" }, "routingKey", "32 letters and digits"],
  [{ project: LONG }, "project", "Project must have at most 255 characters."],
  [{ description: LONG.repeat(7) }, "description", "Description must have at most 2000 characters."],
  [{ owner: LONG }, "owner", "Owner must have 1 to 200 characters."],
  [{ event: "" }, "events", "must"],
  [{ filter: "project =" }, "filter", "."],
  [{ bodyFilter: "{" }, "bodyFilter", "must be JSON; the error is at line 1, character 2."],
  [{ bodyFilter: '{"a": {"$nothing": 1}}' }, "bodyFilter", "/a/$nothing: "],
  [
    { filter: "project = A", bodyFilter: '{"a": 1}' },
    "bodyFilter",
    "A webhook must not have both a filter and a body filter.",
  ],
  [{ secretChoice: "given", secret: "" }, "secret", "."],
  [{ headersChoice: "given", headers: "no colon" }, "headers", "Headers must have a name"],
  [{ authenticationChoice: "basic" }, "authUser", "User name"],
  [{ authenticationChoice: "bearer" }, "authToken", "Token"],
  [{ authenticationChoice: "oauth2" }, "authTokenUrl", "Token URL"],
  [{ tlsChoice: "given", tlsCertificate: PEM, tlsKey: "" }, "tlsCertificate", "."],
  [{ rateCount: "many" }, "rateCount", "Attempts at most must be"],
  [{ slots: "0" }, "slots", "Requests at the same time must be"],
  [{ timeout: "soon" }, "timeout", "Request timeout must be"],
  [{ retryProfile: "nothing" }, "retryProfile", "Retry schedule"],
  [{ retryDelays: "often" }, "retryDelays", "Own retry delays"],
  [{ orderBy: "issue" }, "orderBy", "JSON pointer"],
  [{ batchMax: "1000", batchWithin: "2s" }, "batchMax", "Number of events must be"],
  [{ batchMax: "10", batchWithin: "never" }, "batchWithin", "Time to gather events must be"],
];

describe("the form of a webhook", () => {
  test.each(WEBHOOK_CASES)("%j", async (change, field, text) => {
    const { texts, html, status } = await send(newWebhook, { ...WEBHOOK, ...change });
    expect(status).toBe(422);
    expect(texts.get(field) ?? [...texts]).toContain(text);
    expect(findTag(html, field)).toContain(`aria-invalid="true"`);
    expect(findTag(html, field)).toContain(`${field}-error`);
    expect(html).toContain(`<a href="#${field}">`);
  });

  test("several problems stand beside their own fields, and what was typed is kept", async () => {
    const { texts, html } = await send(newWebhook, { ...WEBHOOK, name: LONG, url: "nowhere", slots: "0" });
    expect([...texts.keys()].toSorted()).toEqual(["name", "slots", "url"]);
    expect(findTag(html, "url")).toContain('value="nowhere"');
    expect(findTag(html, "project")).not.toContain("aria-invalid");
  });

  test("another product's form says it in the same words", async () => {
    const { texts } = await send("/admin/webhooks/board/new", { ...BACKLOG, filter: "x", name: "" });
    expect(texts.get("name")).toBe("Name must have 1 to 200 characters.");
  });
});

/** The path of each other form, what is sent, the field and a part of the text. */
const CASES: readonly (readonly [
  form: string,
  path: () => string,
  fields: Readonly<Record<string, string>>,
  field: string,
  text: string,
])[] = [
  [
    "a site is added",
    () => "/admin/settings",
    { key: "Jira 2", product: "jira" },
    "key",
    "begins with a letter.",
  ],
  ["a site is added", () => "/admin/settings", { key: "jira", product: "jira" }, "key", "Choose another key"],
  ["a site is added", () => "/admin/settings", { key: "other", product: "" }, "product", "Choose a product"],
  [
    "a site is edited",
    () => "/admin/settings/sites/jira",
    { name: "Jira", baseUrl: "nowhere" },
    "baseUrl",
    "The base URL must be an http or https",
  ],
  [
    "a site is edited",
    () => "/admin/settings/sites/jira",
    { name: "Jira", retention: "soon" },
    "retention",
    "Retention period must be a duration of at least an hour",
  ],
  [
    "periods are edited",
    () => "/admin/settings/deliveries",
    { retention: "30d", bodyRetention: "1s" },
    "bodyRetention",
    "Body retention period must be a duration of at least an hour",
  ],
  ["a token is made", () => "/admin/settings/tokens", { name: "" }, "name", "Give it a name"],
  ["a token is made", () => "/admin/settings/tokens", { name: "A token" }, "scope", "Choose what it may do"],
  [
    "a token is made",
    () => "/admin/settings/tokens",
    { name: "A token", scope: "read", site: "gone" },
    "site",
    "Choose another site",
  ],
  [
    "portals are edited",
    () => "/admin/settings/portals",
    { title: LONG, origins: "" },
    "title",
    "Title must",
  ],
  [
    "portals are edited",
    () => "/admin/settings/portals",
    { title: "", origins: "nowhere" },
    "origins",
    "Origins",
  ],
  ["a product is created", () => "/admin/settings/products/new", { document: "product: [" }, "document", "."],
  [
    "a product is created",
    () => "/admin/settings/products/new",
    { document: "product: harbor\nname: Harbor\n" },
    "document",
    "Correct the document",
  ],
  [
    "an add-on is installed",
    () => "/admin/addons",
    { site: "jira", url: "nowhere" },
    "url",
    "The URL must be absolute, for example https://…",
  ],
  [
    "an add-on is installed",
    () => "/admin/addons",
    { site: "jira", url: "http://127.0.0.1:18888/atlassian-connect.json" },
    "url",
    "Check that the add-on runs",
  ],
  [
    "an add-on is listed",
    () => "/admin/directory",
    { url: "nowhere" },
    "url",
    "The URL must be absolute, for example https://…",
  ],
  [
    "an endpoint is edited",
    () => `/admin/endpoints/jira/${endpoint}`,
    { slots: "0" },
    "slots",
    "Requests at the same time must be",
  ],
  [
    "an endpoint is edited",
    () => `/admin/endpoints/jira/${endpoint}`,
    { headersChoice: "given", headers: "host: other" },
    "headers",
    "Headers must not be host: it belongs to the connection.",
  ],
  [
    "a replay is previewed",
    () => "/admin/replays/jira/new",
    { to: "addon|gone", since: "2026-01-01T00:00:00", do: "preview" },
    "to",
    "Receiver",
  ],
  [
    "a replay is previewed",
    () => "/admin/replays/jira/new",
    { to: "addon|inline", since: "2026-01-02T00:00:00", until: "2026-01-01T00:00:00", do: "preview" },
    "since",
    ".",
  ],
  [
    "an event is executed",
    () => "/admin/catalogue/jira/jira%3Aissue_created",
    { to: "jira", payload: "{" },
    "payload",
    ".",
  ],
  [
    "an event is executed",
    () => "/admin/catalogue/jira/jira%3Aissue_created",
    { to: "jira", payload: "{}", expiresAt: "tomorrow" },
    "expiresAt",
    "Expires at must be a time such as 2026-01-31T12:00:00Z.",
  ],
  [
    "an event is executed",
    () => "/admin/catalogue/jira/jira%3Aissue_created",
    { to: "jira", payload: "{}", deliverAfter: "2999-01-01T00:00:00Z" },
    "deliverAfter",
    "Deliver after must be at most 7 days ahead.",
  ],
  [
    "an event is sent to a URL",
    () => "/admin/catalogue/jira/jira%3Aissue_created",
    { to: "jira|url", payload: "{}", url: "https://example.com/", deliverAfter: "15m" },
    "deliverAfter",
    "Deliver after must be empty: a test is sent at once.",
  ],
  [
    "an event is sent to a URL",
    () => "/admin/catalogue/jira/jira%3Aissue_created",
    { to: "jira|url", payload: "{}", url: "nowhere" },
    "url",
    "The URL must be absolute, for example https://…",
  ],
];

describe("a problem stands beside its field when", () => {
  test.each(CASES)("%s", async (_form, path, fields, field, text) => {
    const { texts, html, status } = await send(path(), fields);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(texts.get(field) ?? [...texts]).toContain(text);
    expect(findTag(html, field)).toContain(`aria-invalid="true"`);
    expect(findTag(html, field)).toContain(`${field}-error`);
  });
});

test("no sentence beside a field has a name of the API, a pointer or an error code in it", async () => {
  const all: string[] = [];
  for (const [change] of WEBHOOK_CASES)
    all.push(...(await send(newWebhook, { ...WEBHOOK, ...change })).texts.values());
  for (const [, path, fields] of CASES) all.push(...(await send(path(), fields)).texts.values());
  expect(all.length).toBeGreaterThan(WEBHOOK_CASES.length + CASES.length - 1);
  const isPlain = (text: string) =>
    !/\b[a-z]+[A-Z]/.test(text) &&
    /^[A-Z0-9“/]/.test(text) &&
    /[.?!…]$/.test(text) &&
    !/\b[A-Z]{3,}_[A-Z_]+\b(?<!CALLBOARD_ALLOW_NETWORKS)/.test(text);
  expect(all.filter((text) => !isPlain(text))).toEqual([]);
});

test("an event that is executed has the terms of the form, which keeps them when it is refused", async () => {
  const terms = { expiresAt: "2999-01-31T12:00:00Z", deliverAfter: "15m", isOnce: "on" };
  const path = "/admin/catalogue/jira/jira%3Aissue_created";
  const refused = await send(path, { to: "jira", payload: "{", ...terms });
  for (const [name, value] of Object.entries(terms)) {
    if (name === "isOnce") expect(refused.html).toContain('name="isOnce" checked');
    else expect(findTag(refused.html, name)).toContain(`value="${value}"`);
  }
  const sent = await session.post(path, { csrf: session.csrf, to: "jira", payload: "{}", ...terms });
  expect(sent.status).toBe(303);
  const id = /evt_\w+/.exec(sent.headers.get("location") ?? "")?.[0];
  const { body } = await host.call("GET", `/api/v1/sites/jira/events/${id}`);
  expect(body.terms).toEqual({
    expiresAt: "2999-01-31T12:00:00.000Z",
    retry: false,
    deliverAfter: expect.stringMatching(/^\d{4}-/) as string,
  });
});

test("a webhook that is saved with warnings is shown again with them, in the words of the form", async () => {
  const saved = await send(newWebhook, {
    ...WEBHOOK,
    name: "Odd",
    orderBy: "/isue/id",
    signature: "hub-256",
  });
  expect(saved.status).toBe(200);
  expect(saved.html).toContain("The webhook was saved, with 2 warnings.");
  expect(saved.html).toContain("The catalogue knows no value at /isue/id");
  expect(saved.html).toContain("Deliveries are not signed, because the webhook has no secret");
  const { body } = await host.call("GET", "/api/v1/sites/jira/webhooks");
  expect((body.items as { name: string }[]).filter(({ name }) => name === "Odd")).toHaveLength(1);
});
