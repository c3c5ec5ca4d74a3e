import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HostCall } from "../../../src/inspector/host-api.ts";
import { createInspector } from "../../../src/inspector/index.ts";
import { toBodyKey, signBody } from "../../../src/protocol/body-signature.ts";
import { requestOfCommand } from "../../support/curl-command.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { SECRET, startInspectorSite } from "../../support/inspector-site.ts";
import type { InspectorSite } from "../../support/inspector-site.ts";
import { rawRequest } from "../../support/raw-request.ts";

let keys: HostKeys;
let site: InspectorSite;
beforeAll(async () => {
  keys = await startHostKeys();
});
afterAll(() => keys.close());
beforeEach(async () => {
  site = await startInspectorSite(keys);
});
afterEach(() => site.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  rawRequest(site.port, "GET", path, headers);
const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  rawRequest(
    site.port,
    "POST",
    path,
    { "content-type": "application/x-www-form-urlencoded", ...headers },
    new URLSearchParams(fields).toString(),
  );
const unescaped = (html: string) =>
  html.replace(/&(lt|gt|quot|#39|amp);/g, (_whole, name: string) => ENTITIES[name] ?? "");
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
const lastId = () => site.captures.at(-1)?.id ?? 0;

describe("what arrives is shown", () => {
  test("a lifecycle callback and a webhook, both verified", async () => {
    expect((await site.send("/webhooks/jira:issue_created", '{"issue":{"key":"DEMO-7"}}')).status).toBe(204);
    expect(site.captures).toMatchObject([
      { kind: "lifecycle", event: "installed", product: "jira", verification: { state: "ok" } },
      { kind: "webhook", event: "jira:issue_created", clientKey: "site-1", verification: { state: "ok" } },
    ]);
    const page = (await get(`/?id=${lastId()}`)).text;
    expect(page).toContain("DEMO-7");
    expect(page).toContain("verified");
  });

  test("a token for another request, with both requests that were hashed", async () => {
    const answer = await site.send("/webhooks/page_created?x=1", "{}", {
      signedFor: "/webhooks/page_created",
    });
    expect(answer.status).toBe(401);
    expect(site.captures.at(-1)).toMatchObject({ product: "confluence", verification: { code: "JWT_QSH" } });
    const page = (await get(`/?id=${lastId()}&tab=token`)).text;
    expect(page).toContain("POST&amp;/webhooks/page_created&amp;x=1");
    expect(page).toContain("it leaves the query out");
    expect(page).toContain("It does not cover the body");
  });

  test("the parameters of a request, decoded and as text", async () => {
    await site.send("/webhooks/user_created?board=7&text=%3Cb%3E%20%26%20x", "{}");
    const page = (await get(`/?id=${lastId()}`)).text;
    expect(page).toContain("<dt>Parameters</dt>");
    expect(page).toContain("board = 7");
    expect(page).toContain("text = &lt;b&gt; &amp; x");
    await site.send("/webhooks/user_created", "{}");
    expect((await get(`/?id=${lastId()}`)).text).not.toContain("<dt>Parameters</dt>");
  });

  test("a body that was changed on the way", async () => {
    const webhook = { "webhook-signature": "v1,bm90IGl0" };
    expect((await site.send("/webhooks/user_created", "{}", { headers: webhook })).status).toBe(401);
    expect(site.captures.at(-1)).toMatchObject({ verification: { code: "BODY_SIGNATURE" } });
  });

  test("a plain webhook of each product, by the name its body has", async () => {
    await rawRequest(site.port, "POST", "/receive/backlog/b", {}, '{"type":1,"content":{}}');
    await rawRequest(site.port, "POST", "/receive/tracker/t", {}, '{"kind":"story_create_activity"}');
    await rawRequest(site.port, "POST", "/receive/tracker/t", {}, "no json");
    expect(site.captures.slice(1)).toMatchObject([
      { kind: "plain", product: "backlog", event: "issue_created", verification: { state: "unsigned" } },
      { kind: "plain", product: "tracker", event: "story_create_activity" },
      { kind: "plain", product: "tracker", event: "unnamed" },
    ]);
    expect((await rawRequest(site.port, "POST", "/receive/nothing/x")).status).toBe(404);
  });

  test("a plain webhook that was registered before a restart, and still verifies", async () => {
    const folder = await mkdtemp(join(tmpdir(), "callboard-inspector-"));
    const secrets: string[] = [];
    const call: HostCall = (method, path, body) => {
      if (path === "/sites") return Promise.resolve({ items: [{ key: "b", product: "backlog" }] });
      if (method === "POST") secrets.push(String(body?.["secret"]));
      return Promise.resolve({ items: [] });
    };
    const options = { host: { url: keys.url, call }, store: join(folder, "inbox.jsonl") };
    const before = await startInspectorSite(keys, options);
    await before.inspector.install();
    await before.stop();
    const after = await startInspectorSite(keys, options);
    const body = Buffer.from('{"type":1}');
    const signed = signBody({
      id: "dlv_1",
      timestampSeconds: Math.floor(Date.now() / 1000),
      body,
      keys: secrets.map(toBodyKey),
    });
    await rawRequest(after.port, "POST", "/receive/backlog/b", { ...signed }, body);
    await after.stop();
    expect(secrets).toHaveLength(1);
    expect(after.captures.at(-1)).toMatchObject({ kind: "plain", verification: { state: "ok" } });
    expect((await stat(`${options.store}.seed`)).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });

  test("the second sending of a delivery as well", async () => {
    await site.send("/webhooks/user_created", "{}", { deliveryId: "dlv_1" });
    await site.send("/webhooks/user_created", "{}", { deliveryId: "dlv_1" });
    expect(site.captures.filter(({ deliveryId }) => deliveryId === "dlv_1")).toHaveLength(2);
  });
});

describe("no secret is shown", () => {
  test("on any tab, until it is asked for", async () => {
    await site.send("/webhooks/user_created", "{}", { headers: { cookie: "session=very-secret" } });
    const { headers } = site.captures.at(-1) ?? { headers: [] };
    const signature =
      headers.find(([name]) => name.toLowerCase() === "authorization")?.[1].split(".")[2] ?? "none";
    for (const tab of ["body", "headers", "token", "raw", "curl"]) {
      const { text } = await get(`/?id=${lastId()}&tab=${tab}`);
      expect(text).not.toContain(signature);
      expect(text).not.toContain("very-secret");
      expect(text).not.toContain(SECRET);
    }
    expect((await get(`/?id=${lastId()}&tab=headers&reveal=yes`)).text).toContain(signature);
    expect((await get(`/captures/${lastId()}/fixture`)).text).not.toContain(signature);
  });

  test("not that of an installation, until it is asked for", async () => {
    for (const path of ["body", "headers", "token", "raw", "curl"].map((tab) => `/?id=1&tab=${tab}`)) {
      expect((await get(path)).text).not.toContain(SECRET);
    }
    await site.send("/webhooks/user_created", "{}");
    expect((await get("/compare?a=1&b=2")).text).not.toContain(SECRET);
    expect((await get("/captures/1/fixture")).text).not.toContain(SECRET);
    expect((await get("/captures/1/body")).text).not.toContain(SECRET);
    for (const tab of ["body", "raw", "curl"]) {
      const page = (await get(`/?id=1&tab=${tab}`)).text;
      expect(page).toContain("sharedSecret");
      expect(page).toContain("Reveal secrets");
      expect((await get(`/?id=1&tab=${tab}&reveal=yes`)).text).toContain(SECRET);
    }
    expect(JSON.parse((await get("/captures/1/body?reveal=yes")).text)).toMatchObject({
      sharedSecret: SECRET,
    });
  });

  test("not the shared secret in what is signed with it, even then", async () => {
    await site.send("/webhooks/user_created", "{}");
    expect((await get(`/?id=${lastId()}&tab=curl&reveal=yes`)).text).not.toContain(SECRET);
    expect((await get("/?id=1&tab=raw&reveal=yes")).text).toContain("sharedSecret");
  });
});

describe("an action", () => {
  test("pins, clears and compares", async () => {
    await site.send("/webhooks/user_created", '{"a":1}');
    const pinned = lastId();
    await site.send("/webhooks/user_created", '{"a":2}');
    const other = lastId();
    expect((await get(`/compare?a=${pinned}&b=${other}`)).text).toContain("1 difference<");
    const answer = await form(`/captures/${pinned}/pin`, { q: "jwt:ok", tab: "raw" });
    expect(answer.headers["location"]).toBe(`/?q=jwt%3Aok&id=${pinned}&tab=raw`);
    await form("/clear", {});
    const list = (await get("/")).text;
    expect(list).toContain(`data-key="${pinned}"`);
    expect(list).not.toContain(`data-key="${other}"`);
    expect((await get(`/compare?a=${pinned}&b=${other}`)).status).toBe(404);
  });

  test("compares bodies that are deeper or longer than anybody could read", async () => {
    for (const body of [
      "[".repeat(100_000) + "]".repeat(100_000),
      `[${"1,".repeat(400_000)}1]`,
      `["${"x".repeat(1_000_000)}"]`,
    ]) {
      await site.send("/webhooks/user_created", body);
    }
    const pages = await Promise.all(["2&b=3", "3&b=4", "2&b=4"].map((sides) => get(`/compare?a=${sides}`)));
    for (const { status, text } of pages) {
      expect(status).toBe(200);
      expect(text.length).toBeLessThan(1_000_000);
    }
    expect(pages[0]?.text).toContain("nested too deep");
    expect(pages[1]?.text).toContain("1000 or more differences");
    expect(pages[2]?.text).toContain("(cut)");
  });

  test("downloads exactly the bytes that came, as nothing that a browser would show", async () => {
    const body = '{ "id": 9007199254740993, "id": 1 }\n';
    await site.send("/webhooks/user_created", body);
    const answer = await get(`/captures/${lastId()}/body`);
    expect(answer.text).toBe(body);
    expect(answer.headers["content-type"]).toBe("application/octet-stream");
    expect(answer.headers["content-disposition"]).toContain("attachment");
    const fixture = JSON.parse((await get(`/captures/${lastId()}/fixture`)).text) as { body: string };
    expect(fixture.body).toBe(body);
  });

  test("gives a command that is signed anew, and verifies when it is sent", async () => {
    const body = '{ "it\'s": "<&>", "id": 9007199254740993 }';
    await site.send("/webhooks/user_created?a=1&b=2", body, { secret: "another", deliveryId: "dlv_9" });
    await site.send("/webhooks/user_created?a=1&b=2", body, { deliveryId: "dlv_10" });
    const page = (await get(`/?id=${lastId()}&tab=curl&reveal=yes`)).text;
    const [, escaped = ""] = /id="curl-signed"[^>]*>([^<]*)</.exec(page) ?? [];
    const { method, target, headers, body: sent } = requestOfCommand(unescaped(escaped));
    expect((await rawRequest(site.port, method, target, headers, sent)).status).toBe(204);
    const again = site.captures.at(-1);
    expect(again).toMatchObject({ deliveryId: "dlv_10", verification: { state: "ok" } });
    expect(again?.checks.at(-1)).toMatchObject({ name: "body", state: "ok" });
    expect(again?.body.toString()).toBe(body);
    // Of one that did not verify nobody knows whose secret it would take.
    const refused = (await get(`/?id=${lastId() - 2}&tab=curl&reveal=yes`)).text;
    expect(refused).toContain("As received");
    expect(refused).not.toContain("Signed anew");
  });

  test("sets what senders are answered", async () => {
    expect((await form("/answers", { answer: "503", times: "1" })).headers["location"]).toBe("/answers");
    expect((await get("/")).text).toContain("Senders are answered: 503.");
    expect((await site.send("/webhooks/user_created", "{}")).status).toBe(503);
    expect(site.captures.at(-1)?.answer).toBe("503");
    expect((await site.send("/webhooks/user_created", "{}")).status).toBe(204);
    await form("/answers", { answer: "drop" });
    await expect(site.send("/webhooks/user_created", "{}")).rejects.toThrow();
    await expect(rawRequest(site.port, "POST", "/receive/backlog/b", {}, "{}")).rejects.toThrow();
    expect(site.captures.at(-1)?.answer).toBe("dropped");
    const refused = await form("/answers", { answer: "teapot" });
    expect((await get(String(refused.headers["location"]))).text).toContain("That is no answer");
  });
});

describe("the pages are guarded", () => {
  test("by a strict policy", async () => {
    const { headers } = await get("/");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("against foreign names, which could have been made to lead here", async () => {
    expect((await get("/", { host: "evil.example" })).status).toBe(421);
    expect((await get("/", { host: `localhost:${site.port}` })).status).toBe(200);
  });

  test("against forms of other sites", async () => {
    await site.send("/webhooks/user_created", "{}");
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      expect((await form("/clear", {}, headers)).status).toBe(403);
    }
    expect((await get("/")).text).toContain("user_created");
    expect((await form("/clear", {}, { "sec-fetch-site": "same-origin" })).status).toBe(303);
    expect((await form("/clear", {}, { origin: site.url })).status).toBe(303);
  });

  test("by an access token where others can reach it", async () => {
    const options = { host: { url: "http://127.0.0.1:1", call: () => Promise.reject(new Error()) }, port: 0 };
    expect(() => createInspector({ ...options, address: "0.0.0.0" })).toThrow(
      expect.objectContaining({ code: "CONFIG_INSECURE" }),
    );
    const guarded = await startInspectorSite(keys, { accessToken: "open sesame" });
    const at = (method: string, path: string, headers: Record<string, string>, body?: string) =>
      rawRequest(guarded.port, method, path, headers, body);
    expect((await at("GET", "/", {})).headers["location"]).toBe("/login");
    expect((await at("GET", "/stream", {})).status).toBe(303);
    expect((await guarded.send("/webhooks/user_created", "{}")).status).toBe(204);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect((await at("POST", "/login", type, "token=wrong")).status).toBe(401);
    const login = await at("POST", "/login", type, "token=open+sesame");
    const [cookie = ""] = login.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain("sesame");
    expect((await at("GET", "/", { cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
    expect((await at("GET", "/", { authorization: "Bearer open sesame" })).status).toBe(200);

    for (let guess = 1; guess < 10; guess += 1) {
      expect((await at("GET", "/", { authorization: `Bearer ${guess}` })).status).toBe(303);
    }
    await at("GET", "/", { authorization: "Bearer wrong" });
    const tooMany = await at("POST", "/login", type, "token=wrong");
    expect(tooMany.status).toBe(429);
    expect(Number(tooMany.headers["retry-after"])).toBeGreaterThan(0);
    expect(tooMany.text).toContain("Too many requests");
    expect((await at("POST", "/login", type, "token=open+sesame")).headers["set-cookie"]).toHaveLength(1);
    expect((await at("GET", "/", { cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
    await guarded.stop();
  });
});

describe("a page", () => {
  test("is light: all that a browser loads once fits in 20 kB packed", async () => {
    const assets = await Promise.all(["callboard.css", "callboard.js"].map((name) => get(`/assets/${name}`)));
    const bytes = assets.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeLessThan(20_000);
  });

  test("is asked for each time, and what it is drawn with only once", async () => {
    const page = await get("/");
    expect(page.headers["cache-control"]).toBe("no-store");
    const [css = "", script = ""] = page.text.match(/\/assets\/callboard\.(?:css|js)\?v=\w+/g) ?? [];
    for (const asset of [css, script]) {
      expect((await get(asset)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  });

  test("says so when the host does not answer", async () => {
    const fired = await form("/generate", {});
    expect(fired.headers["location"]).toBe("/generate");
    expect((await get("/generate")).text).toContain("The host does not answer: nobody answers there");
    expect((await form("/install", {})).text).toContain("The host does not answer");
  });

  test("that is not there is a 404 with a way back", async () => {
    const answer = await get("/captures/99/body");
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('href="/"');
  });

  test("serves each product the part of the descriptor that it knows", async () => {
    const part = async (product: string) =>
      JSON.parse((await get(`/${product}/atlassian-connect.json`)).text) as {
        baseUrl: string;
        modules: object;
      };
    expect((await part("jira")).baseUrl).toBe(site.url);
    expect(JSON.stringify(await part("jira"))).not.toContain("page_created");
    expect(JSON.stringify(await part("confluence"))).toContain("page_created");
    const all = readFileSync(new URL("../../../atlassian-connect.json", import.meta.url), "utf8");
    expect(all).toContain("page_created");
  });
});

describe("the stream", () => {
  async function messages(
    headers: Record<string, string>,
    isEnough: (seen: readonly string[]) => boolean,
    whenOpen: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string[]> {
    const stopped = new AbortController();
    const response = await fetch(`${site.url}/stream`, { headers, signal: stopped.signal });
    await whenOpen();
    const seen: string[] = [];
    let text = "";
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) {
      text += decoder.decode(part, { stream: true });
      seen.splice(0, seen.length, ...text.split("\n\n").filter((message) => message.includes("data:")));
      if (isEnough(seen)) break;
    }
    stopped.abort();
    return seen;
  }

  test("tells of every change, with the id of the newest capture", async () => {
    // The install that the test began with may be told first, when the machine is busy.
    const newest = () => `id: ${lastId()}\ndata: changed`;
    const told = await messages(
      {},
      (seen) => lastId() === 2 && seen.at(-1) === newest(),
      () => site.send("/webhooks/user_created", "{}"),
    );
    expect(told.at(-1)).toBe("id: 2\ndata: changed");
  });

  test("tells one that comes back at once what it has missed", async () => {
    await site.send("/webhooks/user_created", "{}");
    expect(await messages({ "last-event-id": "1" }, (seen) => seen.length > 0)).toEqual([
      `id: ${lastId()}\ndata: changed`,
    ]);
  });
});
