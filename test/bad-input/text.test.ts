/**
 * Text that PostgreSQL or no database can keep, in every place of the API, the products' APIs, the pages, the intake, the tokens
 * of add-ons and the descriptor: refused with a pointer, and alike on both databases.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../src/host/web/api/routes.ts";
import type { JsonSchema } from "../../src/host/web/http/body-schema.ts";
import { signRequest } from "../../src/protocol/token.ts";
import { goodDescriptor, withWebhooks } from "../fixtures/descriptors/good.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import { describeOnEach } from "../support/databases.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";
import { schemaFor } from "../../src/host/web/api/route.ts";

const BAD_TEXTS = ["a\0b", "\ud83d", "a\udc00"];
const API = "/api/v1";

const toPath = (path: string) => API + path.replaceAll("{site}", "jira").replaceAll(/\{\w+\}/g, "x");

/** Every place of a body that takes a text: its pointer, and a body with that text and nothing else. */
function textPlaces(
  schema: JsonSchema,
  text: string,
): readonly (readonly [pointer: string, value: unknown])[] {
  const { type, properties, items } = schema as {
    readonly type?: string | readonly string[];
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly items?: JsonSchema;
  };
  const types = typeof type === "string" ? [type] : (type ?? ["string"]);
  const own = types.includes("string") ? [["", text] as const] : [];
  const ofItems =
    items === undefined ? [] : textPlaces(items, text).map(([at, value]) => [`/0${at}`, [value]] as const);
  const ofMembers = Object.entries(properties ?? {}).flatMap(([name, member]) =>
    textPlaces(member, text).map(([at, value]) => [`/${name}${at}`, { [name]: value }] as const),
  );
  return [...own, ...ofItems, ...ofMembers];
}

const BODY_FIELDS = ROUTES.flatMap(({ method, path, body }) =>
  body === undefined
    ? []
    : textPlaces(schemaFor(body, builtInCatalogue), "").map(
        ([pointer]) => [method, path, pointer, schemaFor(body, builtInCatalogue)] as const,
      ),
);
const QUERY_PARAMETERS = ROUTES.flatMap(({ method, path, query = {} }) =>
  Object.keys(query).map((name) => [method, path, name] as const),
);
const PATH_PARAMETERS = ROUTES.flatMap(({ method, path }) =>
  [...path.matchAll(/\{\w+\}/g)].map(([parameter]) => [method, path, parameter] as const),
);

test("there are places of every kind", () => {
  expect(BODY_FIELDS.length).toBeGreaterThan(40);
  expect(QUERY_PARAMETERS.length).toBeGreaterThan(15);
  expect(PATH_PARAMETERS.length).toBeGreaterThan(20);
});

