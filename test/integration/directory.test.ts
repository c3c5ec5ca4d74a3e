/** The directory: an administrator of the server adds add-ons, sites install them, and later versions are shown. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
let host: TestHost;
let addon: Receiver;
let session: PageSession;
/** Members of the descriptor that is served, and the requests for it. */
let changes: object = {};
let status = 200;
let reads = 0;

beforeAll(async () => {
  host = await startTestHost();
  session = await logIn(host);
  addon = await startReceiver((request, response) => {
    if (!request.url.endsWith(".json")) return void response.writeHead(204).end();
    reads += 1;
    const descriptor = {
      key: KEY,
      name: "Bell",
      vendor: { name: "Ring & Co" },
      description: "Rings <loud>",
      version: "1.0.0",
      baseUrl: addon.url,
      authentication: { type: "none" },
      modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
      ...changes,
    };
    response.writeHead(status).end(JSON.stringify(descriptor));
  });
});
afterAll(async () => {
  await host.stop();
  await addon.close();
});
afterEach(async () => {
  changes = {};
  status = 200;
  await host.call("PATCH", "/api/v1/settings", { installSources: "anywhere" });
  for (const { key } of (await list()).items) await host.call("DELETE", `/api/v1/directory/${key}`);
  for (const site of ["jira", "confluence"]) {
    for (const { key } of (await host.call("GET", `/api/v1/sites/${site}/addons`)).body.items)
      await host.call("DELETE", `/api/v1/sites/${site}/addons/${key}`);
  }
});

const url = (path = "/atlassian-connect.json") => addon.url + path;
const add = (more: object = {}) => host.call("POST", "/api/v1/directory", { descriptorUrl: url(), ...more });
const list = async (query = "") => (await host.call("GET", `/api/v1/directory${query}`)).body;
const entry = async (key = KEY) => (await host.call("GET", `/api/v1/directory/${key}`)).body;
const install = (body: object, site = "jira") => host.call("POST", `/api/v1/sites/${site}/addons`, body);
const refresh = () => host.call("POST", `/api/v1/directory/${KEY}/refresh`);
const installedOn = async (site: string) =>
  (await host.call("GET", `/api/v1/sites/${site}/addons`)).body.items[0];
const audited = async (action: string) =>
  (await host.call("GET", "/api/v1/audit?limit=20")).body.items.find(
    (item: { readonly action: string }) => item.action === action,
  );

