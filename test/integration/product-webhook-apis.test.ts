import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEventType } from "../support/products.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;

beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  for (const product of ["backlog", "tracker"]) {
    await host.call("POST", "/api/v1/sites", { key: product, product, name: product });
  }
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

/** The number of the webhook, as our own API has it. */
const listed = async (site: string) =>
  (await host.call("GET", `/api/v1/sites/${site}/webhooks`)).body.items as readonly { id: string }[];

describe("Jira's admin webhooks", () => {
  const PATH = "/jira/rest/webhooks/1.0/webhook";
  const basic = () => ({
    authorization: `Basic ${Buffer.from(`admin:${host.token}`).toString("base64")}`,
  });
  const call = (method: string, path: string, body?: object): Promise<Reply> =>
    host.call(method, path, body, basic());

  test("are made, read, changed in part and deleted", async () => {
    const made = await call("POST", PATH, {
      name: "Releases",
      url: "https://hooks.vendor-one.com/jira",
      events: ["jira:issue_created", "jira:version_released"],
      filters: { "issue-related-events-section": "project = DEMO" },
      excludeBody: false,
      secret: "It's a Secret to Everybody",
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "Releases",
      events: ["jira:issue_created", "jira:version_released"],
      filters: { "issue-related-events-section": "project = DEMO" },
      enabled: true,
      isSigned: true,
      lastUpdatedUser: "token:first",
    });
    expect(made.text).not.toContain("Everybody");
    const path = new URL(made.body.self as string).pathname;
    expect(path).toMatch(/^\/jira\/rest\/webhooks\/1\.0\/webhook\/\d+$/);

    const changed = await call("PUT", path, { enabled: false, secret: null });
    expect(changed.body).toMatchObject({ name: "Releases", enabled: false, isSigned: false });
    expect((await call("GET", path)).body).toEqual(changed.body);
    expect((await call("GET", PATH)).body).toEqual([changed.body]);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).body.code).toBe("WEBHOOK_NOT_FOUND");
  });

  test("lose their filter and ask for every event when a change says so, as it is shown", async () => {
    const values = {
      name: "Filtered",
      url: "https://hooks.vendor-one.com/jira",
      events: ["jira:issue_created"],
      filters: { "issue-related-events-section": "project = DEMO" },
    };
    const path = new URL((await call("POST", PATH, values)).body.self as string).pathname;
    const renamed = await call("PUT", path, { name: "Renamed" });
    expect(renamed.body).toMatchObject({ events: values.events, filters: values.filters });
    const cleared = { events: [], filters: { "issue-related-events-section": "" } };
    const { body } = await call("PUT", path, cleared);
    expect(body).toMatchObject({ name: "Renamed", ...cleared });
    expect((await call("PUT", path, body)).body).toMatchObject({ ...cleared, enabled: true });
    const [webhook] = await listed("jira");
    expect(webhook).toMatchObject({ allEvents: true, filter: null });
    await call("DELETE", path);
  });

  test("that are wrong in several places are told each in a sentence, with the names that Jira has", async () => {
    const refused = await call("POST", PATH, {
      name: "",
      url: "ftp://hooks.vendor-one.com/h",
      filters: { "issue-related-events-section": "project =" },
    });
    expect(refused.body.errorMessages).toEqual([
      expect.stringMatching(/^The URL must begin with/),
      expect.stringMatching(/^name must have/),
      expect.stringContaining("(character 10)"),
    ]);
  });

  test("that are wrong are refused in Jira's own form", async () => {
    const refused = await call("POST", PATH, { name: "x", url: "ftp://hooks.vendor-one.com/h" });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ errors: {}, code: "URL_SCHEME" });
    expect(refused.body.errorMessages).toHaveLength(1);
  });

  test("are not on a site of another product, nor for a token that may only read", async () => {
    expect((await call("GET", "/tracker/rest/webhooks/1.0/webhook")).status).toBe(404);
    const { body } = await host.call("POST", "/api/v1/tokens", { name: "reader", scopes: ["read"] });
    const reader = await host.call("GET", PATH, undefined, {
      authorization: `Bearer ${body.token as string}`,
    });
    expect([reader.status, reader.body.code]).toEqual([403, "SCOPE"]);
    expect((await host.call("GET", PATH, undefined, { authorization: "" })).status).toBe(401);
  });
});