describeOnEach((newUrl, database) => {
  let host: TestHost;
  let addon: CallingAddon;
  beforeAll(async () => {
    host = await startTestHost(
      database === "SQLite"
        ? {}
        : {
            CALLBOARD_DATABASE_URL: await newUrl(),
            CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
          },
    );
    for (const product of ["backlog", "tracker"]) {
      await host.call("POST", `${API}/sites`, { key: product, product, name: product });
    }
    addon = await startCallingAddon(host, "jira", "org.example.text");
  });
  afterAll(async () => {
    await addon.stop();
    await host.stop();
  });

  const refusal = ({ status, body }: Reply) => [
    status,
    body.code,
    (body.errors as readonly { readonly pointer: string }[]).map(({ pointer }) => pointer),
  ];

  test.each(BODY_FIELDS)("%s %s, %s of the body", async (method, path, pointer, schema) => {
    for (const text of BAD_TEXTS) {
      const value = textPlaces(schema, text).find(([at]) => at === pointer)?.[1];
      const { status, body } = await host.call(method, toPath(path), value);
      expect([400, 422]).toContain(status);
      expect(["BODY_SCHEMA", "EVENT_SCHEMA"]).toContain(body.code);
      expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    }
  });

  test("a name of a member", async () => {
    const reply = await host.call("POST", `${API}/sites`, { "a\0": 1, "b\ud83d": 2 });
    expect(refusal(reply)).toEqual([422, "BODY_SCHEMA", ["/a\0", "/b\ufffd"]]);
  });

  test.each(QUERY_PARAMETERS)("%s %s, %s of the query", async (method, path, name) => {
    const reply = await host.call(method, `${toPath(path)}?${name}=a%00b`, method === "GET" ? undefined : {});
    expect(refusal(reply)).toEqual([400, "QUERY_INVALID", [name]]);
  });

  test.each(PATH_PARAMETERS)("%s %s, %s of the path", async (method, path, parameter) => {
    const target = toPath(path.replace(parameter, "a%00b"));
    expect(refusal(await host.call(method, target, method === "GET" ? undefined : {}))).toEqual([
      400,
      "PATH_INVALID",
      [""],
    ]);
  });

  test("half of a surrogate pair as bytes of a URL is no character, and breaks nothing", async () => {
    const path = await host.call("GET", `${API}/sites/%ED%A0%BD`);
    const query = await host.call("GET", `${API}/deliveries?event=%ED%A0%BD`);
    expect([path.status, query.status]).toEqual([400, 200]);
  });

  test.each([
    ["name", goodDescriptor({ name: "a\0b" }), "/name"],
    ["event", withWebhooks({ event: "\ud83d", url: "/x" }), "/modules/webhooks/0/event"],
    [
      "filter",
      withWebhooks({ event: "a", url: "/x", filter: "project = \ud83d" }),
      "/modules/webhooks/0/filter",
    ],
    ["params", withWebhooks({ event: "a", url: "/x", params: { p: "\0" } }), "/modules/webhooks/0/params/p"],
    [
      "propertyKeys",
      withWebhooks({ event: "a", url: "/x", propertyKeys: ["\0"] }),
      "/modules/webhooks/0/propertyKeys/0",
    ],
    ["vendor", goodDescriptor({ vendor: { name: "\udc00", url: "" } }), "/vendor/name"],
  ])("the %s of a descriptor", async (_name, descriptor, pointer) => {
    const installed = await host.call("POST", `${API}/sites/jira/addons`, { descriptor });
    const validated = await host.call("POST", `${API}/descriptors/validate`, { descriptor });
    expect(installed.status).toBe(422);
    expect(installed.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(validated.body).toMatchObject({ valid: false });
  });

  test("the payload of a test delivery and of an event may hold any JSON text", async () => {
    const payload = { issue: { key: "a\0\ud83d" } };
    const event = await host.call("POST", `${API}/sites/jira/events`, { event: "comment_created", payload });
    const url = "http://127.0.0.1:1/";
    const execute = { name: "w", url, event: "comment_created", payload };
    expect(event.status).toBe(202);
    expect((await host.call("POST", `${API}/sites/jira/webhooks/execute`, execute)).body.code).not.toBe(
      "BODY_SCHEMA",
    );
  });

  test.each([
    ["POST", "/backlog/api/v2/projects/P/webhooks", { name: "a\0b", hookUrl: "http://127.0.0.1:4444/" }],
    ["POST", "/tracker/services/v5/projects/1/webhooks", { webhook_url: "http://127.0.0.1:4444/\0" }],
    [
      "POST",
      "/jira/rest/webhooks/1.0/webhook",
      { name: "\ud83d", url: "http://127.0.0.1:4444/", events: [] },
    ],
  ])("%s %s of a product", async (method, path, body) => {
    const credentials = { "x-trackertoken": host.token, "backlog-api-key": host.token };
    const asJson = await host.call(method, path, body, credentials);
    expect([asJson.status, asJson.text]).toEqual([400, expect.stringMatching(/NUL|surrogate/)]);
    if (path.startsWith("/jira")) return;
    const form = new URLSearchParams({ url: "http://127.0.0.1:4444/", name: "a\0b" }).toString();
    const asForm = await host.call(method, path, form, {
      ...credentials,
      "content-type": "application/x-www-form-urlencoded",
    });
    expect([asForm.status, asForm.text]).toEqual([400, expect.stringContaining("NUL")]);
  });

  test("dynamic webhooks and modules of an add-on", async () => {
    const dynamic = await addon.call("POST", "/rest/api/3/webhook", {
      url: `${addon.baseUrl}/d`,
      webhooks: [{ events: ["jira:issue_created"], jqlFilter: "project = \ud83d" }],
    });
    const modules = await addon.call("POST", "/rest/atlassian-connect/1/app/module/dynamic", {
      webhooks: [{ key: "k", event: "a\0", url: "/x" }],
    });
    const property = await addon.call(
      "PUT",
      `/rest/atlassian-connect/1/addons/${addon.key}/properties/a%00b`,
      "1",
    );
    expect([dynamic.status, modules.status, property.status]).toEqual([400, 400, 400]);
  });

  test.each(BAD_TEXTS)("the issuer %j of an add-on's token", async (issuer) => {
    const token = signRequest({
      issuer,
      method: "GET",
      url: `${host.url}/jira/rest/api/3/webhook`,
      baseUrl: `${host.url}/jira`,
      sharedSecret: "secret",
      nowSeconds: Math.floor(Date.now() / 1000),
    });
    const reply = await host.call("GET", "/jira/rest/api/3/webhook", undefined, {
      authorization: `JWT ${token}`,
    });
    expect(reply.status).toBe(401);
  });

  test("the event of an ingested body, in the query and in the body", async () => {
    const query = await host.call("POST", "/jira/ingest?event=a%00b", {});
    const body = await host.call("POST", "/jira/ingest", { webhookEvent: "\ud83d" });
    expect(refusal(query)).toEqual([400, "QUERY_INVALID", ["event"]]);
    expect([body.status, body.body.code]).toEqual([422, "EVENT_SCHEMA"]);
  });

  test("a form and the query of a page", async () => {
    const session = await logIn(host);
    const form = await session.post("/admin/settings", {
      csrf: session.csrf,
      key: "other",
      product: "jira",
      name: "a\0b",
    });
    expect(form.status).toBe(422);
    expect((await session.get("/admin/deliveries?q=a%00b")).status).toBe(400);
    expect((await session.get("/admin/addons/jira/a%00b")).status).toBe(400);
  });

  test("UPM", async () => {
    const basic = { authorization: `Basic ${Buffer.from(`me:${host.token}`).toString("base64")}` };
    const { headers } = await host.call("GET", "/jira/rest/plugins/1.0/", undefined, basic);
    const path = `/jira/rest/plugins/1.0/?token=${headers.get("upm-token") ?? ""}`;
    const install = await host.call("POST", path, { pluginUri: "http://a\0" }, basic);
    expect(refusal(install)).toEqual([422, "BODY_SCHEMA", ["/pluginUri"]]);
    expect((await host.call("GET", "/jira/rest/plugins/1.0/a%00-key", undefined, basic)).status).toBe(400);
  });

  test("a name with a line break is refused where people read it in a line", async () => {
    const site = await host.call("POST", `${API}/sites`, { key: "s", product: "jira", name: "a\nb" });
    const changed = await host.call("PATCH", `${API}/sites/jira`, { name: "a\nb" });
    const token = await host.call("POST", `${API}/tokens`, { name: "a\nb", scopes: ["read"] });
    for (const reply of [site, changed, token]) {
      expect(refusal(reply)).toEqual([422, "BODY_SCHEMA", ["/name"]]);
    }
  });
});