describe("the API", () => {
  test("adds an add-on by the URL of its descriptor, once", async () => {
    const { status: answered, body } = await add();
    expect([answered, body]).toEqual([
      201,
      {
        key: KEY,
        name: "Bell",
        vendor: "Ring & Co",
        description: "Rings <loud>",
        version: "1.0.0",
        descriptorUrl: url(),
        edited: [],
        addedAt: expect.stringMatching(/^20/),
        addedBy: expect.stringMatching(/^token:/),
        readAt: expect.stringMatching(/^20/),
        failure: null,
        installations: [],
      },
    ]);
    expect(await audited("directory.added")).toMatchObject({ object: KEY, detail: url() });
    expect((await add()).body.code).toBe("CONFLICT");
    expect((await list()).items).toHaveLength(1);
  });

  test.each<[string, () => void, string]>([
    ["a descriptor that can't be read", () => (status = 404), "DESCRIPTOR_FETCH"],
    ["an invalid one", () => (changes = { baseUrl: 7 }), "DESCRIPTOR_SCHEMA"],
  ])("doesn't add %s", async (_name, prepare, code) => {
    prepare();
    expect((await add()).body.code).toBe(code);
    expect((await list()).items).toEqual([]);
  });

  test("doesn't add texts that can't be shown", async () => {
    const { body } = await add({ name: "a\nb", vendor: "" });
    expect(body.code).toBe("BODY_SCHEMA");
    expect(body.errors.map(({ pointer }: { readonly pointer: string }) => pointer)).toEqual([
      "/name",
      "/vendor",
    ]);
  });

  test("shows the texts of an administrator, and those of the descriptor again", async () => {
    await add({ name: "The bell" });
    expect(await entry()).toMatchObject({ name: "The bell", vendor: "Ring & Co", edited: ["name"] });
    changes = { name: "Bell 2" };
    await refresh();
    expect(await entry()).toMatchObject({ name: "The bell" });
    const changed = await host.call("PATCH", `/api/v1/directory/${KEY}`, { name: null, vendor: "Us" });
    expect(changed.body).toMatchObject({ name: "Bell 2", vendor: "Us", edited: ["vendor"] });
    expect(await audited("directory.changed")).toMatchObject({ object: KEY });
  });

  test("a new URL must have the descriptor of the same add-on", async () => {
    await add();
    changes = { key: "org.example.other" };
    const move = (path: string) =>
      host.call("PATCH", `/api/v1/directory/${KEY}`, { descriptorUrl: url(path) });
    expect((await move("/other.json")).body.code).toBe("ADDON_STATE");
    changes = { version: "2.0.0" };
    expect((await move("/new.json")).body).toMatchObject({
      descriptorUrl: url("/new.json"),
      version: "2.0.0",
    });
  });

  test.each(["GET", "PATCH", "DELETE"])("%s of an add-on that is not in it", async (method) => {
    const body = method === "PATCH" ? { name: "x" } : undefined;
    const { status: answered, body: problem } = await host.call(method, "/api/v1/directory/none", body);
    expect([answered, problem.code]).toEqual([404, "DIRECTORY_NOT_FOUND"]);
  });

  test("lists in pages, and finds", async () => {
    for (const key of ["c.bell", "a.bell", "b.ring"]) {
      changes = { key, name: key.toUpperCase() };
      await add({ descriptorUrl: url(`/${key}.json`) });
    }
    const listKeys = ({ items }: { readonly items: readonly { readonly key: string }[] }) =>
      items.map(({ key }) => key);
    const first = await list("?limit=2");
    expect([listKeys(first), first.next]).toEqual([["a.bell", "b.ring"], "b.ring"]);
    expect(listKeys(await list(`?limit=2&cursor=${first.next}`))).toEqual(["c.bell"]);
    expect(listKeys(await list("?find=C.BE"))).toEqual(["c.bell"]);
    const found = await list("?find=.bell&limit=1");
    expect([listKeys(found), listKeys(await list(`?find=.bell&limit=1&cursor=${found.next}`))]).toEqual([
      ["a.bell"],
      ["c.bell"],
    ]);
  });

  test("a token of one site sees the add-ons and its own installations, installs, and changes nothing", async () => {
    await add();
    await install({ directoryKey: KEY });
    await install({ directoryKey: KEY }, "confluence");
    const made = await host.call("POST", "/api/v1/tokens", {
      name: "of confluence",
      scopes: ["admin"],
      site: "confluence",
    });
    const headers = { authorization: `Bearer ${made.body.token}` };
    const { items } = (await host.call("GET", "/api/v1/directory", undefined, headers)).body;
    expect(items[0].installations).toEqual([
      { site: "confluence", version: "1.0.0", state: "enabled", availableVersion: null },
    ]);
    const own = await host.call("POST", "/api/v1/sites/confluence/addons", { directoryKey: KEY }, headers);
    expect(own.status).toBe(201);
    const refused = await host.call("POST", "/api/v1/sites/jira/addons", { directoryKey: KEY }, headers);
    expect(refused.body.code).toBe("SCOPE");
    for (const [method, path] of [
      ["POST", ""],
      ["PATCH", `/${KEY}`],
      ["DELETE", `/${KEY}`],
      ["POST", `/${KEY}/refresh`],
      ["POST", "/refresh"],
    ] as const) {
      const { body } = await host.call(method, `/api/v1/directory${path}`, undefined, headers);
      expect([method, path, body.code]).toEqual([method, path, "SCOPE"]);
    }
  });
});

