/** Limits with owners: the documented ones are those in force, and reaching one affects its owner only. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Limit } from "../../src/host/model/limits.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";

type ShownLimit = Omit<Limit, "level" | "setting"> & {
  readonly setting: string | null;
  readonly level: number | null;
  readonly owner: string | null;
};

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await host.call("POST", "/api/v1/sites", { key: "jira", name: "Jira", product: "jira" });
});
afterAll(() => host.stop());

const limits = async (): Promise<readonly ShownLimit[]> =>
  (await host.call("GET", "/api/v1/limits")).body.items as readonly ShownLimit[];

const OWNERS: Readonly<Record<Limit["per"], string>> = {
  request: "request",
  client: "client",
  target: "target origin",
  token: "API token",
  site: "site",
  installation: "add-on or outgoing webhook",
  endpoint: "endpoint",
  listener: "listener",
  connection: "connection",
  host: "all together",
};

function amount(value: number, unit: Limit["unit"]): string {
  if (unit === "bytes" && value % 1024 ** 2 === 0) return `${value / 1024 ** 2} MiB`;
  if (unit === "ms" && value % 1_000 === 0) return `${value / 1_000} s`;
  return `${value.toLocaleString("en-US")} ${unit}`;
}

test("docs/limits.md has every limit, and no other", async () => {
  const rows = readFileSync(join(import.meta.dirname, "../../docs/limits.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| limit ") && !line.startsWith("| -"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const expected = (await limits()).map((limit) => [
    limit.name,
    limit.setting === null ? "–" : `\`${limit.setting}\``,
    amount(limit.default, limit.unit),
    OWNERS[limit.per],
    limit.refusal,
    limit.level === null ? "–" : "Settings, API",
  ]);
  expect(rows).toEqual(expected);
});

test("the page shows every limit with its level", async () => {
  const session = await logIn(host);
  const page = await (await session.get("/admin/settings/limits")).text();
  for (const { name } of await limits()) expect(page).toContain(name);
});

describe("logins", () => {
  const attempt = (token: string) =>
    fetch(`${host.url}/admin/login`, {
      method: "POST",
      headers: { origin: host.url },
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });

  test("the right token gets in, whatever wrong ones were tried", async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 8; guess += 1) statuses.push((await attempt("cb_wrong")).status);
    expect(statuses.at(-1)).toBe(429);

    expect((await attempt(host.token)).status).toBe(303);
    const link = (await host.call("POST", "/api/v1/login-links")).body as { readonly url: string };
    const followed = await fetch(link.url, { redirect: "manual" });
    expect([followed.status, followed.headers.get("set-cookie")]).toEqual([303, expect.any(String)]);
  });
});

describe("validations of descriptors", () => {
  let read: string;
  beforeAll(async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "reader", scopes: ["read"] });
    read = (made.body as { readonly token: string }).token;
  });
  const validate = (body: object, token: string) =>
    host.call("POST", "/api/v1/descriptors/validate", body, { authorization: `Bearer ${token}` });

  test("a token with read cannot make the server fetch a URL", async () => {
    const refused = await validate({ descriptorUrl: "http://127.0.0.1:9/" }, read);
    expect([refused.status, refused.body.code]).toEqual([403, "SCOPE"]);
    expect((await validate({ descriptor: {} }, read)).status).toBe(200);
  });

  test("sixty in a minute are allowed for each token", async () => {
    let last = await validate({ descriptor: {} }, read);
    for (let sent = 0; sent < 60 && last.status === 200; sent += 1)
      last = await validate({ descriptor: {} }, read);
    expect([last.status, last.body.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await validate({ descriptor: {} }, host.token)).status).toBe(200);
  });
});

describe("a receiver that takes nothing", () => {
  let receiver: Receiver;
  let small: TestHost;
  beforeAll(async () => {
    receiver = await startReceiver((request, response, count) =>
      request.url === "/installed" ? answer204(request, response, count) : void response.writeHead(503).end(),
    );
    small = await startTestHost({ CALLBOARD_ENDPOINT_BACKLOG: "20", CALLBOARD_QUEUE_LIMIT: "10" });
    for (const key of ["one", "other"])
      await small.call("POST", "/api/v1/sites", { key, name: key, product: "jira" });
    const webhooks = Array.from({ length: 50 }, (_, index) => ({
      event: "jira:issue_created",
      url: `/${index}`,
    }));
    const descriptor = {
      key: "dead",
      name: "Dead",
      baseUrl: receiver.url,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
      modules: { webhooks },
    };
    const installed = await small.call("POST", "/api/v1/sites/one/addons", { descriptor });
    expect(installed.status).toBe(201);
  });
  afterAll(async () => {
    await small.stop();
    await receiver.close();
  });

  test("never causes a refusal, for its own site or for others", async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 10; count += 1) {
      for (const site of ["one", "other"]) {
        const event = { event: "jira:issue_created", payload: {} };
        statuses.add((await small.call("POST", `/api/v1/sites/${site}/events`, event)).status);
      }
    }
    expect([...statuses]).toEqual([202]);
    const failed = await small.call("GET", "/api/v1/deliveries?site=one&state=failed&limit=1");
    expect(failed.body.items[0]).toMatchObject({ reason: "backlog-full", attempts: 0 });
    const last = await small.call("POST", "/api/v1/sites/one/events", {
      event: "jira:issue_created",
      payload: {},
    });
    expect(last.body.deliveries).toContainEqual(
      expect.objectContaining({ state: "failed", reason: "backlog-full" }),
    );
    const { items } = (await small.call("GET", "/api/v1/limits")).body as { items: readonly ShownLimit[] };
    expect(items.find(({ name }) => name === "Waiting deliveries")).toMatchObject({
      max: 20,
      level: 20,
      owner: expect.stringMatching(/^endpoint \d+$/),
    });
  });
});