describe("Backlog's webhooks", () => {
  const path = (below = "", project = "PIER") =>
    `/backlog/api/v2/projects/${project}/webhooks${below}?apiKey=${host.token}`;
  const form = async (method: string, url: string, fields: readonly (readonly [string, string])[] = []) => {
    const response = await fetch(host.url + url, {
      method,
      ...(method === "GET"
        ? {}
        : { body: new URLSearchParams(fields.map(([name, value]) => [name, value])) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test("are made from a form, changed, and answered once more when they are deleted", async () => {
    const made = await form("POST", path(), [
      ["name", "Board"],
      ["description", "for the board"],
      ["hookUrl", `${receiver.url}/backlog`],
      ["allEvent", "false"],
      ["activityTypeIds[]", "1"],
      ["activityTypeIds[]", "3"],
    ]);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      name: "Board",
      description: "for the board",
      hookUrl: `${receiver.url}/backlog`,
      allEvent: false,
      activityTypeIds: [1, 3],
      createdUser: { name: "token:first" },
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const id = `/${made.body["id"] as number}`;
    const changed = await form("PATCH", path(id), [["allEvent", "true"]]);
    expect(changed.body).toMatchObject({ name: "Board", allEvent: true, activityTypeIds: [] });
    expect((await form("PATCH", path(id), [["name", "Renamed"]])).body).toMatchObject({
      name: "Renamed",
      allEvent: true,
    });
    expect((await form("GET", path(id))).body).toMatchObject({ name: "Renamed" });
    expect((await form("DELETE", path(id))).body).toMatchObject({ name: "Renamed" });
    expect((await form("GET", path())).body).toEqual([]);
  });

  test("keep the types that they have when a change leaves them out", async () => {
    const made = await form("POST", path(), [
      ["name", "Kept"],
      ["hookUrl", `${receiver.url}/backlog`],
      ["activityTypeIds[]", "1"],
    ]);
    const id = `/${made.body["id"] as number}`;
    expect((await form("PATCH", path(id), [["allEvent", "false"]])).body).toMatchObject({
      allEvent: false,
      activityTypeIds: [1],
    });
    await form("PATCH", path(id), [["allEvent", "true"]]);
    const none = await form("PATCH", path(id), [["allEvent", "false"]]);
    expect([none.status, none.body]).toMatchObject([400, { errors: [{ code: 7 }] }]);
    await form("DELETE", path(id));
  });

  test("get the events of their project only", async () => {
    receiver.received.length = 0;
    await form("POST", path("", "PIER"), [
      ["name", "Pier"],
      ["hookUrl", `${receiver.url}/pier`],
      ["allEvent", "true"],
    ]);
    const other = await form("POST", path("", "OTHER"), [
      ["name", "Other"],
      ["hookUrl", `${receiver.url}/other`],
      ["allEvent", "true"],
    ]);
    const payload = findEventType("backlog", "issue_created")?.sample();
    await host.call("POST", "/api/v1/sites/backlog/events", { event: "issue_created", payload });
    await waitFor(() => expect(receiver.received.map(({ url }) => url)).toEqual(["/pier"]));
    const id = `/${other.body["id"] as number}`;
    expect((await form("GET", path(id, "OTHER"))).status).toBe(200);
    expect((await form("GET", path(id, "PIER"))).status).toBe(404);
  });

  test("that are wrong are refused in Backlog's own form", async () => {
    const refused = await form("POST", path(), [["name", "x"]]);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ errors: [{ code: 7, moreInfo: "BODY_SCHEMA" }] });
    const strange = await form("POST", path(), [
      ["name", "x"],
      ["hookUrl", "https://a.example.org"],
      ["activityTypeIds[]", "issue"],
    ]);
    expect(strange.body).toMatchObject({ errors: [{ code: 7 }] });
    const several = await form("POST", path(), [
      ["hookUrl", "nowhere"],
      ["allEvent", "true"],
    ]);
    expect(several.body).toMatchObject({
      errors: [
        { message: expect.stringMatching(/^The URL must be absolute/), moreInfo: "URL_INVALID" },
        { message: expect.stringMatching(/^name must have/), moreInfo: "BODY_SCHEMA" },
      ],
    });
    const nobody = await host.call("GET", "/backlog/api/v2/projects/PIER/webhooks", undefined, {
      authorization: "",
    });
    expect([nobody.status, nobody.body.errors[0].message]).toEqual([401, expect.stringContaining("apiKey=")]);
    const stranger = await form("GET", path().replace(host.token, "cb_none_0"));
    expect(stranger).toMatchObject({ status: 401, body: { errors: [{ code: 11 }] } });
  });
});

describe("Tracker's webhooks", () => {
  const PATH = "/tracker/services/v5/projects/99/webhooks";
  const call = (method: string, path: string, body?: object, token = host.token): Promise<Reply> =>
    host.call(method, path, body, { authorization: "", "x-trackertoken": token });

  test("are made, read, changed and deleted", async () => {
    const made = await call("POST", PATH, { webhook_url: `${receiver.url}/tracker`, webhook_version: "v5" });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      kind: "webhook",
      project_id: 99,
      webhook_url: `${receiver.url}/tracker`,
      webhook_version: "v5",
    });
    const path = `${PATH}/${made.body.id as number}`;
    const changed = await call("PUT", path, { webhook_url: `${receiver.url}/moved` });
    expect(changed.body).toMatchObject({ id: made.body.id, webhook_url: `${receiver.url}/moved` });
    expect((await call("GET", path)).body).toEqual(changed.body);
    expect((await call("GET", PATH)).body).toEqual([changed.body]);
    expect((await call("PUT", path, { webhook_version: "v5" })).body).toMatchObject({
      webhook_url: `${receiver.url}/moved`,
    });
    expect(await listed("tracker")).toHaveLength(1);
    expect((await call("DELETE", path)).status).toBe(204);
    expect(await listed("tracker")).toEqual([]);
  });

  test("that are wrong are refused in Tracker's own form", async () => {
    const unfound = await call("GET", `${PATH}/4711`);
    expect([unfound.status, unfound.body.kind, unfound.body.code]).toEqual([
      404,
      "error",
      "unfound_resource",
    ]);
    const old = await call("POST", PATH, { webhook_url: "https://a.example.org", webhook_version: "v3" });
    expect([old.status, old.body.code]).toEqual([400, "invalid_parameter"]);
    const stranger = await call("GET", PATH, undefined, "cb_none_0");
    expect([stranger.status, stranger.body.code]).toEqual([401, "invalid_authentication"]);
  });
});