describe("an install from the directory", () => {
  test("takes the URL of the entry", async () => {
    await add();
    const { status: answered, body } = await install({ directoryKey: KEY });
    expect([answered, body.key, body.descriptorUrl]).toEqual([201, KEY, url()]);
  });

  test("is refused when the URL has another add-on now", async () => {
    await add();
    changes = { key: "org.example.other" };
    expect((await install({ directoryKey: KEY })).body.code).toBe("DIRECTORY_ONLY");
    expect(await installedOn("jira")).toBeUndefined();
    expect(await audited("addon.install-refused")).toMatchObject({
      object: expect.stringContaining("jira/") as string,
      detail: expect.stringContaining(url()) as string,
    });
  });

  test.each<[string, object, string]>([
    ["an unknown key", { directoryKey: "none" }, "DIRECTORY_NOT_FOUND"],
    ["a key and a URL", { directoryKey: KEY, descriptorUrl: "http://127.0.0.1/x" }, "BODY_SCHEMA"],
  ])("is refused for %s", async (_name, body, code) => {
    expect((await install(body)).body.code).toBe(code);
  });

  test("that is refused before the descriptor is read is recorded with its key", async () => {
    await install({ directoryKey: "none" });
    expect((await audited("addon.install-refused")).detail).toContain("directory:none");
  });
});

describe("a later version", () => {
  test("is shown on the installation and in the directory until it is installed", async () => {
    await add();
    await install({ directoryKey: KEY });
    expect((await installedOn("jira")).availableVersion).toBeNull();
    changes = { version: "1.10.0" };
    expect((await refresh()).body).toMatchObject({ version: "1.10.0" });
    expect((await installedOn("jira")).availableVersion).toBe("1.10.0");
    expect((await entry()).installations[0]).toMatchObject({ version: "1.0.0", availableVersion: "1.10.0" });
    await install({ directoryKey: KEY });
    expect((await installedOn("jira")).availableVersion).toBeNull();
  });

  test("is not what the directory has when it is earlier", async () => {
    changes = { version: "0.9.0" };
    await add();
    changes = { version: "1.0.0" };
    await install({ descriptorUrl: url() });
    expect((await installedOn("jira")).availableVersion).toBeNull();
  });
});

describe("a refresh", () => {
  test("keeps the entry and its failure until the descriptor can be read again", async () => {
    await add();
    status = 500;
    const failed = await refresh();
    expect(failed.body).toMatchObject({
      name: "Bell",
      version: "1.0.0",
      failure: { code: "DESCRIPTOR_FETCH", detail: expect.stringContaining("returned 500") as string },
    });
    const { since } = failed.body.failure;
    expect((await refresh()).body.failure.since).toBe(since);
    status = 200;
    expect((await refresh()).body.failure).toBeNull();
  });

  test("finds another add-on at the URL", async () => {
    await add();
    changes = { key: "org.example.other" };
    expect((await refresh()).body.failure).toMatchObject({ code: "ADDON_STATE" });
  });

  test("of everything is made in the background", async () => {
    await add();
    changes = { version: "3.0.0" };
    const { status: answered, body } = await host.call("POST", "/api/v1/directory/refresh");
    expect([answered, body]).toEqual([202, { due: 1 }]);
    await waitFor(async () => expect(await entry()).toMatchObject({ version: "3.0.0" }), 15_000);
  });
});

