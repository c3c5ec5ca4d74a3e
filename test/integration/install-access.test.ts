/** Headers and TLS that an administrator gives an add-on while installing it, as its server meets them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { createAuthority } from "../support/tls-files.ts";
import { waitFor } from "../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const EVENT = "jira:issue_created";
const KEY = "org.example.guarded";
const SECRET = "key-of-the-gateway";
const HEADERS = { "x-api-key": SECRET };

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
});
afterAll(() => host.stop());

const descriptor = (baseUrl: string) => ({
  key: KEY,
  name: KEY,
  baseUrl,
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed", enabled: "/enabled" },
  modules: { webhooks: [{ event: EVENT, url: "/hook" }] },
});

const list = async (path: string): Promise<readonly Record<string, unknown>[]> =>
  (await host.call("GET", path)).body.items as readonly Record<string, unknown>[];
const endpointsOfAddon = async () =>
  (await list(`${SITE}/endpoints`)).filter(({ addonKey }) => addonKey === KEY);

describe("behind a gateway that lets in who has a header", () => {
  let receiver: Receiver;
  let baseUrl: string;
  /** What the add-on returns to `installed`. */
  let installed: number;
  beforeEach(async () => {
    installed = 204;
    receiver = await startReceiver(({ url, headers }, response) => {
      if (headers["x-api-key"] !== SECRET) return void response.writeHead(401).end();
      if (url === "/descriptor.json")
        return void response.writeHead(200).end(JSON.stringify(descriptor(baseUrl)));
      response.writeHead(url === "/installed" ? installed : 204).end();
    });
    baseUrl = receiver.url;
  });
  afterEach(async () => {
    await host.call("DELETE", `${SITE}/addons/${KEY}`);
    await receiver.close();
  });

  const asked = () => receiver.received.map(({ method, url }) => `${method} ${url}`);
  const install = (more: object) =>
    host.call("POST", `${SITE}/addons`, { descriptorUrl: `${receiver.url}/descriptor.json`, ...more });

  test("every request of an install has it, and the endpoint keeps it", async () => {
    const refused = await install({});
    expect(refused).toMatchObject({ status: 422, body: { code: "DESCRIPTOR_FETCH" } });
    expect(refused.body.detail).toContain("headers that are given with the install");
    receiver.received.length = 0;
    expect((await install({ headers: HEADERS })).status).toBe(201);
    expect(asked()).toEqual(["GET /descriptor.json", "POST /installed", "POST /enabled"]);
    expect(await endpointsOfAddon()).toHaveLength(1);
    const [{ number }] = (await endpointsOfAddon()) as [{ number: number }];
    const endpoint = await host.call("GET", `${SITE}/endpoints/${number}`);
    expect(endpoint.body).toMatchObject({ headerNames: ["x-api-key"], previousHeadersUntil: null });
    const { body } = await host.call("POST", `${SITE}/events`, { event: EVENT });
    await waitFor(async () => {
      const delivery = await host.call("GET", `/api/v1/deliveries/${body.deliveries[0].id as string}`);
      expect(delivery.body.state).toBe("delivered");
    });
    const audit = await host.call("GET", "/api/v1/audit");
    expect(audit.text).toMatch(/"endpoint.changed".{1,200}headers: http/);
    expect(audit.text + endpoint.text).not.toContain(SECRET);
  });

  test("a preview has it as well, and saves nothing", async () => {
    const path = `${SITE}/addons/preview`;
    const source = { descriptorUrl: `${receiver.url}/descriptor.json` };
    expect((await host.call("POST", path, source)).status).toBe(422);
    expect((await host.call("POST", path, { ...source, headers: HEADERS })).body.key).toBe(KEY);
    expect(await endpointsOfAddon()).toEqual([]);
  });

  test("an upgrade and another install from the same URL send what the endpoint has", async () => {
    expect((await install({ headers: HEADERS })).status).toBe(201);
    expect((await host.call("POST", `${SITE}/addons/${KEY}/upgrade`)).status).toBe(200);
    expect((await install({})).status).toBe(201);
    // The value before is sent where the new one is refused, as with every rotation.
    expect((await install({ headers: { "x-api-key": "another-key" } })).status).toBe(201);
    const [{ number }] = (await endpointsOfAddon()) as [{ number: number }];
    const { body } = await host.call("GET", `${SITE}/endpoints/${number}`);
    expect(body.previousHeadersUntil).not.toBeNull();
  });

  test("an add-on that refuses leaves nothing of it", async () => {
    installed = 500;
    expect((await install({ headers: HEADERS })).body.code).toBe("LIFECYCLE_INSTALLED");
    expect(await endpointsOfAddon()).toEqual([]);
    receiver.received.length = 0;
    expect((await install({})).body.code).toBe("DESCRIPTOR_FETCH");
    expect(receiver.received[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test.each<[string, object, readonly string[]]>([
    ["a header of the connection", { headers: { host: "a" } }, ["/headers/host HEADER_VALUE"]],
    [
      "every problem at once",
      { headers: { "x-a": "b\r\nc" }, tls: { certificate: "none" } },
      ["/headers/x-a HEADER_VALUE", "/tls/certificate CERTIFICATE_INVALID", "/tls/key CERTIFICATE_KEY"],
    ],
  ])("%s is refused before anything is sent", async (_what, more, problems) => {
    const refused = await install(more);
    expect(refused.status).toBe(422);
    expect(
      (refused.body.errors as { pointer: string; code: string }[]).map(
        ({ pointer, code }) => `${pointer} ${code}`,
      ),
    ).toEqual(problems);
    expect(asked()).toEqual([]);
    expect(await endpointsOfAddon()).toEqual([]);
  });

  test("a header beside the JWT is refused once the descriptor is read, before the add-on is called", async () => {
    const refused = await install({ headers: { ...HEADERS, authorization: "Basic eA==" } });
    expect(refused.body).toMatchObject({ code: "HEADER_VALUE" });
    expect(refused.body.detail).toContain("add-ons get a JWT in it");
    expect(asked()).toEqual(["GET /descriptor.json"]);
  });

  test("a descriptor with a baseUrl elsewhere doesn't lead it there", async () => {
    const elsewhere = await startReceiver();
    baseUrl = elsewhere.url;
    const refused = await install({ headers: HEADERS, confirmOrigin: true });
    expect(refused).toMatchObject({ status: 422, body: { code: "BODY_SCHEMA" } });
    expect(refused.body.detail).toContain("goes to the origin of the descriptor alone");
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test("command line and form give the same", async () => {
    const url = `${receiver.url}/descriptor.json`;
    const folder = mkdtempSync(join(tmpdir(), "callboard-install-"));
    const file = join(folder, "headers.json");
    writeFileSync(file, JSON.stringify(HEADERS));
    const { code, out, notes } = await runCommand(host, ["install", url, "--headers", `@${file}`]);
    rmSync(folder, { recursive: true });
    expect([code, /^installed (?:again )?on jira/.test(out), (out + notes).includes(SECRET)]).toEqual([
      0,
      true,
      false,
    ]);
    await host.call("DELETE", `${SITE}/addons/${KEY}`);

    const session = await logIn(host);
    const fields = { csrf: session.csrf, url, site: "jira" };
    const without = await session.post("/admin/addons", fields);
    expect(without.status).toBe(422);
    const wrong = await session.post("/admin/addons", {
      ...fields,
      headersChoice: "given",
      headers: "host: a",
    });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toMatch(/<details class="fold" id="access" open>/);
    const typed = { headersChoice: "given", headers: `x-api-key: ${SECRET}` };
    const checked = await session.post("/admin/addons", { ...fields, ...typed, only: "validate" });
    expect([checked.status, (await checked.text()).includes("can be installed on jira")]).toEqual([
      200,
      true,
    ]);
    expect((await session.post("/admin/addons", { ...fields, ...typed })).status).toBe(303);
    expect(await endpointsOfAddon()).toHaveLength(1);
    // Without a choice, what the endpoint has stays.
    expect((await session.post("/admin/addons", { ...fields, headersChoice: "none" })).status).toBe(303);
  });
});

test("a server that requires a client certificate of an authority of its own gets it from the first request on", async () => {
  const authority = createAuthority();
  const server = authority.issue("addon");
  const requests: string[] = [];
  let baseUrl = "";
  const https = createServer(
    { key: server.key, cert: server.certificate, ca: authority.certificate, requestCert: true },
    (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(200).end(JSON.stringify(descriptor(baseUrl)));
    },
  );
  await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
  baseUrl = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
  const descriptorUrl = `${baseUrl}/descriptor.json`;
  const tls = { ...authority.issue("callboard"), authorities: authority.certificate };
  const without = await host.call("POST", `${SITE}/addons`, { descriptorUrl });
  expect(without.body.code).toBe("DESCRIPTOR_TLS");
  const plain = await host.call("POST", `${SITE}/addons`, {
    descriptorUrl: descriptorUrl.replace("https", "http"),
    tls,
  });
  expect(plain.body).toMatchObject({ code: "BODY_SCHEMA", errors: [{ pointer: "/tls" }] });
  expect(requests).toEqual([]);

  const made = await host.call("POST", `${SITE}/addons`, { descriptorUrl, tls });
  expect([made.status, made.text.slice(0, 300)]).toEqual([201, expect.anything()]);
  expect(requests).toEqual(["GET /descriptor.json", "POST /installed", "POST /enabled"]);
  const [{ number }] = (await endpointsOfAddon()) as [{ number: number }];
  const endpoint = await host.call("GET", `${SITE}/endpoints/${number}`);
  expect(endpoint.body.tls).toMatchObject({
    certificates: [{ subject: "CN=callboard" }],
    authorities: [{ subject: "CN=Test authority" }],
  });
  await host.call("DELETE", `${SITE}/addons/${KEY}`);
  https.closeAllConnections();
  https.close();
  authority.remove();
});
