/** A base URL with a path: everything that browsers, add-ons and tools are given stays below it, whatever the proxy removes. */
import { get as openStream } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAGES } from "../../src/host/web/pages/index.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { startPrefixProxy } from "../support/prefix-proxy.ts";
import type { PrefixProxy } from "../support/prefix-proxy.ts";
import { waitFor } from "../support/wait-for.ts";

const PREFIX = "/hooks/callboard";
const ADDON = "org.example.below";
/** What a page sends a browser to … */
const ADDRESS = /\b(?:href|action|src|formaction|data-live|data-load)="([^"]*)"/g;
/** … and what of it is opened here: no form is sent, and the stream of a live page has no end. */
const LINK = /\b(?:href|src|data-load)="([^"]*)"/g;

const unescapeHtml = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
const addressesIn = (html: string, kind = ADDRESS) =>
  [...html.matchAll(kind)].map(([, address]) => unescapeHtml(address!));
const isOfThisServer = (address: string) => !address.startsWith("#") && !/^https?:/.test(address);

describe.each([
  ["removes the path", true],
  ["passes the path on", false],
])("behind a proxy that %s", (_title, strips) => {
  let host: TestHost;
  let proxy: PrefixProxy;
  let addon: Receiver;
  let session: PageSession;
  /** A path of the base URL's host, as a browser asks for it. */
  const open = (path: string, init: RequestInit = {}) =>
    fetch(proxy.origin + path, {
      redirect: "manual",
      ...init,
      headers: { cookie: session.cookie, ...(init.headers as Record<string, string>) },
    });

  beforeAll(async () => {
    const port = await freePort();
    proxy = await startPrefixProxy(PREFIX, port, strips);
    host = await startTestHost({
      CALLBOARD_PORT: String(port),
      CALLBOARD_BASE_URL: `${proxy.origin}${PREFIX}/`,
    });
    addon = await startReceiver(({ method }, response) => {
      if (method === "POST") return void response.writeHead(204).end();
      const webhooks = [{ event: "jira:issue_created", url: "/created" }];
      const authentication = { type: "jwt" };
      const lifecycle = { installed: "/installed" };
      response.end(
        JSON.stringify({ key: ADDON, baseUrl: addon.url, authentication, lifecycle, modules: { webhooks } }),
      );
    });
    const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
      descriptorUrl: `${addon.url}/d`,
    });
    expect(installed.status).toBe(201);
    const listed = await host.call("POST", "/api/v1/directory", { descriptorUrl: `${addon.url}/d` });
    expect(listed.status).toBe(201);
    const harbor = { product: "harbor", name: "Harbor", description: "Port operations", events: {} };
    expect((await host.call("PUT", "/api/v1/products/harbor", harbor)).status).toBe(200);
    await host.call("PUT", "/api/v1/products/jira/catalogue", { public: true });
    await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "w", url: `${addon.url}/w` });
    await host.call("POST", "/api/v1/sites/jira/events", {
      event: "jira:issue_created",
      payload: { many: Array.from({ length: 3_000 }, (_, index) => ({ index })) },
    });
    await waitFor(() =>
      expect(addon.received.filter(({ url }) => /^\/(created|w)\b/.test(url))).toHaveLength(2),
    );
    session = await logIn(host);
  });
  afterAll(async () => {
    await host.stop();
    await Promise.all([proxy.close(), addon.close()]);
  });

  test("every page, followed link by link, has no address outside", async () => {
    const opened = new Map<string, number>();
    const outside: string[] = [];
    const links = [
      PREFIX,
      ...["/admin/deliveries?state=failed&event=none", "/admin/events?event=none", "/admin/nothing"].map(
        (path) => PREFIX + path,
      ),
    ];
    /** One page of a kind is enough: ids and numbers do not change a template. */
    const toKind = (url: string) =>
      url
        .replace(/(dlv|evt)_\w+/g, "$1")
        .replace(/export\?.*/, "export")
        .replace(/catalogue\/\w+\/[^?]+/, "catalogue/product/event")
        .replace(/(from|part|cursor|before|after|project)=[^&]*/g, "$1=");
    const known = new Set<string>();
    for (let link = links.pop(); link !== undefined; link = links.pop()) {
      const url = link.split("#")[0]!;
      if (known.has(toKind(url))) continue;
      known.add(toKind(url));
      const response = await open(url);
      const text = await response.text();
      opened.set(url, response.status);
      const location = [response.headers.get("location") ?? "#"];
      for (const address of [...addressesIn(text), ...location].filter(isOfThisServer)) {
        if (!address.startsWith(`${PREFIX}/`)) outside.push(`${url}: ${address}`);
      }
      links.push(...[...addressesIn(text, LINK), ...location].filter(isOfThisServer));
    }
    expect(outside).toEqual([]);
    expect(proxy.strays).toEqual([]);
    const wrong = [...opened].filter(([url, status]) => status >= 400 && !url.endsWith("/admin/nothing"));
    expect(wrong).toEqual([]);
    const unseen = PAGES.filter(({ method }) => method === "get")
      .map(({ path }) => path)
      .filter((path) => ![...opened.keys()].some((url) => toPattern(path).test(toPath(url))));
    expect(unseen).toEqual([]);
    const publicPages = [/^\/catalogue\/jira$/, /^\/catalogue\/jira\/[^/]+$/, /^\/catalogue\/jira\.json$/];
    for (const page of publicPages)
      expect([...opened.keys()].map(toPath)).toContainEqual(expect.stringMatching(page));
  });

  test("the form of a public event type is sent, and its page comes back", async () => {
    const send = (origin: string) =>
      open(`${PREFIX}/catalogue/jira/jira%3Aissue_created`, {
        method: "POST",
        body: "do=check&url=nothing",
        headers: { origin, "content-type": "application/x-www-form-urlencoded", cookie: "" },
      });
    const response = await send(proxy.origin);
    expect([response.status, await response.text()]).toEqual([422, expect.stringContaining("url-error")]);
    expect((await send("http://evil.test")).status).toBe(403);
  });

  test("what pages are made of is served there", async () => {
    const html = await (await open(`${PREFIX}/admin/login`, { headers: { cookie: "" } })).text();
    const assets = addressesIn(html).filter((address) => address.includes("/assets/"));
    expect(assets).toHaveLength(3);
    for (const asset of assets) expect((await open(asset)).status).toBe(200);
  });

  test("a browser is led to the login, with the link too, and gets a cookie for this path alone", async () => {
    const asked = await open(`${PREFIX}/admin/deliveries`, { headers: { cookie: "" } });
    expect(asked.headers.get("location")).toBe(`${PREFIX}/admin/login?to=%2Fadmin%2Fdeliveries`);
    const link = await host.call("POST", "/api/v1/login-links");
    expect(link.body.url).toMatch(`${proxy.origin}${PREFIX}/admin/login/`);
    const begun = await fetch(link.body.url as string, { redirect: "manual" });
    expect([begun.status, begun.headers.get("location")]).toEqual([303, `${PREFIX}/admin`]);
    expect(begun.headers.get("set-cookie")).toContain(`; Path=${PREFIX};`);
  });

  test("a form of a session that has ended is sent again below the path", async () => {
    const form = new URLSearchParams({ key: "again", product: "jira", name: "" }).toString();
    const headers = { origin: proxy.origin, "content-type": "application/x-www-form-urlencoded", cookie: "" };
    const asked = await open(`${PREFIX}/admin/settings`, { method: "POST", body: form, headers });
    const html = await asked.text();
    expect(asked.status).toBe(401);
    const fields = [...html.matchAll(/name="(to|resume-[a-z]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      unescapeHtml(value!),
    ]);
    const resumed = await open(`${PREFIX}/admin/login`, {
      method: "POST",
      body: new URLSearchParams([...fields, ["token", host.token]]).toString(),
      headers,
    });
    expect(addressesIn(await resumed.text())).toContain(`${PREFIX}/admin/settings`);
  });

  test("a form is sent, and its page comes back", async () => {
    const form = { csrf: session.csrf, name: "Renamed", retryProfile: "", installSigning: "signed" };
    const saved = await session.post("/admin/settings/sites/jira", form, { origin: proxy.origin });
    expect([saved.status, saved.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(`^${PREFIX}/admin/settings`),
    ]);
  });

  test("a form from another origin is refused", async () => {
    const evil = await session.post(
      "/admin/settings",
      { csrf: session.csrf },
      { origin: "http://evil.test" },
    );
    expect(evil.status).toBe(403);
  });

  test("a page hears of a new event", async () => {
    const page = await (await open(`${PREFIX}/admin/events`)).text();
    const live = /data-live="([^"]+)"/.exec(page)?.[1] ?? "";
    const heard = new Promise<string>((resolve, reject) => {
      const stream = openStream(proxy.origin + live, { headers: { cookie: session.cookie } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
          if (!text.includes("data: changed")) return;
          resolve(response.headers["content-type"] ?? "");
          stream.destroy();
        });
      });
      stream.on("error", reject);
    });
    const sending = setInterval(() => {
      void host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_updated", payload: {} });
    }, 500);
    expect(await heard).toContain("text/event-stream");
    clearInterval(sending);
  });

  test("the API says where it is", async () => {
    const document = await host.call("GET", "/api/openapi.json");
    expect(document.body.servers).toEqual([{ url: proxy.origin + PREFIX }]);
    const [key] = (await host.call("GET", "/api/v1/keys")).body.items as { path: string }[];
    expect((await open(key!.path)).headers.get("content-type")).toContain("pem");
    const site = await host.call("GET", "/api/v1/sites/jira");
    expect(site.body.baseUrl).toBe(`${proxy.origin}${PREFIX}/jira`);
  });

  test("an add-on calls with a token for the path below the site, or for the whole path", async () => {
    const calling = await startCallingAddon(host, "jira", "org.example.calls");
    const path = "/rest/api/3/webhook";
    const signed = [path, `/jira${path}`, `${PREFIX}/jira${path}`];
    for (const signedPath of signed) {
      const reply = await calling.call("GET", path, undefined, { signedPath });
      expect([reply.status, reply.body.self]).toEqual([
        200,
        expect.stringMatching(`^${proxy.origin}${PREFIX}/jira${path}\\?`),
      ]);
    }
    const other = await calling.call("GET", path, undefined, { signedPath: `/hooks/jira${path}` });
    expect(other.status).toBe(401);
    await calling.stop();
  });

  test("tools follow the links of UPM and of the products' own APIs", async () => {
    const plugins = await host.call("GET", "/jira/rest/plugins/1.0/");
    expect(plugins.body.links.self).toBe(`${PREFIX}/jira/rest/plugins/1.0/`);
    const headers = { authorization: `Bearer ${host.token}` };
    for (const { links } of plugins.body.plugins as { links: { self: string } }[]) {
      expect((await open(links.self, { headers })).status).toBe(200);
    }
    const [webhook] = (await host.call("GET", "/jira/rest/webhooks/1.0/webhook")).body as { self: string }[];
    expect(webhook!.self).toMatch(`${proxy.origin}${PREFIX}/jira/`);
    expect((await fetch(webhook!.self, { headers })).status).toBe(200);
  });

  test("an operational event leads to the Endpoints page, with the endpoint that it is about", async () => {
    const gone = await startReceiver((_request, response) => void response.writeHead(410).end());
    const watcher = await startReceiver();
    const add = (values: object) => host.call("POST", "/api/v1/sites/jira/webhooks", values);
    await add({ name: "gone", url: gone.url, events: ["sprint_started"] });
    await add({
      name: "watcher",
      url: watcher.url,
      events: ["subscription.gone"],
      format: "standard",
    });
    await host.call("POST", "/api/v1/sites/jira/events", { event: "sprint_started", payload: {} });
    await waitFor(() => expect(watcher.received).toHaveLength(1), 10_000);
    const { link } = JSON.parse(watcher.received[0]!.body.toString()) as { link: string };
    expect(link).toMatch(`${proxy.origin}${PREFIX}/admin/endpoints?site=jira&q=`);
    const page = await open(link.slice(proxy.origin.length));
    expect(page.status).toBe(200);
    const rows = await page.text();
    expect(rows).toContain(new URL(gone.url).origin);
    expect(rows).not.toContain(new URL(addon.url).origin);
    await Promise.all([gone.close(), watcher.close()]);
  });
});

const toPath = (url: string) => url.slice(PREFIX.length).split("?")[0]!;
const toPattern = (path: string) => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}/?$`);