describe("where only the directory may be installed from", () => {
  const only = () => host.call("PATCH", "/api/v1/settings", { installSources: "directory" });

  test("is a setting", async () => {
    expect((await host.call("GET", "/api/v1/settings")).body.installSources).toBe("anywhere");
    expect((await only()).body.installSources).toBe("directory");
    expect(await audited("setting.changed")).toMatchObject({ object: "installSources", detail: "directory" });
    const wrong = await host.call("PATCH", "/api/v1/settings", { installSources: "nowhere" });
    expect(wrong.body.code).toBe("BODY_SCHEMA");
  });

  test("nothing else is installed or fetched", async () => {
    await only();
    reads = 0;
    const inline = { key: KEY, baseUrl: addon.url, authentication: { type: "none" } };
    for (const body of [{ descriptorUrl: url() }, { descriptor: inline }]) {
      const refused = await install(body);
      expect([refused.status, refused.body.code]).toEqual([403, "DIRECTORY_ONLY"]);
    }
    expect(reads).toBe(0);
    expect(await audited("addon.install-refused")).toMatchObject({ object: "jira" });
    await add();
    expect((await install({ directoryKey: KEY })).status).toBe(201);
    // The same URL is the same add-on.
    expect((await install({ descriptorUrl: url() })).status).toBe(201);
  });

  test("the preview says so", async () => {
    await only();
    const { body } = await host.call("POST", "/api/v1/sites/jira/addons/preview", { descriptorUrl: url() });
    expect(body.code).toBe("DIRECTORY_ONLY");
  });

  test("an installed add-on stays, and is upgraded once it is in the directory", async () => {
    await install({ descriptorUrl: url() });
    await only();
    const upgrade = () => host.call("POST", `/api/v1/sites/jira/addons/${KEY}/upgrade`);
    expect((await upgrade()).body.code).toBe("DIRECTORY_ONLY");
    expect(await installedOn("jira")).toMatchObject({ key: KEY, state: "enabled" });
    await add();
    expect((await upgrade()).status).toBe(200);
  });

  test("UPM tells the code", async () => {
    await only();
    const basic = { authorization: `Basic ${Buffer.from(`admin:${host.token}`).toString("base64")}` };
    const path = "/jira/rest/plugins/1.0/";
    const token = (await host.call("GET", path, undefined, basic)).headers.get("upm-token") ?? "";
    const begun = await host.call(
      "POST",
      `${path}?token=${encodeURIComponent(token)}`,
      { pluginUri: url() },
      { ...basic, "content-type": "application/vnd.atl.plugins.remote.install+json" },
    );
    await waitFor(async () => {
      const { body } = await host.call("GET", begun.body.links.self as string, undefined, basic);
      expect(body.status).toMatchObject({ done: true, subCode: "DIRECTORY_ONLY" });
    });
  });
});

describe("the pages", () => {
  const page = async (path: string) => (await session.get(path)).text();
  const send = async (path: string, fields: Readonly<Record<string, string>> = {}) => {
    const answer = await session.post(path, { csrf: session.csrf, ...fields });
    return { status: answer.status, to: answer.headers.get("location") ?? "", page: await answer.text() };
  };
  const entryPage = `/admin/directory/addon/${KEY}`;

  test("say what to do next while the directory is empty", async () => {
    const text = await page("/admin/directory");
    expect(text).toContain("No add-ons in the directory yet");
    expect(text).toContain("Enter a URL");
  });

  test("add an add-on, install it with one click, and show its update", async () => {
    const added = await send("/admin/directory", { url: url() });
    expect([added.status, added.to]).toEqual([303, `${entryPage}?notice=directory-added`]);
    const listed = await page("/admin/directory?site=confluence");
    expect(listed).toContain("Rings &lt;loud&gt;");
    expect(listed).toMatch(/name="directory" value="org.example.bell"/);
    const installed = await send("/admin/addons", { directory: KEY, site: "confluence" });
    expect([installed.status, installed.to]).toEqual([
      303,
      expect.stringContaining("notice=addon-installed"),
    ]);
    changes = { version: "1.1.0" };
    expect((await send(`${entryPage}/refresh`)).to).toContain("notice=directory-refreshed");
    for (const path of ["/admin/directory", entryPage, "/admin/addons", `/admin/addons/confluence/${KEY}`])
      expect([path, await page(path)]).toEqual([path, expect.stringContaining("Update available")]);
  });

  test("show a descriptor that can't be read, and a URL that can't be added", async () => {
    await add();
    status = 503;
    expect((await send(`${entryPage}/refresh`)).to).toBe(entryPage);
    expect(await page(entryPage)).toContain("returned 503");
    expect(await page("/admin/directory")).toContain("Can’t be read");
    const refused = await send("/admin/directory", { url: url("/other.json") });
    expect(refused.status).toBe(422);
    expect(refused.page).toContain("The add-on was not added");
  });

  test("install with a confirmation where the base URL is elsewhere, still from the directory", async () => {
    changes = { baseUrl: addon.url.replace("127.0.0.1", "localhost") };
    await add();
    const asked = await send("/admin/addons", { directory: KEY, site: "jira" });
    expect(asked.status).toBe(200);
    expect(asked.page).toContain(`name="directory" value="${KEY}"`);
    expect(asked.page).toContain("confirmBaseUrl");
  });

  test("a URL that was typed over that of the directory counts", async () => {
    await add();
    changes = { key: "org.example.other" };
    const done = await send("/admin/addons", { directory: KEY, site: "jira", url: url("/other.json") });
    expect(done.to).toContain("/admin/addons/jira/org.example.other");
  });

  test("edit, remove, and set where sites install from", async () => {
    await add();
    const fields = { descriptorUrl: url(), name: "The bell", vendor: "", description: "" };
    expect((await send(entryPage, fields)).to).toContain("notice=directory-saved");
    expect(await entry()).toMatchObject({ name: "The bell", edited: ["name"] });
    expect((await send(entryPage, { ...fields, name: "x".repeat(201) })).status).toBe(422);
    expect((await send("/admin/directory/sources", { installSources: "directory" })).status).toBe(303);
    expect(await page("/admin/directory")).toContain("Sites install add-ons from the directory only.");
    expect(await page(`${entryPage}/remove`)).toContain("Remove from directory");
    expect((await send(`${entryPage}/remove`)).to).toContain("notice=directory-removed");
    expect((await list()).items).toEqual([]);
    expect(await audited("directory.removed")).toMatchObject({ object: KEY });
  });

  test("of a token of one site have no forms of the directory", async () => {
    await add();
    const made = await host.call("POST", "/api/v1/tokens", { name: "j", scopes: ["admin"], site: "jira" });
    const own = await logIn({ url: host.url, token: made.body.token as string });
    for (const path of ["/admin/directory", entryPage]) {
      const text = await (await own.get(path)).text();
      expect(text).toContain("Bell");
      expect(text).not.toMatch(/Add to directory|Check|Install sources|<h2>Edit/);
    }
  });
});

