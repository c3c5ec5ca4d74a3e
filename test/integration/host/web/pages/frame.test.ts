/** The frame of the pages without a browser: titles, breadcrumbs, the switch of sites, the first steps, and how pages are sent. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../../../../support/http-receiver.ts";
import type { Receiver } from "../../../../support/http-receiver.ts";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";
import { waitFor } from "../../../../support/wait-for.ts";

const run = promisify(execFile);

let host: TestHost;
let session: PageSession;
let receiver: Receiver;
let delivery = "";
let event = "";
beforeAll(async () => {
  [host, receiver] = await Promise.all([
    startTestHost(),
    startReceiver((_request, response) => void response.writeHead(400).end()),
  ]);
  session = await logIn(host);
});
afterAll(() => Promise.all([host.stop(), receiver.close()]));

const unescapeHtml = (text: string) =>
  text
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
const read = async (path: string) => (await session.get(path)).text();
const titleIn = (html: string) => /<title>([^<]*) · Callboard<\/title>/.exec(html)?.[1];
const headingIn = (html: string) => /<h1[^>]*>([^<]*)<\/h1>/.exec(html)?.[1];
const crumbsIn = (html: string) =>
  [...(/class="crumbs"[^]*?<\/nav>/.exec(html)?.[0] ?? "").matchAll(/href="([^"]*)">([^<]*)</g)].map(
    ([, to, text]) => `${text ?? ""} ${to ?? ""}`,
  );
const preIn = (html: string, id: string) =>
  unescapeHtml(new RegExp(`<pre[^>]* id="${id}"[^>]*>([^<]*)</pre>`).exec(html)?.[1] ?? "");

describe("the first steps", () => {
  test("stand on the dashboard of a server with nothing on it, with its own address", async () => {
    const html = await read("/admin");
    expect(html).toContain("Connect an ACE app");
    expect(preIn(html, "start-hosts")).toBe(
      `"hosts": ["http://admin:<API token>@${new URL(host.url).host.replace("127.0.0.1", "localhost")}/jira"]`,
    );
    expect(preIn(html, "start-keys")).toBe(`CONNECT_KEYS_CDN_URL=${host.url}/keys npm start`);
  });

  test("with a token for one site that is shown once, the commands work as they stand there", async () => {
    const made = await session.post("/admin/start/token", { csrf: session.csrf, site: "jira" });
    expect(made.status).toBe(200);
    const html = await made.text();
    const script = preIn(html, "start-api");
    const { stdout } = await run("sh", ["-ec", script.replaceAll("curl ", "curl -sf ")]);
    expect(stdout).toMatch(/"id":"evt_\d+_[0-9a-f]{32}"/);
    const token = /cb_[\w-]+/.exec(script)?.[0] ?? "";
    expect(preIn(html, "start-hosts")).toContain(`admin:${token}@`);
    const authorization = `Bearer ${token}`;
    const other = await host.call("GET", "/api/v1/sites/confluence/addons", undefined, { authorization });
    expect(other.body).toMatchObject({ code: "SCOPE" });
    expect(await read("/admin/start")).not.toContain(token);
  });

  test("leave the dashboard once something exists, and stay on a page of their own", async () => {
    await host.call("POST", "/api/v1/sites/jira/webhooks", {
      name: "Burn & down",
      url: receiver.url,
      events: ["jira:issue_created"],
    });
    const accepted = await host.call("POST", "/api/v1/sites/jira/events", {
      event: "jira:issue_created",
      payload: {},
    });
    event = accepted.body.id as string;
    delivery = accepted.body.deliveries[0].id as string;
    await waitFor(async () => {
      expect((await host.call("GET", `/api/v1/deliveries/${delivery}`)).body.state).toBe("failed");
    });
    expect(await read("/admin")).not.toContain("Connect an ACE app");
    expect(await read("/admin/start")).toContain("Connect an ACE app");
    expect(await read("/admin")).toContain('href="/admin/start"');
  });

  test("a site-bound token can't create another one there", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "s", scopes: ["admin"], site: "jira" });
    const limited = await logIn({ url: host.url, token: made.body.token as string });
    expect(await (await limited.get("/admin/start")).text()).not.toContain("Create a token");
    const refused = await limited.post("/admin/start/token", { csrf: limited.csrf, site: "jira" });
    expect(refused.status).toBe(403);
  });
});

describe("titles and breadcrumbs", () => {
  test("a delivery and its event say what happened, in the window and in the heading", async () => {
    const shown = await read(`/admin/deliveries/${delivery}`);
    expect(titleIn(shown)).toBe("Delivery to Burn &amp; down was rejected with 400");
    expect(headingIn(shown)).toBe(titleIn(shown));
    expect(crumbsIn(shown)).toEqual(["Deliveries /admin/deliveries", "jira /admin/deliveries?site=jira"]);
    const page = await read(`/admin/events/${event}`);
    expect(titleIn(page)).toBe("Event jira:issue_created reached 0 of 1 receiver");
    expect(headingIn(page)).toBe(titleIn(page));
  });

  test("links lead from the delivery to its event, event type, endpoint and receiver, and back", async () => {
    const shown = await read(`/admin/deliveries/${delivery}`);
    for (const to of [
      `/admin/events/${event}`,
      "/admin/catalogue/jira/jira%3Aissue_created",
      "/admin/endpoints/jira/1",
      "/admin/webhooks/jira/1",
    ])
      expect(shown).toContain(`href="${to}"`);
    expect(await read(`/admin/events/${event}`)).toContain(`href="/admin/deliveries/${delivery}"`);
    expect(await read("/admin/endpoints/jira/1")).toContain(
      'href="/admin/deliveries?site=jira&amp;endpoint=1"',
    );
    expect(await read("/admin/catalogue/jira/jira%3Aissue_created")).toContain(
      'href="/admin/deliveries?event=jira%3Aissue_created"',
    );
  });

  test("a page below another one leads back to it", async () => {
    expect(crumbsIn(await read("/admin/webhooks/jira/1/delete"))).toEqual([
      "Outgoing webhooks /admin/webhooks",
      "jira /admin/webhooks/jira",
      "Burn &amp; down /admin/webhooks/jira/1",
    ]);
    const settings = await read("/admin/settings/tokens");
    expect([titleIn(settings), crumbsIn(settings)]).toEqual(["API tokens", ["Settings /admin/settings"]]);
    expect(crumbsIn(await read("/admin/deliveries"))).toEqual([]);
  });

  test("an unknown site in an address is not repeated as one", async () => {
    const html = await read("/admin/settings?site=nowhere");
    expect(html).not.toContain("site=nowhere");
    expect(html).toContain('<span class="switch-name">All sites</span>');
  });
});

describe("the switch of sites", () => {
  test("keeps the list, and the navigation stays on the site", async () => {
    const html = await read("/admin/deliveries?site=jira&state=failed");
    expect(html).toContain('<span class="switch-name">jira</span>');
    expect(html).toContain('href="/admin/deliveries?site=confluence&amp;state=failed"');
    expect(html).toContain('<a href="/admin/events?site=jira">Events</a>');
    expect(html).toContain('<a href="/admin/webhooks/jira">Outgoing webhooks</a>');
  });

  test("narrows dashboard and add-ons", async () => {
    expect(await read("/admin?site=confluence")).not.toContain('/admin/deliveries?site=jira"');
    expect((await session.get("/admin/addons?site=nowhere")).status).toBe(404);
  });
});

describe("a page is sent", () => {
  const ask = (encoding: string, method = "GET", path = "/admin/catalogue") =>
    fetch(host.url + path, {
      method,
      headers: { cookie: session.cookie, "accept-encoding": encoding },
    });
  test.each([
    ["br", "gzip, deflate, br", "br"],
    ["gzip", "gzip;q=0.5", "gzip"],
    ["nothing, where neither is accepted", "identity", null],
    ["nothing, where both are refused", "br;q=0, gzip;q=0", null],
  ])("with %s", async (_what, accepted, encoding) => {
    const response = await ask(accepted);
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("vary")).toContain("accept-encoding");
    expect(await response.text()).toContain("</html>");
  });

  test("much smaller, and HEAD says the same of it", async () => {
    const plain = (await (await ask("identity")).arrayBuffer()).byteLength;
    const { headers } = await ask("gzip", "HEAD");
    expect(headers.get("content-encoding")).toBe("gzip");
    expect(Number(headers.get("content-length"))).toBeLessThan(plain / 4);
  });

  test("in response to a form as it is, because it can show a secret", async () => {
    const made = await session.post("/admin/start/token", { csrf: session.csrf, site: "jira" });
    expect(made.headers.get("content-encoding")).toBeNull();
  });

  test("with the form's token in other bytes each time, and each of them counts", async () => {
    const tokens = [];
    for (let look = 0; look < 3; look += 1)
      tokens.push(/name="csrf" value="([^"]+)"/.exec(await read("/admin/deliveries"))?.[1] ?? "");
    expect(new Set(tokens).size).toBe(3);
    for (const csrf of tokens) {
      const redelivered = await session.post(`/admin/deliveries/${delivery}/redeliver`, { csrf });
      expect([303, 409]).toContain(redelivered.status);
    }
  });
});

test("the browser's own question for an icon is answered", async () => {
  const response = await fetch(`${host.url}/favicon.ico`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
});
