/** The documentation of the API as a browser without scripts gets it, below the path of a base URL. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GROUPS } from "../../src/host/web/api/routes.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

const MAX_BYTES = 60 * 1024;

let host: TestHost;
let origin: string;
beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  host = await startTestHost({ CALLBOARD_PORT: String(port), CALLBOARD_BASE_URL: `${origin}/below` });
});
afterAll(() => host.stop());

async function load(path: string) {
  const response = await fetch(origin + path, { headers: { "accept-encoding": "gzip" } });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

/** Bytes of the compressed body as it is sent. */
const countBytes = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(origin + path, { headers: { "accept-encoding": "gzip" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length)).on("end", () => resolve(bytes));
      expect(response.headers["content-encoding"]).toBe("gzip");
    });
    asked.on("error", reject).end();
  });

const linksIn = (html: string) => [...html.matchAll(/ href="([^"]*)"/g)].map(([, link = ""]) => link);
const idsIn = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id));

async function loadAll() {
  const pages = new Map<string, string>();
  const { html } = await load("/below/api/docs");
  const paths = new Set(linksIn(html).map((link) => link.split("#")[0] ?? ""));
  for (const path of paths) {
    if (path.startsWith("/below/api/docs")) pages.set(path, (await load(path)).html);
  }
  return pages;
}

test("every page is reached from the first one, and every link leads to its place", async () => {
  const pages = await loadAll();
  // The overview, the error codes, and a page for each group.
  expect(pages.size).toBe(2 + Object.keys(GROUPS).length);
  const lost: string[] = [];
  for (const [path, html] of pages) {
    for (const link of linksIn(html)) {
      const [target = "", id] = link.split("#");
      const page = target === "" ? html : pages.get(target);
      if (page === undefined) {
        if (!/^\/below\/(?:admin|assets|api\/openapi\.json)/.test(target)) lost.push(`${path}: ${link}`);
      } else if (id !== undefined && id !== "main" && !idsIn(page).has(id)) lost.push(`${path}: ${link}`);
    }
  }
  expect(lost).toEqual([]);
});

test("a page is at most 60 KiB compressed, and needs neither a login nor inline styles and scripts", async () => {
  for (const path of (await loadAll()).keys()) {
    const { status, headers, html } = await load(path);
    expect([path, status]).toEqual([path, 200]);
    expect([path, await countBytes(path)]).toEqual([
      path,
      expect.toSatisfy((bytes: number) => bytes < MAX_BYTES),
    ]);
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(html).not.toMatch(/<style|style="|<script(?! type="module" src=)| on[a-z]+="/);
  }
});

test("an operation has its parameters, rules, codes and a curl command for this server", async () => {
  const { html } = await load("/below/api/docs/outgoing-webhooks");
  const [, section = ""] = html.split('id="createWebhook"');
  const text = section
    .slice(0, section.indexOf("</section>"))
    .replaceAll(/<wbr>|<[^>]+>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"');
  for (const part of [
    "POST /api/v1/sites/{site}/webhooks",
    "1 to 200 characters",
    "IDEMPOTENCY_CONFLICT",
    `curl -X POST '${origin}/below/api/v1/sites/board/webhooks'`,
    '"generateSecret": true',
    "201",
  ])
    expect(text).toContain(part);
});

test("own products are in neither of the documents without a token", async () => {
  const product = {
    product: "secret-harbor",
    name: "H",
    description: "d",
    events: { a: { description: "d", sample: {} } },
  };
  const made = await host.call("PUT", "/api/v1/products/secret-harbor", product);
  expect(made.body).toMatchObject({ created: true });
  const open = await host.call("GET", "/api/openapi.json", undefined, { authorization: "" });
  expect(open.text).not.toContain("secret-harbor");
  expect((await host.call("GET", "/api/openapi.json")).text).toContain("secret-harbor");
  for (const html of (await loadAll()).values()) expect(html).not.toContain("secret-harbor");
});

test("the OpenAPI document can be had without its webhooks", async () => {
  const whole = (await host.call("GET", "/api/openapi.json")).body as { webhooks: object; paths: object };
  const { body } = await host.call("GET", "/api/openapi.json?webhooks=false");
  expect(Object.keys(whole.webhooks).length).toBeGreaterThan(100);
  expect(body).toMatchObject({ webhooks: {}, paths: whole.paths });
});