describe("the command line", () => {
  const callboard = (args: readonly string[], typed?: string) => runCommand(host, args, typed);

  test("adds, lists, shows, sets, installs, refreshes and removes", async () => {
    expect((await callboard(["directory"])).notes).toContain("callboard directory add URL");
    const added = await callboard(["directory", "add", url(), "--vendor", "Us"]);
    expect(added).toMatchObject({
      code: 0,
      out: expect.stringContaining(`added: ${KEY}  Bell 1.0.0`) as string,
    });
    const installed = await callboard(["install", "--from-directory", KEY]);
    expect(installed).toMatchObject({
      code: 0,
      out: expect.stringContaining("on jira: org.example") as string,
    });
    changes = { version: "2.0.0" };
    expect(await callboard(["directory", "refresh"])).toMatchObject({
      code: 0,
      out: `${KEY}: version 2.0.0\n`,
    });
    expect((await callboard(["directory", "list"])).out).toContain("jira 1.0.0 (update: 2.0.0)");
    expect((await callboard(["addons"])).out).toContain("1.0.0 (update: 2.0.0)");
    const set = await callboard(["directory", "set", KEY, "--vendor", "", "--name", "Ring"]);
    expect(set.out).toMatch(/changed: org.example.bell {2}Ring 2.0.0\n {2}vendor: Ring & Co/);
    expect((await callboard(["directory", "show", KEY])).out).toContain("installed on jira 1.0.0");
    status = 404;
    expect(await callboard(["directory", "refresh", KEY])).toMatchObject({
      code: 1,
      out: expect.stringContaining("can't be read") as string,
    });
    expect((await callboard(["directory", "remove", KEY], "n")).code).toBe(1);
    expect(await callboard(["directory", "remove", KEY, "--yes"])).toMatchObject({
      code: 0,
      out: `removed: ${KEY}\n`,
    });
  });

  test.each<[readonly string[], number, string]>([
    [["directory", "show", "none"], 4, "DIRECTORY_NOT_FOUND"],
    [["directory", "set", "none"], 2, "--url, --name"],
    [["install"], 2, "--from-directory KEY"],
    [["install", "http://127.0.0.1:1/x.json", "--from-directory", "x"], 2, "--from-directory KEY"],
  ])("%j", async (args, code, note) => {
    expect(await callboard(args)).toMatchObject({ code, notes: expect.stringContaining(note) as string });
  });
});
