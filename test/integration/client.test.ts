/** callboard/client against a real host, and the examples of its document as programs. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiError, createClient, everyItem } from "../../src/client/index.ts";
import type { Client, Schemas } from "../../src/client/index.ts";
import { OPERATIONS } from "../../src/client/operation-table.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { listen } from "../support/listen.ts";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

let host: TestHost;
let client: Client;

beforeAll(async () => {
  host = await startTestHost();
  client = createClient({ url: `${host.url}/`, token: host.token });
});
afterAll(() => host.stop());

/** What a call rejects with. */
async function catchFailure(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

test("there is a function for every operation", () => {
  expect(Object.keys(client).filter((name) => name !== "request")).toEqual(Object.keys(OPERATIONS));
});

test("creates, shows, lists, changes and deletes without a cast", async () => {
  const created = await client.createSite({ body: { key: "one", product: "jira", name: "One" } });
  const name: string = created.name;
  expect([name, created.retryProfile]).toEqual(["One", null]);
  const shown: Schemas["Site"] = await client.showSite({ path: { site: "one" } });
  expect(shown).toEqual(created);
  const { items, next } = await client.listSites();
  expect(items).toContainEqual(created);
  expect(next).toBeNull();
  await client.changeSite({ path: { site: "one" }, body: { name: "Two" } });
  expect(await client.showSite({ path: { site: "one" } })).toMatchObject({ name: "Two" });
  await client.deleteSite({ path: { site: "one" } });
  const { code } = await catchFailure(client.showSite({ path: { site: "one" } }));
  expect(code).toBe("SITE_NOT_FOUND");
});

test("a request with an idempotency key is done once", async () => {
  const request = { body: { key: "keyed", product: "jira", name: "Keyed" }, idempotencyKey: "one" } as const;
  const created = await client.createSite(request);
  expect(await client.createSite(request)).toEqual(created);
  const { body, ...rest } = request;
  const { code } = await catchFailure(client.createSite({ ...rest, body: { ...body, name: "Other" } }));
  expect(code).toBe("IDEMPOTENCY_CONFLICT");
  const again = await client.request({ method: "POST", path: "/sites", ...request });
  expect(again).toEqual(created);
  await client.deleteSite({ path: { site: "keyed" } });
});

test("names in paths and queries are escaped", async () => {
  const { code } = await catchFailure(client.showAddon({ path: { site: "jira", key: "a/b?c#d {x}" } }));
  expect(code).toBe("ADDON_NOT_FOUND");
  const { items } = await client.listDeliveries({ query: { event: "a&b=c", limit: 1 } });
  expect(items).toEqual([]);
});

test("everyItem goes through all pages", async () => {
  const found: string[] = [];
  const types = everyItem((page) =>
    client.listProductEventTypes({ path: { product: "jira" }, query: { ...page, limit: 20 } }),
  );
  for await (const { event } of types) found.push(event);
  expect(found.length).toBeGreaterThan(40);
  expect(new Set(found).size).toBe(found.length);
});

test("a request by its path sends text as it is", async () => {
  const body = '{"event":"jira:issue_created","payload":{"n":12345678901234567890}}';
  const made = await client.request({ method: "POST", path: "/sites/jira/events", body });
  const { id } = made as Schemas["PublishedEvent"];
  const shown = await client.showEvent({ path: { site: "jira", id } });
  expect(shown.body).toContain("12345678901234567890");
});

describe("a request that fails", () => {
  test("rejects with the code, the status and the problem document", async () => {
    const error = await catchFailure(
      client.createSite({ body: { key: "two", product: "nothing", name: "" } }),
    );
    expect([error.code, error.status, error.name]).toEqual(["BODY_SCHEMA", 422, "ApiError"]);
    expect(error.problem?.errors.map(({ pointer }) => pointer)).toEqual(["/product", "/name"]);
    expect(error.message).toBe(error.problem?.detail);
  });

  test("without a server is UNREACHABLE", async () => {
    const { code, status } = await catchFailure(
      createClient({ url: "http://127.0.0.1:9", token: "x" }).listSites(),
    );
    expect([code, status]).toEqual(["UNREACHABLE", undefined]);
  });

  test.each([
    ["a redirect", 302, { location: "https://elsewhere.example/" }, "", "REDIRECTED"],
    ["a redirect without a target", 304, {}, "", "REDIRECTED"],
    ["a page", 200, { "content-type": "text/html" }, "<p>Hello</p>", "NOT_CALLBOARD"],
    ["an empty response", 200, {}, "", "NOT_CALLBOARD"],
    ["another server's error", 500, {}, "{}", "NOT_CALLBOARD"],
    ["a page with our header", 200, { "callboard-api": "v1" }, "<p>Hello</p>", "NOT_CALLBOARD"],
    ["an error without a code", 404, { "callboard-api": "v1" }, "{}", "NOT_CALLBOARD"],
  ])("for %s is never taken for done", async (_what, status, headers, text, code) => {
    const { url, close } = await listen(
      (_request, response) => void response.writeHead(status, headers).end(text),
    );
    try {
      expect((await catchFailure(createClient({ url, token: "x" }).listSites())).code).toBe(code);
    } finally {
      await close();
    }
  });
});

describe("docs/client.md", () => {
  const examples = [
    ...readFileSync(join(ROOT, "docs/client.md"), "utf8").matchAll(/```js\n([\s\S]+?)```/g),
  ].map(([, code = ""]) => code);

  test.each(examples.map((code, at) => [at + 1, code] as const))("example %i runs", async (_at, code) => {
    const env = { ...process.env, CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token };
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: ROOT,
      env,
    });
    expect(stdout).toMatch(/event evt_ with 0 deliveries|jira|pier|404 SITE_NOT_FOUND/);
  });
});
