/** The pages of vendors and tenants: the link, the session, what they do, and where the pages may be embedded. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { quickRequest } from "../support/raw-request.ts";
import { EVENT, startPortalStage } from "../support/portal-stage.ts";
import type { PortalStage } from "../support/portal-stage.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const VENDOR = { addon: "vendor.own" };
const TENANT = { owner: "tenant own" };
const ORIGIN = "https://app.example.com";
const PNG = Buffer.from("89504e470d0a1a0a00", "hex").toString("base64");

let stage: PortalStage;
beforeAll(async () => {
  stage = await startPortalStage();
}, 120_000);
afterAll(() => stage.stop());
beforeEach(() => stage.host.call("PATCH", "/api/v1/portal-look", { title: null, logo: null, origins: [] }));

const makeLink = async (portal: object): Promise<string> => {
  const made = await stage.host.call("POST", "/api/v1/portal-links", portal);
  return new URL(made.body.url as string).pathname;
};
const open = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  quickRequest({ url: stage.host.url + path, method, headers });
const FRAME = { "sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site" };
const OWN_FORM = () => ({
  origin: stage.host.url,
  "content-type": "application/x-www-form-urlencoded",
});

describe("a link", () => {
  test("asks first at the top of a window, works once, and survives programs that open it", async () => {
    const path = await makeLink(VENDOR);
    for (let look = 0; look < 3; look += 1) {
      const page = await open(path, { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" });
      expect([page.status, page.headers["set-cookie"]]).toEqual([200, undefined]);
      expect(page.text).toContain("Continue");
      expect(page.text).toContain(`<form method="post" action="${path}">`);
    }
    const entered = await open(path, OWN_FORM(), "POST");
    expect(entered.status).toBe(303);
    expect(String(entered.headers["set-cookie"])).toMatch(
      /^callboard-\d+=\S+; Path=\/; HttpOnly; SameSite=Strict/,
    );
    expect((await open(path, OWN_FORM(), "POST")).status).toBe(401);
  });

  test("is not taken from a form of another page", async () => {
    const path = await makeLink(VENDOR);
    const refused = await open(path, { ...OWN_FORM(), origin: "https://stranger.example" }, "POST");
    expect(refused.status).toBe(403);
    expect((await open(path, OWN_FORM(), "POST")).status).toBe(303);
  });

  test("logs in at once in a frame, with a cookie for the site around it", async () => {
    const entered = await open(await makeLink(VENDOR), FRAME);
    expect(entered.status).toBe(303);
    const cookie = String(entered.headers["set-cookie"]);
    expect(cookie).toMatch(
      /^callboard-portal-\d+=\S+; Path=\/; HttpOnly; SameSite=None; Secure; Partitioned$/,
    );
    const page = await open("/admin/deliveries", { ...FRAME, cookie: cookie.split(";")[0] ?? "" });
    expect([page.status, page.text.includes("add-on vendor.own")]).toEqual([200, true]);
  });

  test("of an administrator doesn't log in to a frame, nor does its session in the frame's cookie", async () => {
    const made = await stage.host.call("POST", "/api/v1/login-links");
    const path = new URL(made.body.url as string).pathname;
    expect((await open(path, FRAME)).status).toBe(403);
    const entered = await open(path, { "sec-fetch-site": "none" });
    const [name = "", value = ""] = (String(entered.headers["set-cookie"]).split(";")[0] ?? "").split("=");
    expect((await open("/admin/settings", { cookie: `${name}=${value}` })).status).toBe(200);
    const moved = name.replace("callboard-", "callboard-portal-");
    expect((await open("/admin/settings", { cookie: `${moved}=${value}` })).status).toBe(303);
    expect((await open("/admin/settings", { ...FRAME, cookie: `${moved}=${value}` })).status).toBe(401);
  });

  test.each<[string, object, number, string]>([
    ["no receiver", {}, 422, "BODY_SCHEMA"],
    ["two", { ...VENDOR, ...TENANT }, 422, "BODY_SCHEMA"],
    ["an add-on that is not installed", { addon: "nobody" }, 404, "ADDON_NOT_FOUND"],
    ["an owner of nothing", { owner: "nobody" }, 404, "WEBHOOK_NOT_FOUND"],
    ["a site that does not exist", { ...VENDOR, site: "none" }, 404, "SITE_NOT_FOUND"],
    ["a site without the add-on", { ...VENDOR, site: "harbor" }, 404, "ADDON_NOT_FOUND"],
    ["a lifetime of more than a week", { ...VENDOR, minutes: 10_081 }, 422, "BODY_SCHEMA"],
  ])("for %s is refused", async (_what, body, status, code) => {
    const reply = await stage.host.call("POST", "/api/v1/portal-links", body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  test("of a token of one site leads to that site only", async () => {
    const token = await stage.tokenFor({ site: "jira" });
    const headers = { authorization: `Bearer ${token}` };
    const other = { addon: "vendor.other", site: "harbor" };
    expect((await stage.host.call("POST", "/api/v1/portal-links", other, headers)).status).toBe(403);
    const made = await stage.host.call("POST", "/api/v1/portal-links", { addon: "vendor.other" }, headers);
    const path = new URL(made.body.url as string).pathname;
    const entered = await open(path, OWN_FORM(), "POST");
    const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
    expect((await open("/admin/addons/jira/vendor.other", { cookie })).status).toBe(200);
    expect((await open("/admin/addons/harbor/vendor.other", { cookie })).status).toBe(404);
  });
});

describe("a vendor", () => {
  test("sees its add-on and its deliveries, and has one sent again", async () => {
    const { own, addon } = stage;
    const session = await stage.logIn(VENDOR);
    expect((await session.get("/admin")).headers.get("location")).toBe("/admin/addons");
    const page = await session.get(`/admin/addons/jira/${own.key}`);
    expect(page.text).toContain("Rotate secret…");
    expect(page.text).not.toMatch(/Uninstall|Disable<|Upgrade/);
    const before = addon.webhooks.length;
    expect((await session.post(`/admin/deliveries/${own.deliveryOfAddon}/redeliver`)).status).toBe(303);
    await waitFor(() => expect(addon.webhooks.length).toBe(before + 1));
    const { body } = await stage.host.call("GET", "/api/v1/audit?limit=1");
    expect(body.items[0].actor).toMatch(/^token:.* \(add-on vendor\.own\)$/);
  });

  test("gives its add-on a new secret, and starts a replay", async () => {
    const { own } = stage;
    const session = await stage.logIn(VENDOR);
    expect((await session.post(`/admin/addons/jira/${own.key}/rotate`)).status).toBe(303);
    const fields = { to: `addon|${own.key}`, since: "2020-01-01T00:00:00", do: "preview" };
    const preview = await session.post("/admin/replays/jira/new", fields);
    expect([preview.status, preview.text.includes("would be sent")]).toEqual([200, true]);
    const foreign = await session.post("/admin/replays/jira/new", { ...fields, to: "addon|vendor.other" });
    expect([foreign.status, foreign.text.includes("not installed")]).toEqual([404, true]);
  });

  test("reads the catalogue of its product only, without the others that subscribe", async () => {
    const session = await stage.logIn(VENDOR);
    const page = await session.get(`/admin/catalogue/jira/${encodeURIComponent(EVENT)}`);
    expect(page.text).toContain("vendor.own");
    expect(page.text).not.toMatch(/vendor\.other|Hook of|Trigger event|Send test/);
    expect((await session.get("/admin/catalogue/confluence/page_created")).status).toBe(404);
  });
});

describe("a tenant", () => {
  test("adds, changes and deletes webhooks of its own, which nobody else of the site sees", async () => {
    const session = await stage.logIn({ ...TENANT, site: "jira" });
    const fields = {
      name: "Mine",
      url: "http://127.0.0.1:9999/x",
      allEvents: "on",
      active: "on",
      do: "save",
    };
    const added = await session.post("/admin/webhooks/jira/new", { ...fields, owner: "tenant other" });
    expect(added.status).toBe(303);
    const { body } = await stage.host.call("GET", "/api/v1/sites/jira/webhooks");
    const made = (body.items as { id: string; name: string; owner: string }[]).find(
      ({ name }) => name === "Mine",
    );
    expect(made?.owner).toBe("tenant own");
    const path = `/admin/webhooks/jira/${made?.id.split("_")[2] ?? ""}`;
    const other = await stage.logIn({ owner: "tenant other" });
    expect((await other.get(path)).status).toBe(404);
    expect((await session.post(path, { ...fields, name: "Renamed" })).status).toBe(303);
    expect(
      (await stage.host.call("GET", `/api/v1/sites/jira/webhooks/${made?.id ?? ""}`)).body,
    ).toMatchObject({
      name: "Renamed",
      owner: "tenant own",
    });
    expect((await session.post(`${path}/delete`)).status).toBe(303);
  });

  test("is offered neither operational events nor their format in the form", async () => {
    const session = await stage.logIn({ ...TENANT, site: "jira" });
    const path = "/admin/webhooks/jira/new";
    const { text } = await session.get(path);
    const offered = ['value="jira:issue_created"', 'value="slack"'];
    const withheld = ['value="endpoint.paused"', 'value="standard">Standard (operational'];
    const seen = (page: string) => [...offered, ...withheld].map((option) => page.includes(option));
    expect(seen(text)).toEqual([true, true, false, false]);
    expect(seen(await (await (await logIn(stage.host)).get(path)).text())).toEqual([true, true, true, true]);
  });

  test("can't ask for operational events, which tell of others", async () => {
    const session = await stage.logIn({ ...TENANT, site: "jira" });
    const fields = { name: "Spy", url: "http://127.0.0.1:9999/x", event: "delivery.failed", do: "save" };
    const refused = await session.post("/admin/webhooks/jira/new", fields);
    expect([refused.status, refused.text.includes("must not be an operational event")]).toEqual([422, true]);
    const headers = { authorization: `Bearer ${await stage.tokenFor(TENANT)}` };
    const trial = { bodyFilter: { a: 1 }, event: "delivery.failed" };
    const path = "/api/v1/sites/jira/body-filters/try";
    expect((await stage.host.call("POST", path, trial, headers)).status).toBe(422);
  });
});

describe("the pages of an administrator", () => {
  test("make a link, which is shown once, and say why there is none", async () => {
    const admin = await logIn(stage.host);
    const make = async (fields: Readonly<Record<string, string>>) => {
      const reply = await admin.post("/admin/settings/portals/links", { csrf: admin.csrf, ...fields });
      return { status: reply.status, text: await reply.text() };
    };
    const made = await make({ addon: "vendor.own", owner: "", site: "jira", minutes: "60" });
    const url = /<code class="break" id="made">([^<]+)</.exec(made.text)?.[1] ?? "";
    expect([made.status, url]).toEqual([200, expect.stringContaining("/admin/login/")]);
    const secret = url.split("/").at(-1) ?? "";
    expect(await (await admin.get("/admin/settings/portals")).text()).not.toContain(secret);
    const entered = await open(new URL(url).pathname, OWN_FORM(), "POST");
    const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
    expect((await open("/admin/addons/jira/vendor.own", { cookie })).status).toBe(200);
    for (const [fields, status, why] of [
      [{}, 422, "Add-on must be there, or owner."],
      [{ addon: "vendor.own", owner: "tenant own" }, 422, "Owner must be left out with addon."],
      [{ addon: "nobody" }, 404, "The add-on nobody is not installed on these sites"],
      [{ owner: "nobody" }, 404, "No webhook has the owner"],
    ] as const) {
      const refused = await make(fields);
      expect([
        refused.status,
        refused.text.includes(why),
        refused.text.includes("No link was created"),
      ]).toEqual([status, true, true]);
    }
  });

  test("make a token of a portal, with its scopes alone", async () => {
    const admin = await logIn(stage.host);
    const make = async (fields: Readonly<Record<string, string>>) => {
      const reply = await admin.post("/admin/settings/tokens", {
        csrf: admin.csrf,
        name: "of a vendor",
        ...fields,
      });
      return { status: reply.status, text: await reply.text() };
    };
    const made = await make({ scope: "read", addon: "vendor.own" });
    const token = /<code id="made">([^<]+)</.exec(made.text)?.[1] ?? "";
    expect([made.status, token]).toEqual([200, expect.stringMatching(/^cb_/)]);
    const headers = { authorization: `Bearer ${token}` };
    const { own, others } = stage;
    for (const [id, status] of [
      [own.deliveryOfAddon, 200],
      [others.deliveryOfAddon, 404],
    ] as const)
      expect((await stage.host.call("GET", `/api/v1/deliveries/${id}`, undefined, headers)).status).toBe(
        status,
      );
    const refused = await make({ scope: "ingest", owner: "tenant own" });
    expect([
      refused.status,
      refused.text.includes("must be admin or read for an add-on or an owner"),
    ]).toEqual([422, true]);
  });
});

describe("a token of a portal", () => {
  test("may read or administrate, and nothing else", async () => {
    const create = (scopes: readonly string[]) =>
      stage.host.call("POST", "/api/v1/tokens", { name: "portal", scopes, ...VENDOR });
    for (const scope of ["events:write", "ingest", "metrics"]) {
      expect((await create(["read", scope])).body.errors).toMatchObject([{ pointer: "/scopes/1" }]);
    }
    expect((await create(["read"])).body).toMatchObject({ addon: "vendor.own", owner: null });
  });

  test("with the scope read changes nothing", async () => {
    const headers = { authorization: `Bearer ${await stage.tokenFor(VENDOR, ["read"])}` };
    const { deliveryOfAddon: id } = stage.own;
    expect((await stage.host.call("GET", `/api/v1/deliveries/${id}`, undefined, headers)).status).toBe(200);
    const redelivery = await stage.host.call("POST", `/api/v1/deliveries/${id}/redeliver`, {}, headers);
    expect(redelivery.status).toBe(403);
  });

  test("opens no other API", async () => {
    const token = await stage.tokenFor(VENDOR);
    const basic = { authorization: `Basic ${btoa(`x:${token}`)}` };
    const bearer = { authorization: `Bearer ${token}` };
    for (const [method, path, headers] of [
      ["GET", "/jira/rest/plugins/1.0", basic],
      ["GET", "/jira/rest/webhooks/1.0/webhook", basic],
      ["POST", "/jira/ingest", bearer],
      ["POST", "/api/v1/sites/jira/events", bearer],
    ] as const) {
      const reply = await stage.host.call(method, path, method === "GET" ? undefined : {}, headers);
      expect([path, reply.status]).toEqual([path, 404]);
    }
  });
});

describe("the look", () => {
  test("is on the pages of portals alone", async () => {
    await stage.host.call("PATCH", "/api/v1/portal-look", { title: "Harbor hooks", logo: PNG });
    const session = await stage.logIn(VENDOR);
    const page = await session.get("/admin/deliveries");
    expect(page.text).toContain("Harbor hooks</a>");
    const src = /<img class="logo" src="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const logo = await open(src);
    expect([logo.status, logo.headers["content-type"], logo.headers["x-content-type-options"]]).toEqual([
      200,
      "image/png",
      "nosniff",
    ]);
    expect((await open("/admin/login")).text).not.toContain("Harbor hooks");
    const admin = await logIn(stage.host);
    const settings = await (await admin.get("/admin/settings/portals")).text();
    expect(settings).toContain(`<img class="logo" src="${src}" alt="The logo">`);
    expect(settings.match(/class="logo"/g)).toHaveLength(1);
  });

  test("is changed by a form, which sends the logo as a file", async () => {
    const admin = await logIn(stage.host);
    const send = async (fields: Readonly<Record<string, string | Buffer>>) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ csrf: admin.csrf, ...fields })) {
        if (typeof value === "string") form.append(name, value);
        else form.append(name, new Blob([value], { type: "image/gif" }), "logo.gif");
      }
      const reply = await fetch(`${stage.host.url}/admin/settings/portals`, {
        method: "POST",
        headers: { cookie: admin.cookie, origin: stage.host.url },
        body: form,
        redirect: "manual",
      });
      return { status: reply.status, text: await reply.text() };
    };
    const look = async () => (await stage.host.call("GET", "/api/v1/portal-look")).body as object;
    const png = Buffer.from(PNG, "base64");
    // Known by its bytes, whatever the browser says of it.
    expect((await send({ title: "By form", origins: ORIGIN, logo: png })).status).toBe(303);
    expect(await look()).toEqual({ title: "By form", logo: "image/png", origins: [ORIGIN] });
    // A browser sends a field without a file as an empty one.
    expect((await send({ title: "Kept", origins: "", logo: Buffer.alloc(0) })).status).toBe(303);
    expect(await look()).toEqual({ title: "Kept", logo: "image/png", origins: [] });
    for (const logo of [Buffer.from("<svg/>"), Buffer.concat([png, Buffer.alloc(64 * 1024)])]) {
      const refused = await send({ title: "Refused", origins: "", logo });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(
        '<a href="#logo">Logo must be a PNG, JPEG or WebP image of at most 64 KiB.</a>',
      );
      expect(refused.text).toContain('value="Refused"');
    }
    expect((await send({ title: "Huge", logo: Buffer.alloc(2 * 1024 * 1024) })).status).toBe(413);
    expect((await send({ title: "Forged", csrf: "other" })).status).toBe(403);
    expect(await look()).toEqual({ title: "Kept", logo: "image/png", origins: [] });
    expect((await send({ title: "", origins: "", removeLogo: "on" })).status).toBe(303);
    expect(await look()).toEqual({ title: null, logo: null, origins: [] });
  });

  test.each([
    ["without a boundary", "multipart/form-data; charset=utf-8", "--x--"],
    [
      "that ends early",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="csrf"\r\n\r\na',
    ],
    ["without a part", "multipart/form-data; boundary=x", ""],
    [
      "with a name that can't be stored",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="a\0b"\r\n\r\na\r\n--x--\r\n',
    ],
  ])("a form with a file %s is refused", async (_what, type, body) => {
    const admin = await logIn(stage.host);
    const headers = { cookie: admin.cookie, origin: stage.host.url, "content-type": type };
    const reply = await quickRequest({
      url: `${stage.host.url}/admin/settings/portals`,
      method: "POST",
      headers,
      body,
    });
    expect([reply.status, reply.text.includes("Internal")]).toEqual([422, false]);
  });

  test("a form with a file whose session has ended asks for a login", async () => {
    const headers = { origin: stage.host.url, "content-type": "multipart/form-data; boundary=x" };
    const reply = await open("/admin/settings/portals", headers, "POST");
    expect([reply.status, reply.text.includes("form with a file is not kept")]).toEqual([401, true]);
  });

  test("that is refused changes nothing", async () => {
    await stage.host.call("PATCH", "/api/v1/portal-look", { title: "Before" });
    const logo = Buffer.from("<svg/>").toString("base64");
    const refused = await stage.host.call("PATCH", "/api/v1/portal-look", { title: "After", logo });
    expect(refused).toMatchObject({ status: 422, body: { code: "LOGO_INVALID" } });
    expect((await stage.host.call("GET", "/api/v1/portal-look")).body.title).toBe("Before");
  });
});

describe("a frame", () => {
  const ancestors = (headers: Readonly<Record<string, unknown>>) =>
    /frame-ancestors (.*)$/.exec(String(headers["content-security-policy"]))?.[1];

  test("is open to the listed origins, on pages of portals alone", async () => {
    await stage.host.call("PATCH", "/api/v1/portal-look", { origins: [ORIGIN] });
    const session = await stage.logIn(VENDOR);
    for (const path of [
      "/admin/deliveries",
      "/admin/addons",
      "/admin/settings",
      "/admin/deliveries/dlv_1_none",
    ]) {
      const page = await session.get(path);
      const headers = Object.fromEntries(page.headers);
      expect([path, ancestors(headers), headers["x-frame-options"]]).toEqual([path, ORIGIN, undefined]);
    }
    const admin = await open("/admin/login");
    expect([ancestors(admin.headers), admin.headers["x-frame-options"]]).toEqual(["'none'", "DENY"]);
    expect(ancestors((await open("/admin/deliveries", FRAME)).headers)).toBe(ORIGIN);
  });

  test("is open to no origin by default", async () => {
    const page = await (await stage.logIn(VENDOR)).get("/admin/deliveries");
    const headers = Object.fromEntries(page.headers);
    expect([ancestors(headers), headers["x-frame-options"]]).toEqual(["'none'", "DENY"]);
  });

  test("says that its session has ended, without the login page", async () => {
    const afterLogout = await open("/admin/login", FRAME);
    expect([afterLogout.status, afterLogout.text.includes("You are not logged in")]).toEqual([401, true]);
    const page = await open("/admin/deliveries", FRAME);
    expect([
      page.status,
      page.text.includes("You are not logged in"),
      page.text.includes("API token"),
    ]).toEqual([401, true, false]);
  });
});
